"""Sharing out cash: looked at stage by stage before it is confirmed; one run with why; taking a run back."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations
from bonds.forms.contracts import ReasonForm
from bonds.forms.investor_acts import ShareOutForm
from bonds.models import WaterfallRun
from bonds.operations.distributing import DISTRIBUTION_PURPOSE, work_out_run
from bonds.queries.investor_money import waiting_by_subject
from bonds.queries.runs import get_run, list_dues
from bonds.queries.waterfall_words import explain_steps
from bonds.views.investor_acts import KeeperFormView, PreviewedView
from bonds.views.investors import InvestorsPageMixin
from foundation import clock
from foundation.models import Job


class ShareOutView(PreviewedView):
    """Sharing out what is in the bank, stage by stage as the investors agreed."""

    template_name = "bonds/investors/share_out.html"
    form_class = ShareOutForm
    title = gettext_lazy("Share out the cash")
    about = gettext_lazy(
        "What is in the bank and was not promised before is shared out in the order that was agreed. Nothing leaves "
        "the bank by it: each party is paid afterwards, and two people see each payment."
    )
    button = gettext_lazy("Share it out like this")
    done = gettext_lazy("Shared out. Each party can be paid now what it is due.")
    made: WaterfallRun | Job

    def look(self, typed: dict[str, Any]) -> tuple[Any, str]:
        """Work it out."""
        worked = work_out_run(contract=self.contract, on=clock.today(), **typed)
        facts = {"worked": worked, "stages": explain_steps(worked.steps, self.names)}
        return facts, worked.digest

    def act(self, typed: dict[str, Any]) -> None:
        """Share it out, or begin the job that does."""
        self.made = operations.begin_sharing_out(
            contract=self.contract,
            seen=self.seen,
            actor=self.actor,
            at=clock.now(),
            result_path=self.url("investors"),
            **typed,
        )

    def say_done(self) -> str:
        """Say that it is done, or that it is begun."""
        if isinstance(self.made, Job):
            return _("It is being shared out: much that providers are due is booked first.")
        return super().say_done()

    def after(self) -> str:
        """Lead to the run, or to how far it is."""
        if isinstance(self.made, Job):
            return reverse("foundation:job", args=[self.made.public_id])
        return self.url("waterfall-run", self.made.number)


class OneRunMixin(InvestorsPageMixin):
    """A page of one run."""

    @cached_property
    def run(self) -> WaterfallRun:
        """The run of the address."""
        return get_run(contract=self.contract, number=int(self.kwargs["number"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect the run, with why and with what each party is due."""
        dues = list_dues(self.contract, run=self.run, investor=self.only, on=clock.today())
        waiting = waiting_by_subject(DISTRIBUTION_PURPOSE, [one.due.public_id for one in dues]) if self.sees_all else {}
        facts = {
            "run": self.run,
            "withdrawal": getattr(self.run, "withdrawal", None),
            "stages": explain_steps(self.run.steps, self.names),
            "dues": [(one, waiting.get(one.due.public_id, [])) for one in dues],
            "is_untouched": not waiting and not any(one.paid for one in dues),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class RunView(OneRunMixin, TemplateView):
    """One run: stage by stage what was due, paid and left, and why; who was paid of it."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/investors/run.html"


class WithdrawRunView(KeeperFormView):
    """Taking back a run of which nothing was paid."""

    template_name = "bonds/contracts/act.html"
    form_class = ReasonForm
    title = gettext_lazy("Take the run back")
    about = gettext_lazy(
        "Nobody is due anything by it any more, and its cash can be shared out again. Interest that was booked stays: "
        "it was earned."
    )
    button = gettext_lazy("Take it back")
    done = gettext_lazy("Taken back. Its cash can be shared out again.")

    def act(self, typed: dict[str, Any]) -> None:
        """Withdraw it."""
        run = get_run(contract=self.contract, number=int(self.kwargs["number"]))
        operations.withdraw_run(run=run, reason=typed["reason"], actor=self.actor, at=clock.now())

    def after(self) -> str:
        """Lead to the run."""
        return self.url("waterfall-run", self.kwargs["number"])
