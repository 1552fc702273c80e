import json
from dataclasses import replace
from datetime import date

import pytest

from bonds.arithmetic.reading import TermsUnsound, digest_of, explain_change, read_terms, write_terms
from bonds.arithmetic.terms import (
    CapScope,
    ClaimRules,
    Eligibility,
    Every,
    EvidenceRule,
    Ladder,
    Measure,
    PayerShare,
    Period,
    ProviderTerms,
    ReferralGuarantee,
    Rounding,
    ShareKind,
    Uplift,
)
from tests.bonds.arithmetic.support import FROM, RUN_OFF, UNTIL, cap, metric, percent, tariff, terms

FULL = terms(
    payers=("council", "fund"),
    metrics=(
        metric(
            "m3",
            most=None,
            variant_of="job",
            ladder=Ladder(name="home", months=3),
            eligibility=Eligibility(age_from=14, age_until=16, subgroups=("young",)),
            evidence=EvidenceRule(
                any_of=(
                    EvidenceRule(kind="letter"),
                    EvidenceRule(alternating=(EvidenceRule(kind="letter"), EvidenceRule(kind="own_word"))),
                )
            ),
            evidence_by_payer={"fund": EvidenceRule(kind="sighting", most=1, within_months=6)},
        ),
        metric("m6", variant_of="job", ladder=Ladder(name="home", months=6, after="m3")),
        metric("days", measure=Measure.DAYS, unit="day"),
    ),
    tariffs=(
        tariff(100, "m3", until_count=371),
        tariff(90, "m3", from_count=371),
        tariff(120, "m3", subgroup="young"),
        tariff(5, "m6", period=Period(until_on=date(2025, 4, 1))),
        tariff(6, "m6", period=Period(from_on=date(2025, 4, 1))),
        tariff(1_512, "days"),
    ),
    shares=(
        PayerShare(payer="council", kind=ShareKind.COMMITMENT, amount=60_000_000),
        PayerShare(payer="fund", kind=ShareKind.COMMITMENT, amount=43_448_400),
        PayerShare(payer="fund", kind=ShareKind.FIXED, amount=40, metrics=("m3",)),
        percent("council", 10_000, metrics=("m3",)),
    ),
    subgroups={"young": "Under 16"},
    uplifts=(Uplift(code="more", label="More", percent=1_000, subgroup="young", above_count=92),),
    caps=(
        cap(CapScope.PERSON, 820_000),
        cap(CapScope.PERIOD, 1, every=Every.YEAR),
        cap(CapScope.PAYER, 1, payer="fund"),
        cap(CapScope.METRIC, None, count=100, metrics=("m3",)),
    ),
    claims=ClaimRules(sample_percent=500),
    guarantees=(
        ReferralGuarantee(commissioner="council", provider="hostel", least=5, most=9, period=Period(from_on=FROM)),
    ),
    providers=(ProviderTerms(provider="hostel", fee=100, per_outcome={"m3": 5}, success_percent=1_000),),
    rounding=Rounding.LEAD_TAKES_REST,
    is_excess_respread=True,
)


def problems_of(what) -> list[tuple[str, str]]:
    with pytest.raises(TermsUnsound) as refused:
        read_terms(write_terms(what))
    return [(each["at"], each["problem"]) for each in refused.value.facts["problems"]]


def places(what) -> list[str]:
    return [at for at, _ in problems_of(what)]


def first_metric(**more):
    return replace(FULL, metrics=(replace(FULL.metrics[0], **more), *FULL.metrics[1:]))


def test_terms_are_read_as_they_were_written():
    assert read_terms(json.loads(json.dumps(write_terms(FULL)))) == FULL
    assert read_terms(write_terms(terms())) == terms()


def test_what_cannot_be_read_is_listed_whole():
    data = write_terms(FULL)
    data["tariffs"][1]["price"] = "90.00"
    data["currency"] = None
    del data["run_off_until"]
    data["caps"][0]["scope"] = "planet"

    with pytest.raises(TermsUnsound) as refused:
        read_terms(data)

    assert [each["at"] for each in refused.value.facts["problems"]] == [
        "/run_off_until", "/currency", "/tariffs/1/price", "/caps/0/scope",
    ]  # fmt: skip
    assert refused.value.code == "bonds.terms_unsound"


@pytest.mark.parametrize("data", [None, [], "terms", 1])
def test_something_else_than_terms_is_refused(data):
    with pytest.raises(TermsUnsound):
        read_terms(data)


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"currency": "South African Rand"}, "/currency"),
        ({"service": Period(from_on=FROM)}, "/service/until_on"),
        ({"run_off_until": date(2028, 3, 31)}, "/run_off_until"),
        ({"subgroups": {"young": " "}}, "/subgroups/young"),
        ({"payers": ("council", "fund", "council")}, "/payers/2"),
        ({"payers": ("council", "fund", "")}, "/payers/2"),
        ({"claims": ClaimRules(payment_days=0)}, "/claims/payment_days"),
        ({"claims": ClaimRules(sample_percent=10_001)}, "/claims/sample_percent"),
        ({"claims": ClaimRules(window_days=-1)}, "/claims/window_days"),
        ({"claims": ClaimRules(response_days=731)}, "/claims/response_days"),
        (
            {"providers": (ProviderTerms(provider="hostel", per_outcome={"ghost": 1}),)},
            "/providers/0/per_outcome/ghost",
        ),
        ({"guarantees": (replace(FULL.guarantees[0], most=4),)}, "/guarantees/0/most"),
        ({"formulas": ()}, ""),
    ],
)
def test_what_cannot_be_meant_of_the_whole_is_told_where_it_stands(change, at):
    changed = replace(FULL, **change)

    assert (places(changed) == [at]) if at else read_terms(write_terms(changed)) == FULL


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"name": " "}, "/name"),
        ({"most": 0}, "/most"),
        ({"measure": Measure.FORMULA}, "/formula"),
        ({"formula": "f"}, "/formula"),
        ({"eligibility": Eligibility(age_from=16, age_until=16)}, "/eligibility/age_until"),
        ({"eligibility": Eligibility(subgroups=("old",))}, "/eligibility/subgroups/0"),
        ({"ladder": Ladder(name="home", months=3, weeks=13)}, "/ladder"),
        ({"ladder": Ladder(name="home")}, "/ladder"),
        ({"ladder": Ladder(name="home", months=601)}, "/ladder/months"),
        ({"ladder": Ladder(name="home", weeks=-1)}, "/ladder/weeks"),
        ({"ladder": Ladder(name="home", months=3, after="ghost")}, "/ladder/after"),
        ({"ladder": Ladder(name="home", months=3, after="m3")}, "/ladder/after"),
        ({"evidence": EvidenceRule()}, "/evidence"),
        ({"evidence": EvidenceRule(kind="a", any_of=(EvidenceRule(kind="b"),))}, "/evidence"),
        ({"evidence": EvidenceRule(any_of=(EvidenceRule(kind="A b"),))}, "/evidence/any_of/0/kind"),
        ({"evidence": EvidenceRule(kind="a", within_months=6)}, "/evidence/within_months"),
        ({"evidence_by_payer": {"ghost": EvidenceRule(kind="a")}}, "/evidence_by_payer/ghost"),
    ],
)
def test_what_cannot_be_meant_of_a_metric_is_told_where_it_stands(change, at):
    assert f"/metrics/0{at}" in places(first_metric(**change))


def test_rungs_in_a_circle_are_told():
    assert "/metrics/0/ladder/after" in places(first_metric(ladder=Ladder(name="home", months=3, after="m6")))


def test_a_rung_that_is_reached_before_the_one_below_is_told():
    assert places(first_metric(ladder=Ladder(name="home", months=6))) == ["/metrics/1/ladder/after"]


def test_a_metric_without_a_price_and_a_price_without_a_metric_are_told():
    orphan = replace(FULL, tariffs=(*FULL.tariffs[:-1], tariff(1, "ghost")))

    assert places(orphan) == ["/metrics/2", "/tariffs/5/metric"]


def test_a_code_given_twice_is_told():
    double = replace(FULL, metrics=(*FULL.metrics, FULL.metrics[0]))

    assert problems_of(double) == [("/metrics/3/code", "“m3” is there already: each code is given once.")]


@pytest.mark.parametrize(
    ("more", "is_double"),
    [
        ({"from_count": 370}, True),
        ({"from_count": 371}, True),
        ({"from_count": 372, "period": Period(from_on=date(2024, 1, 1))}, True),
        ({"from_count": 1, "until_count": 2}, True),
        ({"subgroup": "young"}, True),
    ],
)
def test_two_prices_for_one_unit_are_told(more, is_double):
    double = replace(FULL, tariffs=(*FULL.tariffs, tariff(1, "m3", **more)))

    assert places(double) == ["/tariffs/6"]


def test_periods_that_touch_and_bands_that_touch_do_not_overlap():
    assert read_terms(write_terms(FULL)).tariffs == FULL.tariffs


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"amount": None}, "/caps/0"),
        ({"count": 1}, "/caps/0"),
        ({"amount": -1}, "/caps/0/amount"),
        ({"payer": "fund"}, "/caps/0/payer"),
        ({"every": Every.YEAR}, "/caps/0/every"),
        ({"scope": CapScope.PERIOD}, "/caps/0/period"),
        ({"scope": CapScope.PAYER, "payer": "ghost"}, "/caps/0/payer"),
        ({"metrics": ("ghost",)}, "/caps/0/metrics/0"),
        ({"period": Period(from_on=UNTIL, until_on=UNTIL)}, "/caps/0/period/until_on"),
    ],
)
def test_what_cannot_be_meant_of_a_cap_is_told(change, at):
    assert places(replace(FULL, caps=(replace(FULL.caps[0], **change), *FULL.caps[1:]))) == [at]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"amount": 5}, "/uplifts/0"),
        ({"percent": 0}, "/uplifts/0"),
        ({"label": ""}, "/uplifts/0/label"),
        ({"subgroup": "old"}, "/uplifts/0/subgroup"),
        ({"above_count": -1}, "/uplifts/0/above_count"),
        ({"metrics": ("ghost",)}, "/uplifts/0/metrics/0"),
    ],
)
def test_what_cannot_be_meant_of_an_uplift_is_told(change, at):
    assert places(replace(FULL, uplifts=(replace(FULL.uplifts[0], **change),))) == [at]


DAY = date(2025, 4, 1)


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        ((), "nobody pays."),
        ((percent("council", 9_999),), "the percentages add up to 99.99 %, not to 100 %."),
        ((percent("council", 5_000), percent("council", 5_000)), "“council” has two shares."),
        (
            (percent("council", 10_000), PayerShare(payer="fund", kind=ShareKind.COMMITMENT, amount=1)),
            "some share by percent and some by what they committed; they have to do it in one way.",
        ),
        (
            (PayerShare(payer="fund", kind=ShareKind.FIXED, amount=1),),
            "all pay fixed amounts, so nobody pays the rest; somebody has to share by percent or commitment.",
        ),
    ],
)
def test_shares_that_do_not_make_up_the_whole_are_told(shares, problem):
    what = terms(payers=("council", "fund"), shares=shares)

    assert problems_of(what) == [("/shares", f"For “housed”, achieved on 2024-04-01: {problem}")]


def test_a_gap_between_periods_of_shares_is_told_with_its_first_day():
    shares = (
        percent("council", 10_000, period=Period(until_on=DAY)),
        percent("council", 10_000, period=Period(from_on=date(2025, 4, 2))),
    )

    assert problems_of(terms(shares=shares)) == [("/shares", "For “housed”, achieved on 2025-04-01: nobody pays.")]


@pytest.mark.parametrize(("until_on", "is_sound"), [(RUN_OFF, True), (date(2029, 3, 31), False)])
def test_somebody_pays_until_the_last_day_on_which_a_result_can_be_achieved(until_on, is_sound):
    what = terms(shares=(percent("council", 10_000, period=Period(from_on=FROM, until_on=until_on)),))

    if is_sound:
        assert read_terms(write_terms(what)) == what
    else:
        assert problems_of(what) == [("/shares", "For “housed”, achieved on 2029-03-31: nobody pays.")]


def test_shares_of_a_metric_go_before_those_for_all():
    shares = (percent("council", 10_000), percent("council", 9_000, metrics=("housed",)))

    assert [at for at, _ in problems_of(terms(shares=shares))] == ["/shares"]


@pytest.mark.parametrize(("amount", "is_sound"), [(0, False), (10_001, False), (10_000, True)])
def test_a_percentage_lies_between_nothing_and_all(amount, is_sound):
    what = terms(shares=(percent("council", amount),))

    if is_sound:
        assert read_terms(write_terms(what)) == what
    else:
        assert places(what) == ["/shares/0/amount"]


def test_more_than_any_contract_has_is_refused_at_once():
    many = terms(tariffs=tuple(tariff(1, from_count=n, until_count=n + 1) for n in range(1, 1_002)))

    assert problems_of(many) == [("/tariffs", "There are 1001 of these; 1000 can be kept.")]


def test_a_formula_that_is_not_sound_or_not_used_is_told():
    data = write_terms(FULL) | {"formulas": [{"code": "f", "kind": "magic", "facts": {}}]}

    with pytest.raises(TermsUnsound) as refused:
        read_terms(data)

    assert refused.value.facts["problems"][0]["at"] == "/formulas/0/code"
    assert len(refused.value.facts["problems"]) > 1


def test_the_digest_is_that_of_the_terms_and_not_of_their_spelling():
    shuffled = dict(reversed(write_terms(FULL).items()))

    assert digest_of(read_terms(shuffled)) == digest_of(FULL) != digest_of(replace(FULL, is_excess_respread=False))
    # Pinned: a digest that was signed has to be found again for as long as the contract lasts.
    assert digest_of(terms()) == "3453bfe3b7a38c3d789c0580f386369419dba5c76a53cd5faccbdb2e689b5474"


def test_no_change_is_explained_as_none():
    assert explain_change(FULL, FULL) == []


def test_a_change_is_explained_by_what_names_it():
    new = replace(
        FULL,
        metrics=(metric("first"), replace(FULL.metrics[0], name="Three months"), *FULL.metrics[1:]),
        tariffs=(tariff(7, "first"), replace(FULL.tariffs[0], price=110), *FULL.tariffs[1:]),
        caps=FULL.caps[1:],
        rounding=Rounding.LARGEST_REMAINDER,
    )

    changes = explain_change(FULL, new)

    assert [(at, before) for at, before, _ in changes] == [
        ("/metrics/m3/name", "m3"),
        ("/metrics/first", None),
        ("/tariffs/m3,,1,/price", 100),
        ("/tariffs/first,,1,", None),
        (
            "/caps/person_limit",
            {"code": "person_limit", "scope": "person", "amount": 820_000, "every": "once", "basis": "achieved"},
        ),
        ("/rounding", "lead_takes_rest"),
    ]  # fmt: skip
    assert changes[0][2] == "Three months"
    assert changes[2][2] == 110
    assert changes[4][2] is None


def test_items_of_one_name_are_told_apart():
    old = replace(FULL, tariffs=(FULL.tariffs[0], FULL.tariffs[0]))
    new = replace(FULL, tariffs=(FULL.tariffs[0], replace(FULL.tariffs[0], price=1)))

    assert explain_change(old, new) == [("/tariffs/m3,,1,#2/price", 100, 1)]
