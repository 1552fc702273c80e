"""One line of a claim: why this amount, what shows the result, questions and answers, and what happened."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations, states
from bonds.forms import claims as forms
from bonds.forms.checks import DisputeForm
from bonds.models import ClaimLine, LineStateChange
from bonds.operations.viewing import note_evidence_seen
from bonds.policies import Standpoint
from bonds.policies import checks as check_policies
from bonds.policies import claims as policies
from bonds.queries import claims as queries
from bonds.queries.disputes import may_be_disputed
from bonds.queries.explaining import explain_line
from bonds.queries.parties import parties_of
from bonds.views.claims import ClaimsPageMixin, days_left
from bonds.views.page_acts import PageAct
from foundation import clock, files
from foundation.access import Actor, Decision, system_actor

_OPEN = {state.value for state in states.OPEN_STATES}
_WAITING = {state.value for state in states.AWAITING_VERIFIER}
_ACCEPTED = {state.value for state in states.ACCEPTED_STATES}
_CLOCK_RUNS = {state.value for state in states.CLOCK_RUNS}


class OneLineMixin(ClaimsPageMixin):
    """A page of one line that the organisation sees."""

    own_only: ClassVar[bool] = False

    @cached_property
    def line(self) -> ClaimLine:
        """The line of the address."""
        return queries.get_line_seen(
            contract=self.contract,
            public_id=str(self.kwargs["line"]),
            organisation=self.organisation,
            sees_all=self.sees_all and not self.own_only,
        )

    @property
    def evidence_decision(self) -> Decision:
        """Whether files, form numbers, questions and answers may be seen here."""
        claimant = self.line.claim.provider.organisation.public_id
        return policies.may_see_evidence(self.actor, self.standpoint, claimant=claimant)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect what explains the line, and what this officer may do with it."""
        line = self.line
        sees_evidence = bool(self.evidence_decision)
        parties = parties_of(self.contract)
        decision = queries.decided_at(line)
        facts = {
            "line": line,
            "claim": line.claim,
            "why": explain_line(line, currency=self.contract.currency),
            "payer_names": {one.code: one.organisation.name for one in parties},
            "decision": decision,
            "history": [(one, say_who(one, line, parties)) for one in line.state_changes.all()],
            "sees_words": check_policies.sees_words(
                self.standpoint, claimant=line.claim.provider.organisation.public_id
            ),
            "sees_evidence": sees_evidence,
            "evidence": queries.evidence_seen(line, organisation=self.organisation) if sees_evidence else [],
            "talk": line.messages.all() if sees_evidence else [],
            "decide_form": forms.DecideForm(auto_id="id_decide_%s"),
            "query_form": forms.QueryForm(auto_id="id_query_%s"),
            "flag_form": forms.FlagForm(auto_id="id_flag_%s"),
            "check_form": forms.CheckForm(auto_id="id_check_%s"),
            "answer_form": forms.AnswerForm(auto_id="id_answer_%s"),
            "dispute_form": DisputeForm(auto_id="id_dispute_%s"),
            "days_left": days_left(line.claim),
        }
        # The address has a part of this name too, which the view gives along.
        return super().get_context_data(**facts | self._acts() | kwargs | {"line": line})

    @property
    def _pays(self) -> bool:
        return bool(self.standpoint.roles & {role.value for role in states.PAYER_ROLES})

    def _acts(self) -> dict[str, Any]:
        line = self.line
        is_own = line.claim.provider.organisation_id == self.organisation.pk
        may_verify = not is_own and bool(policies.may_verify(self.actor, self.standpoint))
        may_claim = is_own and bool(policies.may_claim(self.actor, self.standpoint))
        return {
            "is_own": is_own,
            "may_decide": may_verify and line.state in _WAITING,
            "may_reject_only": may_verify and line.state == states.LineState.QUERIED.value,
            "may_query": may_verify and line.state in _WAITING,
            "may_flag": may_verify and line.state in _CLOCK_RUNS,
            "may_check": may_verify and line.state in _OPEN,
            "may_take_back": may_verify and line.state in _ACCEPTED,
            "may_answer": may_claim and line.state == states.LineState.QUERIED.value,
            "may_dispute": bool(check_policies.may_dispute(self.actor, self.standpoint))
            and (is_own or self._pays)
            and may_be_disputed(line, on=clock.today()),
            "disputes": line.disputes.select_related("raised_by__organisation", "adjudication"),
            "checks": line.checks.select_related("party__organisation") if may_verify else [],
        }


@method_decorator(never_cache, name="dispatch")
class LineView(OneLineMixin, TemplateView):
    """Why this amount: one line with its whole path."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/claims/line.html"


@method_decorator(never_cache, name="dispatch")
class LineAct(OneLineMixin, PageAct, ABC):
    """An act on a line, on the line's page."""

    template_name = "bonds/claims/line.html"

    def forget(self) -> None:
        """Read the line again."""
        del self.line

    def after(self) -> str:
        """Lead back to the line."""
        return self.url("line", self.line.public_id)


class AnswerLineView(LineAct):
    """The provider's answer to a question."""

    form_class = forms.AnswerForm
    form_name = "answer_form"
    auto_id = "id_answer_%s"
    own_only = True

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who claims."""
        return policies.may_claim(actor, standpoint)

    def act(self, form: Any) -> str:
        """Answer."""
        operations.answer_query(line=self.line, party=self.party, actor=self.actor, at=clock.now(), **form.cleaned_data)
        return _("Answered. The line is with the verifier again.")


@method_decorator(never_cache, name="dispatch")
class EvidenceFileView(OneLineMixin):
    """A file that shows the result of a line; that it was opened is noted."""

    http_method_names = ("get", "head", "options")

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Stream it to those who may see it."""
        decision = self.evidence_decision
        if not decision:
            raise PermissionDenied(decision.reason)
        wanted = str(self.kwargs["evidence"])
        seen = queries.evidence_seen(self.line, organisation=self.organisation)
        item = next((one for one in seen if one.public_id == wanted and one.file is not None), None)
        if item is None or item.file is None:
            raise Http404(_("There is no such file."))
        note_evidence_seen(line=self.line, item=item, organisation=self.organisation, actor=self.actor, at=clock.now())
        return files.stream(item.file, inline=True)


def say_who(change: LineStateChange, line: ClaimLine, parties: Sequence[Any]) -> str:
    """Name the organisation that moved a line; or the terms, where nobody answered in time."""
    if change.by == system_actor(states.DEEMED).ref:
        return _("the terms of the contract, because nobody answered in time")
    if change.to_state in {states.LineState.INVOICED.value, states.LineState.PAID.value}:
        return line.claim.contract.organisation.name
    decider = next((one for one in parties if one.organisation_id == change.decider), None)
    return decider.organisation.name if decider else line.claim.provider.organisation.name
