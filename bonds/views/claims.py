"""Claims on pages: the list, one claim with its lines, and what everybody may do there."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations, states
from bonds.documents.claims import CLAIM, claim_subject
from bonds.forms import claims as forms
from bonds.models import Claim
from bonds.models.choices import LINE_STATES
from bonds.operations.errors import LinesRefused
from bonds.policies import Standpoint
from bonds.policies import claims as policies
from bonds.queries import claims as queries
from bonds.views.mixins import ContractPageMixin
from bonds.views.page_acts import PageAct
from core.errors import DomainError
from documents import operations as document_operations
from foundation import clock
from foundation.access import Actor, Decision

CLAIMS_A_PAGE = 50
LINES_A_PAGE = 100
LINE_WORDS = dict(LINE_STATES)


class ClaimsPageMixin(ContractPageMixin):
    """A page for those who see claims; what they do not see does not exist for them."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees claims."""
        return policies.may_see_claims(actor, standpoint)

    @property
    def sees_all(self) -> bool:
        """Whether the organisation sees the submitted claims of every provider."""
        return policies.sees_every_claim(self.standpoint)

    @cached_property
    def metric_names(self) -> Mapping[str, str]:
        """What the terms call the results."""
        return queries.names_of_metrics(self.contract)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what every page of claims asks."""
        facts = {
            "names": self.metric_names,
            "sees_all": self.sees_all,
            "may_claim": bool(policies.may_claim(self.actor, self.standpoint)),
            "may_verify": bool(policies.may_verify(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)

    def url(self, name: str, *more: object) -> str:
        """Give an address of this contract."""
        return reverse(f"bonds:{name}", args=[self.organisation.slug, self.contract.reference, *more])


@method_decorator(never_cache, name="dispatch")
class ClaimListView(ClaimsPageMixin, TemplateView):
    """The claims under a contract; those that wait for an answer first, with the days that are left."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/claims/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what waits, and a page of all."""
        claims = queries.claims_of(contract=self.contract, organisation=self.organisation, sees_all=self.sees_all)
        waiting = claims.filter(state=states.ClaimState.SUBMITTED.value).order_by("response_due_on", "number")
        facts = {
            "waiting": [(one, days_left(one)) for one in waiting[:LINES_A_PAGE]],
            "page": Paginator(claims, CLAIMS_A_PAGE).get_page(self.request.GET.get("page")),
        }
        return super().get_context_data(**facts | kwargs)


class OneClaimMixin(ClaimsPageMixin):
    """A page of one claim that the organisation sees."""

    # Whether only the claiming provider comes here.
    own_only: ClassVar[bool] = False

    @cached_property
    def claim(self) -> Claim:
        """The claim of the address."""
        return queries.get_claim_seen(
            contract=self.contract,
            number=int(self.kwargs["number"]),
            organisation=self.organisation,
            sees_all=self.sees_all and not self.own_only,
        )

    @property
    def is_own(self) -> bool:
        """Whether the organisation claims here."""
        return self.claim.provider.organisation_id == self.organisation.pk

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect what the page shows, and what this officer may do with the ticked lines."""
        claim = self.claim
        counts, metrics = queries.count_by_state(claim), queries.metrics_in(claim)
        # What is not there is not asked for.
        asked = {"state": counts, "metric": metrics}
        chosen = {name: self.request.GET.get(name, "") for name in asked}
        chosen = {name: value if value in asked[name] else "" for name, value in chosen.items()}
        lines = queries.lines_in(claim=claim, **chosen)
        facts = {
            "claim": claim,
            "is_own": self.is_own,
            "sums": queries.sum_claim(claim),
            "counts": [(state, LINE_WORDS[state], count) for state, count in counts.items()],
            "metrics": metrics,
            "page": Paginator(lines, LINES_A_PAGE).get_page(self.request.GET.get("page")),
            "days_left": days_left(claim),
            "query": self.request.GET.urlencode(),
            "ticked": self.request.POST.getlist("lines"),
            "decide_form": forms.DecideForm(auto_id="id_decide_%s"),
            "withdraw_form": forms.WithdrawLinesForm(auto_id="id_withdraw_%s"),
        }
        return super().get_context_data(**facts | self._acts() | chosen | kwargs)

    def _acts(self) -> dict[str, Any]:
        is_draft = self.claim.state == states.ClaimState.DRAFT.value
        is_open = self.claim.state == states.ClaimState.SUBMITTED.value
        may_claim = self.is_own and bool(policies.may_claim(self.actor, self.standpoint))
        may_verify = not self.is_own and bool(policies.may_verify(self.actor, self.standpoint))
        return {
            "may_take": may_claim and is_draft,
            "may_withdraw": may_claim and is_open,
            "may_decide": may_verify and is_open,
            "may_take_back": may_verify,
        }


@method_decorator(never_cache, name="dispatch")
class ClaimView(OneClaimMixin, TemplateView):
    """One claim: what it comes to, its lines, and what may be done with those that are ticked."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/claims/claim.html"


@method_decorator(never_cache, name="dispatch")
class ClaimAct(OneClaimMixin, PageAct, ABC):
    """An act on a claim, on the claim's page."""

    template_name = "bonds/claims/claim.html"

    def forget(self) -> None:
        """Read the claim again."""
        del self.claim

    def say_refused(self, refused: DomainError) -> list[str]:
        """Say of each line that is in the way what is the matter with it."""
        return [refused.message, *say_refused(refused, self.metric_names)]

    def after(self) -> str:
        """Lead back to the same lines of the claim."""
        query = self.request.GET.urlencode()
        return self.url("claim", self.claim.number) + (f"?{query}" if query else "")


class TakeLinesView(ClaimAct):
    """Taking lines out of a claim that is being put together."""

    form_class = forms.LinesForm
    form_name = "take_form"
    own_only = True

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who claims."""
        return policies.may_claim(actor, standpoint)

    def act(self, form: Any) -> str:
        """Take them out."""
        lines = form.cleaned_data["lines"]
        operations.take_from_claim(claim=self.claim, lines=lines, actor=self.actor, at=clock.now())
        return _("Taken out. The results can be put in again while there is time.")


class WithdrawLinesView(ClaimAct):
    """Taking back lines that were submitted."""

    form_class = forms.WithdrawLinesForm
    form_name = "withdraw_form"
    auto_id = "id_withdraw_%s"
    own_only = True

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who claims."""
        return policies.may_claim(actor, standpoint)

    def act(self, form: Any) -> str:
        """Withdraw them."""
        operations.withdraw_lines(claim=self.claim, actor=self.actor, at=clock.now(), **form.cleaned_data)
        return _("Withdrawn. The results may be claimed again while there is time.")


@method_decorator(never_cache, name="dispatch")
class ClaimStatementView(OneClaimMixin):
    """The claim as a PDF that others can check; as long as nothing changes, asking again gives the same file."""

    http_method_names = ("post", "options")

    def post(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Make it, and lead to the file."""
        document = document_operations.make_document(
            kind=CLAIM,
            organisation=self.claim.provider.organisation,
            subject=claim_subject(self.claim),
            actor=self.actor,
            at=clock.now(),
            issued_on=clock.today(),
        )
        return redirect("documents:download", public_id=document.public_id)


def days_left(claim: Claim) -> int:
    """Days until the verifier's answer is due, below zero when it is late; 0 for a draft, which nobody answers."""
    return (claim.response_due_on - clock.today()).days if claim.response_due_on else 0


def say_refused(refused: DomainError, names: Mapping[str, str]) -> list[str]:
    """Say of each result that cannot be claimed which one it is, and why."""
    if not isinstance(refused, LinesRefused):
        return []
    told = refused.facts["lines"]
    events = queries.events_named([one["event"] for one in told])
    said = []
    for one in told:
        event = events[one["event"]]
        who = event.participant.pseudonym if event.participant else event.cohort
        what, on = names.get(event.metric, event.metric), date_format(event.achieved_on, "j F Y")
        said.append(f"{what}, {who}, {on}: {one['reason']}")
    return said
