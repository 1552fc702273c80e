"""Journals on pages: a form that loses nothing, a check while somebody types, acts, files, the limit."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.models import AuditEvent, StoredFile
from ledger import operations as ledger
from ledger.models import Entry
from tests.ledger.support import AT, contents
from tests.people.support import sign_in
from tests.treasury.journals.support import amounting, state_of, submit, write
from treasury.models import JournalAttachment, JournalThreshold, ManualJournal
from treasury.operations import journals

pytestmark = pytest.mark.django_db
RENT = {"lines-1-account": "7100 Premises", "lines-1-debit": "80", "lines-2-account": "1200", "lines-2-credit": "80.00"}


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    """The day on which everything is dated."""
    time_machine.move_to(AT, tick=False)


def address(desk, name: str, *more: str) -> str:
    return reverse(f"treasury:{name}", args=[desk.pub.slug, desk.book.slug, *more])


def sheet(**more: str) -> dict[str, str]:
    return {
        "rows": "6",
        "version": "0",
        "effective_on": "2026-01-05",
        "narration": "January rent",
        "act": "save",
    } | more


def test_a_journal_from_the_form_to_the_books(desk, visit):
    client = visit("treasurer")

    saved = client.post(address(desk, "journal-new"), sheet(**RENT), follow=True)
    journal = ManualJournal.objects.get()
    posted = client.post(address(desk, "journal-submit", journal.public_id), {"version": "1"}, follow=True)

    assert b"Post it to the books" in saved.content
    assert b"The journal is in the books." in posted.content
    entry = Entry.objects.get(kind="manual_journal")
    assert address(desk, "entry", entry.public_id) in posted.content.decode()
    page = client.get(address(desk, "entry", entry.public_id)).content.decode()
    assert f'<a href="{address(desk, "journal", journal.public_id)}">' in page


def test_more_rows_keep_what_was_typed(desk, visit):
    rows = RENT | {"lines-1-debit": "eighty", "lines-4-text": "half a thought"}

    page = visit("treasurer").post(address(desk, "journal-new"), sheet(**rows, act="more"))

    assert [row.line.number for row in page.context["rows"]] == list(range(1, 12))
    assert 'value="eighty"' in page.content.decode()
    assert 'value="half a thought"' in page.content.decode()
    assert not ManualJournal.objects.exists()


def test_what_cannot_be_read_is_said_at_its_line_and_stays(desk, visit):
    rows = RENT | {"lines-1-debit": "eighty", "lines-2-credit": "-80", "lines-3-account": "4444"}

    page = visit("treasurer").post(address(desk, "journal-new"), sheet(**rows))

    html = page.content.decode()
    assert {(one.line, one.field, one.code) for one in page.context["check"].problems} == {
        (1, "debit", "amount_unreadable"),
        (2, "credit", "amount_unreadable"),
        (3, "account", "account_unknown"),
        (3, "debit", "amount_missing"),
    }
    assert 'href="#id_lines-1-debit"' in html
    assert re.search(r'id="id_lines-1-debit"[^>]*value="eighty" aria-invalid="true"', html)
    assert not ManualJournal.objects.exists()


def test_a_draft_may_be_wrong_and_says_so(desk, visit):
    client = visit("treasurer")

    page = client.post(address(desk, "journal-new"), sheet(**RENT | {"lines-2-credit": "70"}), follow=True)

    assert b"Debits are \xc2\xa310.00 more than credits" in page.content
    assert b"Post it to the books" not in page.content
    journal = ManualJournal.objects.get()
    client.post(address(desk, "journal-submit", journal.public_id), {"version": "1"})
    assert state_of(journal) == "draft"


def test_the_check_answers_with_a_piece_of_the_page_and_keeps_nothing(desk, visit):
    before = contents()

    piece = visit("treasurer").post(address(desk, "journal-check"), sheet(**RENT | {"lines-2-credit": "70"}))

    html = piece.content.decode()
    assert "<html" not in html
    assert "£80.00" in html
    assert "£70.00" in html
    assert "Debits are £10.00 more than credits" in html
    assert (ManualJournal.objects.count(), contents()) == (0, before)


def test_changing_begins_with_what_is_there(desk, visit):
    journal = write(desk)
    client = visit("treasurer")

    form = client.get(address(desk, "journal-edit", journal.public_id))
    client.post(address(desk, "journal-edit", journal.public_id), sheet(**RENT | {"version": "1"}, narration="Rent"))
    stale = client.post(address(desk, "journal-edit", journal.public_id), sheet(**RENT | {"version": "1"}))

    assert 'value="80.00"' in form.content.decode()
    assert b"Somebody changed this journal meanwhile" in stale.content
    journal.refresh_from_db()
    assert (journal.narration, journal.version) == ("Rent", 2)


def test_the_second_person_approves_on_the_page(desk, visit):
    journal = submit(desk, write(desk, *amounting("250")))
    own = visit("treasurer").get(address(desk, "journal", journal.public_id))
    client = visit("director")
    page = client.get(address(desk, "journal", journal.public_id))

    assert b"Approve and post it" not in own.content
    assert b"You wrote some of this journal" in own.content
    digest = re.search(r'name="digest" value="(\w+)"', page.content.decode())[1]
    approved = client.post(address(desk, "journal-approve", journal.public_id), {"digest": digest}, follow=True)
    assert b"Approved. The journal is in the books." in approved.content
    assert state_of(journal) == "posted"


def test_approving_asks_again_who_it_is(desk):
    journal = submit(desk, write(desk, *amounting("250")))
    client = sign_in(desk.people.director, recently=False)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3_600
    session.save()

    answer = client.post(address(desk, "journal-approve", journal.public_id), {"digest": journal.approval.digest})

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert state_of(journal) == "submitted"


def test_refusing_withdrawing_reversing(desk, visit):
    journal = submit(desk, write(desk, *amounting("250")))
    posted = submit(desk, write(desk))
    treasurer, director = visit("treasurer"), visit("director")

    silent = director.post(address(desk, "journal-refuse", journal.public_id), {}, follow=True)
    director.post(address(desk, "journal-refuse", journal.public_id), {"reason": "No invoice"})
    treasurer.post(address(desk, "journal-withdraw", journal.public_id))
    wrong = treasurer.post(address(desk, "journal-reverse", posted.public_id), {"effective_on": "soon"}, follow=True)
    treasurer.post(
        address(desk, "journal-reverse", posted.public_id), {"effective_on": "2026-01-05", "reason": "Paid twice"}
    )

    assert b"Say why" in silent.content
    assert state_of(journal) == "withdrawn"
    assert b"Date of the reversal" in wrong.content
    reversal = ManualJournal.objects.get(reverses=posted)
    assert (reversal.state, reversal.entry.reverses_id) == ("posted", posted.entry_id)
    assert b"Reverse it" not in treasurer.get(address(desk, "journal", posted.public_id)).content


def test_files_are_attached_read_and_taken_off(desk, visit, django_capture_on_commit_callbacks):
    journal = write(desk)
    client = visit("treasurer")
    attach = address(desk, "journal-attach", journal.public_id)

    client.post(attach, {"file": SimpleUploadedFile("invoice 7.pdf", b"%PDF-1.7 rent")})
    attachment = JournalAttachment.objects.get()
    path = address(desk, "journal-file", journal.public_id, attachment.public_id)
    got = visit("director").get(path)

    assert (b"".join(got.streaming_content), got["Content-Type"]) == (b"%PDF-1.7 rent", "application/pdf")
    assert got["Content-Disposition"] == 'attachment; filename="invoice 7.pdf"'
    assert got["Cache-Control"] == "private, no-store"
    event = AuditEvent.objects.get(action="treasury.journal_file_read")
    assert (event.actor, event.subject) == (desk.actors.director.ref, journal.public_id)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(desk, "journal-detach", journal.public_id, attachment.public_id))
    assert not StoredFile.objects.filter(pk=attachment.file_id).exists()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("invoice.pdf", b"<html><script>x()</script>", b"not what its name says"),
        ("program.exe", b"MZ\x90\x00", b"not what its name says"),
        ("noname", b"words", b"not what its name says"),
        ("empty.txt", b"", b"The file is empty"),
        ("large.txt", b"x" * (journals.MAX_FILE_BYTES + 1), b"too big"),
    ],
)
def test_other_files_are_refused(desk, visit, name, content, words):
    journal = write(desk)

    page = visit("treasurer").post(
        address(desk, "journal-attach", journal.public_id), {"file": SimpleUploadedFile(name, content)}, follow=True
    )

    assert words in page.content
    assert not StoredFile.objects.exists()
    assert ManualJournal.objects.get().version == 1


def test_a_file_makes_what_waits_a_draft_again_and_a_posted_journal_takes_none(desk):
    waiting, posted = submit(desk, write(desk, *amounting("250"))), submit(desk, write(desk))
    asked = waiting.approval

    for journal in (waiting, posted):
        facts = {"content": b"Invoice", "name": "i.txt", "actor": desk.actors.treasurer, "at": AT}
        if journal is posted:
            with pytest.raises(journals.JournalWrongState):
                journals.attach_file(journal=journal, **facts)
        else:
            first = journals.attach_file(journal=journal, **facts)
            assert journals.attach_file(journal=journal, **facts) == first

    asked.refresh_from_db()
    assert (state_of(waiting), asked.state, JournalAttachment.objects.count()) == ("draft", "void", 1)


def test_the_board_sets_the_limit_and_not_whom_it_binds(desk, visit):
    page = reverse("treasury:journal-limit", args=[desk.pub.slug])
    sent = {"limit": "1,250.50", "reason": "Board 9"}

    assert visit("treasurer").post(page, sent).status_code == 403
    assert b"0 means that every journal" not in visit("treasurer").get(page).content
    wrong = visit("secretary").post(page, {"limit": "-1", "reason": "x"})
    assert wrong.context["form"].errors["limit"]
    for _ in range(2):
        assert visit("secretary").post(page, sent).status_code == 302
    assert [row.threshold_pence for row in JournalThreshold.objects.order_by("pk")] == [10_000, 125_050]
    event = AuditEvent.objects.filter(action="treasury.journal_limit_set").latest("id")
    assert (event.before["pence"], event.after["pence"], event.reason) == (10_000, 125_050, "Board 9")
    assert b"\xc2\xa31,250.50" in visit("director").get(page).content


def test_a_treasurer_who_is_a_director_does_not_set_their_own_limit(desk):
    from tests.people.support import make_officer

    make_officer(desk.pub, "director", "tess@example.org")

    page = reverse("treasury:journal-limit", args=[desk.pub.slug])
    assert sign_in(desk.people.treasurer).post(page, {"limit": "9", "reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["stranger", "resident"])
def test_another_groups_journal_does_not_exist(desk, visit, name):
    journal = submit(desk, write(desk, *amounting("250")))

    for page in ("journal", "journal-edit"):
        assert visit(name).get(address(desk, page, journal.public_id)).status_code == 404
    for act in ("submit", "approve", "refuse", "withdraw", "reverse", "attach"):
        assert visit(name).post(address(desk, f"journal-{act}", journal.public_id)).status_code == 404
    assert state_of(journal) == "submitted"


def test_a_journal_is_not_found_under_another_book(desk, visit):
    journal = write(desk)
    memo = ledger.open_book(slug="memo", organisation=desk.pub.public_id, name="M", kind="memo", template="memo", at=AT)

    path = reverse("treasury:journal", args=[desk.pub.slug, memo.slug, journal.public_id])

    assert visit("treasurer").get(path).status_code == 404
    assert visit("treasurer").get(address(desk, "journal", "mjn_none")).status_code == 404


def test_the_list_by_state_and_book(desk, visit):
    write(desk)
    submit(desk, write(desk, *amounting("250"), narration="Roof"))
    client = visit("secretary")
    page = reverse("treasury:journals", args=[desk.pub.slug])

    assert len(client.get(page).context["page"].object_list) == 2
    waiting = client.get(page, {"state": "submitted"}).context["page"].object_list
    assert [(one.narration, one.total_pence) for one in waiting] == [("Roof", 25_000)]
    assert len(client.get(address(desk, "book-journals"), {"state": "\x00"}).context["page"].object_list) == 2


def test_pages_need_few_queries_whatever_the_length(desk, visit, django_assert_max_num_queries):
    rows = [(code, "1", "", owner) for code, owner in [("7100", ""), ("2100", "sup_a"), ("7200", "")] * 30]
    journal = write(desk, *rows, ("1200", "", "90"))
    for number in range(30):
        write(desk, narration=f"Rent {number}")
    client = visit("treasurer")
    client.get(address(desk, "journal", journal.public_id))

    with django_assert_max_num_queries(24):
        assert client.get(address(desk, "journal", journal.public_id)).status_code == 200
    with django_assert_max_num_queries(16):
        client.get(address(desk, "book-journals"))
    with django_assert_max_num_queries(16):
        client.post(address(desk, "journal-check"), sheet(**RENT))


def test_accruals_reverse_themselves_once_on_their_day(desk):
    accrual = submit(desk, write(desk, reverse_on="2026-02-01"))
    submit(desk, write(desk))
    day = accrual.reverse_on

    runs = [
        journals.reverse_due_journals(actor=desk.actors.secretary, at=AT, today=on)
        for on in (day - timedelta(days=1), day, day + timedelta(days=1))
    ]

    assert runs == [(0, []), (1, []), (0, [])]
    reversal = ManualJournal.objects.get(reverses=accrual)
    assert (reversal.state, reversal.entry.effective_on, reversal.entry.reverses_id) == (
        "posted",
        day,
        accrual.entry_id,
    )


def test_an_accrual_whose_day_is_closed_is_reported(desk):
    accrual = submit(desk, write(desk, reverse_on="2026-01-31"))
    ledger.close_period(book=desk.book, through=accrual.reverse_on, actor="user:a", at=AT)
    before = contents()

    done = journals.reverse_due_journals(actor=desk.actors.secretary, at=AT, today=accrual.reverse_on)

    assert done == (0, [(accrual.public_id, "treasury.journal_unsound")])
    assert (contents(), ManualJournal.objects.count()) == (before, 1)


def test_a_large_reversal_needs_a_second_person_and_happens_once(desk):
    from tests.treasury.journals.support import approve

    journal = approve(desk, submit(desk, write(desk, *amounting("250"))))
    facts = {"effective_on": journal.effective_on, "reason": "Paid twice", "at": AT, "today": journal.effective_on}

    reversal = journals.reverse_journal(journal=journal, actor=desk.actors.treasurer, **facts)

    assert reversal.state == "submitted"
    with pytest.raises(journals.ReversalUnderWay):
        journals.reverse_journal(journal=journal, actor=desk.actors.treasurer, **facts)
    done = approve(desk, reversal)
    assert [(one.debit_account.code, one.amount) for one in done.entry.transfers.all()] == [("1200", 25_000)]
    with pytest.raises(journals.NotReversible):
        journals.reverse_journal(journal=done, actor=desk.actors.treasurer, **facts)


def test_a_persons_data(desk):
    from people import operations as people
    from treasury.exports.personal import export_journals

    person = people.give_person(user=desk.people.treasurer, given_name="Tess", family_name="Ledbury")
    kept, gone = submit(desk, write(desk)), write(desk, ("7100", "8", "", "", "", "Ann Ash"), narration="For Ann Ash")
    journals.attach_file(journal=gone, content=b"Ann", name="ann.txt", actor=desk.actors.treasurer, at=AT)
    journals.withdraw_journal(journal=gone, actor=desk.actors.treasurer, at=AT)

    facts = export_journals(person.public_id)["manual_journals"]
    answers = journals.erase_journals(person=person.public_id, at=AT)

    assert [(one["id"], one["narration"]) for one in facts] == [
        (kept.public_id, "January rent"),
        (gone.public_id, "For Ann Ash"),
    ]
    assert facts[1]["files"] == ["ann.txt"]
    assert len(answers) == 2
    gone.refresh_from_db()
    assert (gone.narration, gone.lines.get().text, gone.attachments.count()) == ("", "", 0)
    assert ManualJournal.objects.get(pk=kept.pk).narration == "January rent"
