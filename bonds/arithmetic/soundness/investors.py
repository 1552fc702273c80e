"""Whether what investors agreed can be meant: tranches, commitments, order of payment, and who gets what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations
from typing import Final

from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.shapes import Problem, point
from bonds.arithmetic.soundness.orders import check_order
from bonds.arithmetic.soundness.parts import (
    check_codes,
    check_hundredths,
    check_known,
    check_least,
    check_one_known,
    check_period,
)
from bonds.arithmetic.terms import Period
from bonds.arithmetic.tranches import (
    InterestKind,
    InvestorTerms,
    Repayment,
    ReturnCap,
    ReturnKind,
    Tranche,
    TrancheKind,
)
from core.money import MINOR_UNITS

GRANTS: Final = frozenset({TrancheKind.RECOVERABLE_GRANT, TrancheKind.GRANT})
# Kinds of interest that need a rate; the others have none.
_AT_A_RATE: Final = frozenset({InterestKind.SIMPLE, InterestKind.COUPON})
# Far above what any deal ever agreed: a rate or multiple beyond is a slip of the pen.
_MOST_RATE: Final = Decimal(100)
_MOST_MONTHS: Final = 120
# More of any of these than a deal ever had; Peterborough had seventeen investors.
_MOST_ITEMS: Final = 200


def find_investor_problems(terms: InvestorTerms) -> list[Problem]:
    """List everything in investors' terms that cannot be meant, in the order in which people read them.

    Args:
        terms: As they were read.

    Returns:
        Each problem with its place; none where the terms are sound: then every penny of every run has one place to
        go, and nobody junior stands before somebody senior.
    """
    too_many = list(_check_lengths(terms))
    return too_many or list(
        chain(
            _check_frame(terms),
            chain.from_iterable(_check_tranche(each, f"/tranches/{n}") for n, each in enumerate(terms.tranches)),
            _check_commitments(terms),
            check_order(terms),
            _check_calls(terms),
            _check_upside(terms),
            _check_surplus(terms),
            _check_guarantees(terms),
        )
    )


def _check_lengths(terms: InvestorTerms) -> Iterator[Problem]:
    for name in ("tranches", "commitments", "order", "calls", "surplus", "guarantees"):
        if len(getattr(terms, name)) > _MOST_ITEMS:
            yield Problem(f"/{name}", f"There are {len(getattr(terms, name))} of these; {_MOST_ITEMS} can be kept.")


def _check_frame(terms: InvestorTerms) -> Iterator[Problem]:
    if terms.currency not in MINOR_UNITS:
        yield Problem("/currency", f"We keep books in {', '.join(MINOR_UNITS)} (ISO 4217), not in “{terms.currency}”.")
    if not terms.tranches:
        yield Problem("/tranches", "At least one tranche is needed: investors' money has to stand somewhere.")
    if not terms.commitments:
        yield Problem("/commitments", "Somebody has to invest: at least one commitment is needed.")
    yield from check_codes((tranche.code for tranche in terms.tranches), "/tranches")
    yield from _check_between(terms.reserve_months, 0, _MOST_MONTHS, "/reserve_months")


def _check_tranche(tranche: Tranche, at: str) -> Iterator[Problem]:
    if not tranche.name.strip():
        yield Problem(point(at, "name"), "A tranche needs a name.")
    yield from _check_interest(tranche, at)
    is_dated = tranche.repayment == Repayment.MATURITY
    if is_dated != (tranche.matures_on is not None):
        yield Problem(point(at, "matures_on"), "The day is given where principal is due at maturity, and only there.")
    yield from _check_caps(tranche.return_caps, point(at, "return_caps"))
    for place, redemption in enumerate(tranche.redemptions):
        here = point(point(at, "redemptions"), str(place))
        yield from check_hundredths(redemption.percent, point(here, "percent"))
        yield from check_period(redemption.period, point(here, "period"))
    if any(_overlap(a.period, b.period) for a, b in combinations(tranche.redemptions, 2)):
        yield Problem(point(at, "redemptions"), "On each day one part at most can be returned; these overlap.")


def _check_interest(tranche: Tranche, at: str) -> Iterator[Problem]:
    is_coupon = tranche.interest == InterestKind.COUPON
    if tranche.kind in GRANTS and tranche.interest != InterestKind.NONE:
        yield Problem(point(at, "interest"), "A grant earns no interest.")
    if tranche.interest in _AT_A_RATE:
        yield from _check_between(tranche.rate, Decimal(0), _MOST_RATE, point(at, "rate"))
    elif tranche.rate:
        yield Problem(point(at, "rate"), "A rate is given for simple interest and fixed coupons only.")
    if is_coupon != (tranche.coupon_from_on is not None):
        yield Problem(point(at, "coupon_from_on"), "The first day is given for fixed coupons, and only for them.")
    yield from _check_between(tranche.coupon_months, 1, _MOST_MONTHS, point(at, "coupon_months"))


def _check_caps(caps: Sequence[ReturnCap], at: str) -> Iterator[Problem]:
    for place, cap in enumerate(caps):
        here = point(at, str(place))
        least = Decimal(1) if cap.kind == ReturnKind.MULTIPLE else Decimal(0)
        yield from _check_between(cap.limit, least, _MOST_RATE, point(here, "limit"))
        if cap.kind in {each.kind for each in caps[:place]}:
            yield Problem(point(here, "kind"), "There is a cap of this kind already.")


def _check_commitments(terms: InvestorTerms) -> Iterator[Problem]:
    known = {tranche.code: tranche for tranche in terms.tranches}
    pairs = [(each.investor, each.tranche) for each in terms.commitments]
    for place, each in enumerate(terms.commitments):
        at = f"/commitments/{place}"
        if not each.investor.strip():
            yield Problem(point(at, "investor"), "This cannot be empty.")
        yield from check_one_known(each.tranche, known, point(at, "tranche"), "tranche")
        if pairs[place] in pairs[:place]:
            yield Problem(at, "This investor has a commitment to this tranche already.")
        yield from check_least(each.amount, 1, point(at, "amount"))
        tranche = known.get(each.tranche)
        if each.rate is not None and tranche is not None and tranche.interest not in _AT_A_RATE:
            yield Problem(point(at, "rate"), "This tranche earns nothing at a rate.")
        elif each.rate is not None:
            yield from _check_between(each.rate, Decimal(0), _MOST_RATE, point(at, "rate"))
        yield from _check_caps(each.return_caps or (), point(at, "return_caps"))


def _check_calls(terms: InvestorTerms) -> Iterator[Problem]:
    known = [tranche.code for tranche in terms.tranches]
    named = Counter(code for group in terms.calls for code in group)
    for place, group in enumerate(terms.calls):
        yield from check_known(group, known, f"/calls/{place}", "tranche")
    for code in known if terms.calls else []:
        if named[code] != 1:
            yield Problem("/calls", f"“{code}” is called {named[code]} times; each tranche has one place in the calls.")


def _check_upside(terms: InvestorTerms) -> Iterator[Problem]:
    if terms.upside is None:
        return
    lending = [tranche.code for tranche in terms.tranches if tranche.kind not in GRANTS]
    yield from _check_named(terms.upside.tranches, lending, "/upside/tranches")
    for place, fee in enumerate(terms.upside.fees):
        at = f"/upside/fees/{place}"
        if not fee.provider.strip():
            yield Problem(point(at, "provider"), "This cannot be empty.")
        if fee.provider in {each.provider for each in terms.upside.fees[:place]}:
            yield Problem(point(at, "provider"), "This provider has a part already.")
        yield from check_hundredths(fee.percent, point(at, "percent"))
        yield from check_least(fee.most, 0, point(at, "most"))
    if sum(fee.percent for fee in terms.upside.fees) > WHOLE_PERCENT:
        yield Problem("/upside/fees", "The providers' parts come to more than 100 %.")


def _check_surplus(terms: InvestorTerms) -> Iterator[Problem]:
    for place, part in enumerate(terms.surplus):
        at = f"/surplus/{place}"
        if not part.party.strip():
            yield Problem(point(at, "party"), "This cannot be empty.")
        if (part.to, part.party) in {(each.to, each.party) for each in terms.surplus[:place]}:
            yield Problem(point(at, "party"), "This party has a part in this capacity already.")
        yield from check_hundredths(part.percent, point(at, "percent"))
    whole = sum(part.percent for part in terms.surplus)
    if terms.surplus and whole != WHOLE_PERCENT:
        yield Problem("/surplus", f"The parts come to {whole} hundredths of a percent, not to 10000.")


def _check_guarantees(terms: InvestorTerms) -> Iterator[Problem]:
    lending = [tranche.code for tranche in terms.tranches if tranche.kind != TrancheKind.GRANT]
    for place, guarantee in enumerate(terms.guarantees):
        at = f"/guarantees/{place}"
        if not guarantee.guarantor.strip():
            yield Problem(point(at, "guarantor"), "This cannot be empty.")
        if guarantee.guarantor in {each.guarantor for each in terms.guarantees[:place]}:
            yield Problem(point(at, "guarantor"), "This guarantor has a guarantee already.")
        yield from _check_named(guarantee.tranches, lending, point(at, "tranches"))
        yield from check_hundredths(guarantee.percent, point(at, "percent"))
        yield from check_least(guarantee.percent, 1, point(at, "percent"))
        yield from check_least(guarantee.most, 1, point(at, "most"))


def _check_named(codes: Sequence[str], known: Collection[str], at: str) -> Iterator[Problem]:
    """Tranches that take part in something: at least one, each once, each of those that can."""
    if not codes:
        yield Problem(at, "At least one tranche is needed.")
    yield from check_known(codes, known, at, "tranche that could take part,")
    for place, code in enumerate(codes):
        if code in codes[:place]:
            yield Problem(point(at, str(place)), f"“{code}” is there already.")


def _check_between(value: Decimal | int, least: Decimal | int, most: Decimal | int, at: str) -> Iterator[Problem]:
    if not least <= value <= most:
        yield Problem(at, f"This is between {least} and {most}.")


def _overlap(one: Period, other: Period) -> bool:
    begins_before = one.from_on is None or other.until_on is None or one.from_on < other.until_on
    ends_after = other.from_on is None or one.until_on is None or other.from_on < one.until_on
    return begins_before and ends_after
