"""What a contract's accepted lines add up to: where the engine goes on from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from django.db.models.fields.json import KT

from bonds.arithmetic.candidates import EVERYBODY, Candidate
from bonds.arithmetic.lines import Worth
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import Terms
from bonds.models import LineResult, LineShare, OutcomesContract
from bonds.queries.overpayments import find_set_offs
from bonds.queries.taken_back import was_taken_back

CHUNK: Final = 2_000
# What is read of a candidate, in the order in which `_read_facts` takes it.
_READ: Final = ("metric", "achieved_on", "claimed_on", "person", "cohort", "subgroups", "worth")
# Of a measurement only that there is one is asked: what is measured belongs to its cohort.
_MEASURED: Final = Worth(0)
_NOBODY: Final[tuple[int, Iterable[tuple[int, str, int]]]] = (0, ())


class _Accepted(NamedTuple):
    """An accepted line: its row number, what adds up of it, and what counts as paid, by payer."""

    pk: int
    candidate: Candidate
    units: int
    counted: int
    paid: dict[str, int]


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
    for one in _accepted(contract):
        if one.pk not in without:
            standing.record(candidate=one.candidate, units=one.units, counted=one.counted, paid=one.paid)
    for payer, pence in sorted(find_set_offs(contract).items()):
        standing.owe(payer=payer, pence=pence)
    return standing


def _accepted(contract: OutcomesContract) -> Iterator[_Accepted]:
    """The results that nobody took back, in the order in which they were worked out, with what counts as paid of each.

    Results and payers' parts are read side by side, once and in the same order: a large contract has tens of thousands.
    A line in dispute keeps its place until the dispute is decided.
    """
    standing = LineResult.objects.filter(~was_taken_back(), contract=contract, units__gt=0)
    parts = LineShare.objects.filter(~was_taken_back("result"), result__contract=contract, result__units__gt=0)
    shares = parts.order_by("result__run__number", "result__place", "pk").values_list(
        "result_id", "payer__code", "settled_pence"
    )
    by_result = groupby(shares.iterator(chunk_size=CHUNK), key=itemgetter(0))
    owner, paid = next(by_result, _NOBODY)
    # What a line was worked out from is long: only what adds up is taken out of it.
    said = {name: KT(f"candidate__{name}") for name in _READ}
    rows = standing.annotate(**{f"said_{name}": each for name, each in said.items()})
    read = rows.order_by("run__number", "place").values_list(
        "pk", "units", "counted", *(f"said_{name}" for name in _READ)
    )
    for pk, units, counted, *facts in read.iterator(chunk_size=CHUNK):
        mine: dict[str, int] = {}
        if owner == pk:
            mine = {code: pence for _result, code, pence in paid}
            owner, paid = next(by_result, _NOBODY)
        yield _Accepted(pk, _read_facts(facts), units, counted, mine)


def _read_facts(facts: Sequence[str]) -> Candidate:
    """Read of a candidate what `Standing.record` asks for."""
    metric, achieved_on, claimed_on, person, cohort, subgroups, worth = facts
    return Candidate(
        id=0,
        metric=metric,
        achieved_on=date.fromisoformat(achieved_on),
        claimed_on=date.fromisoformat(claimed_on),
        provider="",
        person=person,
        cohort=cohort,
        subgroups=EVERYBODY if subgroups == "[]" else frozenset(json.loads(subgroups)),
        worth=None if worth is None else _MEASURED,
    )
