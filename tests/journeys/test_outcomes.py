"""An outcomes contract from the rate card to the question why: four organisations, each in a browser of its own."""

from __future__ import annotations

import re

import pytest

from config.demo_people import COMMISSIONER, HOLDER, HOLDER_SECOND, INVESTOR, PROVIDER, VERIFIER
from foundation import clock
from tests.journeys.outcome_acts import (
    Cast,
    admit,
    days_ago,
    open_contract,
    record_result,
    save_row,
    sign,
)

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("site"), pytest.mark.timeout(900)]


def test_from_the_rate_card_to_the_question_why(walk):
    # A name of its own, so that it can be walked twice through the same site.
    cast = Cast(walk, f"willow-{clock.now():%H%M%S}")
    open_contract(cast, "Willow Homes")
    _write_the_terms(cast)
    _sign_them(cast)
    _claim(cast)
    _query_and_validate(cast)
    _pay(cast)
    _ask_why(cast)


def _write_the_terms(cast):
    """The commissioner sets what is paid for, the rate card and a cap."""
    cora = cast.at(COMMISSIONER.email, "terms/days/")
    save_row(cora, fields={"from_on": days_ago(60), "last_on": days_ago(-600), "run_off_last_on": days_ago(-900)})
    cora = cast.at(COMMISSIONER.email, "terms/results/add/")
    save_row(
        cora,
        fields={
            "name": "Moved in",
            "code": "moved_in",
            "test": "A tenancy was signed, and the person has the keys.",
        },
        choices={"measure": "event"},
    )
    cora = cast.at(COMMISSIONER.email, "terms/evidence/add/")
    save_row(cora, fields={"rule": "tenancy"}, choices={"metric": "moved_in"})
    cora = cast.at(COMMISSIONER.email, "terms/prices/add/")
    save_row(cora, fields={"price": "5oo"}, choices={"metric": "moved_in"}).sees("Write an amount such as")
    save_row(cora, fields={"price": "1,200"}).sees("£1,200")
    cora = cast.at(COMMISSIONER.email, "terms/caps/add/")
    save_row(cora, fields={"code": "whole", "amount": "2,000"}, choices={"scope": "contract"})
    cora = cast.at(COMMISSIONER.email, "terms/payers/")
    save_row(cora, choices={"lead": "northmoor"})
    cora = cast.at(COMMISSIONER.email, "terms/shares/add/")
    save_row(cora, fields={"percent": "100"}, choices={"payer": "northmoor", "kind": "percent"})
    cora = cast.at(COMMISSIONER.email, "terms/claims/")
    save_row(cora)
    cora = cast.at(COMMISSIONER.email, "terms/")
    cora.sees("Nothing is missing").press("Put it to the parties for signature").sees("fixed now")


def _sign_them(cast):
    sign(cast, COMMISSIONER.email).sees("once the other parties have signed")
    sign(cast, HOLDER_SECOND.email).sees("in force")


def _claim(cast):
    """The provider records two people with what shows it, and claims for both."""
    for given, family in (("Juniper", "Wexcombe"), ("Linnet", "Ashgrove")):
        person = admit(cast, given=given, family=family)
        record_result(cast, person, metric="moved_in", evidence="tenancy", days=20)
    pip = cast.at(PROVIDER.email, "claims/new/")
    pip.press(re.compile("Put in all 2 that are complete")).follow("Look it over and send it")
    # £1,200 each, and £2,000 in all: the second is cut by £400.
    pip.sees("£2,400.00", "£400.00", "£2,000.00").press("Send it to the verifier").sees("Claim 1")
    pip.sees_not("Juniper", "Wexcombe")


def _query_and_validate(cast):
    """The verifier asks about one line, is answered, and accepts both."""
    vera = cast.at(VERIFIER.email, "claims/1/")
    vera.page.locator("main table").first.get_by_role("link", name="Moved in").first.click()
    vera.look().page.get_by_text("Ask the provider").first.click()
    vera.fill(text="Whose name is on the tenancy?").press("Ask").sees("The provider has been told")
    line = re.sub(r".*/claims/lines/([^/]+)/.*", r"\1", vera.page.url)

    pip = cast.at(PROVIDER.email, f"claims/lines/{line}/").sees("Whose name is on the tenancy?")
    pip.fill(text="The person's own, with the housing association.").press("Answer")

    vera = cast.at(VERIFIER.email, "claims/1/")
    boxes = vera.page.locator("[name='lines']")
    for place in range(boxes.count()):
        boxes.nth(place).check()
    vera.fill(note="Seen.").press("Accept the ticked lines").sees("2 lines are accepted and come to £2,000.00")


def _pay(cast):
    """The holder invoices the council, writes down the money that came, and a director lets it into the books."""
    hal = cast.at(HOLDER.email, "invoices/").follow("See what waits, and issue invoices").sees("£2,000.00")
    hal.press("Issue the invoices")
    cora = cast.at(COMMISSIONER.email, "invoices/").sees("£2,000.00")
    cora.page.locator("main table").first.get_by_role("link").first.click()
    cora.look().sees("INV-0001", "Moved in").sees_not("Juniper", "Wexcombe")

    hal = cast.at(HOLDER.email, "invoices/")
    hal.page.locator("main table").first.get_by_role("link").first.click()
    hal.look().follow("Record that it was paid").fill(moved_on=days_ago(0), reference="NORTHMOOR 1")
    hal.press_with_password("Write it down and ask a second person").sees("£2,000.00")
    hal.go("/groups/brightwater/payments/recorded/").sees("Northmoor Council")
    hal.page.get_by_role("link", name=re.compile("Northmoor")).first.click()
    path = re.sub(r"^https?://[^/]+", "", hal.look().page.url)
    bea = cast.as_(HOLDER_SECOND.email).go(path).sees("NORTHMOOR 1", "£2,000.00")
    bea.press_with_password("Approve and post it").sees("It is in the books.")
    cast.at(COMMISSIONER.email, "claims/1/").sees("paid")


def _ask_why(cast):
    """The council asks why the second line pays less."""
    cora = cast.at(COMMISSIONER.email, "claims/1/").sees("£2,400.00", "£2,000.00")
    cora.page.locator("main table").first.get_by_role("link", name="Moved in").nth(1).click()
    cora.look().sees("Why this amount", "£1,200.00", "£800.00", "£400.00", "Northmoor Council")
    cora.sees_not("Linnet", "housing association")


def test_what_the_cash_came_to_is_shared_out_and_an_investor_is_repaid(walk):
    cast = Cast(walk, "brightwater-homes")
    hal = cast.at(HOLDER.email, "investors/").sees("Slow Tide Lending")
    hal.page.locator("main a", has_text="Record the payment: Slow Tide").first.click()
    hal.look().sees("Slow Tide Lending", "Still open")
    amount = hal.page.locator("[name='amount_pence']").input_value()
    hal.fill(moved_on=days_ago(0), reference="SLOW TIDE 7")
    hal.press_with_password("Write it down and ask a second person").sees("nothing is posted yet", amount)
    path = re.sub(r"^https?://[^/]+", "", hal.page.url)

    bea = cast.as_(HOLDER_SECOND.email, phone=True).go(path).sees("SLOW TIDE 7", amount)
    bea.press_with_password("Approve and post it").sees("It is in the books.")

    ines = cast.as_(INVESTOR.email).go("/groups/slow-tide/contracts/brightwater-homes/investors/")
    ines.sees("Brightwater Homes", "Your investment").sees_not("Kestrel Lane Foundation", "P-0001")
    ines.go("/groups/slow-tide/contracts/brightwater-homes/investors/runs/3/").sees(amount)
    ines.sees_not("Kestrel Lane Foundation")
