"""The command that verifies: it names the first bad entry, keeps to one book, and compares with published heads."""

import contextlib
import json

import pytest
from django.core.management import CommandError, call_command

from ledger import operations
from ledger.models import Seal
from ledger.operations import Line
from ledger.queries.published import HeadUnreadable, PublishedHead, read_heads
from tests.ledger.support import AT, pay, post
from tests.ledger.test_verification import unguarded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.breaks_invariants]


@pytest.fixture(autouse=True)
def sealed(book, shop):
    for number in range(1, 6):
        pay(book, f"app_{number}", 100 * number)
    post(shop, "sale", Line("1200", "4000", 5))
    for one in (book, shop):
        operations.seal_entries(book=one, at=AT)


def verify(capsys, *options: str) -> dict[str, object]:
    with contextlib.suppress(CommandError):
        call_command("ledger_verify", "--json", *options)
    return json.loads(capsys.readouterr().out)


def alter(statement: str) -> None:
    with unguarded() as connection:
        connection.execute(statement)


def heads_file(tmp_path):
    path = tmp_path / "heads.txt"
    lines = [f"{one.book.slug} {one.seq} {one.hash} 2026-01-05\n" for one in Seal.objects.select_related("book")]
    path.write_text("# heads\n\n" + "".join(lines))
    return path


def test_nothing_wrong(capsys, tmp_path):
    assert verify(capsys, "--anchors", str(heads_file(tmp_path)))["ok"] is True
    facts = verify(capsys, "--book", "pub")
    assert (facts["ok"], facts["first"]) == (True, None)


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET actor = 'other' WHERE id = {entry}",
        "UPDATE ledger_entry SET content_hash = repeat('0', 64) WHERE id = {entry}",
        "UPDATE ledger_transfer SET amount = amount + 1 WHERE entry_id = {entry}",
        "UPDATE ledger_seal SET hash = repeat('0', 64) WHERE entry_id = {entry}",
    ],
)
def test_the_first_bad_entry_comes_first(capsys, change, seq):
    seal = Seal.objects.select_related("entry").get(book__slug="pub", seq=seq)
    alter(change.format(entry=seal.entry_id))

    facts = verify(capsys)

    assert facts["ok"] is False
    assert facts["first"].startswith(f"pub no. {seq} ({seal.entry.public_id}): ")
    with pytest.raises(CommandError):
        call_command("ledger_verify")
    assert capsys.readouterr().out.startswith(f"First: pub no. {seq} ")


def test_the_first_of_several_is_first_in_the_chain(capsys):
    alter("UPDATE ledger_entry SET actor = 'other' WHERE key IN ('paid:app_4', 'paid:app_2')")

    facts = verify(capsys)

    assert facts["first"].startswith("pub no. 2 ")
    assert len(facts["checks"]["LED-10"]) == 2


def test_one_book_does_not_answer_for_another(capsys):
    alter("UPDATE ledger_entry SET actor = 'other' WHERE key = 'sale'")
    alter("UPDATE ledger_balance SET debits = debits + 1, credits = credits + 1 WHERE account_id IN"
          " (SELECT a.id FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id"
          " WHERE b.slug = 'shop' AND a.code = '1200')")  # fmt: skip
    alter("UPDATE ledger_entry SET line_count = 2 WHERE key = 'sale'")

    assert verify(capsys, "--book", "pub")["ok"] is True
    facts = verify(capsys, "--book", "shop")
    assert {code for code, lines in facts["checks"].items() if lines} == {"LED-3", "LED-4", "LED-10"}
    with pytest.raises(CommandError, match="no book 'inn'"):
        call_command("ledger_verify", "--book", "inn")


def test_a_chain_that_was_made_anew_does_not_fit_what_others_saw(capsys, tmp_path):
    path = heads_file(tmp_path)
    alter("UPDATE ledger_seal SET hash = repeat('0', 64) WHERE seq = 5")
    assert len(verify(capsys, "--anchors", str(path))["checks"]["published"]) == 1
    alter("DELETE FROM ledger_seal WHERE seq = 5")

    facts = verify(capsys, "--anchors", str(path), "--book", "pub")

    assert facts["checks"]["published"] == ["pub no. 5: published, but the chain has no such link (line 7)"]
    assert verify(capsys, "--anchors", str(path), "--book", "shop")["ok"] is True


def test_a_book_that_is_gone_is_missed(capsys, tmp_path):
    path = tmp_path / "heads.txt"
    path.write_text(f"inn 3 {'0' * 64}\n")

    facts = verify(capsys, "--anchors", str(path))

    assert facts["checks"]["published"] == ["inn no. 3: published, but there is no such book (line 1)"]


@pytest.mark.parametrize("line", ["pub", "pub 1", f"pub one {'0' * 64}", "pub 1 abc", f"pub -1 {'0' * 64}"])
def test_a_file_of_something_else_is_refused(tmp_path, line):
    path = tmp_path / "heads.txt"
    path.write_text(f"# heads\n{line}\n")

    with pytest.raises(CommandError, match="line 2 is not a book, a number and a hash"):
        call_command("ledger_verify", "--anchors", str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("ledger_verify", "--anchors", str(tmp_path / "nowhere"))


def test_heads_are_read_with_their_lines():
    assert list(read_heads(["# x", f"pub 1 {'a' * 64} later", ""])) == [PublishedHead(2, "pub", 1, "a" * 64)]
    with pytest.raises(HeadUnreadable):
        list(read_heads(["what"]))
