"""Where the provider's signed messages arrive: checked, stored, answered; processed later from the stored row."""

from __future__ import annotations

from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from foundation import clock
from payments import operations

log = structlog.get_logger(__name__)

# The provider's own events are a few kilobytes; whatever is larger was not sent by it.
LARGEST_BODY: Final = 512 * 1024


@method_decorator(csrf_exempt, name="dispatch")
class StripeWebhook(View):
    """POST /webhooks/stripe/: 200 once it is stored, 400 when it was not signed by the provider just now."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store a message. The signature, not a cookie, says who sent it, hence no CSRF token."""
        declared = request.headers.get("Content-Length", "")
        if not declared.isdigit() or int(declared) > LARGEST_BODY:
            return HttpResponse(status=413)
        try:
            event = operations.receive_event(
                body=request.body, signature=request.headers.get("Stripe-Signature", ""), at=clock.now()
            )
        except operations.SignatureInvalid as refusal:
            log.warning("webhook_refused", code=refusal.code, bytes=int(declared))
            return HttpResponse(status=400)
        log.info("webhook_stored", event_id=event.event_id, type=event.type, account=event.account)
        return HttpResponse(status=200)
