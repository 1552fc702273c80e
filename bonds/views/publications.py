"""The public pages of contracts, and the holder's decision to show one."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from bonds import operations
from bonds.arithmetic.small_numbers import Hidden, Shown
from bonds.forms.publishing import PublishForm
from bonds.models import Publication
from bonds.policies import Standpoint
from bonds.policies import contracts as policies
from bonds.queries import publications as queries
from bonds.queries.claims import names_of_metrics
from bonds.states import ContractState
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from foundation.charts import bars

CONTRACTS_A_PAGE = 50
NAME_LETTERS = 22


class PublicContractsView(TemplateView):
    """All contracts on show."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/public/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give a page of them."""
        page = Paginator(queries.public_contracts(), CONTRACTS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(**{"page": page} | kwargs)


class PublicContractView(TemplateView):
    """One contract on show: what is paid for, by whom, and results so far without small numbers."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/public/contract.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the contract, or say that there is none."""
        try:
            shown = queries.get_public_contract(reference=str(self.kwargs["reference"]), on=clock.today())
        except NotFound as missing:
            raise Http404(missing.message) from missing
        return super().get_context_data(**facts_of(shown) | kwargs)


class HolderPageMixin(ContractPageMixin):
    """A page for whoever may show a contract to everybody."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may publish."""
        return policies.may_publish(actor, standpoint)


@method_decorator(never_cache, name="dispatch")
class PublishView(HolderPageMixin, FormView[PublishForm]):
    """What everybody would see, and the decision to show it."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/public/publish.html"
    form_class = PublishForm

    @cached_property
    def publication(self) -> Publication | None:
        """The decision by which the contract is on show."""
        return queries.find_publication(self.contract)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the results of the terms."""
        return super().get_form_kwargs() | {"names": names_of_metrics(self.contract)}

    def get_initial(self) -> dict[str, Any]:
        """Begin with what is private now."""
        return {"private_prices": self.publication.private_prices if self.publication else []}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Put the preview together with what is ticked."""
        facts: dict[str, Any] = {"publication": self.publication}
        if self.contract.state != ContractState.DRAFT.value:
            private = kwargs.pop("private", None)
            private = self.get_initial()["private_prices"] if private is None else private
            shown = queries.show_contract(self.contract, private_prices=private, on=clock.today())
            facts |= facts_of(shown)
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: PublishForm) -> HttpResponse:
        """Show the preview again, or put the contract on show."""
        private = form.cleaned_data["private_prices"]
        if form.cleaned_data["act"] == "look":
            return self.render_to_response(self.get_context_data(form=form, private=private))
        try:
            operations.publish_contract(
                contract=self.contract, private_prices=private, actor=self.actor, at=clock.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.render_to_response(self.get_context_data(form=form, private=private))
        messages.success(self.request, _("Everybody can see the contract now."))
        return redirect("bonds:publish", self.organisation.slug, self.contract.reference)


class UnpublishView(HolderPageMixin, View):
    """Taking the public page back."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Take it back."""
        try:
            operations.withdraw_publication(contract=self.contract, actor=self.actor, at=clock.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The public page is taken back. Only the parties see the contract now."))
        return redirect("bonds:publish", self.organisation.slug, self.contract.reference)


def facts_of(shown: queries.PublicContract) -> dict[str, Any]:
    """Give what the public page of a contract shows, with its chart."""
    # The chart has room for short names; the whole ones stand in the table beside it.
    rows = [
        (Truncator(metric.name).chars(NAME_LETTERS), metric.accepted.total.results or 0) for metric in shown.metrics
    ]
    words = [say_count(metric.accepted.total, shown.threshold) for metric in shown.metrics]
    title = _("Accepted results so far")
    charts = [bars(title=title, rows=rows, words=words, narrow=narrow) for narrow in (False, True)] if rows else []
    return {"shown": shown, "contract": shown.contract, "charts": charts}


def say_count(count: Shown, threshold: int) -> str:
    """Say a count as it may be shown."""
    if count.hidden is Hidden.SMALL:
        return _("fewer than %(threshold)s") % {"threshold": threshold}
    return _("not shown") if count.hidden else str(count.results)
