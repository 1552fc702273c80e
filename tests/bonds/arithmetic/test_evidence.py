from datetime import date

import pytest

from bonds.arithmetic.evidence import EvidenceItem, Shown, collect_missing, find_missing
from bonds.arithmetic.terms import EvidenceRule
from tests.bonds.arithmetic.support import metric

DAY = date(2024, 8, 31)


def one(kind: str) -> EvidenceRule:
    return EvidenceRule(kind=kind)


def shown(*kinds: str, claim_number: int = 1) -> Shown:
    return Shown([EvidenceItem(kind, DAY) for kind in kinds], claim_number, DAY, date(2023, 8, 31))


LETTERS = EvidenceRule(alternating=(one("landlord_letter"), one("self_certification")))
ERS = EvidenceRule(all_of=(one("self_certification"), EvidenceRule(any_of=(one("payslip"), one("employer_letter")))))


@pytest.mark.parametrize(
    ("rule", "kinds", "missing"),
    [
        (None, [], ()),
        (one("tenancy"), [], ("tenancy",)),
        (one("tenancy"), ["letter"], ("tenancy",)),
        (one("tenancy"), ["tenancy", "letter"], ()),
        (ERS, [], ("self_certification", "payslip|employer_letter")),
        (ERS, ["payslip"], ("self_certification",)),
        (ERS, ["self_certification"], ("payslip|employer_letter",)),
        (ERS, ["self_certification", "employer_letter"], ()),
        (EvidenceRule(any_of=(ERS, one("court_order"))), ["payslip"], ("self_certification|court_order",)),
        (EvidenceRule(any_of=(ERS, one("court_order"))), [], ("court_order",)),
        (EvidenceRule(all_of=(one("a"), EvidenceRule(all_of=(one("a"), one("b"))))), [], ("a", "b")),
    ],
)
def test_what_is_missing_is_named(rule, kinds, missing):
    assert find_missing(rule, shown(*kinds)) == missing


@pytest.mark.parametrize(
    ("number", "missing"),
    [(1, "landlord_letter"), (2, "self_certification"), (3, "landlord_letter"), (4, "self_certification")],
)
def test_rules_alternate_with_the_persons_claims(number, missing):
    assert find_missing(LETTERS, shown(claim_number=number)) == (missing,)


SINCE_START = EvidenceRule(kind="sighting", most=2)
LAST_HALF_YEAR = EvidenceRule(kind="sighting", most=1, within_months=6)


def sightings(*days: date) -> Shown:
    return Shown([EvidenceItem("sighting", on) for on in days], 1, DAY, date(2023, 8, 31))


@pytest.mark.parametrize(
    ("days", "is_too_many"),
    [
        ([], False),
        ([DAY, DAY], False),
        ([DAY, DAY, DAY], True),
        ([DAY, DAY, date(2023, 8, 31)], True),
        ([DAY, DAY, date(2023, 8, 30)], False),
        ([DAY, DAY, date(2024, 9, 1)], False),
    ],
)
def test_a_number_is_tolerated_since_the_start(days, is_too_many):
    assert find_missing(SINCE_START, sightings(*days)) == (("too_many:sighting",) if is_too_many else ())


@pytest.mark.parametrize(("day", "is_too_many"), [(date(2024, 2, 29), False), (date(2024, 3, 1), True), (DAY, True)])
def test_a_number_is_tolerated_in_the_months_that_end_with_the_day(day, is_too_many):
    assert find_missing(LAST_HALF_YEAR, sightings(DAY, day)) == (("too_many:sighting",) if is_too_many else ())


def test_one_upload_serves_payers_that_ask_for_different_things():
    job = metric(evidence=one("payslip"), evidence_by_payer={"fund": ERS})

    assert collect_missing(job, ["council", "fund"], shown("payslip")) == {"fund": ("self_certification",)}
    assert collect_missing(job, ["council", "fund"], shown("payslip", "self_certification")) == {}


def test_what_no_payer_has_enough_for_is_missing_for_all():
    job = metric(evidence=one("payslip"), evidence_by_payer={"fund": ERS})

    assert collect_missing(job, ["council", "fund"], shown()) == {
        "council": ("payslip",),
        "fund": ("self_certification", "payslip|employer_letter"),
        "": ("payslip", "self_certification", "payslip|employer_letter"),
    }


def test_a_payers_own_rule_stands_in_place_of_the_metrics():
    job = metric(evidence=one("payslip"), evidence_by_payer={"fund": one("letter")})

    assert collect_missing(job, ["council", "fund"], shown("letter")) == {"council": ("payslip",)}


def test_nothing_asked_is_nothing_missing():
    assert collect_missing(metric(), ["council"], shown()) == {}
