"""Erasing the words of a manual journal, from its own page or from that of its entry."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foundation.models import AuditEvent
from ledger import operations as ledger
from ledger.models import Entry, Narration
from people.operations import issue_key
from tests.ledger.support import AT, JAN_5, contents, nets
from tests.treasury.journals.support import amounting, approve, change, refuse, state_of, submit, typed, write
from tests.treasury.journals.test_races import at_once
from treasury import operations
from treasury.models import JournalStateChange, ManualJournal
from treasury.operations import journals
from treasury.states import ErasureReason

pytestmark = pytest.mark.django_db
NAMED = (("7100", "80", "", "", "", "Key money for Ann Ash"), ("1200", "", "80", "", "", "Her account"))
BIG = (("7100", "250", "", "", "", "Key money for Ann Ash"), ("1200", "", "250"))
RENT = "Room of Ann Ash"
SENT = {"reason": "misplaced", "is_meant": "on"}


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    """The day on which everything is dated."""
    time_machine.move_to(AT, tick=False)


def posted(desk):
    return submit(desk, write(desk, *NAMED, narration=RENT))


def erase(desk, journal, at=AT):
    return journals.erase_words(journal=journal, actor=desk.actors.treasurer, reason=ErasureReason.ASKED, at=at)


def texts(journal):
    row = ManualJournal.objects.get(pk=journal.pk)
    return [row.narration, *row.lines.order_by("number").values_list("text", flat=True)]


def rows():
    """Everything of journals, beside the ledger's own tables, to prove that a refusal changed nothing."""
    return [
        contents(),
        list(ManualJournal.objects.order_by("pk").values()),
        [texts(one) for one in ManualJournal.objects.order_by("pk")],
        JournalStateChange.objects.count(),
        AuditEvent.objects.count(),
    ]


def address(desk, name, thing):
    return reverse(f"treasury:{name}", args=[desk.pub.slug, desk.book.slug, thing.public_id])


@pytest.mark.parametrize("by_entry", [True, False])
def test_words_go_from_journal_lines_and_entry(desk, by_entry):
    journal = posted(desk)
    figures = nets(desk.book)

    if by_entry:
        done = operations.erase_entry_words(
            entry=journal.entry, actor=desk.actors.treasurer, reason=ErasureReason.ASKED, at=AT
        )
    else:
        done = erase(desk, journal)

    assert done is True
    assert texts(journal) == ["", "", ""]
    narration = Narration.objects.get(entry=journal.entry)
    assert (narration.text, narration.salt, narration.erased_at) == ("", "", AT)
    assert nets(desk.book) == figures
    step = journal.state_changes.last()
    assert (step.from_state, step.to_state, step.reason, step.by) == (
        "posted", "posted", "asked", desk.actors.treasurer.ref
    )  # fmt: skip
    event = AuditEvent.objects.get(action="treasury.journal_words_erased")
    assert (event.subject, event.reason, event.after) == (
        journal.public_id, "asked", {"entry": journal.entry.public_id}
    )  # fmt: skip


def test_a_second_time_changes_nothing(desk):
    journal = posted(desk)
    erase(desk, journal)
    before = rows()

    assert erase(desk, journal, AT + timedelta(days=1)) is False

    assert rows() == before


def test_what_the_ledger_alone_erased_is_finished(desk):
    journal = posted(desk)
    ledger.erase_narration(entry=journal.entry, at=AT)

    assert erase(desk, journal) is True
    assert texts(journal) == ["", "", ""]


def test_a_journal_that_somebody_works_on_is_refused(desk):
    draft, waiting = write(desk, *NAMED), submit(desk, write(desk, *BIG))
    before = rows()

    for journal in (draft, waiting):
        with pytest.raises(journals.JournalWrongState, match="can still be changed"):
            erase(desk, journal)

    assert rows() == before


def test_a_refused_journal_loses_its_words_and_may_be_written_anew(desk):
    journal = refuse(desk, submit(desk, write(desk, *BIG, narration=RENT)))

    assert erase(desk, journal) is True
    assert (texts(journal), state_of(journal)) == (["", "", ""], "refused")
    # A form that was opened before the words went does not bring them back.
    with pytest.raises(journals.JournalChanged):
        journals.change_draft(
            journal=journal,
            version=journal.version,
            typed=typed(*BIG),
            actor=desk.actors.treasurer,
            at=AT,
            today=JAN_5,
        )
    change(desk, journal, *amounting("12"), narration="Room")
    assert (texts(journal), state_of(journal)) == (["Room", "", ""], "draft")


def test_a_withdrawn_journal_loses_its_words_and_one_without_any_is_refused(desk):
    journal, empty = write(desk, *NAMED), write(desk, *amounting("5"), narration="")
    for one in (journal, empty):
        journals.withdraw_journal(journal=one, actor=desk.actors.treasurer, at=AT)

    assert erase(desk, journal) is True
    with pytest.raises(journals.NoWords, match="no words"):
        erase(desk, empty)

    assert texts(journal) == ["", "", ""]


def test_the_mirror_says_no_more_than_the_journal(desk):
    journal = posted(desk)
    mirror = journals.reverse_journal(
        journal=journal, effective_on=JAN_5, reason="Posted twice", actor=desk.actors.treasurer, at=AT, today=JAN_5
    )
    assert texts(mirror) == ["Posted twice", "Key money for Ann Ash", "Her account"]

    erase(desk, journal)

    assert texts(journal) == ["", "", ""]
    assert texts(mirror) == ["Posted twice", "", ""]


def test_a_reversal_that_waits_is_decided_first(desk):
    journal = approve(desk, submit(desk, write(desk, *BIG, narration=RENT)))
    mirror = journals.reverse_journal(
        journal=journal, effective_on=JAN_5, reason="Posted twice", actor=desk.actors.treasurer, at=AT, today=JAN_5
    )
    before = rows()

    with pytest.raises(journals.ReversalUnderWay, match="decided first"):
        erase(desk, journal)
    assert rows() == before

    approve(desk, mirror)
    assert erase(desk, journal) is True
    assert texts(mirror) == ["Posted twice", "", ""]


def test_a_reversal_says_which_words_cannot_go(desk, visit):
    mirror = journals.reverse_journal(
        journal=posted(desk), effective_on=JAN_5, reason="Ann Ash left", actor=desk.actors.treasurer, at=AT, today=JAN_5
    )
    client = visit("treasurer")

    asked = client.get(address(desk, "entry-erase-words", mirror.entry)).content.decode()
    client.post(address(desk, "entry-erase-words", mirror.entry), SENT)

    assert "The reason that was given, “Ann Ash left”, because it is part of that proof." in asked
    assert "<li>Key money for Ann Ash</li>" in asked
    assert "<li>Ann Ash left</li>" not in asked
    assert texts(mirror) == ["", "", ""]
    assert "Words erased on" in client.get(address(desk, "entry", mirror.entry)).content.decode()


@pytest.mark.parametrize(("thing", "back"), [("journal-erase-words", "journal"), ("entry-erase-words", "entry")])
def test_on_the_pages(desk, visit, thing, back):
    journal = posted(desk)
    subject = journal if back == "journal" else journal.entry
    client = visit("treasurer")

    shown = client.get(address(desk, back, subject)).content.decode()
    asked = client.get(address(desk, thing, subject)).content.decode()
    done = client.post(address(desk, thing, subject), SENT, follow=True)

    assert f'<a href="{address(desk, thing, subject)}">' in shown
    assert all(f"<li>{words}</li>" in asked for words in (RENT, "Key money for Ann Ash", "Her account"))
    assert done.redirect_chain == [(address(desk, back, subject), 302)]
    for page in (done.content.decode(), client.get(address(desk, "journal", journal)).content.decode()):
        assert "Words erased on <time" in page
        assert "Ann Ash" not in page
        assert "Erase these words" not in page
    assert "they never belonged in the books" in page
    assert texts(journal) == ["", "", ""]


def test_a_draft_offers_nothing_and_says_why(desk, visit):
    journal = write(desk, *NAMED)
    client = visit("treasurer")

    assert "Erase these words" not in client.get(address(desk, "journal", journal)).content.decode()
    assert client.get(address(desk, "journal-erase-words", journal)).status_code == 302
    answer = client.post(address(desk, "journal-erase-words", journal), SENT, follow=True)

    assert "so its words can still be changed" in answer.content.decode()
    assert texts(journal)[0] == "January rent"


@pytest.mark.parametrize(
    ("who", "status"), [("director", 403), ("secretary", 403), ("stranger", 404), ("resident", 404), ("unproven", 302)]
)
def test_only_the_treasurer_erases(desk, visit, who, status):
    journal = posted(desk)
    before = rows()

    assert visit(who).get(address(desk, "journal-erase-words", journal)).status_code == status
    assert visit(who).post(address(desk, "journal-erase-words", journal), SENT).status_code == status

    assert [texts(journal), rows()[:4]] == [[RENT, "Key money for Ann Ash", "Her account"], before[:4]]


def test_over_rest(desk, client):
    journal, draft = posted(desk), write(desk, *NAMED)

    def call(thing, who="treasurer"):
        user = getattr(desk.people, who)
        scopes = ["books:read", "books:write"]
        key = issue_key(user=user, name="k", scopes=scopes, actor="t", at=AT, organisation=desk.pub)
        return client.post(
            reverse("api:manual-journal-words-erasure", args=[desk.book.slug, thing.public_id]),
            {"reason": "not_needed"},
            content_type="application/json",
            headers={"Authorization": f"Api-Key {key.secret}"},
        )

    assert call(journal, "director").status_code == 403
    assert (call(draft).status_code, call(draft).json()["code"]) == (409, "treasury.journal_wrong_state")
    first, again = call(journal), call(journal)

    assert first.status_code == again.status_code == 200
    facts = again.json()
    assert (facts["narration"], [line["text"] for line in facts["lines"]]) == ("", ["", ""])
    assert [line["debit"] for line in facts["lines"]] == ["80.00", ""]
    assert AuditEvent.objects.get(action="treasury.journal_words_erased").reason == "not_needed"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_erase_once(desk):
    journal = posted(desk)

    results = at_once(*[lambda: erase(desk, journal)] * 3)

    assert sorted(results) == [False, False, True]
    assert AuditEvent.objects.filter(action="treasury.journal_words_erased").count() == 1
    assert Entry.objects.get(pk=journal.entry_id).narration.text == ""
