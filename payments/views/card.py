"""The treasurer's pages of card payments: receipts, refunds, runs, and what needs attention."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from payments import forms, operations, policies, queries
from people.views import OfficerPageMixin, RecentAuthenticationMixin, SignedInMixin

PAGE_SIZE = 50


class PaymentPage(OfficerPageMixin):
    """A page that the treasurer and the secretary see."""

    def decide(self, actor: Actor) -> Decision:
        """Ask the policy."""
        return policies.may_see_payments(actor, self.organisation)


class TreasurerAct(OfficerPageMixin):
    """An act of the treasurer alone."""

    def decide(self, actor: Actor) -> Decision:
        """Ask the policy."""
        return policies.may_run_refunds(actor, self.organisation)

    def tell(self, request: HttpRequest, error: DomainError) -> None:
        """Show why it was refused."""
        messages.error(request, error.message)


class OverviewView(PaymentPage, TemplateView):
    """What came, what went back, and what needs a person."""

    template_name = "payments/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the figures, and the first rows of each list."""
        organisation = self.organisation
        facts = {
            "has_account": queries.has_account(organisation),
            "totals": queries.totals_of(organisation),
            "balance": queries.last_balance_of(organisation),
            "matters": queries.open_matters(organisation),
            "runs": queries.runs_of(organisation)[:20],
            "refunds": queries.refunds_of(organisation)[:20],
            "receipts": self.page(queries.receipts_of(organisation)),
            "may_act": bool(policies.may_run_refunds(self.actor, organisation)),
        }
        return super().get_context_data(**facts | kwargs)

    def page(self, rows: Any) -> Any:
        """Give one page of a list."""
        return Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page"))


class RefundsView(PaymentPage, TemplateView):
    """Every refund."""

    template_name = "payments/refunds.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give one page of refunds."""
        refunds = Paginator(queries.refunds_of(self.organisation), PAGE_SIZE)
        return super().get_context_data(refunds=refunds.get_page(self.request.GET.get("page")), **kwargs)


class RunView(PaymentPage, TemplateView):
    """One run of refunds: how much it needs, how far it is."""

    template_name = "payments/run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the run and the refunds of one page."""
        run = _found(queries.get_run, organisation=self.organisation, public_id=str(self.kwargs["public_id"]))
        refunds = queries.refunds_of(self.organisation).filter(run_item__run=run).order_by("run_item__position")
        facts = {
            "run": run,
            "refunds": Paginator(refunds, PAGE_SIZE).get_page(self.request.GET.get("page")),
            "can_start": queries.can_start(run),
            "may_act": bool(policies.may_run_refunds(self.actor, self.organisation)),
        }
        return super().get_context_data(**facts | kwargs)


def _found(find: Any, **names: Any) -> Any:
    """Look something up; a page of another organisation's thing does not exist."""
    try:
        return find(**names)
    except DomainError as error:
        if error.kind != "missing":
            raise
        raise Http404 from None


class MeasureRunView(TreasurerAct, View):
    """Ask the provider what is in the account, and say what is missing."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponseBase:
        """Measure, and show the run again."""
        run = _found(queries.get_run, organisation=self.organisation, public_id=public_id)
        try:
            operations.measure_float(run_id=run.pk, at=clock.now())
        except DomainError as error:
            self.tell(request, error)
        return redirect("payments:run", slug=slug, public_id=public_id)


class StartRunView(TreasurerAct, RecentAuthenticationMixin, View):
    """Confirm a run, or resume it."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponseBase:
        """Set it going; a worker does the rest."""
        run = _found(queries.get_run, organisation=self.organisation, public_id=public_id)
        try:
            operations.start_refund_run(run_id=run.pk, actor=self.actor.ref, at=clock.now())
        except DomainError as error:
            self.tell(request, error)
        else:
            messages.success(request, _("The refunds are on their way. This page shows how far they are."))
        return redirect("payments:run", slug=slug, public_id=public_id)


class MatterView(PaymentPage, FormView[forms.ResolutionForm]):
    """One matter that needs a person."""

    template_name = "payments/matter.html"
    form_class = forms.ResolutionForm

    def matter(self) -> queries.Matter:
        """Find it among this organisation's."""
        matter: queries.Matter = _found(
            queries.get_item, organisation=self.organisation, public_id=str(self.kwargs["public_id"])
        )
        return matter

    def decide(self, actor: Actor) -> Decision:
        """Reading is for both officers; writing for the treasurer."""
        if self.request.method == "POST":
            return policies.may_resolve(actor, self.organisation)
        return super().decide(actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the matter and, for the treasurer, the form."""
        facts = {"matter": self.matter(), "may_act": bool(policies.may_resolve(self.actor, self.organisation))}
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: forms.ResolutionForm) -> HttpResponse:
        """Write down how it was dealt with."""
        operations.resolve_attention(
            item_id=self.matter().item.public_id,
            organisation=self.organisation,
            actor=self.actor.ref,
            resolution=form.cleaned_data["resolution"],
            at=clock.now(),
        )
        messages.success(self.request, _("Noted. The matter is closed."))
        return redirect("payments:overview", slug=self.organisation.slug)


class AskAgainView(TreasurerAct, View):
    """Ask the provider again about a payment."""

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponseBase:
        """Ask, and say what came of it."""
        payment = _found(queries.get_payment, organisation=self.organisation, public_id=public_id)
        try:
            asked = operations.refresh_payment(payment_id=payment.pk, at=clock.now())
        except DomainError as error:
            self.tell(request, error)
        else:
            words = {"state": queries.state_word(asked.state)}
            messages.info(request, _("Stripe was asked. The payment stands at: %(state)s.") % words)
        return redirect("payments:overview", slug=slug)


class PlatformMattersView(SignedInMixin, TemplateView):
    """What needs the platform's staff: messages of accounts that nobody has here, messages that were lost."""

    template_name = "payments/platform.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let staff pass; to everybody else the page does not exist."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if request.user.is_authenticated and not policies.may_see_platform_matters(actor):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the matters."""
        return super().get_context_data(matters=queries.open_matters(None), **kwargs)
