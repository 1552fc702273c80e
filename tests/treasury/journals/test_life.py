"""From a draft into the books: what is posted, who may, and what a refusal leaves behind."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from foundation import approvals, registries
from foundation.models import Approval, MailMessage
from ledger import operations as ledger
from ledger.models import Entry
from tests.ledger.support import AT, JAN_5, contents, nets
from tests.treasury.journals.support import (
    amounting,
    approve,
    change,
    refuse,
    state_of,
    submit,
    typed,
    write,
)
from treasury.models import JournalStateChange, ManualJournal
from treasury.operations import journals
from treasury.states import TRANSITIONS, ErasureReason, JournalState

pytestmark = pytest.mark.django_db


def transfers(entry: Entry) -> list[tuple[str, str, str, str, int, str]]:
    rows = entry.transfers.select_related("debit_account", "credit_account").order_by("line_no")
    return [
        (one.debit_account.code, one.debit_owner, one.credit_account.code, one.credit_owner, one.amount, one.fund)
        for one in rows
    ]


def mails() -> set[tuple[str, str]]:
    rows = MailMessage.objects.filter(template__startswith="treasury/")
    return {(mail.template.rpartition("/")[2], mail.to) for mail in rows}


def test_a_small_journal_is_posted_at_once(desk):
    journal = submit(desk, write(desk))

    entry = journal.entry
    assert (state_of(journal), entry.kind, entry.key) == ("posted", "manual_journal", f"journal:{journal.public_id}")
    assert (entry.source, entry.actor, entry.authority) == (journal.public_id, desk.actors.treasurer.ref, "")
    assert (entry.effective_on, entry.narration.text) == (JAN_5, "January rent")
    assert transfers(entry) == [("7100", "", "1200", "", 8_000, "")]
    assert [(one.from_state, one.to_state) for one in journal.state_changes.all()] == [
        ("", "draft"),
        ("draft", "posted"),
    ]
    assert not Approval.objects.exists()
    assert mails() == set()


def test_many_legs_with_owners_and_funds(desk):
    rows = (
        ("7100", "30.00", ""),
        ("7200", "20.00", ""),
        ("2100", "", "45.00", "sup_brewery"),
        ("1200", "", "5.00"),
        ("7100", "9.99", "", "", "roof"),
        ("1200", "", "9.99", "", "roof"),
    )

    journal = submit(desk, write(desk, *rows))

    assert transfers(journal.entry) == [
        ("7100", "", "2100", "sup_brewery", 3_000, ""),
        ("7200", "", "2100", "sup_brewery", 1_500, ""),
        ("7200", "", "1200", "", 500, ""),
        ("7100", "", "1200", "", 999, "roof"),
    ]


@pytest.mark.parametrize(
    ("pounds", "state"), [("99.99", "posted"), ("100.00", "posted"), ("100.01", "submitted"), ("5000", "submitted")]
)
def test_the_limit_itself_is_still_within_it(desk, pounds, state):
    before = contents()

    journal = submit(desk, write(desk, *amounting(pounds)))

    assert state_of(journal) == state
    assert (contents() == before) is (state == "submitted")


@pytest.mark.parametrize("pence", [None, 0])
def test_without_a_limit_every_journal_needs_a_second_person(desk, pence):
    if pence is None:
        journal = journals.write_draft(
            organisation=desk.house.shop,
            book=ledger.open_book(slug="shop", organisation=desk.house.shop.public_id, name="Shop", at=AT),
            typed=typed(*amounting("0.01")),
            actor=desk.actors.stranger,
            at=AT,
            today=JAN_5,
        )
    else:
        journals.set_limit(organisation=desk.pub, pence=0, reason="Board 8", actor=desk.actors.director, at=AT)
        journal = write(desk, *amounting("0.01"))

    assert (
        journals.submit_journal(journal=journal, actor=desk.actors.treasurer, at=AT, today=JAN_5).state == "submitted"
    )


def test_a_second_person_posts_what_they_read(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    waiting = contents()

    approved = approve(desk, journal)

    assert waiting != contents()
    assert transfers(approved.entry) == [("7100", "", "1200", "", 25_000, "")]
    assert approved.entry.actor == desk.actors.director.ref
    assert [one.to_state for one in approved.state_changes.all()] == ["draft", "submitted", "approved", "posted"]
    assert approved.approval.state == "approved"
    assert mails() == {
        ("journal_waiting", "dora@example.org"),
        ("journal_waiting", "tom@example.org"),
        ("journal_waiting", "una@example.org"),
        ("journal_decided", "tess@example.org"),
    }


def test_accounts_of_members_money_always_need_a_second_person(desk, monkeypatch):
    rows = (("3000", "0.50", "", "mem_1"), ("4200", "", "0.50"))
    monkeypatch.setitem(registries.OWNER_LABELS._items, "mem", dict.fromkeys)

    journal = submit(desk, write(desk, *rows))

    assert state_of(journal) == "submitted"
    with pytest.raises(journals.SecondPersonNeeded):
        journals.post_journal(journal=write(desk, *rows), actor=desk.actors.treasurer, at=AT, today=JAN_5)


def test_posting_alone_is_refused_above_the_limit(desk):
    journal = write(desk, *amounting("100.01"))
    before = contents()

    with pytest.raises(journals.SecondPersonNeeded):
        journals.post_journal(journal=journal, actor=desk.actors.treasurer, at=AT, today=JAN_5)

    assert (state_of(journal), contents()) == ("draft", before)
    assert journals.post_journal(journal=write(desk), actor=desk.actors.treasurer, at=AT, today=JAN_5).entry


@pytest.mark.parametrize("who", ["treasurer", "second"])
def test_nobody_approves_what_they_wrote(desk, who):
    journal = write(desk, *amounting("250"))
    change(desk, journal, *amounting("260"), who="second")
    submit(desk, journal)
    before = contents()

    with pytest.raises(approvals.SamePerson):
        approve(desk, journal, who=who)
    with pytest.raises(approvals.SamePerson):
        refuse(desk, journal, who=who)

    assert (state_of(journal), contents()) == ("submitted", before)
    assert approve(desk, journal, who="director").state == "posted"


def test_whoever_submits_is_no_second_person(desk):
    journal = submit(desk, write(desk, *amounting("250")), who="second")

    with pytest.raises(approvals.SamePerson):
        approve(desk, journal, who="second")


def test_a_key_does_not_approve(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    key = type(desk.actors.director)(ref="key:key_1", user_id=desk.actors.director.user_id)

    with pytest.raises(approvals.NotAPerson):
        journals.approve_journal(journal=journal, digest=journal.approval.digest, actor=key, at=AT, today=JAN_5)

    assert state_of(journal) == "submitted"


def test_a_change_makes_the_request_void(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    asked, read = journal.approval, journal.approval.digest

    change(desk, journal, *amounting("2500"))

    asked.refresh_from_db()
    assert (state_of(journal), asked.state) == ("draft", "void")
    before = contents()
    with pytest.raises(journals.JournalWrongState):
        approve(desk, journal, digest=read)
    submit(desk, journal)
    with pytest.raises(journals.JournalChanged):
        approve(desk, journal, digest=read)
    assert (state_of(journal), contents()) == ("submitted", before)
    assert approve(desk, journal).entry.transfers.get().amount == 250_000


def test_a_line_changed_behind_everybodys_back_is_not_approved(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    before = contents()
    journal.lines.update(text="other words")

    with pytest.raises(approvals.ApprovedThingChanged):
        approve(desk, journal)

    assert (state_of(journal), contents()) == ("submitted", before)


def test_clicking_twice_posts_once(desk):
    small, large = write(desk), submit(desk, write(desk, *amounting("250")))
    digest = large.approval.digest

    entries = {submit(desk, small).entry_id for _ in range(2)}
    entries |= {approve(desk, large, digest=digest).entry_id for _ in range(2)}

    assert len(entries) == 2
    assert Entry.objects.filter(kind="manual_journal").count() == 2
    assert JournalStateChange.objects.filter(to_state="posted").count() == 2


def test_the_second_of_two_approvers_is_told(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    approve(desk, journal)

    with pytest.raises(journals.JournalWrongState):
        approve(desk, journal, who="second")

    assert Entry.objects.filter(kind="manual_journal").count() == 1


def test_a_period_closed_meanwhile_stands_in_the_way(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    ledger.close_period(book=desk.book, through=JAN_5, actor="user:a", at=AT)
    before = contents()

    with pytest.raises(journals.JournalUnsound) as refused:
        approve(desk, journal)

    assert [one["code"] for one in refused.value.facts["problems"]] == ["date_closed"]
    assert (state_of(journal), contents(), journal.approval.state) == ("submitted", before, "requested")
    assert not journal.approval.decisions.exists()


def test_a_soft_period_is_open_to_the_treasurer(desk):
    ledger.close_softly(book=desk.book, through=JAN_5)

    assert submit(desk, write(desk)).entry.authority == "finance"
    assert submit(desk, write(desk, on="2026-01-06")).entry.authority == ""


def test_a_limit_of_the_ledger_leaves_everything_as_it_was(desk, monkeypatch):
    labels = registries.OWNER_LABELS._items
    monkeypatch.setitem(labels, "mem", dict.fromkeys)
    journal = submit(desk, write(desk, ("3000", "501.00", "", "mem_1"), ("4200", "", "501.00")))
    before, told = contents(), mails()

    with pytest.raises(ledger.LimitExceeded):
        approve(desk, journal)

    assert (state_of(journal), contents(), mails()) == ("submitted", before, told)


def test_refused_with_a_reason_then_changed_and_approved(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    before = contents()
    with pytest.raises(journals.WhyMissing):
        refuse(desk, journal, reason="  ")

    refused = refuse(desk, journal)

    assert (refused.state, contents(), refused.approval.state) == ("refused", before, "refused")
    assert refused.state_changes.last().reason == "No invoice"
    assert "No invoice" in MailMessage.objects.get(to="tess@example.org", template__endswith="decided").text
    change(desk, journal, *amounting("200"))
    submit(desk, journal)
    assert approve(desk, journal).state == "posted"


def test_a_withdrawn_journal_is_over(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    asked = journal.approval

    for _ in range(2):
        assert journals.withdraw_journal(journal=journal, actor=desk.actors.treasurer, at=AT).state == "withdrawn"

    asked.refresh_from_db()
    assert asked.state == "void"
    for act in (approve, submit, change):
        with pytest.raises(journals.JournalWrongState):
            act(desk, journal)
    assert JournalStateChange.objects.filter(to_state="withdrawn").count() == 1


def test_two_writers_do_not_write_over_each_other(desk):
    journal = write(desk)
    change(desk, journal, *amounting("70"), who="second")

    with pytest.raises(journals.JournalChanged):
        journals.change_draft(
            journal=journal, version=1, typed=typed(), actor=desk.actors.treasurer, at=AT, today=JAN_5
        )
    with pytest.raises(journals.JournalChanged):
        journals.submit_journal(journal=journal, version=1, actor=desk.actors.treasurer, at=AT, today=JAN_5)

    assert journal.lines.get(number=1).debit_pence == 7_000


@pytest.mark.parametrize("state", list(JournalState))
@pytest.mark.parametrize("to", list(JournalState))
def test_only_the_steps_of_the_table_are_taken(desk, state, to):
    from treasury.operations.journals.records import check_may_become

    journal = ManualJournal(state=state.value)
    if to in TRANSITIONS[state]:
        check_may_become(journal, to)
        return
    with pytest.raises(journals.JournalWrongState):
        check_may_become(journal, to)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda journal: journal.lines.update(debit_pence=1),
        lambda journal: journal.lines.all().delete(),
        lambda journal: journal.lines.create(number=9),
        lambda journal: ManualJournal.objects.filter(pk=journal.pk).update(effective_on=date(2026, 1, 6)),
        lambda journal: ManualJournal.objects.filter(pk=journal.pk).update(narration="other words"),
        lambda journal: journal.state_changes.update(reason="none"),
    ],
)
def test_the_database_keeps_a_posted_journal_as_it_is(desk, tamper):
    journal = submit(desk, write(desk))

    with pytest.raises(DatabaseError), transaction.atomic():
        tamper(journal)


def test_words_can_be_erased_from_a_posted_journal(desk):
    journal = submit(desk, write(desk, ("7100", "8", "", "", "", "Ann Ash"), ("1200", "", "8")))

    journals.erase_words(journal=journal, actor=desk.actors.treasurer, reason=ErasureReason.ASKED, at=AT)

    journal.refresh_from_db()
    assert (journal.narration, journal.lines.get(number=1).text) == ("", "")
    assert Entry.objects.get(pk=journal.entry_id).narration.erased_at == AT
    assert nets(desk.book)["7100"] == 800
