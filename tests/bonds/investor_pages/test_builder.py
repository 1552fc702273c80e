"""What investors agreed is written step by step, reviewed with all that is wrong, and compared with what it was."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.forms import ValidationError

from bonds.arithmetic.agreements import (
    explain_investor_change,
    read_investor_terms,
    tidy_investor_terms,
    write_investor_terms,
)
from bonds.forms.investors import CommitmentForm, GuarantorForm, InvestorFrameForm, OrderForm, TrancheForm
from bonds.forms.investors_rest import SurplusForm, UpsideForm
from bonds.forms.investors_written import read_groups, read_order, read_redemptions
from bonds.forms.rows import Vocabulary
from bonds.queries.contracts import newest_version
from bonds.queries.terms import find_problems
from bonds.views.builder_steps import step_of_problem
from tests.bonds.investor_books.support import SENIOR, TERMS, TIMES_TWO, make_deal, vary
from tests.bonds.investor_pages.conftest import Room, words

WORDS = Vocabulary(
    providers=(("hearth", "Hearth"),),
    parties=(("hearth", "Hearth"), ("fund", "Fund")),
    investors=(("fund", "Fund"),),
    tranches=(("senior", "Senior"), ("grant", "Grant")),
    lending=(("senior", "Senior"),),
    typical_order=("costs", "interest: senior"),
)
CAPS = [{"kind": "irr", "limit": "8"}, {"kind": "multiple", "limit": "1.5"}]
TRANCHE = {
    "code": "senior", "name": "Senior", "kind": "senior", "interest": "simple", "rate": "6.5", "repayment": "sweep",
    "is_recycled": False,
}  # fmt: skip
ROWS = [
    (InvestorFrameForm, {}),
    (InvestorFrameForm, {"reserve_months": 3, "recycled_until_on": "2027-04-01", "calls": [["grant"], ["a", "b"]]}),
    (TrancheForm, TRANCHE),
    (TrancheForm, TRANCHE | {"return_caps": CAPS, "interest_until_on": "2029-01-01", "is_recycled": True}),
    (
        TrancheForm,
        TRANCHE
        | {
            "interest": "coupon", "coupon_months": 6, "coupon_from_on": "2026-04-01", "repayment": "maturity",
            "matures_on": "2029-04-01",
            "redemptions": [{"period": {"from_on": "2027-01-01", "until_on": "2028-01-01"}, "percent": 7_550}],
        },
    ),
    # What lines cannot say stays as it is.
    (TrancheForm, TRANCHE | {"redemptions": [{"period": {"from_on": None, "until_on": "2028-01-01"}, "percent": 1}]}),
    (CommitmentForm, {"investor": "fund", "tranche": "senior", "amount": 1}),
    (CommitmentForm, {"investor": "fund", "tranche": "senior", "amount": 1, "rate": "5", "return_caps": CAPS}),
    (CommitmentForm, {"investor": "fund", "tranche": "senior", "amount": 1, "return_caps": []}),
    (OrderForm, {}),
    (OrderForm, {"order": [{"kind": "provider_fees"}, {"kind": "interest", "tranches": ["a", "b"]}]}),
    (OrderForm, {"order": [{"what": "else"}]}),
    (UpsideForm, {}),
    (
        UpsideForm,
        {
            "tranches": ["senior"], "is_respread": False, "do_fees_go_on": True,
            "fees": [{"provider": "hearth", "percent": 1_000, "most": 200_000}],
        },
    ),
    (
        UpsideForm,
        {
            "tranches": ["senior"], "is_respread": True, "do_fees_go_on": False,
            "fees": [{"provider": "gone", "percent": 500}, {"provider": "hearth", "percent": 0}],
        },
    ),
    (SurplusForm, {"to": "asset_lock", "party": "hearth", "percent": 10_000}),
    (GuarantorForm, {"guarantor": "fund", "tranches": ["senior"], "percent": 7_500, "basis": "loss", "most": 5}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "row"), ROWS)
def test_a_form_gives_back_the_row_that_it_shows(form, row):
    shown = form(None, vocabulary=WORDS, row=row)
    typed = {bound.html_name: bound.value() for bound in shown if bound.value() not in (None, False)}

    sent = form(typed, vocabulary=WORDS, row=row)

    assert sent.is_valid(), sent.errors
    assert sent.made_row() == row


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_groups, "Senior loan"),
        (read_order, "dividends"),
        (read_order, "interest:"),
        (read_redemptions, "2027-01-01: 75 %"),
        (read_redemptions, "2027-02-30 to 2027-12-31: 75 %"),
        (read_redemptions, "2027-12-31 to 2027-01-01: 75 %"),
        (read_redemptions, "2027-01-01 to 2027-12-31: 101 %"),
    ],
)
def test_a_line_that_says_nothing_is_named(read, text):
    with pytest.raises(ValidationError) as refused:
        read(text)

    assert text[:80] in refused.value.messages[0]


def test_a_limit_without_its_fee_is_refused():
    form = UpsideForm({"tranches": ["senior"], "most_hearth": "5"}, vocabulary=WORDS, row={})

    assert not form.is_valid()
    assert list(form.errors) == ["fee_hearth"]


def test_terms_that_say_nothing_are_none():
    assert tidy_investor_terms({"currency": "EUR", "calls": [], "reserve_months": 0}, currency="GBP") == {}
    said = tidy_investor_terms({"reserve_months": 3}, currency="GBP")
    assert said == {"currency": "GBP", "reserve_months": 3}


@pytest.mark.parametrize(
    ("at", "step"),
    [
        ("/investor_terms", ("investors", None)),
        ("/investor_terms/reserve_months", ("investors", None)),
        ("/investor_terms/tranches/2/rate", ("tranches", 2)),
        ("/investor_terms/tranches", ("tranches", None)),
        ("/investor_terms/commitments/0/amount", ("commitments", 0)),
        ("/investor_terms/order/3", ("waterfall", None)),
        ("/investor_terms/upside/fees/0/provider", ("upside", None)),
        ("/investor_terms/surplus/1/party", ("surplus", 1)),
        ("/investor_terms/guarantees/0", ("guarantors", 0)),
        ("/guarantees/0", ("referrals", 0)),
    ],
)
def test_each_problem_leads_to_its_step(at, step):
    assert step_of_problem(at) == step


def test_what_differs_is_named_by_who_and_what_it_is_about():
    dearer = replace(TERMS, tranches=(replace(SENIOR, rate=Decimal(7), return_caps=(TIMES_TWO,)), *TERMS.tranches[1:]))
    more = replace(dearer, commitments=(replace(TERMS.commitments[0], amount=340_000), *TERMS.commitments[1:]))

    assert explain_investor_change(TERMS, more) == [
        ("/tranches/senior/rate", "6.5", "7"),
        ("/tranches/senior/return_caps", None, [{"kind": "multiple", "limit": "2"}]),
        ("/commitments/bigfund,senior/amount", 300_000, 340_000),
    ]
    assert explain_investor_change(TERMS, TERMS) == []
    assert ("/currency", None, "GBP") in explain_investor_change(None, TERMS)


@pytest.mark.django_db
def test_investors_are_written_by_hand_and_the_terms_are_the_same():
    room = Room(make_deal(is_signed=False))
    contract = room.world.contract
    version = newest_version(contract)
    version.investor_terms = {}
    version.save()

    def add(step: str, **typed: object) -> str:
        return words(room.post("secretary", "add-row", step, **typed))

    assert "Saved." in words(room.post("secretary", "row", "investors", 0, seen=_seen(room, "investors"), calls=""))
    assert newest_version(contract).investor_terms == {}
    add("tranches", code="senior", name="Senior", kind="senior", interest="simple", rate="6.5", repayment="sweep")
    review = words(room.get("secretary", "terms"))
    assert "Commitments : This has to be given." in review
    add(
        "tranches", code="junior", name="First loss", kind="first_loss", interest="none", repayment="sweep",
        is_recycled="on",
    )  # fmt: skip
    add("tranches", code="grant", name="Grant", kind="grant", interest="none", repayment="sweep")
    for one in TERMS.commitments:
        amount = f"{one.amount // 100}"
        said = add("commitments", investor=one.investor, tranche=one.tranche, amount=amount)
    assert "Brightwater Seedtrust, Grant" in said
    seen = _seen(room, "upside")
    room.post("secretary", "row", "upside", 0, seen=seen, tranches="junior", is_respread="on")

    assert read_investor_terms(newest_version(contract).investor_terms) == TERMS
    assert find_problems(newest_version(contract)) == []
    page = words(room.get("secretary", "version", 1))
    assert "Rate 6.5" in page
    assert "At most so much can be called £3,000.00" in page


@pytest.mark.django_db
def test_all_that_is_wrong_is_listed_of_the_terms_and_of_the_investors():
    room = Room(make_deal(is_signed=False))
    version = newest_version(room.world.contract)
    version.terms = version.terms | {"tariffs": []}
    version.investor_terms = version.investor_terms | {"commitments": []}
    version.save()

    places = {one["at"] for one in find_problems(version)}

    assert "/investor_terms/commitments" in places
    assert any(not at.startswith("/investor_terms") for at in places)
    assert "Somebody has to invest" in words(room.get("secretary", "terms"))


@pytest.mark.django_db
def test_a_variation_shows_what_is_different_on_the_page_and_over_rest():
    room = Room(make_deal())
    more = replace(TERMS, commitments=(replace(TERMS.commitments[0], amount=340_000), *TERMS.commitments[1:]))
    vary(room.world, more)

    page = words(room.get("secretary", "version", 2))
    api = room.api("secretary").get("contract-version", 2).json()

    assert "Brightwater Bigfund, Senior : changed" in page or "Brightwater Bigfund, Senior: changed" in page
    assert "At most so much can be called £3,000.00 £3,400.00" in page
    assert api["changes"] == [
        {"at": "/investor_terms/commitments/bigfund,senior/amount", "before": 300_000, "after": 340_000}
    ]
    assert api["investor_terms"] == write_investor_terms(more)


@pytest.mark.django_db
def test_investors_terms_are_written_over_rest_and_somebody_elses_work_is_not_undone():
    room = Room(make_deal(is_signed=False))
    api = room.api("secretary")
    seen = api.get("contract-terms").json()["seen_digest"]
    address = room.at("secretary", "contract-terms", room="api")
    terms = write_investor_terms(replace(TERMS, reserve_months=2))

    def put(**body: object):
        return api.client.put(address, body, content_type="application/json")

    written = put(investor_terms=terms, seen_digest=seen)
    late = put(investor_terms={}, seen_digest=seen)
    empty = put(seen_digest=written.json()["seen_digest"])

    assert (written.status_code, written.json()["investor_terms"], written.json()["problems"]) == (200, terms, [])
    assert written.json()["terms"] != {}
    assert (late.status_code, late.json()["code"]) == (409, "bonds.version_changed")
    assert empty.status_code == 400
    assert newest_version(room.world.contract).investor_terms == terms


def _seen(room: Room, step: str) -> str:
    return room.get("secretary", "row", step, 0).context["seen"]
