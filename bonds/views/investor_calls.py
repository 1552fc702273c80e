"""Calling on investors, one call with its parts, giving up what is not needed, and interest in the books."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.forms import Form
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations
from bonds.arithmetic.calls import CallPart
from bonds.forms.investor_acts import CallForm, CancelForm, WriteOffForm
from bonds.models import CapitalCall
from bonds.operations.accruing import work_out_accruals
from bonds.operations.calling import DRAWDOWN_PURPOSE, work_out_call
from bonds.operations.committing import digest_of_parts, work_out_cancellation
from bonds.operations.investor_errors import NoInvestors
from bonds.queries.calls import get_call
from bonds.queries.endings import find_end
from bonds.queries.investor_money import waiting_by_subject
from bonds.queries.investor_overview import find_overview
from bonds.queries.notices import find_notice_policy, posted_of
from bonds.views.investor_acts import KeeperFormView, PreviewedView
from bonds.views.investors import InvestorsPageMixin
from foundation import clock


class CallView(PreviewedView):
    """Calling on the investors: who would be asked for how much, then the notice."""

    template_name = "bonds/investors/call_new.html"
    form_class: type[Form] = CallForm
    title = gettext_lazy("Call on the investors")
    about = gettext_lazy(
        "Each is asked in proportion to what it has left to be called for. Money counts once it came and two people "
        "have seen it."
    )
    button = gettext_lazy("Call on them")
    done = gettext_lazy("Called. The officers of each investor are told by mail.")
    made: CapitalCall

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether the books show it."""
        policy = find_notice_policy(contract=self.contract, on=clock.today())
        return super().get_context_data(**{"is_posted": policy is not None and policy.is_posted} | kwargs)

    def look(self, typed: dict[str, Any]) -> tuple[Any, str]:
        """Divide it."""
        amount, today = typed["amount_pence"], clock.today()
        parts = work_out_call(contract=self.contract, amount_pence=amount, on=today)
        return self.describe(parts), digest_of_parts(parts)

    def act(self, typed: dict[str, Any]) -> None:
        """Call."""
        self.made = operations.call_capital(
            contract=self.contract, seen=self.seen, actor=self.actor, at=clock.now(), **typed
        )

    def after(self) -> str:
        """Lead to the call."""
        return self.url("capital-call", self.made.number)

    def describe(self, parts: tuple[CallPart, ...]) -> list[dict[str, Any]]:
        """Give the parts with names."""
        names = self.names
        return [
            asdict(part)
            | {"investor": names.parties.get(part.investor, part.investor), "tranche": names.tranche([part.tranche])}
            for part in parts
        ]


class CancelView(CallView):
    """Giving up what was committed and will not be needed."""

    template_name = "bonds/investors/cancel.html"
    form_class = CancelForm
    title = gettext_lazy("Give up what is not needed")
    about = gettext_lazy(
        "What investors committed and were not called for can be given up, each by what it has left. It can never be "
        "called afterwards."
    )
    button = gettext_lazy("Give it up")
    done = gettext_lazy("Given up. So much less can be called.")

    def look(self, typed: dict[str, Any]) -> tuple[Any, str]:
        """Divide it."""
        amount, today = typed["amount_pence"], clock.today()
        parts = work_out_cancellation(contract=self.contract, amount_pence=amount, on=today)
        return self.describe(parts), digest_of_parts(parts)

    def act(self, typed: dict[str, Any]) -> None:
        """Cancel."""
        operations.cancel_commitments(contract=self.contract, seen=self.seen, actor=self.actor, at=clock.now(), **typed)

    def after(self) -> str:
        """Lead to the overview."""
        return self.url("investors")


@method_decorator(never_cache, name="dispatch")
class OneCallView(InvestorsPageMixin, TemplateView):
    """One call: its parts, what was paid in of each, and what waits for a second person."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/investors/call.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        shown = get_call(contract=self.contract, number=int(self.kwargs["number"]), investor=self.only)
        subjects = [one.part.public_id for one in shown.parts]
        waiting = waiting_by_subject(DRAWDOWN_PURPOSE, subjects) if self.sees_all else {}
        facts = {
            "call": shown.call,
            "shown": shown,
            "parts": [(one, waiting.get(one.part.public_id, [])) for one in shown.parts],
            "end": find_end(self.contract),
            "is_posted": self.sees_all and bool(posted_of([one.part for one in shown.parts])),
        }
        return super().get_context_data(**kwargs | facts)


class AccrueView(KeeperFormView):
    """Booking the interest that was earned until today."""

    template_name = "bonds/investors/accrue.html"
    form_class = Form
    title = gettext_lazy("Book the interest until today")
    about = gettext_lazy(
        "What investors earned and is not in the books yet. It is owed from then on, and paid when cash is shared out. "
        "Sharing out books it too; do it here for the accounts at the end of a month."
    )
    button = gettext_lazy("Book it")
    done = gettext_lazy("The interest until today is in the books.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what would change."""
        try:
            changes = work_out_accruals(self.contract, on=clock.today())
        except NoInvestors:
            changes = []
        return super().get_context_data(**{"changes": changes, "today": clock.today()} | kwargs)

    def act(self, typed: dict[str, Any]) -> None:
        """Accrue it."""
        operations.accrue_interest(contract=self.contract, actor=self.actor, at=clock.now())


class WriteOffView(KeeperFormView):
    """Writing off what investors lost."""

    template_name = "bonds/investors/write_off.html"
    form_class = WriteOffForm
    title = gettext_lazy("Write off what is lost")
    about = gettext_lazy(
        "When nothing is left to share out and nothing more will come, what was not repaid is written off, with the "
        "interest on it. That ends the investors' side: nobody is called or paid afterwards."
    )
    button = gettext_lazy("Write it off")
    done = gettext_lazy("Written off. The investors' side of the contract is over.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what would be lost."""
        overview = find_overview(self.contract, on=clock.today())
        rows = [row for row in overview.rows if row.figures.outstanding or row.figures.interest_due] if overview else []
        return super().get_context_data(**{"rows": rows} | kwargs)

    def act(self, typed: dict[str, Any]) -> None:
        """Write it off."""
        operations.write_off(contract=self.contract, reason=typed["reason"], actor=self.actor, at=clock.now())
