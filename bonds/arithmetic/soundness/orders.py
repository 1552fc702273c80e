"""Whether an order of payment can be meant: everybody has a place in it, costs first, nobody junior before a senior."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Final

from bonds.arithmetic.shapes import Problem, point
from bonds.arithmetic.soundness.parts import check_known
from bonds.arithmetic.tranches import InterestKind, InvestorTerms, Stage, StageKind, TrancheKind

_OF_TRANCHES: Final = frozenset({StageKind.INTEREST, StageKind.PRINCIPAL})
# What stands before what: costs before investors, investors before what is shared, the rest last.
_PLACE: Final = {
    StageKind.COSTS: 0,
    StageKind.PROVIDER_FEES: 0,
    StageKind.RESERVE: 0,
    StageKind.INTEREST: 1,
    StageKind.PRINCIPAL: 1,
    StageKind.UPSIDE: 2,
    StageKind.SURPLUS: 3,
}


def check_order(terms: InvestorTerms) -> Iterator[Problem]:
    """List what is wrong in an order of payment of its own; the typical one is sound.

    Args:
        terms: With the order, which may be empty.
    """
    if not terms.order:
        return iter(())
    return chain(
        _check_stages(terms),
        _check_all_have_a_place(terms),
        _check_what_stands_before_what(terms.order),
        _check_seniority(terms),
    )


def _check_stages(terms: InvestorTerms) -> Iterator[Problem]:
    codes = [tranche.code for tranche in terms.tranches]
    for place, stage in enumerate(terms.order):
        at = f"/order/{place}"
        if stage.kind in _OF_TRANCHES:
            yield from check_known(stage.tranches, codes, point(at, "tranches"), "tranche")
            if not stage.tranches:
                yield Problem(point(at, "tranches"), "Whose interest or principal this is has to be said.")
        elif stage.tranches:
            yield Problem(point(at, "tranches"), "Only interest and principal are those of tranches.")
        elif stage.kind in {before.kind for before in terms.order[:place]}:
            yield Problem(at, f"“{stage.kind}” is there already.")


def _check_all_have_a_place(terms: InvestorTerms) -> Iterator[Problem]:
    named = Counter((stage.kind, code) for stage in terms.order for code in stage.tranches)
    for tranche in terms.tranches:
        wanted = {
            StageKind.INTEREST: int(tranche.interest != InterestKind.NONE),
            StageKind.PRINCIPAL: int(tranche.kind != TrancheKind.GRANT),
        }
        for kind, times in wanted.items():
            found = named[kind, tranche.code]
            if found != times:
                yield Problem("/order", f"The {kind} of “{tranche.code}” has {found} places here and needs {times}.")
    kinds = {stage.kind for stage in terms.order}
    needed = [StageKind.COSTS, StageKind.PROVIDER_FEES]
    needed += [StageKind.RESERVE] if terms.reserve_months else []
    needed += [StageKind.UPSIDE] if terms.upside else []
    needed += [StageKind.SURPLUS] if terms.surplus else []
    for kind in needed:
        if kind not in kinds:
            yield Problem("/order", f"“{kind}” has no place here, so nothing would ever be paid for it.")


def _check_what_stands_before_what(order: Sequence[Stage]) -> Iterator[Problem]:
    for place, (before, after) in enumerate(pairwise(order)):
        if _PLACE[after.kind] < _PLACE[before.kind]:
            yield Problem(
                f"/order/{place + 1}",
                f"“{after.kind}” cannot stand after “{before.kind}”: costs, fees and reserve come first, then the "
                "investors, then upside, then surplus.",
            )


def _check_seniority(terms: InvestorTerms) -> Iterator[Problem]:
    ranks = {tranche.code: list(TrancheKind).index(tranche.kind) for tranche in terms.tranches}
    last: dict[StageKind, int] = {}
    for place, stage in enumerate(terms.order):
        found = [ranks[code] for code in stage.tranches if code in ranks]
        if found and min(found) < last.get(stage.kind, 0):
            yield Problem(f"/order/{place}", f"Somebody senior would get {stage.kind} after somebody junior.")
        last[stage.kind] = max([last.get(stage.kind, 0), *found])
