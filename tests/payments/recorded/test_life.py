"""Recorded money from the statement into the books: by two people, once, and undone the same way."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from foundation import approvals
from foundation.models import Approval, AuditEvent
from ledger import operations as ledger
from ledger import queries as ledger_queries
from ledger.models import Entry
from payments import operations
from payments.models import RecordedLine, RecordedMoney, StateChange
from payments.operations import recording
from payments.operations.privacy import KEEP, forget_old
from tests.ledger.support import AT, JAN_5, contents
from tests.payments.recorded.support import (
    GIFT,
    RENT,
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
JAN_4 = date(2026, 1, 4)


def balance(desk, code: str, owner: str | None = None) -> int:
    return ledger_queries.account_balance(book=desk.book, code=code, owner=owner)


def test_a_receipt_is_in_the_books_only_when_a_second_person_agreed(desk):
    before = contents()

    record = receive(desk)

    assert (record.state, record.entry, contents()) == ("requested", None, before)
    done = approve(desk, record)
    entry = Entry.objects.get(source=record.public_id)
    assert (done.state, done.entry, done.decided_by) == ("approved", entry, desk.actors.director.ref)
    assert (entry.kind, entry.effective_on, entry.narration.text) == (
        "payments.recorded_receipt", JAN_5, "A gift towards the roof",
    )  # fmt: skip
    assert (balance(desk, "1200"), balance(desk, "4200")) == (10_000 + 12_500, 10_000 + 12_500)


def test_a_payment_settles_a_debt_of_an_owner(desk):
    facts = replace(RENT, against="2100", party_owner="sup_mill", amount_pence=10_000)

    record = approve(desk, pay(desk, facts))

    assert record.entry.kind == "payments.recorded_payment"
    assert [(one.debit, one.debit_owner, one.credit, one.amount_pence) for one in record.lines.all()] == [
        ("2100", "sup_mill", "1200", 10_000)
    ]
    assert (balance(desk, "1200"), balance(desk, "2100", "sup_mill")) == (0, -10_000)


def test_everybody_who_may_decide_is_told_and_then_the_one_who_asked(desk):
    record = receive(desk)
    told = set(mails().values_list("to", "subject"))

    refuse(desk, record, reason="That was for the shop")

    words = "A receipt of £125.00 waits for a second person at Hollow Oak Pub Limited"
    assert told == {(one, words) for one in ("dora@example.org", "tom@example.org", "una@example.org")}
    mail = mails().get(to="tess@example.org")
    assert mail.subject == "Your record of £125.00 for Hollow Oak Pub Limited was refused"
    assert "The reason given: That was for the shop" in mail.text


@pytest.mark.parametrize(
    ("act", "asks", "says"),
    [
        (receive, "wrote down that £125.00 came on 5 January 2026", "It is in the books."),
        (pay, "wrote down that £80.00 was paid on 5 January 2026", "It is in the books."),
    ],
)
def test_the_mails_say_which_way_the_money_went(desk, act, asks, says):
    record = act(desk)
    approve(desk, record)

    assert asks in mails().get(to="dora@example.org").text
    assert says in mails().get(to="tess@example.org").text
    assert record.public_id in mails().get(to="dora@example.org").text


def test_nobody_approves_or_refuses_what_they_recorded(desk):
    record = receive(desk)
    before = contents()

    with pytest.raises(approvals.SamePerson):
        approve(desk, record, who="treasurer")
    with pytest.raises(approvals.SamePerson):
        refuse(desk, record, who="treasurer")

    assert (state_of(record), contents()) == ("requested", before)


def test_neither_a_key_nor_the_system_decides(desk):
    record = receive(desk)
    key = replace(desk.actors.director, ref="key:key_1", scopes=frozenset({"payments:write"}))

    for actor in (key, replace(key, ref="system:x", user_id=None, scopes=None)):
        with pytest.raises(approvals.NotAPerson):
            operations.approve_recorded(record=record, actor=actor, at=AT, today=JAN_5)
        with pytest.raises(approvals.NotAPerson):
            operations.refuse_recorded(record=record, reason="x", actor=actor, at=AT)

    assert state_of(record) == "requested"


def test_whose_key_recorded_it_is_no_second_person(desk):
    key = replace(desk.actors.treasurer, ref="key:key_1", scopes=frozenset({"payments:write"}))
    record = receive(desk, actor=key)

    with pytest.raises(approvals.SamePerson):
        approve(desk, record, who="treasurer")

    assert approve(desk, record, who="second").state == "approved"


def test_saying_it_twice_changes_nothing(desk):
    approved, refused, withdrawn = receive(desk), receive(desk), receive(desk)
    for _ in range(2):
        approve(desk, approved)
        refuse(desk, refused)
        withdraw(desk, withdrawn)

    assert Entry.objects.filter(kind="payments.recorded_receipt").count() == 1
    assert [one.to_state for one in StateChange.objects.order_by("id")] == ["approved", "refused", "withdrawn"]


@pytest.mark.parametrize("first", [approve, refuse, withdraw])
@pytest.mark.parametrize("then", [approve, refuse, withdraw])
def test_what_is_decided_stays_decided(desk, first, then):
    record = receive(desk)
    first(desk, record)
    before = (state_of(record), contents(), StateChange.objects.count())
    other = {} if then is withdraw else {"who": "second"}

    if first is withdraw and then is withdraw:
        then(desk, record)
    else:
        with pytest.raises(recording.RecordDecided):
            then(desk, record, **other)

    assert (state_of(record), contents(), StateChange.objects.count()) == before


def test_a_withdrawn_record_leaves_no_open_request(desk):
    record = withdraw(desk, receive(desk))

    assert Approval.objects.get(subject=record.public_id).state == "void"
    assert record.decided_by == desk.actors.treasurer.ref


def test_every_step_leaves_an_audit_event(desk):
    record = approve(desk, receive(desk))
    refuse(desk, reverse(desk, record), reason="It was right")

    events = AuditEvent.objects.filter(action__startswith="payments.recorded").order_by("id")
    assert [event.action for event in events] == [
        "payments.recorded_requested", "payments.recorded_approved",
        "payments.recorded_requested", "payments.recorded_refused",
    ]  # fmt: skip
    assert events[0].after["amount_pence"] == 12_500
    assert (events[1].subject, events[1].after["entry"]) == (record.public_id, record.entry.public_id)
    assert (events[2].after["reverses"], events[3].reason) == (record.public_id, "It was right")
    assert "Ashby" not in str([(event.before, event.after) for event in events])


def test_a_reversal_is_the_exact_mirror_and_needs_a_second_person_too(desk):
    record = approve(desk, pay(desk, replace(RENT, against="2100", party_owner="sup_mill")))

    reversal = reverse(desk, record)

    assert (reversal.state, reversal.reverses, state_of(record)) == ("requested", record, "approved")
    assert balance(desk, "1200") == 2_000
    done = approve(desk, reversal)
    assert done.entry.reverses == record.entry
    assert (balance(desk, "1200"), balance(desk, "2100", "sup_mill")) == (10_000, 0)
    assert mails().filter(subject__startswith="A reversal of £80.00 waits").count() == 3


def test_a_reversal_can_be_asked_again_after_a_no_but_not_twice_at_once(desk):
    record = approve(desk, receive(desk))
    first = reverse(desk, record)

    assert reverse(desk, record) == first
    with pytest.raises(recording.RecordNotReversible):
        reverse(desk, record, reason="Another reason")
    refuse(desk, first)
    second = approve(desk, reverse(desk, record))
    with pytest.raises(recording.RecordNotReversible):
        reverse(desk, record, reason="Once more")
    with pytest.raises(recording.RecordNotReversible):
        reverse(desk, second)

    assert Entry.objects.filter(kind="payments.recorded_receipt_reversal").count() == 1


@pytest.mark.parametrize("state", ["requested", "refused", "withdrawn"])
def test_only_what_is_in_the_books_is_reversed(desk, state):
    record = receive(desk)
    {"requested": lambda *_: None, "refused": refuse, "withdrawn": withdraw}[state](desk, record)

    with pytest.raises(recording.RecordNotReversible):
        reverse(desk, record)

    assert RecordedMoney.objects.count() == 1


def test_a_reversal_says_why_and_counts_for_a_day_that_can_be(desk):
    record = approve(desk, receive(desk, replace(GIFT, moved_on=JAN_4)))

    for reason in ("", "  ", "x" * 201, "a\x00b"):
        with pytest.raises(recording.RecordReasonMissing):
            reverse(desk, record, reason=reason)
    for day, code in ((date(2026, 1, 3), "day_before_record"), (JAN_5 + timedelta(days=1), "day_ahead")):
        with pytest.raises(recording.RecordUnsound) as refused:
            reverse(desk, record, on=day)
        assert [one["code"] for one in refused.value.facts["problems"]] == [code]

    assert reverse(desk, record, on=JAN_4, reason="x" * 200).moved_on == JAN_4


def test_a_day_that_was_closed_meanwhile_stands_in_the_way_and_nothing_changes(desk):
    record = receive(desk, replace(GIFT, moved_on=JAN_4))
    ledger.close_period(book=desk.book, through=JAN_4, actor="user:t", at=AT)
    before = contents()

    with pytest.raises(recording.RecordUnsound):
        approve(desk, record)

    assert (state_of(record), contents()) == ("requested", before)
    assert record.approval.decisions.count() == 0


def test_a_softly_closed_day_is_the_treasurers(desk):
    record = receive(desk, replace(GIFT, moved_on=JAN_4))
    ledger.close_softly(book=desk.book, through=JAN_4)

    assert approve(desk, record).entry.authority == "finance"


def test_a_limit_of_the_ledger_stands_in_the_way_and_nothing_changes(desk):
    record = pay(desk, replace(RENT, against="2155", party_owner="nobody_9"))
    before = contents()

    with pytest.raises(ledger.LimitExceeded):
        approve(desk, record)

    assert (state_of(record), contents(), record.approval.decisions.count()) == ("requested", before, 0)
    assert not mails().filter(to="tess@example.org").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"amount_pence": 1}, {"party_name": "Somebody Else"}, {"note": ""}, {"moved_on": JAN_4}, {"account": "1210"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("decide", [None, approve])
def test_the_database_refuses_to_change_what_was_recorded(desk, change, decide):
    record = receive(desk)
    if decide:
        decide(desk, record)

    with pytest.raises(IntegrityError), transaction.atomic():
        RecordedMoney.objects.filter(pk=record.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordedMoney.objects.filter(pk=record.pk).delete()


def test_the_database_refuses_to_change_the_lines_and_to_decide_twice(desk):
    record = refuse(desk, receive(desk))

    with pytest.raises(Exception, match=r"permission denied|refuse"), transaction.atomic():
        RecordedLine.objects.filter(record=record).update(amount_pence=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordedMoney.objects.filter(pk=record.pk).update(state="withdrawn")
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordedMoney.objects.filter(pk=receive(desk).pk).update(state="approved", decided_by="user:x", decided_at=AT)
    assert connection.is_usable()


def test_words_of_what_never_came_into_the_books_go_after_their_time(desk):
    refused, approved, waiting = refuse(desk, receive(desk)), approve(desk, receive(desk)), receive(desk)

    assert forget_old(at=AT + KEEP) == 0
    assert forget_old(at=AT + KEEP + timedelta(seconds=1)) == 1

    words = {one.pk: (one.party_name, one.reference, one.note) for one in RecordedMoney.objects.all()}
    assert words[refused.pk] == ("", "", "")
    assert words[approved.pk] == words[waiting.pk] == (GIFT.party_name, GIFT.reference, GIFT.note)
