"""Disputes on pages: raising one, the list with their age, and what the adjudicator found."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations
from bonds.forms.checks import AdjudicateForm, DisputeForm
from bonds.models import Dispute
from bonds.policies import Standpoint
from bonds.policies import checks as policies
from bonds.queries import disputes as queries
from bonds.queries.contracts import find_party
from bonds.states import LineState
from bonds.views.claim_lines import LineAct
from bonds.views.claims import ClaimsPageMixin
from bonds.views.page_acts import PageAct
from core.periods import legal_day
from foundation import clock
from foundation.access import Actor, Decision

DISPUTES_A_PAGE = 50


@method_decorator(never_cache, name="dispatch")
class DisputeListView(ClaimsPageMixin, TemplateView):
    """The disputes that an organisation sees: those that wait first, with the days that they have waited."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/checks/disputes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give a page of them."""
        disputes = queries.disputes_of(contract=self.contract, organisation=self.organisation, sees_all=self.sees_all)
        page = Paginator(disputes, DISPUTES_A_PAGE).get_page(self.request.GET.get("page"))
        rows = [(one, days_open(one)) for one in page]
        return super().get_context_data(**{"page": page, "rows": rows} | kwargs)


class RaiseDisputeView(LineAct):
    """Disputing the decision about a line."""

    form_class = DisputeForm
    form_name = "dispute_form"
    auto_id = "id_dispute_%s"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may dispute."""
        return policies.may_dispute(actor, standpoint)

    def act(self, form: Any) -> str:
        """Dispute it."""
        self.dispute = operations.raise_dispute(
            line=self.line, party=self.party, actor=self.actor, at=clock.now(), **form.cleaned_data
        )
        return _("Disputed. The others have been told by mail, and the line is at rest until it is decided.")

    def after(self) -> str:
        """Lead to the dispute."""
        return self.url("dispute", self.dispute.public_id)


class OneDisputeMixin(ClaimsPageMixin):
    """A page of one dispute that the organisation sees."""

    @cached_property
    def dispute(self) -> Dispute:
        """The dispute of the address."""
        return queries.get_dispute_seen(
            contract=self.contract,
            public_id=str(self.kwargs["dispute"]),
            organisation=self.organisation,
            sees_all=self.sees_all,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect what it is about, how it stands, and whether this officer may write down what was found."""
        dispute = self.dispute
        adjudication = getattr(dispute, "adjudication", None)
        claimant = dispute.line.claim.provider.organisation.public_id
        facts: dict[str, Any] = {
            "dispute": dispute,
            "line": dispute.line,
            "claim": dispute.line.claim,
            "was": LineState(dispute.decided_state).value,
            "adjudication": adjudication,
            "days": days_open(dispute),
            "sees_words": policies.sees_dispute_words(
                self.standpoint, claimant=claimant, raised_by=dispute.raised_by.organisation.public_id
            ),
            "carried_out": queries.carried_out(dispute) if adjudication else None,
        }
        if adjudication is None and policies.may_adjudicate(self.actor, self.standpoint):
            party = find_party(contract=self.contract, organisation=self.organisation)
            objections = (
                queries.find_objections(dispute=dispute, party=party, actor=self.actor.ref, on=clock.today())
                if party
                else []
            )
            facts |= {"objections": objections}
            if party and not objections:
                facts |= {"adjudicate_form": AdjudicateForm(was=dispute.decided_state)}
        # The address has a part of this name too, which the view gives along.
        return super().get_context_data(**facts | kwargs | {"dispute": dispute})


@method_decorator(never_cache, name="dispatch")
class DisputeView(OneDisputeMixin, TemplateView):
    """One dispute: what was decided, why somebody does not agree, what was found, and what followed."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/checks/dispute.html"


@method_decorator(never_cache, name="dispatch")
class AdjudicateView(OneDisputeMixin, PageAct):
    """Writing down what the adjudicator found, and doing it."""

    template_name = "bonds/checks/dispute.html"
    form_class = AdjudicateForm
    form_name = "adjudicate_form"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may write it down."""
        return policies.may_adjudicate(actor, standpoint)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer what can be found about a line that was decided like this one."""
        return super().get_form_kwargs() | {"was": self.dispute.decided_state}

    def forget(self) -> None:
        """Read the dispute again."""
        del self.dispute

    def after(self) -> str:
        """Lead back to the dispute."""
        return self.url("dispute", self.dispute.public_id)

    def act(self, form: AdjudicateForm) -> str:
        """Write it down and carry it out."""
        typed = form.cleaned_data | {"finding": LineState(form.cleaned_data["finding"])}
        operations.record_adjudication(
            dispute=self.dispute, party=self.party, actor=self.actor, at=clock.now(), **typed
        )
        return _("Written down and carried out. Both sides have been told by mail.")


def days_open(dispute: Dispute) -> int:
    """Days that a dispute has waited, or had waited when it was decided."""
    adjudication = getattr(dispute, "adjudication", None)
    until = legal_day(adjudication.at) if adjudication else clock.today()
    return (until - legal_day(dispute.at)).days
