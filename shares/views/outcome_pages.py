"""What became of an application: paid or not, given up, held; and the statement of a holding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.errors import DomainError
from documents import operations as document_operations
from foundation import clock
from payments import operations as payment_operations
from people.queries import find_person
from people.views import SignedInMixin
from shares import operations, queries
from shares.documents import STATEMENT, find_holding, statement_subject
from shares.models import Member
from shares.states import ApplicationState, OfferState
from shares.views import steps
from shares.views.application_pages import ApplicationPage, SeeOther

State = ApplicationState
# While these last, asking the provider again may bring news.
_MAY_STILL_PAY = frozenset({State.AWAITING_PAYMENT.value, State.LAPSED.value})
_MAY_COOL_OFF = frozenset(
    {OfferState.OPEN.value, OfferState.PAUSED.value, OfferState.CLOSED.value, OfferState.SUCCEEDED.value}
)


class PaidView(ApplicationPage):
    """Where the applicant comes back to from the provider; safe to reload, right whatever came first."""

    template_name = "shares/paid.html"
    only_editable = False

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """Ask the provider at once, and show how the application stands."""
        if self.application.payment_id is None and steps.is_editable(self.application):
            return SeeOther(steps.page_url(self.application, "tasks"))
        silent = False
        if self.application.payment_id is not None and self.application.state in _MAY_STILL_PAY:
            silent = not self._ask_provider()
        return self.show(
            silent=silent,
            attempts=self._attempts(),
            certificates=self._certificates(),
            may_cool_off_until=self._may_cool_off_until(),
            awaits=self.application.state == State.AWAITING_PAYMENT.value,
            is_editable=steps.is_editable(self.application),
            came_back="back" in request.GET,
        )

    def _ask_provider(self) -> bool:
        """Settle what the provider knows; without an answer the page says so and nothing is lost."""
        payment_id = self.application.payment_id
        assert payment_id is not None, "asked only with a payment"
        try:
            payment_operations.refresh_payment(payment_id=payment_id, at=clock.now())
        except DomainError:
            return False
        fresh = queries.find_application(self.application.public_id)
        assert fresh is not None, "applications are never deleted"
        self.application = fresh
        return True

    def _attempts(self) -> list[Any]:
        payment = self.application.payment
        return list(payment.attempts.order_by("number")) if payment else []

    def _certificates(self) -> list[Any]:
        if self.application.state != State.ALLOTTED.value:
            return []
        entries = queries.entries_of_application(self.application)
        return list(queries.certificates_of_entries(entries).values())

    def _may_cool_off_until(self) -> Any:
        application = self.application
        if application.state != State.PAID.value or application.paid_at is None:
            return None
        until = application.paid_at + timedelta(days=application.terms.cooling_off_days)
        return until if until > clock.now() and application.offer.state in _MAY_COOL_OFF else None


class CancelView(ApplicationPage):
    """Giving up before payment, or changing one's mind within the days that the offer gives."""

    template_name = "shares/cancel.html"
    only_editable = False

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Say what giving up means."""
        return self.show(is_paid=self.application.state == State.PAID.value)

    def post(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """Give up, or say why that is not possible any more."""
        try:
            ended = operations.cancel_application(application=self.application, actor=self.actor, at=clock.now())
        except DomainError as refused:
            messages.error(request, refused.message)
            return SeeOther(steps.page_url(self.application, "paid"))
        if ended.state == State.CANCELLED.value:
            messages.success(request, _("Your application is cancelled. No money was taken."))
        else:
            messages.success(request, _("Your application is cancelled. The whole amount goes back to your card."))
        return SeeOther(steps.page_url(self.application, "paid"))


@method_decorator(never_cache, name="dispatch")
class StatementView(SignedInMixin):
    """A statement of what somebody holds in one society today, as a PDF that others can check."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """Make it and lead to the file; asking twice on a day gives the same file."""
        person = find_person(self.actor.user_id)
        member = Member.objects.select_related("society__organisation", "person").filter(public_id=public_id).first()
        if member is None or person is None or member.person_id != person.pk:
            raise Http404
        on, at = clock.today(), clock.now()
        document = document_operations.make_document(
            kind=STATEMENT,
            organisation=member.society.organisation,
            subject=statement_subject(find_holding(member, on), on),
            actor=self.actor,
            at=at,
            issued_on=on,
        )
        return redirect("documents:download", public_id=document.public_id)
