"""Erasing the words of an entry: the act, its page and its address over REST."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from foundation.access import system_actor
from foundation.models import AuditEvent
from ledger import operations as ledger
from ledger.models import Narration
from ledger.operations import Line
from people.operations import issue_key
from tests.ledger.support import AT, contents, nets, post
from tests.people.support import sign_in
from treasury import operations
from treasury.states import ErasureReason

pytestmark = pytest.mark.django_db
ACTOR = system_actor("test")
WORDS = "Gift of Mrs Example, 4 Elm Row"
SENT = {"reason": "asked", "is_meant": "on"}


@pytest.fixture(autouse=True)
def _on_that_day(time_machine):
    """The day on which everything is dated."""
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def entry(house):
    """An entry whose words name somebody."""
    return post(house.book, "gift", Line("1200", "4200", 2_500), narration=WORDS, kind="donation").entry


@pytest.fixture
def call(house, client):
    """Calls the address of an entry with a key of the treasurer, or of somebody else."""

    def send(entry, data=None, *, who="treasurer", scopes=("books:read", "books:write"), **headers):
        user = getattr(house.people, who)
        organisation = house.shop if who == "stranger" else house.pub
        key = issue_key(user=user, name="k", scopes=scopes, actor="t", at=AT, organisation=organisation)
        path = reverse("api:entry-words-erasure", args=["hollow-oak", entry])
        body = {"reason": "asked"} if data is None else data
        return client.post(
            path, body, content_type="application/json", headers={"Authorization": f"Api-Key {key.secret}"} | headers
        )

    return send


def erase(entry, reason=ErasureReason.ASKED, at=AT):
    return operations.erase_entry_words(entry=entry, actor=ACTOR, reason=reason, at=at)


def address(house, entry, name="entry-erase-words"):
    return reverse(f"treasury:{name}", args=[house.pub.slug, house.book.slug, entry.public_id])


def erasures():
    return AuditEvent.objects.filter(action__endswith="words_erased")


def verified(capsys):
    """What `ledger_verify` finds broken."""
    capsys.readouterr()
    call_command("ledger_verify", "--json")
    facts = json.loads(capsys.readouterr().out)
    return [code for code, lines in facts["checks"].items() if lines]


def test_the_words_go_and_everything_else_stays(house, entry, capsys):
    ledger.seal_entries(book=house.book, at=AT)
    before, figures = contents(), nets(house.book)

    assert erase(entry, at=AT + timedelta(hours=1)) is True

    kept = Narration.objects.get(entry=entry)
    assert (kept.text, kept.salt, kept.erased_at) == ("", "", AT + timedelta(hours=1))
    after = contents()
    assert {table for table in before if before[table] != after[table]} == {"narration"}
    assert nets(house.book) == figures
    assert verified(capsys) == []
    event = erasures().get()
    assert (event.action, event.actor, event.organisation) == (
        "treasury.entry_words_erased", ACTOR.ref, house.pub.public_id
    )  # fmt: skip
    assert (event.subject, event.reason, event.before, event.after) == (
        entry.public_id, "asked", None, {"book": "hollow-oak"}
    )  # fmt: skip


def test_a_second_time_changes_nothing(entry):
    erase(entry)
    before = contents()

    assert erase(entry, ErasureReason.MISPLACED, AT + timedelta(days=1)) is False

    assert contents() == before
    assert erasures().get().reason == "asked"


def test_an_entry_that_never_had_words_is_refused(house):
    wordless = post(house.book, "plain", Line("1200", "4000", 5)).entry
    before = contents()

    with pytest.raises(operations.NoWords, match="has no words"):
        erase(wordless)

    assert contents() == before
    assert not erasures().exists()


def test_a_closed_period_keeps_its_figures_and_not_the_words(house, entry, capsys):
    ledger.close_period(book=house.book, through=date(2026, 1, 31), actor="t", at=AT)

    assert erase(entry) is True

    assert verified(capsys) == []


def test_exports_and_searches_show_no_words(house, entry, visit):
    client = visit("treasurer")
    files = [reverse(f"treasury:journal-{shape}", args=[house.pub.slug, house.book.slug]) for shape in ("csv", "txt")]
    pages = [
        reverse("treasury:find-entries", args=[house.pub.slug, house.book.slug]),
        reverse("treasury:account", args=[house.pub.slug, house.book.slug, "4200"]),
        reverse("treasury:report", args=[house.pub.slug, house.book.slug, "general-ledger"]) + "?account=4200",
    ]

    def read():
        streamed = [b"".join(client.get(path).streaming_content).decode() for path in files]
        return [*streamed, *(client.get(path).content.decode() for path in pages)]

    assert all("Elm Row" in text for text in read())
    found = {"text": "Elm Row"}
    assert entry.public_id in client.get(pages[0], found).content.decode()
    erase(entry)
    assert not any("Elm Row" in text for text in read())
    assert entry.public_id not in client.get(pages[0], found).content.decode()


def test_from_the_entry_to_the_question_and_back(house, entry, visit):
    client = visit("treasurer")

    shown = client.get(address(house, entry, "entry")).content.decode()
    asked = client.get(address(house, entry)).content.decode()
    done = client.post(address(house, entry), SENT, follow=True)

    assert f'<a href="{address(house, entry)}">' in shown
    assert f"<li>{WORDS}</li>" in asked
    assert "This cannot be undone" in asked
    assert done.redirect_chain == [(address(house, entry, "entry"), 302)]
    page = done.content.decode()
    assert "The words are erased." in page
    assert 'Words erased on <time datetime="2026-01-05T12:00:00+00:00">5 January 2026 at 12pm</time>' in page
    assert "Elm Row" not in page
    assert address(house, entry) not in page
    assert erasures().get().actor == f"user:{house.people.treasurer.public_id}"
    # Who comes back to the question by its address is sent on, and who sends it again has done no harm.
    assert "no words here" in client.get(address(house, entry), follow=True).content.decode()
    assert "had been erased before" in client.post(address(house, entry), SENT, follow=True).content.decode()
    assert erasures().count() == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"reason": "asked"}, "Tick the box to erase the words for good."),
        ({"is_meant": "on"}, "Choose why the words go."),
        ({"reason": "Mrs Example asked", "is_meant": "on"}, "is not one of the available choices"),
    ],
)
def test_what_is_not_meant_is_not_done(house, entry, visit, sent, words):
    answer = visit("treasurer").post(address(house, entry), sent)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Narration.objects.get(entry=entry).text == WORDS
    assert not erasures().exists()


def test_an_entry_without_words_offers_nothing_and_refuses_kindly(house, visit):
    wordless = post(house.book, "plain", Line("1200", "4000", 5)).entry
    client = visit("treasurer")

    assert address(house, wordless) not in client.get(address(house, wordless, "entry")).content.decode()
    assert "no words here" in client.get(address(house, wordless), follow=True).content.decode()
    assert "This entry has no words." in client.post(address(house, wordless), SENT, follow=True).content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("director", 403), ("secretary", 403), ("stranger", 404), ("resident", 404), ("unproven", 302)]
)
def test_only_the_treasurer_erases(house, entry, visit, who, status):
    before = contents()
    client = visit(who)

    assert client.get(address(house, entry)).status_code == status
    assert client.post(address(house, entry), SENT).status_code == status

    assert contents() == before
    assert not erasures().exists()
    if status == 403:
        assert "Erase these words" not in client.get(address(house, entry, "entry")).content.decode()


def test_who_did_not_give_the_password_lately_is_asked(house, entry):
    client = sign_in(house.people.treasurer, recently=False)
    path = reverse("api:entry-words-erasure", args=["hollow-oak", entry.public_id])

    answer = client.post(address(house, entry), SENT)
    refused = client.post(path, {"reason": "asked"}, content_type="application/json")

    assert (answer.status_code, "reauthenticate" in answer["Location"]) == (302, True)
    assert (refused.status_code, refused.json()["code"]) == (403, "treasury.recent_sign_in_needed")
    assert Narration.objects.get(entry=entry).text == WORDS


def test_an_entry_of_another_book_is_not_there(house, entry, visit):
    other = ledger.open_book(slug="memo", organisation=house.pub.public_id, name="Memo", kind="memo", at=AT)
    path = reverse("treasury:entry-erase-words", args=[house.pub.slug, other.slug, entry.public_id])

    assert visit("treasurer").post(path, SENT).status_code == 404
    assert Narration.objects.get(entry=entry).text == WORDS


def test_over_rest(entry, call):
    first = call(entry.public_id, **{"Idempotency-Key": "one"})
    again = call(entry.public_id, {"reason": "misplaced"})

    assert first.status_code == again.status_code == 200
    facts = again.json()
    assert (facts["id"], facts["narration"], facts["words_erased_at"]) == (
        entry.public_id, "", "2026-01-05T12:00:00Z"
    )  # fmt: skip
    assert facts["content_hash"] == entry.content_hash
    assert erasures().get().reason == "asked"


def test_over_rest_refusals_change_nothing(house, entry, call):
    wordless = post(house.book, "plain", Line("1200", "4000", 5)).entry
    before = contents()

    refused = call(wordless.public_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "treasury.no_words")
    assert call(entry.public_id, {"reason": "because"}).status_code == 400
    assert call(entry.public_id, {}).status_code == 400
    assert call("ent_none").status_code == 404
    assert call(entry.public_id, scopes=("books:read",)).status_code == 403
    assert call(entry.public_id, who="director").status_code == 403
    assert call(entry.public_id, who="secretary").status_code == 403
    assert call(entry.public_id, who="stranger").status_code == 404

    assert contents() == before
    assert not erasures().exists()


def test_entries_over_rest_say_when_words_went(house, entry, visit):
    erase(entry)

    found = visit("secretary").get(reverse("api:entries", args=["hollow-oak"])).json()["results"]

    assert [(one["narration"], one["words_erased_at"]) for one in found[:2]] == [
        ("", "2026-01-05T12:00:00Z"),
        ("=HYPERLINK(x) a gift", None),
    ]
    assert {one["words_erased_at"] for one in found[1:]} == {None}
