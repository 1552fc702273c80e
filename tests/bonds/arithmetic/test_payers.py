from datetime import date

import pytest

from bonds.arithmetic.sharing import Divider, NobodyPays
from bonds.arithmetic.standing import Standing
from bonds.arithmetic.terms import CapScope, PayerShare, Rounding, ShareKind
from tests.bonds.arithmetic.support import candidate, cap, metric, nets, part_of, percent, run, tariff, terms

THREE = {
    "payers": ("a", "b", "c"),
    "shares": (percent("c", 2_000), percent("a", 5_000), percent("b", 3_000)),
    "tariffs": (tariff(1_000),),
}


def fixed(payer: str, pence: int, **more) -> PayerShare:
    return PayerShare(payer=payer, kind=ShareKind.FIXED, amount=pence, **more)


def committed(payer: str, pence: int) -> PayerShare:
    return PayerShare(payer=payer, kind=ShareKind.COMMITMENT, amount=pence)


def part_cuts(line, payer: str) -> list[tuple[str, int]]:
    return [(cut.reason, cut.amount) for cut in part_of(line, payer).reductions]


def test_shares_are_written_in_the_order_of_the_payers_with_the_lead_first():
    (line,) = run(terms(**THREE), [candidate()])

    assert [(part.payer, part.due) for part in line.shares] == [("a", 500), ("b", 300), ("c", 200)]
    assert line.steps[-1].facts == {
        "rounding": "largest_remainder",
        "shares": [["a", "percent", 5_000, 500], ["b", "percent", 3_000, 300], ["c", "percent", 2_000, 200]],
    }


@pytest.mark.parametrize(
    ("rounding", "shares"),
    [(Rounding.LARGEST_REMAINDER, [33, 33, 34]), (Rounding.LEAD_TAKES_REST, [34, 33, 33])],
)
def test_the_terms_say_who_gets_the_odd_penny(rounding, shares):
    percents = (percent("a", 3_333), percent("b", 3_333), percent("c", 3_334))
    what = terms(**THREE | {"tariffs": (tariff(100),), "shares": percents, "rounding": rounding})

    (line,) = run(what, [candidate()])

    assert list(nets(line).values()) == shares


def test_the_lead_of_a_metric_is_the_first_payer_that_pays_for_it():
    what = terms(
        **THREE
        | {
            "tariffs": (tariff(101),),
            "rounding": Rounding.LEAD_TAKES_REST,
            "shares": (percent("b", 5_000), percent("c", 5_000)),
        }
    )

    (line,) = run(what, [candidate()])

    assert nets(line) == {"b": 51, "c": 50}


def test_a_fixed_amount_is_paid_for_each_unit_and_the_others_share_the_rest():
    what = terms(
        **THREE
        | {"shares": (fixed("a", 300), percent("b", 7_500), percent("c", 2_500)), "metrics": (metric(most=None),)}
    )

    one, three = run(what, [candidate(1), candidate(2, quantity=3)])

    assert nets(one) == {"a": 300, "b": 525, "c": 175}
    assert nets(three) == {"a": 900, "b": 1_575, "c": 525}


def test_what_a_cap_leaves_is_shared_in_the_proportions_of_the_full_amount():
    what = terms(
        **THREE
        | {"shares": (fixed("a", 300), percent("b", 7_500), percent("c", 2_500)), "caps": (cap(CapScope.PERSON, 500),)}
    )

    (line,) = run(what, [candidate()])

    assert nets(line) == {"a": 150, "b": 263, "c": 87}


def test_a_fixed_amount_is_a_smaller_part_of_a_higher_price_even_where_a_cap_leaves_the_same():
    what = terms(
        **THREE
        | {
            "shares": (fixed("a", 300), percent("b", 10_000)),
            "tariffs": (tariff(1_000, until_count=2), tariff(2_000, from_count=2)),
            "caps": (cap(CapScope.PERSON, 500),),
        }
    )

    lines = run(what, [candidate(1), candidate(2)])

    assert [nets(line) for line in lines] == [{"a": 150, "b": 350}, {"a": 75, "b": 425}]


def test_fixed_amounts_above_the_price_leave_nothing_to_the_others():
    what = terms(**THREE | {"shares": (fixed("a", 1_500), fixed("b", 500), percent("c", 10_000))})

    (line,) = run(what, [candidate()])

    assert nets(line) == {"a": 750, "b": 250, "c": 0}


def test_shares_may_follow_from_what_was_committed_and_differ_by_metric():
    what = terms(
        payers=("a", "b"),
        metrics=(metric("x"), metric("y")),
        tariffs=(tariff(1_000, "x"), tariff(1_000, "y")),
        shares=(committed("a", 600_000), committed("b", 400_000), percent("b", 10_000, metrics=("y",))),
    )

    x, y = run(what, [candidate(1, "x"), candidate(2, "y")])

    assert (nets(x), nets(y)) == ({"a": 600, "b": 400}, {"b": 1_000})


def test_nobody_pays_where_terms_that_were_not_checked_name_nobody():
    what = terms(shares=(percent("council", 10_000, metrics=("other",)),))
    standing = Standing({1: what})

    with pytest.raises(NobodyPays):
        run(what, [candidate()], standing)

    assert standing.counts == {}


def test_a_payer_without_its_own_evidence_pays_nothing_and_the_others_no_more():
    (line,) = run(terms(**THREE), [candidate(evidence={"b": ("payslip",)})])

    assert nets(line) == {"a": 500, "b": 0, "c": 200}
    assert part_cuts(line, "b") == [("payer_evidence", 300)]
    assert part_of(line, "b").reductions[0].facts == {"missing": ["payslip"]}
    assert line.steps[-1].facts == {"payer": "b", "cut": 300, "missing": ["payslip"]}


@pytest.mark.parametrize(("limit", "last"), [(899, 299), (900, 300), (901, 300), (600, 0)])
def test_a_payer_stops_at_its_cap_and_the_others_do_not_pay_more(limit, last):
    what = terms(**THREE | {"caps": (cap(CapScope.PAYER, limit, payer="b"),)})

    lines = run(what, [candidate(n) for n in (1, 2, 3)])

    assert nets(lines[2]) == {"a": 500, "b": last, "c": 200}
    assert part_cuts(lines[2], "b") == ([("payer_cap", 300 - last)] if last < 300 else [])


def test_where_the_terms_say_so_the_others_pay_what_a_cap_cuts():
    what = terms(**THREE | {"caps": (cap(CapScope.PAYER, 100, payer="a"),), "is_excess_respread": True})

    (line,) = run(what, [candidate()])

    assert nets(line) == {"a": 100, "b": 540, "c": 360}
    assert (line.net, [part.reductions for part in line.shares]) == (1_000, [(), (), ()])
    assert next(step for step in line.steps if step.name == "respread").facts == {
        "shares": [["a", 100], ["b", 540], ["c", 360]]
    }


def test_what_nobody_has_room_for_stays_cut_from_whoever_reached_the_cap():
    caps = (
        cap(CapScope.PAYER, 100, payer="a"),
        cap(CapScope.PAYER, 350, payer="b", code="b"),
        cap(CapScope.PAYER, 300, payer="c", code="c"),
    )
    what = terms(**THREE | {"caps": caps, "is_excess_respread": True})

    (line,) = run(what, [candidate()])

    assert nets(line) == {"a": 100, "b": 350, "c": 300}
    assert part_cuts(line, "a") == [("payer_cap", 250)]


def test_whoever_has_no_part_of_a_line_takes_over_nothing():
    what = terms(
        **THREE
        | {
            "shares": (fixed("a", 1_500), percent("c", 10_000)),
            "caps": (cap(CapScope.PAYER, 100, payer="a"),),
            "is_excess_respread": True,
        }
    )

    (line,) = run(what, [candidate()])

    assert nets(line) == {"a": 100, "c": 0}
    assert part_cuts(line, "a") == [("payer_cap", 900)]


def test_a_payer_without_evidence_takes_over_nothing():
    what = terms(**THREE | {"caps": (cap(CapScope.PAYER, 100, payer="a"),), "is_excess_respread": True})

    (line,) = run(what, [candidate(evidence={"b": ("payslip",)})])

    assert nets(line) == {"a": 100, "b": 0, "c": 600}
    assert part_cuts(line, "b") == [("payer_evidence", 300)]


def test_a_payer_may_have_caps_by_metric_and_the_narrower_acts():
    caps = (
        cap(CapScope.PAYER, 700, payer="a"),
        cap(CapScope.PAYER, 400, payer="a", code="narrow", metrics=("housed",)),
    )
    what = terms(**THREE | {"caps": caps})

    (line,) = run(what, [candidate()])

    assert part_cuts(line, "a") == [("payer_cap", 100)]
    assert part_of(line, "a").reductions[0].facts["cap"] == "narrow"


def test_a_payers_cap_by_number_leaves_its_part_of_the_units_that_are_left():
    what = terms(**THREE | {"metrics": (metric(most=None),), "caps": (cap(CapScope.PAYER, None, count=5, payer="b"),)})

    four, three = run(what, [candidate(1, quantity=4), candidate(2, quantity=3)])

    assert (nets(four)["b"], nets(three)["b"]) == (1_200, 300)
    assert part_cuts(three, "b") == [("payer_cap", 600)]


def test_a_cap_by_number_is_of_units_even_where_these_are_more_than_the_pence():
    caps = (cap(CapScope.PAYER, None, count=5, payer="b"),)
    what = terms(**THREE | {"metrics": (metric(most=None),), "tariffs": (tariff(1),), "caps": caps})

    (line,) = run(what, [candidate(quantity=10)])

    assert nets(line) == {"a": 5, "b": 1, "c": 2}


def test_a_payer_whose_units_are_just_enough_takes_over_what_another_cannot_pay():
    caps = (cap(CapScope.PAYER, 100, payer="a"), cap(CapScope.PAYER, None, count=1, payer="b", code="one"))
    what = terms(**THREE | {"caps": caps, "is_excess_respread": True})

    (line,) = run(what, [candidate()])

    assert nets(line) == {"a": 100, "b": 540, "c": 360}


def test_a_part_of_the_units_is_rounded_down():
    caps = (cap(CapScope.PAYER, None, count=1, payer="b"),)
    what = terms(**THREE | {"metrics": (metric(most=None),), "tariffs": (tariff(1_009),), "caps": caps})

    (line,) = run(what, [candidate(quantity=3)])

    # A third of 908 is 302 and two thirds of a penny.
    assert (part_of(line, "b").due, nets(line)["b"]) == (908, 302)


def test_an_overpayment_is_settled_by_the_next_parts_and_not_twice():
    what = terms(**THREE)
    standing = Standing({1: what})
    standing.owe(payer="b", pence=400)

    lines = run(what, [candidate(n) for n in (1, 2, 3)], standing)

    assert [nets(line)["b"] for line in lines] == [0, 200, 300]
    assert [part_cuts(line, "b") for line in lines] == [[("set_off", 300)], [("set_off", 100)], []]
    assert [part_of(line, "b").settled for line in lines] == [300, 300, 300]
    assert standing.to_set_off == {}


def test_what_is_set_off_fills_the_caps_like_what_is_paid():
    what = terms(**THREE | {"caps": (cap(CapScope.CONTRACT, 1_500), cap(CapScope.PAYER, 450, payer="b"))})
    standing = Standing({1: what})
    standing.owe(payer="b", pence=300)

    lines = run(what, [candidate(n) for n in (1, 2, 3)], standing)

    assert [nets(line) for line in lines] == [
        {"a": 500, "b": 0, "c": 200},
        {"a": 250, "b": 150, "c": 100},
        {},
    ]


def test_an_overpayment_larger_than_all_parts_waits():
    what = terms()
    standing = Standing({1: what})
    standing.owe(payer="council", pence=1_000_000)

    (line,) = run(what, [candidate()], standing)

    assert (line.net, line.reason) == (0, "set_off")
    assert standing.to_set_off == {"council": 850_000}


def test_many_different_amounts_do_not_fill_the_memory():
    divider = Divider((percent("a", 5_000), percent("b", 5_000)), Rounding.LARGEST_REMAINDER)

    for amount in range(1, 10_000):
        divider.divide(amount, full=amount, units=1)

    assert len(divider._remembered) <= 4096


@pytest.mark.parametrize("day", [date(2024, 5, 1), date(2026, 5, 1)])
def test_the_same_shares_are_divided_by_the_same_divider(day):
    what = terms(**THREE)

    first, second = (run(what, [candidate(achieved_on=day, claimed_on=date(2027, 1, 1))])[0] for _ in range(2))

    assert first.shares == second.shares
