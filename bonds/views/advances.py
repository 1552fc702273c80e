"""Advance payments on pages: what the terms foresee, asking for it, what came, what was earned and what went back."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView

from bonds import operations
from bonds.forms.invoices import AdvanceMoneyForm
from bonds.policies import Standpoint
from bonds.policies import invoices as policies
from bonds.queries import advances as queries
from bonds.views.invoices import InvoicesPageMixin
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from ledger.queries import get_book_by_slug
from payments.operations.recording import RecordUnsound
from payments.queries import bank_accounts
from people.models import Organisation
from people.views import RecentAuthenticationMixin


class AdvancesPageMixin(InvoicesPageMixin):
    """A page of advances: the holder sees all, a payer its own."""

    @property
    def whose(self) -> Organisation | None:
        """The payer whose advances are shown; None: all."""
        return None if self.sees_all else self.organisation


@method_decorator(never_cache, name="dispatch")
class AdvancesView(AdvancesPageMixin, TemplateView):
    """What payers pay before results, and what became of it."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/advances/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        advances = queries.list_advances(self.contract, organisation=self.whose)
        facts = {
            "advances": advances,
            "foreseen": queries.list_foreseen(self.contract, on=clock.today(), organisation=self.whose),
            "unearned": sum(one.unearned for one in advances),
            "may_move": bool(policies.may_record_receipt(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)


class AskView(AdvancesPageMixin, View):
    """Asking a payer for an advance."""

    http_method_names = ("post", "options")

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who issues invoices."""
        return policies.may_issue_invoices(actor, standpoint)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Ask for it, or say what stands in the way."""
        try:
            made = operations.ask_for_advance(
                contract=self.contract, code=request.POST.get("advance", ""), actor=self.actor, at=clock.now()
            )
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            words = _("%(payer)s was asked by mail.") % {"payer": made.payer.organisation.name}
            messages.success(request, words)
        return redirect(self.url("advances"))


@method_decorator(never_cache, name="dispatch")
class AdvanceMoneyView(AdvancesPageMixin, RecentAuthenticationMixin, FormView[AdvanceMoneyForm]):
    """Writing down that an advance came, or that what was not earned went back; a second person decides."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/advances/money.html"
    form_class = AdvanceMoneyForm
    is_receipt: bool = True

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_receipt(actor, standpoint)

    @cached_property
    def standing(self) -> queries.AdvanceStanding:
        """The advance of the address."""
        return queries.get_advance_seen(contract=self.contract, number=int(self.kwargs["number"]))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the bank accounts of the book."""
        book = get_book_by_slug(slug=self.contract.book_slug)
        return super().get_form_kwargs() | {"banks": [(one.code, str(one)) for one in bank_accounts(book)]}

    def get_initial(self) -> dict[str, Any]:
        """Begin with today and all that is open, and with a key, so that a double click records once."""
        pence = self.standing.open if self.is_receipt else self.standing.unearned
        return {"key": uuid4().hex, "moved_on": clock.today(), "amount_pence": pence}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is open."""
        page = "advance-receipt" if self.is_receipt else "advance-refund"
        address = self.url(page, self.standing.advance.number)
        facts = {"one": self.standing, "is_receipt": self.is_receipt, "address": address}
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: AdvanceMoneyForm) -> HttpResponse:
        """Record it, or show everything that is wrong."""
        typed = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            made = operations.record_advance(
                advance=self.standing.advance,
                is_receipt=self.is_receipt,
                key=f"form:{form.cleaned_data['key']}",
                actor=self.actor,
                at=clock.now(),
                today=clock.today(),
                **typed,
            )
        except RecordUnsound as unsound:
            form.take_problems(unsound.facts["problems"])
            return self.form_invalid(form)
        except NotFound:
            raise
        except DomainError as refused:
            form.add_error("amount_pence" if "open_pence" in refused.facts else None, refused.message)
            return self.form_invalid(form)
        messages.success(
            self.request, _("Written down. A second person has been asked by mail; nothing is posted yet.")
        )
        return redirect("payments:recorded", self.organisation.slug, made.public_id)
