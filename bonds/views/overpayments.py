"""What payers have paid too much or are owed, on pages: what is left of it, what moved, and recording a refund."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from django.views.generic.edit import FormView

from bonds import operations
from bonds.forms.invoices import AdvanceMoneyForm
from bonds.policies import Standpoint
from bonds.policies import invoices as policies
from bonds.queries import overpayments as queries
from bonds.queries.invoices import number_of
from bonds.views.invoices import InvoicesPageMixin
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from ledger.queries import get_book_by_slug
from payments.operations.recording import RecordUnsound
from payments.queries import bank_accounts
from people.models import Organisation
from people.views import RecentAuthenticationMixin


@method_decorator(never_cache, name="dispatch")
class OverpaymentsView(InvoicesPageMixin, TemplateView):
    """What payers have paid too much or are owed, and how it is made good: the holder sees all, a payer its own."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/overpayments/list.html"

    @property
    def whose(self) -> Organisation | None:
        """The payer whose money is shown; None: all."""
        return None if self.sees_all else self.organisation

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        owed = queries.list_owed(self.contract, organisation=self.whose)
        given = queries.list_credits(self.contract, organisation=self.whose)
        records = queries.records_of(self.contract, organisation=self.whose).with_everything()
        names = {one.payer.public_id: one.payer.organisation.name for one in owed}
        facts = {
            "owed": owed,
            "total": sum(one.owed for one in owed),
            "credits": [(one, number_of(one.credit.note) if one.credit.note else "") for one in given],
            "records": [(one, names.get(one.subject, "")) for one in records],
            "may_move": bool(policies.may_record_receipt(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class RefundView(InvoicesPageMixin, RecentAuthenticationMixin, FormView[AdvanceMoneyForm]):
    """Writing down that a payer was paid back; a second person decides in the payment room."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/overpayments/refund.html"
    form_class = AdvanceMoneyForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_receipt(actor, standpoint)

    @cached_property
    def owed(self) -> queries.PayerOwed:
        """What the payer of the address is owed."""
        return queries.get_owed(contract=self.contract, code=str(self.kwargs["payer"]))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the bank accounts of the book."""
        book = get_book_by_slug(slug=self.contract.book_slug)
        return super().get_form_kwargs() | {"banks": [(one.code, str(one)) for one in bank_accounts(book)]}

    def get_initial(self) -> dict[str, Any]:
        """Begin with today and all that is owed, and with a key, so that a double click records once."""
        return {"key": uuid4().hex, "moved_on": clock.today(), "amount_pence": self.owed.can_be_refunded}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is owed, and what waits already."""
        address = self.url("overpayment-refund", self.owed.payer.code)
        return super().get_context_data(**{"one": self.owed, "address": address} | kwargs)

    def form_valid(self, form: AdvanceMoneyForm) -> HttpResponse:
        """Record it, or show everything that is wrong."""
        typed = {name: value for name, value in form.cleaned_data.items() if name != "key"}
        try:
            made = operations.record_overpayment_refund(
                payer=self.owed.payer,
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
