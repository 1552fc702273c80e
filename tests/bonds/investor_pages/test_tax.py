"""Tax on interest on pages and over REST: the rule, the payment less tax, and the tax that is paid over."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bonds.models import DistributionPayment, TaxPayment, WithholdingRule
from payments.models import RecordedMoney
from tests.bonds.investor_books.support import draw, earn, run, spend
from tests.bonds.investor_pages.conftest import let_in, words

pytestmark = pytest.mark.django_db
TYPED = {"is_withheld": "yes", "from_on": "2026-04-10", "rate": "", "reason": "The investor is a person."}
MOVED = {"key": "k" * 32, "moved_on": "2026-04-10", "account": "1200"}


@pytest.fixture
def deal(room):
    draw(room.world, 110_000)
    spend(room.world, 110_000)
    earn(room.world, 50_000)
    run(room.world)
    return room


def interest_of(deal, code):
    return deal.world.contract.waterfall_runs.get().distributions.get(stage="interest", party__code=code).public_id


def test_a_rule_is_written_down_and_the_payment_is_less_tax(deal):
    page = deal.post("treasurer", "investor-withholding", "bigfund", **TYPED)
    assert page.redirect_chain == [(deal.at("treasurer", "investor-tax"), 302)]
    assert "20 % withheld The investor is a person." in words(page)

    due = interest_of(deal, "bigfund")
    assert "after 20 % tax: £31.20" in words(deal.get("treasurer", "investors"))
    form = deal.get("treasurer", "distribution-pay", due)
    assert form.context["form"].initial["amount_pence"] == 3_120
    assert "Tax to be withheld £7.80" in words(form)
    deal.post("treasurer", "distribution-pay", due, **MOVED, amount_pence="31.20")
    let_in(RecordedMoney.objects.get(purpose="bonds.distribution"))

    assert DistributionPayment.objects.get().tax_pence == 780
    tax = words(deal.get("treasurer", "investor-tax"))
    assert "Still to be paid over £7.80" in tax
    assert "1 April 2026 £39.00 £7.80 £0.00 14 July 2026" in tax
    assert "of it tax withheld: £7.80" in words(deal.get("bigfund", "investors"))
    assert "less income tax of £7.80 that was withheld: £31.20." in words(
        deal.get("bigfund", "investor-statement", from_on="2025-04-01", last_on="2026-04-10")
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"is_withheld": ""}, "Choose one of the two."),
        ({"reason": ""}, "Say what this rests on."),
        ({"rate": "100"}, "above 0 and below 100"),
        ({"from_on": "2008-04-05"}, "The rate of that day is not known here."),
    ],
)
def test_a_refusal_says_where_and_loses_nothing_typed(deal, typed, said):
    page = deal.post("treasurer", "investor-withholding", "bigfund", **TYPED | typed)

    assert said in words(page)
    assert typed.get("reason", "The investor is a person.") in words(page)
    assert "<title>Error:" in page.content.decode()
    assert not WithholdingRule.objects.exists()
    assert deal.get("treasurer", "investor-withholding", "northmoor").status_code == 404


def test_tax_is_paid_over_on_its_page(deal):
    deal.post("treasurer", "investor-withholding", "bigfund", **TYPED)
    deal.post("treasurer", "distribution-pay", interest_of(deal, "bigfund"), **MOVED, amount_pence="31.20")
    let_in(RecordedMoney.objects.get(purpose="bonds.distribution"))

    too_much = deal.post("treasurer", "investor-tax-paid", **MOVED | {"key": "l" * 32}, amount_pence="7.81")
    assert "Less tax than this was withheld" in words(too_much)
    deal.post("treasurer", "investor-tax-paid", **MOVED | {"key": "l" * 32}, amount_pence="7.80")
    waiting = RecordedMoney.objects.get(purpose="bonds.tax_withheld")
    assert "£7.80 waits for a second person" in words(deal.get("director", "investor-tax"))
    let_in(waiting)

    assert TaxPayment.objects.get().pence == 780
    assert "Still to be paid over £0.00" in words(deal.get("director", "investor-tax"))


def test_the_same_over_rest(deal):
    keeper, fund = deal.api("treasurer"), deal.api("bigfund")

    made = keeper.post(
        "investor-withholding", investor="bigfund", is_withheld=True, from_on="2026-04-10", reason="A person"
    )
    assert (made.status_code, made.json()["rate"]) == (201, None)
    wrong = keeper.post(
        "investor-withholding", investor="northmoor", is_withheld=True, from_on="2026-04-10", reason="A council"
    )
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bonds.withholding_unsound")
    dues = {(one["party"], one["stage"]): one for one in fund.get("distributions").json()}
    due = dues["bigfund", "interest"]
    assert (due["open_pence"], due["to_pay_pence"], due["tax_withheld_pence"]) == (3_900, 3_120, 0)
    paid = keeper.post("distribution-pay", due["id"], amount_pence=3_120, moved_on="2026-04-10")
    let_in(RecordedMoney.objects.get(public_id=paid.json()["id"]))
    shown = keeper.get("investor-tax").json()
    assert (shown["basic_rate"]["rate"], shown["withheld_pence"], shown["open_pence"]) == (2_000, 780, 780)
    assert shown["periods"][0]["due_on"] == "2026-07-14"
    over = keeper.post("investor-tax-paid", amount_pence=780, moved_on="2026-04-10")
    assert (over.status_code, over.json()["state"]) == (201, "requested")
    assert fund.get("investor-tax").status_code == 403
    assert fund.post("investor-tax-paid", amount_pence=1, moved_on="2026-04-10").status_code == 403
    assert fund.get("investors").json()["total"]["tax_withheld_pence"] == 780


def test_the_page_asks_the_database_as_often_for_more_that_was_withheld(deal):
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            deal.get("treasurer", "investor-tax")
        return len(asked)

    count()
    before = count()
    for code in ("bigfund", "smallfund"):
        deal.post("treasurer", "investor-withholding", code, **TYPED)
        deal.post(
            "treasurer", "distribution-pay", interest_of(deal, code), **MOVED | {"key": code * 4}, amount_pence="1"
        )
        let_in(RecordedMoney.objects.waiting().get())

    assert DistributionPayment.objects.filter(tax_pence__gt=0).count() == 2
    assert count() == before
