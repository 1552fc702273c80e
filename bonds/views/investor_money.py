"""Writing down that an investor paid what it was called for, or that a party was paid what it is due."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from bonds.arithmetic.withholding import compute_withheld
from bonds.forms.investor_acts import MovedForm
from bonds.models import CallPart, Distribution
from bonds.operations.calling import DRAWDOWN_PURPOSE
from bonds.operations.distributing import DISTRIBUTION_PURPOSE
from bonds.operations.moving import record_distribution_paid, record_drawdown
from bonds.policies import Standpoint
from bonds.policies import investors as policies
from bonds.queries.investor_money import gross_of, waiting_by_subject
from bonds.queries.investors import get_call_part, get_distribution, open_of_distribution, open_of_part
from bonds.queries.withholding import rate_for
from bonds.views.investors import InvestorsPageMixin
from bonds.views.money_moved import MoneyMovedView
from foundation import clock
from foundation.access import Actor, Decision
from payments.models import RecordedMoney


class MovedView(InvestorsPageMixin, MoneyMovedView):
    """Writing down money between investors and the contract; a second person lets it into the books."""

    template_name = "bonds/investors/moved.html"
    form_class = MovedForm
    refusal_field = None
    key_prefix = ""
    is_receipt = True

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who writes money down."""
        return policies.may_record_investors_money(actor, standpoint)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form the direction."""
        return super().get_form_kwargs() | {"is_receipt": self.is_receipt}

    def get_initial(self) -> dict[str, Any]:
        """Begin with nothing where more waits than is open."""
        return super().get_initial() | {"amount_pence": max(0, self.open_pence)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what is open."""
        facts = {"is_receipt": self.is_receipt, "open_pence": self.open_pence}
        return super().get_context_data(**facts | kwargs)


class DrawdownView(MovedView):
    """An investor paid what it was called for, or a part of it."""

    @cached_property
    def part(self) -> CallPart:
        """The part of the address."""
        part = get_call_part(public_id=str(self.kwargs["part"]))
        if part.call.contract_id != self.contract.pk:
            raise Http404
        return part

    @property
    def open_pence(self) -> int:
        """What of the part is to be paid in and was not written down yet."""
        waiting = waiting_by_subject(DRAWDOWN_PURPOSE, [self.part.public_id])
        return open_of_part(self.part) - sum(one.amount_pence for rows in waiting.values() for one in rows)

    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write the receipt down."""
        return record_drawdown(part=self.part, **typed)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whose it is."""
        facts = {
            "title": _("Record that it was paid"),
            "who": self.part.commitment.party.organisation.name,
            "what": _("call %(number)s") % {"number": self.part.call.number},
            "back_to": self.url("capital-call", self.part.call.number),
        }
        return super().get_context_data(**kwargs | facts)


class DistributionPaymentView(MovedView):
    """A party was paid what it is due by a run, or a part of it."""

    is_receipt = False

    @cached_property
    def due(self) -> Distribution:
        """What the party of the address is due."""
        due = get_distribution(public_id=str(self.kwargs["distribution"]))
        if due.run.contract_id != self.contract.pk:
            raise Http404
        return due

    @property
    def open_pence(self) -> int:
        """What is to be paid and was not written down yet, after tax at the rate of today."""
        return self.gross_pence - compute_withheld(self.gross_pence, rate=self.rate)

    @cached_property
    def gross_pence(self) -> int:
        """The same before tax."""
        waiting = waiting_by_subject(DISTRIBUTION_PURPOSE, [self.due.public_id])
        return max(0, open_of_distribution(self.due) - sum(gross_of(one) for rows in waiting.values() for one in rows))

    @cached_property
    def rate(self) -> int:
        """The rate at which tax is withheld today; 0 for none."""
        return rate_for(self.due, on=clock.today())

    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write the payment down."""
        return record_distribution_paid(due=self.due, **typed)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whose it is."""
        facts = {
            "title": _("Record the payment"),
            "who": self.due.party.organisation.name,
            "what": self.due.get_stage_display(),
            "rate": self.rate,
            "gross_pence": self.gross_pence,
            "tax_pence": self.gross_pence - self.open_pence,
            "back_to": self.url("waterfall-run", self.due.run.number),
        }
        return super().get_context_data(**kwargs | facts)
