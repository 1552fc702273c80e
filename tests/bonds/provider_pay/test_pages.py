"""Providers' pay on pages: preview, booking, payment, the provider's own account, statements, compensation."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.urls import reverse

from bonds.models import Party, ProviderAccrual, ProviderDue, ProviderStatement, ReferralCompensation
from payments.models import RecordedMoney
from tests.bonds.provider_pay.support import approve, ask, book, owed, pay, refer, take_back

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    """The words of a page, without its tags, with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_holder_looks_at_what_is_due_and_books_it(room):
    before = room.get("holder", "provider-pay")
    done = room.post("holder", "provider-pay")

    assert "9 amounts, £5,280.00 in all, are due by today and not booked." in text_of(before)
    assert "Moved in: P-" in text_of(before)
    assert "Booking 1: £5,280.00 is in the books." in text_of(done)
    assert "All that is due by today is booked." in text_of(done)
    assert owed(room.world) == {"hearthside": 348_000, "lanternhouse": 180_000}
    again = room.post("holder", "provider-pay")
    assert "is in the books already" in text_of(again)
    assert ProviderAccrual.objects.count() == 1


def test_a_payment_goes_from_the_form_to_the_second_person(room, director):
    book(room.world)
    page = room.get("holder", "provider-paid", "hearthside")
    assert page.context["form"].initial["amount"] == "3480.00"
    typed = page.context["form"].initial | {"amount": "3,000", "reference": "BACS 7", "account": "1200"}

    done = room.post("holder", "provider-paid", "hearthside", **typed)

    record = RecordedMoney.objects.get()
    assert done.redirect_chain[-1][0].endswith(f"/{record.public_id}/")
    assert (record.amount_pence, record.reference, record.party_owner) == (
        300_000,
        "BACS 7",
        room.world.provider.public_id,
    )
    address = reverse("payments:recorded_approve", args=[room.world.contract.organisation.slug, record.public_id])
    director.post(address, follow=True)
    record.refresh_from_db()
    assert record.state == "approved"
    assert owed(room.world)["hearthside"] == 48_000
    assert "£480.00" in text_of(room.get("hearthside", "provider-account", "hearthside"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": "3480.01"}, "Less than this is due to the provider."),
        ({"amount": "ten"}, "Write pounds and pence"),
        ({"amount": "0"}, "Give an amount above zero."),
        ({"moved_on": "2025-07-22"}, "This day has not come yet."),
        ({"account": "1100"}, "Select a valid choice."),
        ({"moved_on": ""}, "Give the day on the statement."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(room, changed, words):
    book(room.world)
    typed = {"key": "a" * 32, "amount": "12.50", "moved_on": "2025-07-20", "reference": "Kept", "account": "1200"}

    page = room.post("holder", "provider-paid", "hearthside", **typed | changed)

    assert page.status_code == 200
    assert words in text_of(page)
    assert 'value="Kept"' in page.content.decode()
    assert "Error:" in page.content.decode()
    assert RecordedMoney.objects.count() == 0


def test_a_provider_sees_its_own_account_and_why_each_amount(room):
    book(room.world)
    led = room.get("hearthside", "provider-pay")
    page = room.get("hearthside", "provider-account", "hearthside")
    due = ProviderDue.objects.get(kind="outcome")
    why = room.get("hearthside", "provider-due", "hearthside", due.public_id)

    assert led.headers["location"].endswith("/pay/hearthside/")
    assert "Price of a result" in text_of(page)
    assert room.at("hearthside", "provider-due", "hearthside", due.public_id) in page.content.decode()
    assert "1 accepted at £300.00 each, by version 1 of the terms." in text_of(why)
    assert "Book what is due" not in text_of(page)
    assert "It was paid" not in text_of(page)


def test_other_parties_see_no_account(room):
    book(room.world)
    due = ProviderDue.objects.first()

    for code in ("lanternhouse", "northmoor", "topup", "plumbline"):
        for name, *more in (
            ("provider-account", "hearthside"),
            ("provider-statement-csv", "hearthside"),
            ("provider-due", "hearthside", due.public_id),
        ):
            assert room.get(code, name, *more).status_code == 403, (code, name)
    for code in ("northmoor", "topup", "plumbline"):
        assert room.get(code, "provider-pay").status_code == 403
    for code in ("lanternhouse", "hearthside", "northmoor"):
        assert room.post(code, "provider-pay").status_code == 403
    assert room.get("holder", "provider-account", "nobody").status_code == 404
    assert room.get("holder", "provider-due", "lanternhouse", due.public_id).status_code == 404
    assert ProviderAccrual.objects.count() == 1


def test_an_undone_result_is_explained_and_what_is_owed_is_said(room):
    claim = room.world.contract.claims.get()
    book(room.world)
    pay(room.world.provider, 348_000)
    take_back(room.world, claim, "moved_in")
    book(room.world)
    due = ProviderDue.objects.get(kind="outcome", clawback__isnull=False)

    page = room.get("hearthside", "provider-account", "hearthside", through_on="2025-07-31")
    why = room.get("hearthside", "provider-due", "hearthside", due.public_id)

    assert "£350.00 more was paid than is due" in text_of(page)
    assert "Paid too much: settled by what is due next" in text_of(page)
    assert "The result was taken back, and with it the £300.00 that were due for it." in text_of(why)
    assert "The tenancy was not real." in text_of(why)
    assert "was paid £350.00 too much" in text_of(room.get("holder", "provider-pay"))


def test_a_statement_is_shown_saved_and_issued(room):
    book(room.world)
    days = {"from_on": "2025-07-01", "through_on": "2025-07-21"}

    page = room.get("holder", "provider-account", "hearthside", **days)
    file = room.as_("holder").get(room.at("holder", "provider-statement-csv", "hearthside"), days)
    done = room.post("holder", "provider-statement-issue", "hearthside", **days)

    assert "1 July 2025 to 21 July 2025" in text_of(page)
    content = b"".join(file.streaming_content).decode()
    assert file.headers["content-disposition"].endswith('"brightwater-hearthside-2025-07-01-2025-07-21.csv"')
    assert content.splitlines()[-1].endswith(",3480.00,0.00,3480.00")
    assert "Statement 1 is issued." in text_of(done)
    assert "is being made" in text_of(room.get("hearthside", "provider-account", "hearthside"))
    assert ProviderStatement.objects.get().after_pence == 348_000


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"from_on": "2025-07-02", "through_on": "2025-07-01"}, "This is before the first day."),
        ({"from_on": "July", "through_on": "2025-07-01"}, "Enter a valid date."),
        ({"from_on": "0999-01-01", "through_on": "2025-07-01"}, "Please give a year between 1990 and 2199."),
    ],
)
def test_days_that_cannot_be_are_named(room, days, words):
    page = room.get("holder", "provider-account", "hearthside", **days)
    file = room.as_("holder").get(room.at("holder", "provider-statement-csv", "hearthside"), days)
    done = room.post("holder", "provider-statement-issue", "hearthside", **days)

    assert words in text_of(page)
    assert file.status_code == 302
    assert "Choose a first day" in text_of(done)
    assert ProviderStatement.objects.count() == 0


def test_the_holder_accepts_compensation_and_both_sides_see_it(room):
    refer(room.world, 3)
    address = ("northmoor", "hearthside", "2025-04-01")
    listed = room.get("holder", "referrals")
    page = room.get("holder", "compensation", *address)

    done = room.post("holder", "compensation", *address)

    assert room.at("holder", "compensation", *address) in listed.content.decode()
    assert "At least 5 people were guaranteed and 3 came: 2 too few, at £200.00 each." in text_of(page)
    assert "the commissioner is invoiced" in text_of(done)
    assert ReferralCompensation.objects.get().pence == 40_000
    for code in ("hearthside", "northmoor"):
        assert "accepted on 21 July 2025" in text_of(room.get(code, "referrals"))
    again = room.post("holder", "compensation", *address)
    assert "has been made good before" in text_of(again)
    assert ReferralCompensation.objects.count() == 1
    assert room.get("holder", "compensation", "southfell", "hearthside", "2025-04-01").status_code == 404
    assert room.get("holder", "compensation", "northmoor", "hearthside", "then").status_code == 404
    assert room.get("hearthside", "compensation", *address).status_code == 403


def test_the_holder_undoes_compensation_and_both_sides_are_told(room):
    refer(room.world, 3)
    address = ("northmoor", "hearthside", "2025-04-01")
    room.post("holder", "compensation", *address)
    made = ReferralCompensation.objects.get()
    page = room.get("holder", "compensation", *address)
    asked = room.get("holder", "compensation-undo", made.public_id)
    wordless = room.post("holder", "compensation-undo", made.public_id, reason=" ")

    done = room.post("holder", "compensation-undo", made.public_id, reason="Two came after all.")

    assert room.at("holder", "compensation-undo", made.public_id) in page.content.decode()
    assert "a credit note takes £400.00 off its invoice BRIGHTWATER-INV-0001" in text_of(asked)
    assert "<title>Error:" in wordless.content.decode()
    assert "Undone. Commissioner and provider are told" in text_of(done)
    assert "not accepted" in text_of(room.get("northmoor", "referrals"))
    back = made.undoing.due
    why = text_of(room.get("hearthside", "provider-due", "hearthside", back.public_id))
    assert "Two came after all." in why
    assert "taken back" in why
    note = text_of(room.get("northmoor", "invoice", 2))
    assert "BRIGHTWATER-INV-0001" in note
    assert "Two came after all." in note
    again = room.post("holder", "compensation-undo", made.public_id, reason="Again.")
    assert "was undone before" in text_of(again)
    assert room.get("hearthside", "compensation-undo", made.public_id).status_code == 403
    assert room.get("holder", "compensation-undo", "rcp_none").status_code == 404


def test_pages_take_the_same_queries_however_much_was_booked(room, django_assert_max_num_queries):
    book(room.world)
    room.get("holder", "provider-pay")
    events = [room.world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(8)]
    room.world.accept(room.world.submit(*events))
    with django_assert_max_num_queries(50):
        assert "16 amounts" in text_of(room.get("holder", "provider-pay"))
    book(room.world)

    with django_assert_max_num_queries(50):
        room.get("holder", "provider-account", "hearthside")


def test_a_second_waiting_payment_is_not_offered(room):
    book(room.world)
    record = ask(room.world.provider, 348_000)

    assert "a second person lets the payment in" in text_of(room.get("holder", "provider-pay"))
    approve(record)
    assert Party.objects.filter(provider_payments__pence=348_000).count() == 1
