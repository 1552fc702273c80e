"""The way in which a line is written, to the byte that of JSON with sorted names."""

import json
from datetime import date
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonds.arithmetic.candidates import Candidate
from bonds.arithmetic.canonical import write_canonical, write_canonical_steps
from bonds.arithmetic.lines import Line, PayerPart, Reduction, Step

DAY = date(2026, 4, 1)


class Word(StrEnum):
    COSTS = "costs"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
plain = st.one_of(st.integers(), texts, st.booleans(), st.none(), st.sampled_from(Word))
values = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)), max_leaves=6
)
facts = st.dictionaries(texts, values, max_size=4)
amounts = st.integers()
reductions = st.lists(st.builds(Reduction, texts, amounts, facts), max_size=2).map(tuple)
parts = st.lists(st.builds(PayerPart, texts, amounts, reductions, amounts), max_size=3).map(tuple)
steps = st.lists(st.builds(Step, st.one_of(texts, st.sampled_from(Word)), amounts, facts), max_size=4).map(tuple)
people = st.builds(
    Candidate, id=amounts, metric=texts, achieved_on=st.just(DAY), claimed_on=st.just(DAY), provider=texts, person=texts
)
lines = st.builds(
    Line, people, amounts, amounts, amounts, amounts, amounts, amounts, amounts, reductions, parts, amounts, steps
)


def plainly(data):
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def of_steps(some):
    return [{"name": one.name, "amount": one.amount, "facts": dict(one.facts)} for one in some]


def of_cuts(some):
    return [{"reason": one.reason, "amount": one.amount, "facts": dict(one.facts)} for one in some]


def of_line(line):
    names = ("version", "ordinal", "occurrence", "units", "counted", "price", "gross", "net")
    shares = [
        {"payer": part.payer, "due": part.due, "reductions": of_cuts(part.reductions), "net": part.net}
        for part in line.shares
    ]
    return {
        "candidate": line.candidate.id,
        "metric": line.candidate.metric,
        **{name: getattr(line, name) for name in names},
        "reductions": of_cuts(line.reductions),
        "shares": shares,
        "steps": of_steps(line.steps),
    }


@given(lines)
def test_any_line_is_written_as_json_with_sorted_names(line):
    assert write_canonical(line) == plainly(of_line(line))


@given(steps)
def test_any_steps_are_written_as_json_with_sorted_names(some):
    assert write_canonical_steps(some) == plainly({"steps": of_steps(some)})


def test_names_that_are_no_texts_are_written_as_json_writes_them():
    some = (Step("tariff", 1, {"bands": {1: "a", 2: ["b", True]}}),)

    assert write_canonical_steps(some) == plainly({"steps": of_steps(some)})
    assert b'"bands":{"1":"a","2":["b",true]}' in write_canonical_steps(some)


@pytest.mark.parametrize(("value", "error"), [(float("nan"), ValueError), (DAY, TypeError), ({DAY}, TypeError)])
def test_what_json_has_no_form_for_is_refused(value, error):
    with pytest.raises(error):
        write_canonical_steps((Step("tariff", 1, {"price": value}),))
