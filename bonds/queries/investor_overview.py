"""The investors' side of a contract at a glance: by commitment, by tranche, by investor, and in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from bonds.arithmetic.calls import Facility, compute_facilities
from bonds.arithmetic.positions import MovementKind
from bonds.arithmetic.returns import Flow, Returns, compute_returns
from bonds.arithmetic.tranches import InvestorTerms
from bonds.models import InvestorCommitment, OutcomesContract, Party
from bonds.queries.investors import compute_standing, find_investor_terms, list_commitments
from bonds.queries.parties import parties_of
from bonds.queries.waterfall_words import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What became of committed money since the beginning, in pence.

    Attributes:
        committed: By the terms in force.
        cancelled: Given up, never to be called.
        called: Asked for.
        awaited: Asked for and not paid in yet.
        callable: What may still be asked for.
        drawn: Paid in.
        undrawn: What may still be paid in, called or not.
        repaid: Principal that came back.
        outstanding: Principal that is still to come back.
        lost: Principal that was written off.
        earned: Interest, with declared coupons.
        interest_due: Interest that was earned and not paid, and is still owed.
        interest_lost: Interest that was earned and will never be paid.
        paid: Interest and upside that were paid, before tax.
        tax_withheld: Of that.
        flows: Money between investor and deal, as the investor sees it.
    """

    committed: int
    cancelled: int
    called: int
    awaited: int
    callable: int
    drawn: int
    undrawn: int
    repaid: int
    outstanding: int
    lost: int
    earned: int
    interest_due: int
    interest_lost: int
    paid: int
    tax_withheld: int
    flows: tuple[Flow, ...]

    @property
    def returns(self) -> Returns:
        """What it came to: multiple, and rate with its label."""
        return compute_returns(self.flows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One commitment, with its figures.

    Attributes:
        commitment: With its party.
        tranche: What people call it.
        figures: Its own.
    """

    commitment: InvestorCommitment
    tranche: str
    figures: Figures

    @property
    def party(self) -> Party:
        """Whose it is."""
        return self.commitment.party


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The investors' side on a day.

    Attributes:
        terms: In force.
        rows: By commitment, in the order of the terms.
    """

    terms: InvestorTerms
    rows: tuple[Row, ...]

    @property
    def total(self) -> Figures:
        """All of them together."""
        return add_up(row.figures for row in self.rows)

    @property
    def by_tranche(self) -> list[tuple[str, Figures, list[Row]]]:
        """Each tranche with its name, its sums and its rows; those without a row are left out."""
        found = []
        for tranche in self.terms.tranches:
            rows = [row for row in self.rows if row.commitment.tranche == tranche.code]
            if rows:
                found.append((tranche.name, add_up(row.figures for row in rows), rows))
        return found

    @property
    def by_investor(self) -> list[tuple[Party, Figures]]:
        """Each investor with its sums over all tranches."""
        parties = {row.party.pk: row.party for row in self.rows}
        return [
            (party, add_up(row.figures for row in self.rows if row.party.pk == key)) for key, party in parties.items()
        ]


def find_overview(contract: OutcomesContract, *, on: date, investor: str = "") -> Overview | None:
    """Work out where investors stand on a day, from money that moved.

    Args:
        contract: Any.
        on: The day; interest counts up to the day before.
        investor: Code of one party, to see only its own; empty for everybody.

    Returns:
        None where nobody invests by a signed version.
    """
    terms = find_investor_terms(contract)
    if terms is None:
        return None
    commitments = list_commitments(contract)
    facilities = compute_facilities(compute_standing(contract, terms, on=on))
    rows = [_row(terms, commitments[_place(one)], one) for one in facilities]
    return Overview(terms=terms, rows=tuple(row for row in rows if investor in {"", row.party.code}))


def names_for(contract: OutcomesContract, *, only: str = "") -> Names:
    """Give what codes stand for in a contract, and what may be named.

    Args:
        contract: With or without investors.
        only: Code of the one party whose parts may be named; empty: everybody's.
    """
    terms = find_investor_terms(contract)
    return Names(
        currency=contract.currency,
        parties={one.code: one.organisation.name for one in parties_of(contract)},
        tranches={one.code: one.name for one in terms.tranches} if terms else {},
        only=only,
    )


def add_up(figures: Iterable[Figures]) -> Figures:
    """Add up figures; returns are those of all flows together."""
    rows: Sequence[Figures] = list(figures)
    sums = {each.name: sum(getattr(row, each.name) for row in rows) for each in fields(Figures) if each.name != "flows"}
    return Figures(**sums, flows=tuple(flow for row in rows for flow in row.flows))


def _place(facility: Facility) -> tuple[str, str]:
    return facility.position.commitment.investor, facility.position.tranche.code


def _row(terms: InvestorTerms, commitment: InvestorCommitment, facility: Facility) -> Row:
    position = facility.position
    figures = Figures(
        committed=facility.committed,
        cancelled=facility.cancelled,
        called=facility.called,
        awaited=facility.awaited,
        callable=facility.callable,
        drawn=facility.drawn,
        undrawn=facility.undrawn,
        repaid=position.repaid,
        outstanding=position.principal,
        lost=position.sums.get(MovementKind.WRITTEN_OFF, 0),
        earned=position.earned,
        interest_due=position.interest_due,
        interest_lost=position.sums.get(MovementKind.RELEASED, 0),
        paid=position.returned,
        tax_withheld=position.tax_withheld,
        flows=position.flows,
    )
    return Row(commitment=commitment, tranche=terms.tranche(commitment.tranche).name, figures=figures)
