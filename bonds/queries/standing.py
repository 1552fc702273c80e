"""What a contract's accepted lines add up to: where the engine goes on from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db.models import F, Sum

from bonds.arithmetic.lines import SET_OFF
from bonds.arithmetic.records import read_candidate
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import Terms
from bonds.models import LineReduction, LineResult, LineShare, OutcomesContract, Overpayment
from bonds.queries.taken_back import was_taken_back

CHUNK = 2_000


def build_standing(
    contract: OutcomesContract, terms_by_version: Mapping[int, Terms], *, without: Collection[int] = ()
) -> Standing:
    """Add up the accepted lines of a contract, in the order in which they were worked out.

    Args:
        contract: Locked by the caller where caps are to be used up.
        terms_by_version: Every signed version.
        without: Row numbers of lines that are left out, as if they had been taken back.
    """
    standing = Standing(terms_by_version)
    for result, paid in _accepted(contract):
        if result.pk in without:
            continue
        standing.record(
            candidate=read_candidate(result.candidate), units=result.units, counted=result.counted, paid=paid
        )
    for payer, pence in sorted(find_set_offs(contract).items()):
        standing.owe(payer=payer, pence=pence)
    return standing


def find_set_offs(contract: OutcomesContract) -> dict[str, int]:
    """What each payer has paid too much and its next parts still have to settle, in pence, by code; none is zero."""
    owed = {
        code: int(pence)
        for code, pence in Overpayment.objects.filter(contract=contract)
        .values_list("payer__code")
        .annotate(pence=Sum("pence"))
        .order_by()
    }
    settled = LineReduction.objects.filter(result__contract=contract, reason=SET_OFF, payer__isnull=False)
    for code, pence in settled.values_list("payer__code").annotate(total=Sum("pence")).order_by():
        owed[code] = owed.get(code, 0) - int(pence)
    return {code: pence for code, pence in owed.items() if pence > 0}


def _accepted(contract: OutcomesContract) -> Iterator[tuple[LineResult, dict[str, int]]]:
    """The results that nobody took back, with what counts as paid of each, by payer, a chunk at a time.

    A line in dispute keeps its place until the dispute is decided.
    """
    results = LineResult.objects.filter(~was_taken_back(), contract=contract, units__gt=0)
    # The explanation of a line is long, and nothing here asks for it.
    ordered = results.defer("steps").annotate(run_number=F("run__number")).order_by("run_number", "place")
    chunk: list[LineResult] = []
    for result in ordered.iterator(chunk_size=CHUNK):
        chunk.append(result)
        if len(chunk) == CHUNK:
            yield from _with_shares(chunk)
            chunk = []
    yield from _with_shares(chunk)


def _with_shares(chunk: list[LineResult]) -> Iterator[tuple[LineResult, dict[str, int]]]:
    paid: dict[int, dict[str, int]] = {result.pk: {} for result in chunk}
    shares = LineShare.objects.filter(result__in=paid).order_by("pk")
    for result_id, code, pence in shares.values_list("result_id", "payer__code", "settled_pence"):
        paid[result_id][code] = pence
    for result in chunk:
        yield result, paid[result.pk]
