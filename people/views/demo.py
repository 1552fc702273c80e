"""What only the demonstration shows: its mails, and the sign-in codes of its invented officers."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa import app_settings as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, ListView, TemplateView
from django.views.generic.base import View

from foundation.models import MailMessage
from people import queries

# The mail's own styles are let in, nothing else; it may not run scripts, and only our own page frames it.
MAIL_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self' data:",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-top-navigation-by-user-activation",
    )
)


@method_decorator(never_cache, name="dispatch")
class DemoOnlyMixin(View):
    """A page that does not exist outside the demonstration."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let it exist only there, whatever the routes say."""
        if not settings.DEMO:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class CodesView(DemoOnlyMixin, TemplateView):
    """The codes that the authenticator apps of the demonstration's officers would show now."""

    template_name = "people/demo_codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Work out the present and the next code of each seeded user."""
        moment = int(time.time())
        step = moment // second_factor.TOTP_PERIOD
        seeded = Authenticator.objects.filter(type=Authenticator.Type.TOTP, data__seeded=True)
        rows = [_codes(row, step) for row in seeded.select_related("user", "user__person").order_by("user__email")]
        seconds_left = second_factor.TOTP_PERIOD - moment % second_factor.TOTP_PERIOD
        return super().get_context_data(**{"rows": rows, "seconds_left": seconds_left} | kwargs)


def _codes(row: Authenticator, step: int) -> dict[str, Any]:
    secret = decrypt(row.data["secret"])
    return {
        "user": row.user,
        "roles": sorted({role for roles in queries.roles_of(row.user).values() for role in roles}),
        "now": format_hotp_value(hotp_value(secret, step)),
        "next": format_hotp_value(hotp_value(secret, step + 1)),
    }


class MailListView(DemoOnlyMixin, ListView):  # type: ignore[type-arg]
    """Mails as they were sent, the newest first."""

    template_name = "people/demo_mail.html"
    paginate_by = 50
    ordering = ("-queued_at", "-id")
    model = MailMessage

    def get_queryset(self) -> Any:
        """Narrow the list to an address, if one is asked for."""
        found = super().get_queryset()
        address = self.request.GET.get("to", "").replace("\x00", "").strip()
        return found.filter(to__icontains=address) if address else found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep the address in the search field."""
        return super().get_context_data(**{"to": self.request.GET.get("to", "")} | kwargs)


class MailView(DemoOnlyMixin, DetailView):  # type: ignore[type-arg]
    """One mail."""

    template_name = "people/demo_mail_message.html"
    model = MailMessage
    slug_field = slug_url_kwarg = "public_id"
    context_object_name = "mail"


class MailBodyView(DemoOnlyMixin):
    """The HTML of a mail, alone, as a mail program would show it."""

    def get(self, request: HttpRequest, public_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand out the stored HTML under a policy that lets nothing run."""
        mail = get_object_or_404(MailMessage.objects.exclude(html=""), public_id=public_id)
        # Links leave the frame, as they leave a mail program.
        page = mail.html.replace("<head>", '<head><base target="_top">', 1)
        response = HttpResponse(page)
        response["Content-Security-Policy"] = MAIL_POLICY
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response
