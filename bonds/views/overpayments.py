"""What payers have paid too much or are owed, on pages: what is left of it, what moved, and recording a refund."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations
from bonds.policies import Standpoint
from bonds.policies import invoices as policies
from bonds.queries import overpayments as queries
from bonds.queries.invoices import number_of
from bonds.views.invoices import InvoicesPageMixin
from bonds.views.money_moved import MoneyMovedView
from foundation.access import Actor, Decision
from payments.models import RecordedMoney


@method_decorator(never_cache, name="dispatch")
class OverpaymentsView(InvoicesPageMixin, TemplateView):
    """What payers have paid too much or are owed, and how it is made good: the holder sees all, a payer its own."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/overpayments/list.html"

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


class RefundView(InvoicesPageMixin, MoneyMovedView):
    """Writing down that a payer was paid back; a second person decides in the payment room."""

    template_name = "bonds/overpayments/refund.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_receipt(actor, standpoint)

    @cached_property
    def owed(self) -> queries.PayerOwed:
        """What the payer of the address is owed."""
        return queries.get_owed(contract=self.contract, code=str(self.kwargs["payer"]))

    @property
    def open_pence(self) -> int:
        """All that is owed and does not wait already."""
        return self.owed.can_be_refunded

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is owed, and what waits already."""
        address = self.url("overpayment-refund", self.owed.payer.code)
        return super().get_context_data(**{"one": self.owed, "address": address} | kwargs)

    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write the payment down."""
        return operations.record_overpayment_refund(payer=self.owed.payer, **typed)
