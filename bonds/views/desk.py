"""The verifier's desk: ticked lines are accepted or rejected; one line is queried, put aside or checked."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bonds import operations
from bonds.forms import claims as forms
from bonds.models import LineResult
from bonds.policies import Standpoint
from bonds.policies import claims as policies
from bonds.queries import claims as queries
from bonds.views.claim_lines import LineAct
from bonds.views.claims import ClaimAct
from core.money import format_pounds
from foundation import clock
from foundation.access import Actor, Decision


class DecideView(ClaimAct):
    """Accepting or rejecting ticked lines, all of them or none."""

    form_class = forms.DecideForm
    form_name = "decide_form"
    auto_id = "id_decide_%s"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return policies.may_verify(actor, standpoint)

    def act(self, form: Any) -> str:
        """Decide."""
        lines, note = form.cleaned_data["lines"], form.cleaned_data["note"]
        asked = {"claim": self.claim, "lines": lines, "verifier": self.party, "actor": self.actor, "at": clock.now()}
        if form.cleaned_data["act"] == "reject":
            operations.reject_lines(reason=note, **asked)
            words = ngettext("%(count)s line is rejected.", "%(count)s lines are rejected.", len(lines))
            return words % {"count": len(lines)}
        run = operations.accept_lines(note=note, **asked)
        net = sum(LineResult.objects.filter(run=run).values_list("net_pence", flat=True))
        words = ngettext(
            "%(count)s line is accepted and comes to %(amount)s.",
            "%(count)s lines are accepted and come to %(amount)s.",
            run.line_count,
        )
        return words % {"count": run.line_count, "amount": format_pounds(net, self.contract.currency)}


class VerifierAct(LineAct):
    """An act of the verifier on one line."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return policies.may_verify(actor, standpoint)


class QueryLineView(VerifierAct):
    """A question to the provider."""

    form_class = forms.QueryForm
    form_name = "query_form"
    auto_id = "id_query_%s"

    def act(self, form: Any) -> str:
        """Ask."""
        operations.query_line(
            line=self.line, verifier=self.party, actor=self.actor, at=clock.now(), **form.cleaned_data
        )
        return _("Asked. The provider has been told by mail; the time for your answer stands still until it answers.")


class FlagLineView(VerifierAct):
    """Putting a line aside."""

    form_class = forms.FlagForm
    form_name = "flag_form"
    auto_id = "id_flag_%s"

    def act(self, form: Any) -> str:
        """Put it aside."""
        operations.flag_line(line=self.line, verifier=self.party, actor=self.actor, at=clock.now(), **form.cleaned_data)
        return _("Put aside. Nothing is decided, and silence does not accept it.")


class CheckLineView(VerifierAct):
    """Writing down a check before payment."""

    form_class = forms.CheckForm
    form_name = "check_form"
    auto_id = "id_check_%s"

    def act(self, form: Any) -> str:
        """Keep it."""
        operations.check_line(
            line=self.line, verifier=self.party, actor=self.actor, at=clock.now(), **form.cleaned_data
        )
        return _("The check is written down. It decides nothing by itself.")


class DecideLineView(VerifierAct):
    """Accepting or rejecting one line, then on to the next that waits."""

    form_class = forms.DecideForm
    form_name = "decide_form"
    auto_id = "id_decide_%s"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The line is the one of the address, whatever was sent."""
        asked = super().get_form_kwargs()
        data = self.request.POST.copy()
        data.setlist("lines", [self.line.public_id])
        return asked | {"data": data}

    def act(self, form: Any) -> str:
        """Decide."""
        asked: dict[str, Any] = {
            "claim": self.line.claim,
            "lines": [self.line.public_id],
            "verifier": self.party,
            "actor": self.actor,
            "at": clock.now(),
        }
        if form.cleaned_data["act"] == "reject":
            operations.reject_lines(reason=form.cleaned_data["note"], **asked)
            return _("The line is rejected.")
        operations.accept_lines(note=form.cleaned_data["note"], **asked)
        return _("The line is accepted.")

    def after(self) -> str:
        """Lead to the next line of the claim that waits, or back to this one if none does."""
        return self.url("line", queries.next_waiting(self.line) or self.line.public_id)
