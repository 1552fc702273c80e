"""Acts on providers' pay: a payment that was made, a statement, and compensation for people not referred."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from bonds import operations
from bonds.arithmetic.provider_pay import compute_compensation
from bonds.forms.providers import PaidForm
from bonds.models import ReferralCompensation
from bonds.operations.provider_errors import GuaranteeMissing
from bonds.policies import Standpoint
from bonds.policies import providers as policies
from bonds.queries import people as people_queries
from bonds.queries import provider_pay as queries
from bonds.queries.invoices import number_of
from bonds.queries.parties import parties_of
from bonds.queries.pay_words import say_pay_step
from bonds.queries.people import GuaranteeStanding
from bonds.views.contract import WriterFormView
from bonds.views.money_moved import MoneyMovedView
from bonds.views.providers import AccountMixin, PayPageMixin, StatementMixin
from core.errors import DomainError
from core.money import format_pounds, from_minor
from foundation import clock
from foundation.access import Actor, Decision
from payments import policies as payment_policies
from payments.models import RecordedMoney


class ProviderPaidView(AccountMixin, MoneyMovedView):
    """Writing down that a provider was paid; a second person lets it into the books."""

    template_name = "bonds/providers/paid.html"
    form_class = PaidForm
    refusal_field = "amount"
    done = gettext_lazy("Written down. It waits for a second person, who lets it into the books.")

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who writes payments down, here and in the books that they come into."""
        decision = policies.may_pay_providers(actor, standpoint)
        return payment_policies.may_record_money(actor, self.contract.organisation) if decision else decision

    @property
    def open_pence(self) -> int:
        """All that is due and does not wait already."""
        balance = queries.balance_of(self.provider)
        return max(0, balance.open - balance.waiting)

    def get_initial(self) -> dict[str, Any]:
        """Begin with the amount as people write it; with none where nothing is due."""
        left = self.open_pence
        amount = f"{from_minor(left, self.contract.currency).amount:.2f}" if left else ""
        return super().get_initial() | {"amount": amount}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is due."""
        return super().get_context_data(**{"balance": queries.balance_of(self.provider)} | kwargs)

    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write the payment down."""
        return operations.pay_provider(provider=self.provider, amount_pence=typed.pop("amount"), **typed)


@method_decorator(never_cache, name="dispatch")
class IssueStatementView(StatementMixin, View):
    """Sending a provider its statement of the days that are shown."""

    http_method_names = ("post", "options")

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who issues statements."""
        return policies.may_book_dues(actor, standpoint)

    def post(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Issue it, and lead back to the account."""
        try:
            if not self.form.is_valid():
                messages.error(self.request, _("Choose a first day, and a last day that is not before it."))
                return redirect(self.url("provider-account", self.provider.code))
            from_on, until_on = self.days()
            made = operations.issue_provider_statement(
                provider=self.provider, from_on=from_on, until_on=until_on, actor=self.actor, at=clock.now()
            )
        except DomainError as refused:
            messages.error(self.request, refused.message)
        else:
            words = _("Statement %(number)s is issued. The provider is told by mail as soon as its file is made.")
            messages.success(self.request, words % {"number": made.number})
        return redirect(self.url("provider-account", self.provider.code))


@method_decorator(never_cache, name="dispatch")
class CompensationView(PayPageMixin, TemplateView):
    """What a commissioner owes for people it did not refer: how it was worked out, and the holder's yes."""

    http_method_names: Sequence[str] = ("get", "post", "head", "options")
    template_name = "bonds/providers/compensation.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who accepts compensation."""
        return policies.may_book_dues(actor, standpoint)

    @cached_property
    def standing(self) -> GuaranteeStanding:
        """How referrals stand against the guarantee of the address.

        Raises:
            GuaranteeMissing: the terms in force have no such guarantee.
        """
        wanted = (self.kwargs["payer"], self.kwargs["code"], self.from_on)
        for one in people_queries.guarantee_standings(contract=self.contract, on=clock.today()):
            guarantee = one.guarantee
            if (guarantee.commissioner, guarantee.provider, guarantee.period.from_on) == wanted:
                return one
        raise GuaranteeMissing(_("The terms in force have no such guarantee."))

    @property
    def from_on(self) -> date:
        """The first day of its period."""
        try:
            return date.fromisoformat(str(self.kwargs["begins"]))
        except ValueError as wrong:
            raise Http404 from wrong

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Accept it, or say why not."""
        standing = self.standing
        try:
            made = operations.accept_compensation(
                contract=self.contract,
                commissioner=standing.guarantee.commissioner,
                provider=standing.guarantee.provider,
                from_on=self.from_on,
                actor=self.actor,
                at=clock.now(),
            )
        except DomainError as refused:
            messages.error(request, refused.message)
            return self.render_to_response(self.get_context_data(**kwargs))
        messages.success(request, _("Accepted: the commissioner is invoiced, and the provider is due the same."))
        return redirect(self.url("provider-due", made.provider.code, made.due.public_id))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say who owes whom, and why so much."""
        standing = self.standing
        due = compute_compensation(standing.guarantee, standing.came)
        names = {one.code: one.organisation.name for one in parties_of(self.contract)}
        facts = {
            "standing": standing,
            "commissioner": names.get(standing.guarantee.commissioner, standing.guarantee.commissioner),
            "provider": names.get(standing.guarantee.provider, standing.guarantee.provider),
            "due": due,
            "steps": [say_pay_step(one.name, one.facts, currency=self.contract.currency) for one in due.steps],
            "may_accept": standing.is_open and self.is_running,
            "is_running": self.is_running,
        }
        return super().get_context_data(**facts | kwargs)


class UndoCompensationView(WriterFormView):
    """Undoing a compensation that was accepted wrongly: what becomes of the money, and why."""

    title = gettext_lazy("Undo this compensation")
    button = gettext_lazy("Undo it")
    done = gettext_lazy("Undone. Commissioner and provider are told, and the period can be made good again.")
    follows = "bonds:referrals"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who accepts compensation."""
        return policies.may_book_dues(actor, standpoint)

    @cached_property
    def compensation(self) -> ReferralCompensation:
        """What the address names."""
        return queries.get_compensation(contract=self.contract, public_id=str(self.kwargs["compensation"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what becomes of the money as things stand."""
        made = self.compensation
        if queries.plan_compensation_undoing(made).credited:
            words = _("%(who)s has not paid for it yet: a credit note takes %(pence)s off its invoice %(invoice)s.")
        else:
            words = _("%(who)s has paid for it, or for part of it: its next invoices ask for %(pence)s less.")
        words += " " + _("%(provider)s is not due it any more; if it was paid, its next amounts settle that.")
        facts = {
            "who": made.commissioner.organisation.name,
            "provider": made.provider.organisation.name,
            "pence": format_pounds(made.pence, self.contract.currency),
            "invoice": number_of(made.invoice),
        }
        return super().get_context_data(**{"about": words % facts} | kwargs)

    def act(self, typed: dict[str, Any]) -> None:
        """Undo it."""
        operations.undo_compensation(
            compensation=self.compensation, reason=typed["reason"], actor=self.actor, at=clock.now()
        )
