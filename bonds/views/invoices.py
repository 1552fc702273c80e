"""Invoices on pages: the list, what waits to be invoiced and issuing it, one invoice, and its PDF."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations
from bonds.models import CreditUse, Invoice
from bonds.policies import Standpoint
from bonds.policies import invoices as policies
from bonds.queries import invoice_lists as queries
from bonds.queries.advances import uses_of
from bonds.queries.claims import names_of_metrics
from bonds.queries.invoice_words import say_fields, say_plain_lines
from bonds.queries.invoices import PAPERS, find_purchase_order, find_vat_treatment, number_of
from bonds.queries.overpayments import find_credit_of, used_by
from bonds.queries.parties import parties_in, parties_of
from bonds.states import PAYER_ROLES, InvoiceKind
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from core.money import format_pounds
from documents import operations as document_operations
from foundation import clock
from foundation.access import Actor, Decision
from foundation.models import Job
from people.models import Organisation

INVOICES_A_PAGE = 50
LINES_A_PAGE = 100


class InvoicesPageMixin(ContractPageMixin):
    """A page for those who see invoices; what they do not see does not exist for them."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees invoices."""
        return policies.may_see_invoices(actor, standpoint)

    @property
    def sees_all(self) -> bool:
        """Whether the organisation sees the invoices to every payer."""
        return policies.sees_every_invoice(self.standpoint)

    @property
    def whose(self) -> Organisation | None:
        """The payer whose money is shown; None: that of all."""
        return None if self.sees_all else self.organisation

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what every page of invoices asks."""
        facts = {
            "sees_all": self.sees_all,
            "today": clock.today(),
            "may_issue": bool(policies.may_issue_invoices(self.actor, self.standpoint)),
            "may_order": bool(policies.may_record_orders(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)

    def url(self, name: str, *more: object) -> str:
        """Give an address of this contract."""
        return reverse(f"bonds:{name}", args=[self.organisation.slug, self.contract.reference, *more])


@method_decorator(never_cache, name="dispatch")
class InvoiceListView(InvoicesPageMixin, TemplateView):
    """Invoices and credit notes, overdue ones first, and what waits to be invoiced."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/invoices/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give a page of them, perhaps only those in one state or to one payer, with what is open."""
        today, sees_all = clock.today(), self.sees_all
        rows = queries.invoices_seen(
            contract=self.contract, organisation=self.organisation, sees_all=sees_all, today=today
        )
        payers = parties_in(parties_of(self.contract), PAYER_ROLES) if sees_all else []
        state, payer = self.request.GET.get("state", ""), self.request.GET.get("payer", "")
        chosen = {
            "state": state if state in queries.CHOICES else "",
            "payer": payer if payer in dict(payers) else "",
        }
        page = Paginator(queries.narrow_invoices(rows, today=today, **chosen), INVOICES_A_PAGE)
        shown = page.get_page(self.request.GET.get("page"))
        facts = {
            "page": shown,
            "rows": [(one, number_of(one), queries.days_over(one, today)) for one in shown],
            "payers": payers,
            "sums": queries.sum_open(rows, today=today),
            "waiting": sum(one.pence for one in queries.waiting_by_payer(self.contract)) if sees_all else 0,
        }
        return super().get_context_data(**facts | chosen | kwargs)


@method_decorator(never_cache, name="dispatch")
class IssueView(InvoicesPageMixin, TemplateView):
    """What was accepted and not invoiced, by round and payer; issuing all of it at once."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/invoices/issue.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who issues invoices."""
        return policies.may_issue_invoices(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what each payer would be asked for, and what of its purchase order is left."""
        today = clock.today()
        waiting = queries.waiting_by_payer(self.contract)
        orders = {one.payer.pk: find_purchase_order(payer=one.payer, on=today) for one in waiting}
        looked = {pk: queries.look_at_order(order, today=today) if order else None for pk, order in orders.items()}
        facts = {
            "waiting": [(one, looked[one.payer.pk]) for one in waiting],
            "total": sum(one.pence for one in waiting if not one.is_owed),
            "owed": -sum(one.pence for one in waiting if one.is_owed),
            "can_issue": bool(waiting),
            "treatment": find_vat_treatment(contract=self.contract, on=today),
        }
        return super().get_context_data(**facts | kwargs)

    def post(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Issue them, begin the job that does, or say what stands in the way."""
        try:
            made = operations.begin_issuing(
                contract=self.contract, actor=self.actor, at=clock.now(), result_path=self.url("invoices")
            )
        except DomainError as refused:
            return self.render_to_response(self.get_context_data(problem=refused.message))
        if isinstance(made, Job):
            return redirect("foundation:job", made.public_id)
        for kind, words in (
            (
                InvoiceKind.INVOICE.value,
                ngettext_lazy(
                    "%(count)s invoice is issued and comes to %(amount)s. The payer is told by mail.",
                    "%(count)s invoices are issued and come to %(amount)s. The payers are told by mail.",
                    "count",
                ),
            ),
            (
                InvoiceKind.CREDIT_NOTE.value,
                ngettext_lazy(
                    "%(count)s credit note is issued: the payer is owed %(amount)s, and is told by mail.",
                    "%(count)s credit notes are issued: payers are owed %(amount)s, and are told by mail.",
                    "count",
                ),
            ),
        ):
            mine = [one for one in made if one.kind == kind]
            if mine:
                amount = format_pounds(sum(one.gross_pence for one in mine), self.contract.currency)
                messages.success(self.request, words % {"count": len(mine), "amount": amount})
        return redirect(self.url("invoices"))


class OneInvoiceMixin(InvoicesPageMixin):
    """A page of one invoice or credit note that the organisation sees."""

    @cached_property
    def invoice(self) -> Invoice:
        """The invoice of the address."""
        return queries.get_invoice_seen(
            contract=self.contract,
            number=int(self.kwargs["number"]),
            organisation=self.organisation,
            sees_all=self.sees_all,
        )


@method_decorator(never_cache, name="dispatch")
class InvoiceView(OneInvoiceMixin, TemplateView):
    """One invoice or credit note: what it says, its lines, what came for it, and where it stands in the books."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/invoices/invoice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        invoice, today = self.invoice, clock.today()
        is_invoice = invoice.kind == InvoiceKind.INVOICE.value
        can_be_paid = is_invoice and invoice.open_pence > queries.waiting_receipts_pence(invoice)
        may_receive = bool(policies.may_record_receipt(self.actor, self.standpoint))
        order = invoice.purchase_order
        facts = {
            "invoice": invoice,
            "is_invoice": is_invoice,
            "number": number_of(invoice),
            "credited_number": number_of(invoice.credits) if invoice.credits else "",
            "fields": say_fields(invoice.facts),
            "plain_lines": say_plain_lines(invoice.facts),
            "days_over": queries.days_over(invoice, today),
            "page": Paginator(queries.lines_of(invoice), LINES_A_PAGE).get_page(self.request.GET.get("page")),
            "names": names_of_metrics(self.contract),
            "receipts": queries.receipts_of(invoice),
            "notes": [(one, number_of(one)) for one in queries.notes_of(invoice)],
            "order": queries.look_at_order(order, today=today) if order else None,
            "reminders": invoice.reminders.all(),
            "advances": uses_of(invoice),
            "credits_used": [(one, _number_of_note(one)) for one in used_by(invoice)],
            "credit": None if is_invoice else find_credit_of(invoice),
            "entries": queries.entries_of(invoice) if self.sees_all else [],
            "document": queries.find_paper(invoice),
            "may_receive": may_receive and can_be_paid,
        }
        # The address has a part of this name too, which the view gives along.
        return super().get_context_data(**facts | kwargs | {"number": facts["number"]})


@method_decorator(never_cache, name="dispatch")
class InvoicePdfView(OneInvoiceMixin):
    """The invoice as a PDF, made at once where no worker has made it yet."""

    http_method_names = ("post", "options")

    def post(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Lead to the file; it is the one of the day of issue, whoever asks."""
        document = document_operations.make_document(
            kind=PAPERS[self.invoice.kind],
            organisation=self.contract.organisation,
            subject=self.invoice.public_id,
            actor=self.actor,
            at=clock.now(),
            issued_on=self.invoice.issued_on,
        )
        return redirect("documents:download", public_id=document.public_id)


def _number_of_note(use: CreditUse) -> str:
    """The number of the credit note that gave a credit; nothing where none did."""
    return number_of(use.overpayment.note) if use.overpayment.note else ""
