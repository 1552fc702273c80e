"""What is refused before anybody is asked, all of it at once; one key, one record; and what a room above says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from foundation.models import Approval
from ledger import operations as ledger
from ledger.models import MAX_AMOUNT, Entry
from ledger.operations import IdempotencyConflict, OwnerMismatch
from ledger.states import AccountType
from payments import operations
from payments.models import RecordedMoney
from payments.operations import recording
from payments.queries.recorded import find_alike
from tests.ledger.support import AT, JAN_5, contents
from tests.payments.recorded.support import (
    GIFT,
    RENT,
    NotOwed,
    approve,
    mails,
    pay,
    receive,
    refuse,
    reverse,
    state_of,
    withdraw,
)

pytestmark = pytest.mark.django_db
INVOICE = replace(GIFT, purpose="test.invoice", subject="inv_1", against="", note="")


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"amount_pence": 0}, [("amount_pence", "amount_not_positive")]),
        ({"amount_pence": -1}, [("amount_pence", "amount_not_positive")]),
        ({"amount_pence": True}, [("amount_pence", "amount_not_positive")]),
        ({"amount_pence": MAX_AMOUNT + 1}, [("amount_pence", "amount_too_large")]),
        ({"moved_on": JAN_5 + timedelta(days=1)}, [("moved_on", "day_ahead")]),
        ({"party_name": " "}, [("party_name", "name_missing")]),
        ({"party_name": "x" * 121}, [("party_name", "text_unreadable")]),
        ({"party_name": "a\x00b"}, [("party_name", "text_unreadable")]),
        ({"reference": "x" * 141}, [("reference", "text_unreadable")]),
        ({"note": ""}, [("note", "note_missing")]),
        ({"note": "x" * 201}, [("note", "text_unreadable")]),
        ({"party_owner": "mem_nobody"}, [("party_owner", "owner_unknown")]),
        ({"party_owner": "a\x00b"}, [("party_owner", "text_unreadable")]),
        ({"party_owner": "x" * 65}, [("party_owner", "text_unreadable")]),
        ({"account": "1250"}, [("account", "bank_account_unknown")]),
        ({"account": "4200"}, [("account", "bank_account_unknown"), ("against", "account_same")]),
        ({"account": "a\x00b"}, [("account", "bank_account_unknown")]),
        ({"account": "1199"}, [("account", "bank_account_unknown")]),
        ({"against": "9997"}, [("against", "account_unknown")]),
        ({"against": ""}, [("against", "account_unknown")]),
        ({"against": "1200"}, [("against", "account_same")]),
        ({"against": "1100"}, [("party_owner", "owner_missing")]),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(desk, change, problems):
    before = contents()

    with pytest.raises(recording.RecordUnsound) as refused:
        receive(desk, replace(GIFT, **change))

    assert [(one["field"], one["code"]) for one in refused.value.facts["problems"]] == problems
    assert (RecordedMoney.objects.count(), Approval.objects.count(), contents()) == (0, 0, before)
    assert not mails().exists()


def test_everything_is_said_at_once(desk):
    wrong = replace(GIFT, amount_pence=0, party_name="", note="", account="", against="", moved_on=JAN_5 + timedelta(9))

    with pytest.raises(recording.RecordUnsound) as refused:
        receive(desk, wrong)

    fields = [one["field"] for one in refused.value.facts["problems"]]
    assert fields == ["moved_on", "amount_pence", "party_name", "note", "account", "against"]
    assert "Give an amount above zero." in refused.value.message


@pytest.mark.parametrize("change", [
    {"amount_pence": 1}, {"amount_pence": MAX_AMOUNT}, {"party_name": "x" * 120}, {"note": "x" * 200},
    {"reference": "x" * 140}, {"against": "1100", "party_owner": "any"}, {"account": "1210"}, {"against": "1210"},
    {"party_owner": "ashby"},
])  # fmt: skip
def test_what_lies_just_inside_is_kept(desk, change):
    assert receive(desk, replace(GIFT, **change)).state == "requested"


def test_closed_days_are_refused_up_to_the_last_one(desk):
    day = JAN_5 - timedelta(days=2)
    ledger.close_period(book=desk.book, through=day, actor="user:t", at=AT)

    with pytest.raises(recording.RecordUnsound) as refused:
        receive(desk, replace(GIFT, moved_on=day))

    assert refused.value.facts["problems"][0]["code"] == "day_closed"
    assert receive(desk, replace(GIFT, moved_on=day + timedelta(days=1))).state == "requested"


def test_a_closed_account_is_not_offered_any_more(desk):
    account = ledger.open_account(book=desk.book, code="4300", name="Raffle", type=AccountType.INCOME)
    ledger.close_account(account=account, on=JAN_5, actor="user:t", at=AT)

    with pytest.raises(recording.RecordUnsound):
        receive(desk, replace(GIFT, against="4300"))


def test_words_lose_only_their_spaces(desk):
    record = receive(desk, replace(GIFT, party_name="  Ashby \n Quarry  Limited ", reference="A\tB"))

    assert (record.party_name, record.reference) == ("Ashby Quarry Limited", "A B")


def test_one_key_records_once(desk):
    first = receive(desk, key="statement-7")

    again = receive(desk, key="statement-7")

    assert again == first
    assert (RecordedMoney.objects.count(), mails().count()) == (1, 3)


@pytest.mark.parametrize("change", [{"amount_pence": 12_501}, {"party_name": "Another"}, {"against": "4000"}])
def test_a_key_is_not_used_for_something_else(desk, change):
    first = receive(desk, key="statement-7")

    with pytest.raises(recording.RecordKeyTaken) as refused:
        receive(desk, replace(GIFT, **change), key="statement-7")
    with pytest.raises(recording.RecordKeyTaken):
        pay(desk, GIFT, key="statement-7")

    assert refused.value.facts["record"] == first.public_id
    assert (RecordedMoney.objects.count(), mails().count()) == (1, 3)


def test_the_same_money_twice_is_pointed_out(desk):
    first, other = receive(desk), receive(desk, replace(GIFT, amount_pence=12_501))
    second = receive(desk, replace(GIFT, party_name="Ashby Quarry", reference=""))

    assert (find_alike(first), find_alike(second), find_alike(other)) == ([second], [first], [])
    withdraw(desk, first)
    assert find_alike(second) == []


def test_what_was_reversed_is_not_pointed_out(desk):
    first = approve(desk, receive(desk))
    reversal = approve(desk, reverse(desk, first))
    second = receive(desk)

    assert find_alike(second) == find_alike(reversal) == []


@pytest.mark.parametrize("facts", [replace(GIFT, purpose="nobody.knows"), INVOICE])
def test_a_purpose_that_no_room_registered_is_refused(desk, facts):
    with pytest.raises(recording.UnknownRecordedPurpose):
        receive(desk, facts)

    assert not RecordedMoney.objects.exists()


def test_a_purpose_knows_which_way_its_money_goes(desk, room):
    with pytest.raises(recording.UnknownRecordedPurpose):
        pay(desk, INVOICE)

    assert receive(desk, INVOICE).purpose == "test.invoice"


def test_a_room_says_how_its_money_is_booked_and_is_told(desk, room):
    record = receive(desk, replace(INVOICE, batch="claim_7"))

    assert (room.checked, room.told, room.locked) == (["record"], [], ["inv_1"])
    done = approve(desk, record)
    assert room.told == [("settled", "inv_1", "approved")]
    assert (room.checked, room.locked) == (["record", "record"], ["inv_1", "inv_1"])
    assert (done.entry.batch, [one.amount for one in done.entry.transfers.order_by("line_no")]) == (
        "claim_7", [12_600, 100],
    )  # fmt: skip
    approve(desk, reverse(desk, record))
    assert room.told[1:] == [("reversed", "inv_1", "approved")]
    assert room.checked[2:] == ["reversal", "reversal"]


def test_the_treasurer_does_not_name_the_account_of_a_room(desk, room):
    with pytest.raises(recording.RecordUnsound) as refused:
        receive(desk, replace(INVOICE, against="4200"))

    assert [one["code"] for one in refused.value.facts["problems"]] == ["account_unexpected"]


def test_a_room_may_refuse_before_anybody_is_asked(desk, room):
    room.refuses = True

    with pytest.raises(NotOwed):
        receive(desk, INVOICE)

    assert (RecordedMoney.objects.count(), mails().count()) == (0, 0)


@pytest.mark.parametrize("how", ["refuses", "fails_when_told"])
def test_a_room_that_refuses_when_it_is_posted_leaves_everything_as_it_was(desk, room, how):
    record = receive(desk, INVOICE)
    before = contents()
    setattr(room, how, True)

    with pytest.raises(NotOwed):
        approve(desk, record)

    assert (state_of(record), contents()) == ("requested", before)
    assert record.approval.decisions.count() == 0
    setattr(room, how, False)
    assert approve(desk, record).state == "approved"


def test_lines_that_move_another_amount_are_our_own_mistake(desk, room, monkeypatch):
    monkeypatch.setattr(type(room), "lines", lambda _self, _record: [ledger.Line("1200", "4200", 1)])
    monkeypatch.setitem(operations.recording.requesting.RECORDED_PURPOSES._items, "test.invoice", room.as_purpose())

    with pytest.raises(AssertionError):
        receive(desk, INVOICE)

    assert not RecordedMoney.objects.exists()


def test_owners_and_keys_of_the_ledger_are_checked_there_too(desk, room, monkeypatch):
    """A room that gives lines which the ledger refuses: the second person is told, and nothing is in the books."""
    monkeypatch.setattr(type(room), "lines", lambda _self, record: [ledger.Line("1200", "1100", record.amount_pence)])
    monkeypatch.setitem(operations.recording.requesting.RECORDED_PURPOSES._items, "test.invoice", room.as_purpose())
    record = receive(desk, INVOICE)

    with pytest.raises((OwnerMismatch, IdempotencyConflict)):
        approve(desk, record)

    assert not Entry.objects.filter(source=record.public_id).exists()


def test_what_waits_for_a_thing_of_a_room_can_be_asked(desk, room):
    refuse(desk, receive(desk, INVOICE))
    waiting, posted = receive(desk, INVOICE), approve(desk, receive(desk, INVOICE))
    receive(desk, replace(INVOICE, subject="inv_2"))
    pay(desk, RENT)

    live = RecordedMoney.objects.live().for_subject(purpose="test.invoice", subject="inv_1")

    assert sorted(one.pk for one in live) == sorted([waiting.pk, posted.pk])
