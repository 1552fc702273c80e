"""What one investor is told of a period: its figures by tranche, and all that moved, with days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bonds.arithmetic.editing import fingerprint
from bonds.arithmetic.positions import Movement, MovementKind
from bonds.arithmetic.returns import Returns, compute_returns
from bonds.arithmetic.statements import Statement
from bonds.models import OutcomesContract, Party
from bonds.queries.investors import (
    compute_investor_statements,
    compute_standing,
    find_investor_terms,
    list_movements,
)
from core.errors import NotFound

MOVEMENT_WORDS: Final[Mapping[MovementKind, str | Promise]] = {
    MovementKind.CALLED: lazy("called"),
    MovementKind.DRAWN: lazy("paid in"),
    MovementKind.CANCELLED: lazy("given up: never to be called"),
    MovementKind.DECLARED: lazy("coupon that a result earned"),
    MovementKind.INTEREST: lazy("interest received"),
    MovementKind.RELEASED: lazy("interest that will not be paid"),
    MovementKind.TAX: lazy("income tax withheld from it"),
    MovementKind.PRINCIPAL: lazy("repaid"),
    MovementKind.UPSIDE: lazy("share of what results earned, received"),
    MovementKind.GUARANTEED: lazy("received from a guarantor"),
    MovementKind.WRITTEN_OFF: lazy("written off"),
    MovementKind.DOWNSIDE: lazy("paid because of a bad result"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyStatement:
    """A period of one investor. Amounts are pence.

    Attributes:
        party: Whose.
        from_on: First day.
        until_on: The day after the last.
        lines: A statement for each tranche, with the tranche's name.
        moves: All that moved in the period, by day, with the tranche's name and words for what it was.
        returns: Of all its commitments together, since the beginning.
    """

    party: Party
    from_on: date
    until_on: date
    lines: tuple[tuple[str, Statement], ...]
    moves: tuple[tuple[Movement, str, str], ...]
    returns: Returns

    @property
    def digest(self) -> str:
        """What tells these figures from any others."""
        facts: list[Any] = [_plain(asdict(line)) for _name, line in self.lines]
        facts += [_plain(move._asdict()) for move, _name, _words in self.moves]
        return fingerprint(facts)


class StatementMissing(NotFound):
    """The party invests nothing in the contract, so there is no statement of it."""

    code = "bonds.no_statement"


def get_statement(*, contract: OutcomesContract, party: Party, from_on: date, until_on: date) -> PartyStatement:
    """Work out what an investor is told of a half-open period.

    Args:
        contract: Signed, with investors.
        party: Who invests.
        from_on: First day.
        until_on: The day after the last.

    Raises:
        StatementMissing: the party has no commitment.
        StatementPeriodEmpty: the period ends on or before the day it begins.
    """
    terms = find_investor_terms(contract)
    if terms is None or party.code not in {one.investor for one in terms.commitments}:
        raise StatementMissing(_("This organisation has committed nothing."), party=party.code)
    names = {tranche.code: tranche.name for tranche in terms.tranches}
    statements = compute_investor_statements(contract=contract, from_on=from_on, until_on=until_on, investor=party.code)
    mine = [one for one in list_movements(contract) if one.investor == party.code and from_on <= one.on < until_on]
    # The last day of the period is the last whose money counts.
    flows = [
        flow
        for one in compute_standing(contract, terms, on=until_on)
        if one.commitment.investor == party.code
        for flow in one.flows
        if flow.on < until_on
    ]
    return PartyStatement(
        party=party,
        from_on=from_on,
        until_on=until_on,
        lines=tuple((names[one.tranche], one) for one in statements),
        moves=tuple(
            (one, names[one.tranche], str(MOVEMENT_WORDS[one.kind])) for one in sorted(mine, key=lambda one: one.on)
        ),
        returns=compute_returns(flows),
    )


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in facts.items()}
