"""What is recorded about invoices: that one was paid, a payer's purchase order, and how VAT looks at the contract."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from django.views.generic.edit import FormView

from bonds import operations
from bonds.forms import invoices as forms
from bonds.policies import Standpoint
from bonds.policies import invoices as policies
from bonds.queries import invoice_lists as queries
from bonds.queries.invoices import find_vat_treatment, number_of
from bonds.queries.parties import get_party, parties_in, parties_of
from bonds.states import PAYER_ROLES, InvoiceKind
from bonds.views.invoices import InvoicesPageMixin, OneInvoiceMixin
from bonds.views.money_moved import MoneyMovedView
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from payments.models import RecordedMoney


class ReceiptView(OneInvoiceMixin, MoneyMovedView):
    """Writing down that an invoice was paid; a second person decides in the payment room."""

    template_name = "bonds/invoices/receipt.html"
    form_class = forms.ReceiptForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_receipt(actor, standpoint)

    @property
    def open_pence(self) -> int:
        """What is still to be paid and does not wait already."""
        return max(self.invoice.open_pence - queries.waiting_receipts_pence(self.invoice), 0)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Refuse credit notes: nobody pays them."""
        if self.invoice.kind != InvoiceKind.INVOICE.value:
            raise Http404
        return super().get_form_kwargs()

    def get_initial(self) -> dict[str, Any]:
        """Begin with the number of the invoice as the reference."""
        return super().get_initial() | {"reference": number_of(self.invoice)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which invoice it is, and what waits for a second person already."""
        facts = {
            "invoice": self.invoice,
            "waits_pence": queries.waiting_receipts_pence(self.invoice),
        }
        return super().get_context_data(**facts | kwargs | {"number": number_of(self.invoice)})

    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write the receipt down."""
        return operations.record_invoice_receipt(invoice=self.invoice, **typed)


@method_decorator(never_cache, name="dispatch")
class OrdersView(InvoicesPageMixin, TemplateView):
    """Purchase orders: what each is good for, what was used of it, and which are over."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/invoices/orders.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List them."""
        orders = queries.orders_seen(
            contract=self.contract, organisation=self.organisation, sees_all=self.sees_all, today=clock.today()
        )
        return super().get_context_data(**{"orders": orders} | kwargs)


@method_decorator(never_cache, name="dispatch")
class NewOrderView(InvoicesPageMixin, FormView[forms.OrderForm]):
    """Recording a purchase order: a payer its own, the holder for any payer."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/invoices/form.html"
    form_class = forms.OrderForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who records orders."""
        return policies.may_record_orders(actor, standpoint)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the payers for whom this officer may record."""
        payers = parties_in(parties_of(self.contract), PAYER_ROLES)
        if not self.sees_all:
            payers = [one for one in payers if one[0] == self.party.code]
        return super().get_form_kwargs() | {"payers": payers}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it means."""
        facts = {
            "title": _("Record a purchase order"),
            "intro": _("Its number stands on each invoice that is issued while it holds. A later order for the same "
                       "days goes before it."),
            "button": _("Record it"),
            "back": self.url("orders"),
            "back_words": _("Purchase orders"),
        }  # fmt: skip
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: forms.OrderForm) -> HttpResponse:
        """Record it, or say why not."""
        payer = get_party(contract=self.contract, code=form.cleaned_data["payer"])
        try:
            operations.record_purchase_order(payer=payer, actor=self.actor, at=clock.now(), **form.facts())
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Recorded. Invoices that are issued while it holds name it."))
        return redirect(self.url("orders"))


@method_decorator(never_cache, name="dispatch")
class VatView(InvoicesPageMixin, FormView[forms.VatForm]):
    """How VAT looks at the contract, and recording that it looks at it otherwise from a day on."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/invoices/vat.html"
    form_class = forms.VatForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who issues invoices."""
        return policies.may_issue_invoices(actor, standpoint)

    def get_initial(self) -> dict[str, Any]:
        """Begin with today."""
        return {"from_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show what holds today, and what was recorded."""
        facts = {
            "treatment": find_vat_treatment(contract=self.contract, on=clock.today()),
            "treatments": self.contract.vat_treatments.order_by("-from_on", "-pk"),
        }
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: forms.VatForm) -> HttpResponse:
        """Record it, or say what is missing where it is missing."""
        try:
            operations.record_vat_treatment(
                contract=self.contract, actor=self.actor, at=clock.now(), **form.cleaned_data
            )
        except DomainError as refused:
            field = refused.facts.get("field")
            form.add_error(field if field in form.fields else None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Recorded. It counts for invoices that are issued from that day on."))
        return redirect(self.url("vat"))
