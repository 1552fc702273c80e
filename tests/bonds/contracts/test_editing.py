"""One row of the terms is added, replaced or removed; nobody undoes somebody else's work without a word."""

from __future__ import annotations

import pytest

from bonds.arithmetic.editing import (
    EVIDENCE,
    EntriesPart,
    ListPart,
    NamesPart,
    ObjectPart,
    PartUnreadable,
    RowChanged,
    RowTwice,
    add_row,
    fingerprint,
    remove_row,
    replace_row,
)

CAPS = ListPart("caps")
GROUPS = NamesPart("subgroups")
ONE, TWO, THREE = ({"code": code} for code in ("one", "two", "three"))
TERMS = {"currency": "GBP", "caps": [ONE, TWO]}


def test_a_row_is_added_at_the_end_and_the_terms_that_were_given_stay():
    assert add_row(TERMS, CAPS, THREE) == {"currency": "GBP", "caps": [ONE, TWO, THREE]}
    assert add_row({}, CAPS, ONE) == {"caps": [ONE]}
    assert TERMS["caps"] == [ONE, TWO]


def test_a_row_that_is_what_was_seen_is_replaced_or_removed_in_its_place():
    assert replace_row(TERMS, CAPS, 0, fingerprint(ONE), THREE)["caps"] == [THREE, TWO]
    assert remove_row(TERMS, CAPS, 0, fingerprint(ONE))["caps"] == [TWO]


@pytest.mark.parametrize("place", [-1, 0, 2])
def test_a_row_is_found_where_it_went_when_another_was_taken_out(place):
    assert replace_row(TERMS, CAPS, place, fingerprint(TWO), THREE)["caps"] == [ONE, THREE]
    assert remove_row(TERMS, CAPS, place, fingerprint(TWO))["caps"] == [ONE]


def test_of_twins_the_one_in_the_place_is_meant():
    twins = {"caps": [ONE, TWO, ONE]}

    assert replace_row(twins, CAPS, 2, fingerprint(ONE), THREE)["caps"] == [ONE, TWO, THREE]


@pytest.mark.parametrize("place", [-1, 0, 1, 2])
@pytest.mark.parametrize("seen", [fingerprint(THREE), ""])
def test_a_row_that_is_something_else_by_now_is_left_alone(place, seen):
    with pytest.raises(RowChanged):
        replace_row(TERMS, CAPS, place, seen, THREE)
    with pytest.raises(RowChanged):
        remove_row(TERMS, CAPS, place, seen)


def test_the_fingerprint_does_not_hang_on_the_order_of_entries():
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1}) != fingerprint({"a": 1, "b": "2"})


@pytest.mark.parametrize("odd", ["many", {"a": 1}, [1], [ONE, "two"], None])
def test_a_part_of_another_shape_is_not_touched(odd):
    with pytest.raises(PartUnreadable):
        add_row({"caps": odd}, CAPS, ONE)


def test_names_are_rows_by_their_code_and_a_code_is_there_once():
    terms = {"subgroups": {"b": "Bees", "a": "Ants"}}

    assert GROUPS.read(terms) == [{"code": "a", "name": "Ants"}, {"code": "b", "name": "Bees"}]
    assert add_row(terms, GROUPS, {"code": "c", "name": "Cats"})["subgroups"] == {"a": "Ants", "b": "Bees", "c": "Cats"}
    with pytest.raises(RowTwice):
        add_row(terms, GROUPS, {"code": "a", "name": "Apes"})
    with pytest.raises(PartUnreadable):
        GROUPS.read({"subgroups": ["a"]})


class TestEvidence:
    TERMS = {
        "metrics": [
            {
                "code": "housed",
                "price": 1,
                "evidence": {"kind": "tenancy"},
                "evidence_by_payer": {"fund": {"kind": "x"}},
            },
            {"code": "works"},
        ]
    }

    def test_rules_are_rows_by_result_and_payer(self):
        assert EVIDENCE.read(self.TERMS) == [
            {"metric": "housed", "payer": "", "rule": {"kind": "tenancy"}},
            {"metric": "housed", "payer": "fund", "rule": {"kind": "x"}},
        ]

    def test_what_is_read_and_written_again_is_the_same(self):
        assert EVIDENCE.write(self.TERMS, EVIDENCE.read(self.TERMS)) == self.TERMS

    def test_a_rule_goes_to_its_result_and_leaves_it_again(self):
        rule = {"metric": "works", "payer": "", "rule": {"kind": "payslip"}}
        added = add_row(self.TERMS, EVIDENCE, rule)

        assert added["metrics"][1] == {"code": "works", "evidence": {"kind": "payslip"}}
        assert remove_row(added, EVIDENCE, 2, fingerprint(rule)) == self.TERMS

    def test_a_second_rule_for_the_same_result_and_payer_is_refused(self):
        with pytest.raises(RowTwice):
            add_row(self.TERMS, EVIDENCE, {"metric": "housed", "payer": "fund", "rule": {"kind": "y"}})

    @pytest.mark.parametrize("metrics", ["many", [1], [{"code": "a", "evidence_by_payer": ["x"]}]])
    def test_another_shape_is_not_touched(self, metrics):
        with pytest.raises(PartUnreadable):
            EVIDENCE.read({"metrics": metrics})


def test_some_entries_of_the_terms_are_one_row_and_the_others_stay():
    days = EntriesPart(("service", "run_off_until"))
    terms = {"currency": "GBP", "service": {"from_on": "2025-04-01"}}
    (row,) = days.read(terms)

    assert row == {"service": {"from_on": "2025-04-01"}}
    changed = replace_row(terms, days, 0, fingerprint(row), {"run_off_until": "2026-04-01"})
    assert changed == {"currency": "GBP", "run_off_until": "2026-04-01"}


def test_one_object_is_one_row():
    claims = ObjectPart("claims")

    assert claims.read({}) == [{}]
    changed = replace_row({"a": 1}, claims, 0, fingerprint({}), {"window_days": 5})
    assert changed == {"a": 1, "claims": {"window_days": 5}}
    with pytest.raises(PartUnreadable):
        claims.read({"claims": []})
