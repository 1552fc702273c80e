"""What a plan assumes of people: results fall on them and on groups in turn, so that uplifts and caps by person act."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bonds import operations
from bonds.arithmetic.dealing import EVERYONE, Assumed, Dealer, caps_persons, groups_that_pay
from bonds.arithmetic.plans import Expected
from bonds.arithmetic.terms import Cap, CapScope, Tariff, Uplift
from bonds.forms.plans import PlanForm
from bonds.models import PaymentPlan, PlanRow
from bonds.operations.planning import PlanUnsound
from bonds.queries.plans import draft_next_plan, get_plan, sum_by_payer
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.overview.conftest import NOW
from tests.factories.bonds import HOLDER, SIGNED_AT, make_contract, small_terms

GROUPS = {"care": "Care leavers", "rough": "People who slept rough"}
UPLIFT = Uplift(code="care_20", label="Care leavers", percent=2_000, subgroup="care")
TERMS = small_terms(subgroups=GROUPS, uplifts=(UPLIFT,))
NO_CAP = small_terms(subgroups=GROUPS, uplifts=(UPLIFT,), caps=())
BOTH = [Expected(1, "moved_in", 2), Expected(2, "stayed_3m", 2)]


@pytest.fixture
def peopled(db, time_machine) -> Room:
    """A contract with a cap by person and an uplift for a group, as its parties see it after two quarters."""
    time_machine.move_to(NOW, tick=False)
    return Room(make_contract(TERMS))


def plan(expected, assumed=EVERYONE, terms=TERMS, *, world=None, number=0):
    world = world or make_contract(terms)
    return operations.make_plan(
        contract=world.contract, number=number, expected=expected, assumed=assumed, actor=HOLDER, at=SIGNED_AT
    )


def amounts(made):
    """Number, tariff and what caps leave of each row."""
    found = PlanRow.objects.filter(plan=made).order_by("period_on", "metric")
    return list(found.values_list("count", "gross_pence", "pence"))


@pytest.mark.django_db
def test_a_group_gets_its_part_over_all_rows_and_its_uplift_on_that():
    made = plan([Expected(1, "moved_in", 3), Expected(2, "moved_in", 2)], Assumed(groups={"care": 4_000}))

    # One of three, then, to make good what was owed, one of two: two of five.
    assert amounts(made) == [(3, 160_000, 160_000), (2, 110_000, 110_000)]
    assert sum_by_payer(made) == {"northmoor": (0, 135_000), "southfell": (0, 81_000), "topup": (0, 54_000)}
    assert (made.people, made.groups) == (0, {"care": 4_000})


@pytest.mark.django_db
def test_a_group_may_have_its_own_price_and_an_uplift_after_a_number():
    terms = small_terms(
        subgroups=GROUPS,
        uplifts=(Uplift(code="more", label="More", amount=1_000, subgroup="rough", above_count=1),),
        tariffs=(Tariff(metric="moved_in", price=50_000), Tariff(metric="moved_in", price=80_000, subgroup="care"),
                 Tariff(metric="stayed_3m", price=150_000)),
    )  # fmt: skip

    made = plan([Expected(1, "moved_in", 8)], Assumed(groups={"care": 2_500, "rough": 5_000}), terms)

    # Two at £800; four at £500, three of them after the first of the group; two at £500.
    assert amounts(made) == [(8, 2 * 80_000 + 6 * 50_000 + 3 * 1_000, 463_000)]


@pytest.mark.django_db
def test_an_uplift_after_a_number_goes_on_from_what_was_accepted():
    more = Uplift(code="more", label="More", amount=1_000, subgroup="rough", above_count=1)
    world = make_contract(small_terms(subgroups=GROUPS, uplifts=(more,)))
    person = world.make_person(subgroups=["rough"])
    world.accept(world.submit(world.make_event("moved_in", date(2025, 4, 10), person, "tenancy")))

    made = operations.make_plan(
        contract=world.contract, number=0, expected=[Expected(4, "moved_in", 2)],
        assumed=Assumed(groups={"rough": 10_000}), actor=HOLDER, at=NOW,
    )  # fmt: skip

    assert amounts(made) == [(1, 50_000, 50_000), (2, 102_000, 102_000)]


@pytest.mark.django_db
def test_a_cap_by_person_acts_on_as_many_people_as_the_plan_says():
    assert amounts(plan(BOTH, Assumed(people=2))) == [(2, 100_000, 100_000), (2, 300_000, 260_000)]


@pytest.mark.django_db
def test_who_has_had_more_reaches_the_cap_first():
    expected = [Expected(1, "moved_in", 3), Expected(2, "stayed_3m", 2)]

    # £1,000 and £500; the cap of £1,800 leaves £800 and £1,300.
    assert amounts(plan(expected, Assumed(people=2))) == [(3, 150_000, 150_000), (2, 300_000, 210_000)]


@pytest.mark.django_db
def test_people_of_a_group_reach_the_cap_with_their_uplift():
    made = plan(BOTH, Assumed(people=2, groups={"care": 5_000}))

    # £600 and £500; then £1,800 and £1,500, of which £1,200 and £1,300 are left.
    assert amounts(made) == [(2, 110_000, 110_000), (2, 330_000, 250_000)]


@pytest.mark.django_db
@pytest.mark.parametrize("terms", [TERMS, NO_CAP])
def test_where_nothing_is_said_nothing_changes(terms):
    assert amounts(plan(BOTH, terms=terms)) == [(2, 100_000, 100_000), (2, 300_000, 300_000)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("assumed", "terms", "problem"),
    [
        (Assumed(people=1), NO_CAP, "no cap for each person"),
        (Assumed(people=-1), TERMS, "the number of people is from 0 to 100,000"),
        (Assumed(people=100_001), TERMS, "the number of people is from 0 to 100,000"),
        (Assumed(groups={"rough": 1}), TERMS, "no price or uplift is for a group rough"),
        (Assumed(groups={"care": 10_001}), TERMS, "100 percent at most together"),
        (Assumed(groups={"care": -1}), TERMS, "100 percent at most together"),
        (Assumed(people=1, groups={"care": 5_000}), TERMS, "would have nobody in it"),
    ],
)
def test_what_cannot_be_assumed_is_refused_and_nothing_is_kept(assumed, terms, problem):
    with pytest.raises(PlanUnsound) as refused:
        plan(BOTH, assumed, terms)

    assert problem in " ".join(refused.value.facts["problems"])
    assert not PaymentPlan.objects.exists()


@pytest.mark.django_db
def test_more_than_can_be_worked_out_at_once_is_refused():
    world, many = make_contract(TERMS), [Expected(1, "moved_in", 30_000)]
    with pytest.raises(PlanUnsound, match=r"more than 20,000: say fewer people"):
        plan(many, Assumed(people=20_001), world=world)

    # The same number is dealt out to fewer people.
    assert amounts(plan(many, Assumed(people=300), world=world)) == [(30_000, 30_000 * 50_000, 300 * 180_000)]


@pytest.mark.django_db
def test_the_next_plan_begins_with_what_the_last_one_assumes():
    world = make_contract(TERMS)
    plan(BOTH, Assumed(people=2, groups={"care": 5_000}), world=world)

    draft = draft_next_plan(contract=world.contract, on=date(2025, 3, 14))

    assert draft.assumed == Assumed(people=2, groups={"care": 5_000})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    parts=st.lists(st.integers(0, 5_000), max_size=2),
    people=st.integers(0, 30),
    rows=st.lists(st.integers(0, 60), max_size=8),
)
def test_results_fall_on_groups_and_people_as_evenly_as_they_can(parts, people, rows):
    assumed = Assumed(people if people > len(parts) else 0, dict(zip("ab", parts, strict=False)))
    dealer, by_group, by_person = Dealer(assumed), {}, {}

    for units in rows:
        dealt = list(dealer.deal("moved_in", units))
        assert sum(one.units for one in dealt) == units
        assert all(one.units > 0 for one in dealt)
        for one in dealt:
            by_group[one.group] = by_group.get(one.group, 0) + one.units
            by_person.setdefault(one.group, {}).setdefault(one.person, 0)
            by_person[one.group][one.person] += one.units

    for group, part in assumed.groups.items():
        assert abs(by_group.get(group, 0) * 10_000 - sum(rows) * part) < 2 * 10_000
    for shares in by_person.values():
        assert max(shares.values()) - min(shares.values()) <= 1


@pytest.mark.django_db
def test_the_form_asks_of_people_where_the_terms_do_and_the_page_says_what_is_assumed(peopled):
    form = peopled.get("northmoor", "plan-new").context["form"]
    typed = {"number": 0, "every": "quarter", "n_4_moved_in": "3", "n_5_stayed_3m": "3"}

    done = peopled.post("northmoor", "plan-new", **typed, people="2", g_care="50 %")
    shown = " ".join(done.content.decode().split())

    assert [one.name for one in form.assumptions()] == ["people", "g_care"]
    assert get_plan(contract=peopled.world.contract, number=0).people == 2
    assert "of 2 people who have had nothing yet, and fall on them in turn" in shown
    assert "Assumed: 50 % of the results, and of the people, are of the group “Care leavers”" in shown
    assert peopled.get("northmoor", "plan-new").context["form"]["people"].initial == 2


@pytest.mark.django_db
def test_a_plan_that_says_nothing_of_people_says_so(peopled):
    done = peopled.post("northmoor", "plan-new", number=0, every="quarter", n_4_moved_in="3")

    shown = done.content.decode()
    assert "Caps for each person do not act: the plan does not say" in shown
    assert "Prices and uplifts for groups are not in it" in shown


@pytest.mark.django_db
def test_over_rest(peopled):
    api = Api(peopled, "northmoor", "contracts:read", "contracts:write")
    rows = [{"period_on": "2026-01-01", "result": "moved_in", "count": 3}]

    wrong = api.post("contract-plans", number=0, rows=rows, groups={"rough": 100})
    made = api.post("contract-plans", number=0, rows=rows, people=2)
    after = api.get("contract-plan-next")

    assert (wrong.status_code, wrong.json()["code"]) == (422, "bonds.plan_unsound")
    assert (made.status_code, made.json()["people"], made.json()["groups"]) == (201, 2, {})
    assert (after.json()["people"], after.json()["groups"]) == (2, {})


@pytest.mark.django_db
def test_a_group_is_asked_for_where_it_is_paid_otherwise():
    world = make_contract(TERMS)
    form = PlanForm(
        {"number": "0", "every": "quarter", "people": "4", "g_care": "25 %"},
        draft=draft_next_plan(contract=world.contract, on=date(2025, 3, 14)),
    )

    assert form.is_valid(), form.errors
    assert [one.name for one in form.assumptions()] == ["people", "g_care"]
    assert form.assumed() == Assumed(4, {"care": 2_500})


def test_caps_of_other_kinds_ask_of_nobody():
    terms = small_terms(caps=(Cap(code="all", scope=CapScope.CONTRACT, amount=1),), subgroups=GROUPS)

    assert not caps_persons(terms)
    assert groups_that_pay(terms) == {}
