"""Journals: what three accounting programs make of them, and what a spreadsheet cannot."""

import csv
import hashlib
import io
import json
import subprocess
from collections import defaultdict
from datetime import date
from decimal import Decimal

import beancount.loader
import pytest
from beancount.core.data import Transaction
from django.core.management import CommandError, call_command

from documents.exports.text import csv_line, in_pieces, plain_amount, safe_for_people, safe_for_programs
from ledger import operations, queries
from ledger.models import Account
from ledger.operations import Line
from ledger.queries.records import records
from tests.ledger.support import AT, JAN_5, pay, post
from treasury.exports import Audience
from treasury.exports.journal_csv import HEADER
from treasury.operations import JournalFormat, write_journal

AWKWARD = [
    '=cmd|"/C calc"!A0',
    "+1+1; drop",
    "-2 | 3",
    "@SUM(A1)",
    "\t=1+1",
    'says "yes"; and | no',
    "back\\slash \\n \\",
    "[2026/01/01] :tag: key: value, other: thing",
    "two  spaces   and ; a comment",
    "(code) ! * { } % ~ # $ £ €",
    "naïve café 🍺 Łódź 日本",
    "date:2020-01-01, date2:2021-01-01",
    "line\nend\r\nand \u2028 more",
    "include other.journal",
    "* starts like a header",
    "; only a comment",
    "'quoted'",
    "x" * 480,
]


@pytest.fixture
def full_book(db):
    """A book with every kind of account, awkward words everywhere, funds, owners and a reversal."""
    book = operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)
    for number, account in enumerate(Account.objects.filter(book=book).exclude(code="1200"), start=1):
        owner = f"app_{number}" if account.is_control else ""
        post(book, f"open:{account.code}", Line("1200", account.code, number * 137, credit_owner=owner))
    for number, words in enumerate(AWKWARD):
        post(
            book,
            f"awkward:{number}",
            Line("1200", "4000", 100 + number, fund=words[:60] if words.isprintable() else ""),
            narration=words,
            kind='sale of beer; "best" | -1'[:60],
            source=words[:200] if words.isprintable() else "",
            reason="corrects: [this], = that",
            on=date(2026, 1, 6),
        )
    pay(book, "app_x", 50_000, 770)
    wrong = post(book, "wrong", Line("7200", "1200", 999), narration="Rent").entry
    operations.reverse(
        entry=wrong, key="undo", effective_on=date(2026, 2, 1), actor="user:usr_1", reason="not ours", recorded_at=AT
    )
    post(book, "pass", Line("3000", "3000", 1, debit_owner=owner_of(book, "3000"), credit_owner="mem_9"))
    return book


def owner_of(book, code):
    return next(iter(queries.owner_balances(book=book, code=code)))


def ours(book):
    """Net pence by plain-text name, from the trial balance."""
    return {row.account.journal_name: row.net for row in queries.trial_balance(book=book) if row.net}


def pence(text: str) -> int:
    return int(Decimal(text.replace(",", "").removesuffix(" GBP")) * 100)


def by_hledger(path):
    subprocess.run(["hledger", "-f", path, "check", "ordereddates"], check=True, capture_output=True, timeout=60)
    done = subprocess.run(
        ["hledger", "-f", path, "bal", "--flat", "-N", "-O", "csv"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    rows = list(csv.reader(io.StringIO(done.stdout)))[1:]
    return {name: pence(amount) for name, amount in rows}


def by_ledger(path):
    done = subprocess.run(
        [
            "ledger",
            "-f",
            path,
            "--args-only",
            "--strict",
            "bal",
            "--flat",
            "--no-total",
            "--format",
            "%(account)\t%(amount)\n",
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {name: pence(amount) for name, amount in rows}


def by_beancount(path):
    main = path.parent / "main.beancount"
    main.write_text(
        f'option "operating_currency" "GBP"\nplugin "beancount.plugins.auto_accounts"\ninclude "{path.name}"\n'
    )
    entries, errors, _options = beancount.loader.load_file(str(main))
    assert errors == []
    found: dict[str, Decimal] = defaultdict(Decimal)
    for posting in (one for entry in entries if isinstance(entry, Transaction) for one in entry.postings):
        assert posting.units.currency == "GBP"
        found[posting.account] += posting.units.number
    return {name: int(total * 100) for name, total in found.items() if total}


READERS = {"hledger": by_hledger, "ledger": by_ledger, "beancount": by_beancount}


@pytest.mark.parametrize("program", READERS)
def test_three_programs_read_the_journal_to_our_balances(full_book, tmp_path, program):
    path = tmp_path / "journal.txt"
    call_command("ledger_export", book="pub", format="plaintext", out=path)

    expected = ours(full_book)

    assert len(expected) == 51
    assert READERS[program](path) == expected


@pytest.mark.parametrize("program", READERS)
def test_the_programs_would_see_a_penny_go_missing(full_book, tmp_path, program):
    """The control: the comparison above does notice a wrong figure."""
    path = tmp_path / "journal.txt"
    text = "".join(write_journal(book=full_book, shape=JournalFormat.PLAINTEXT))
    before, after = "  Assets:1200-Bank-Current  1.01 GBP", "  Assets:1200-Bank-Current  1.02 GBP"
    assert before in text
    changed = text.replace(before, after, 1).replace("-1.01 GBP", "-1.02 GBP", 1)
    path.write_text(changed, encoding="utf-8")

    assert READERS[program](path) != ours(full_book)


def test_every_entry_of_the_journal_reaches_beancount(full_book, tmp_path):
    path = tmp_path / "journal.txt"
    path.write_text("".join(write_journal(book=full_book, shape=JournalFormat.PLAINTEXT)), encoding="utf-8")
    (tmp_path / "main.beancount").write_text(f'plugin "beancount.plugins.auto_accounts"\ninclude "{path.name}"\n')

    entries, errors, _options = beancount.loader.load_file(str(tmp_path / "main.beancount"))

    transactions = [one for one in entries if isinstance(one, Transaction)]
    assert errors == []
    assert len(transactions) == full_book.entries.count()
    assert {one.narration for one in transactions} >= {"Rent", "naïve café 🍺 Łódź 日本", "two spaces and a comment"}


def test_the_journal_of_a_small_book_in_full(db):
    book = operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)
    entry = post(
        book,
        "k",
        Line("1250", "2150", 50_000, credit_owner="app_1"),
        Line("7420", "1250", 770, fund="roof"),
        narration='Card "payment"; paid',
        source="pay_1",
        kind="application_paid",
    ).entry

    assert "".join(write_journal(book=book, shape=JournalFormat.PLAINTEXT)) == (
        "; Journal of the book pub in GBP\n"
        "\n"
        '2026-01-05 * "application_paid" "Card payment paid"\n'
        f"  ; entry: {entry.public_id}\n"
        "  ; source: pay_1\n"
        "  Assets:1250-Stripe-Clearing  500.00 GBP\n"
        "  Liabilities:2150-Share-Applications  -500.00 GBP\n"
        "    ; owner: app_1\n"
        "  Expenses:7420-Card-Processing-Fees  7.70 GBP\n"
        "    ; fund: roof\n"
        "  Assets:1250-Stripe-Clearing  -7.70 GBP\n"
        "    ; fund: roof\n"
    )


def test_the_csv_of_a_small_book_in_full(db):
    book = operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)
    entry = post(book, "k", Line("1200", "2150", 170, credit_owner="app_1"), narration='-1,70 "ok"').entry

    text = "".join(write_journal(book=book, shape=JournalFormat.CSV, audience=Audience.HUMAN))

    assert text == (
        "\ufeff" + ",".join(HEADER) + "\r\n"
        f'2026-01-05,{entry.public_id},1,test,1200,Bank-Current,1.70,,GBP,,,"\'-1,70 ""ok""",,,,,'
        "system:test,2026-01-05T12:00:00Z\r\n"
        f'2026-01-05,{entry.public_id},1,test,2150,Share-Applications,,1.70,GBP,app_1,,"\'-1,70 ""ok""",,,,,'
        "system:test,2026-01-05T12:00:00Z\r\n"
    )


@pytest.mark.parametrize("audience", list(Audience))
def test_no_cell_of_the_csv_is_a_formula_and_columns_sum(full_book, audience):
    text = "".join(write_journal(book=full_book, shape=JournalFormat.CSV, audience=audience))
    assert text.startswith("\ufeff") is (audience is Audience.HUMAN)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))

    assert len(rows) == 2 * sum(entry.line_count for entry in full_book.entries.all())
    assert all(not cell.startswith(tuple("=+-@\t\r\0")) for row in rows for cell in row.values())
    assert sum(pence(row["debit"] or "0") for row in rows) == sum(pence(row["credit"] or "0") for row in rows)
    nets: dict[str, int] = {}
    for row in rows:
        nets[row["account"]] = nets.get(row["account"], 0) + pence(row["debit"] or "0") - pence(row["credit"] or "0")
    expected = {row.account.code: row.net for row in queries.trial_balance(book=full_book)}
    assert nets == expected
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


def test_the_same_books_give_the_same_bytes(full_book):
    for shape in JournalFormat:
        first = "".join(write_journal(book=full_book, shape=shape))
        assert first == "".join(write_journal(book=full_book, shape=shape))


def test_a_journal_of_a_stretch_of_days(full_book):
    lines = "".join(
        write_journal(
            book=full_book, shape=JournalFormat.PLAINTEXT, from_on=date(2026, 1, 6), until_on=date(2026, 2, 1)
        )
    )

    assert lines.count("\n2026-") == len(AWKWARD)


@pytest.mark.parametrize(
    "trigger", ["=", "+", "-", "@", "\t", "\r", "\0", " =", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufeff="]
)
def test_people_get_an_apostrophe_and_programs_get_nothing_before_a_formula(trigger):
    text = f"{trigger}1+1"

    assert safe_for_people(text).startswith("'")
    assert safe_for_programs(text) == "1+1"
    assert safe_for_people("plain - text") == safe_for_programs("plain - text") == "plain - text"
    assert (safe_for_people(""), safe_for_programs(trigger * 3)) == ("", "")


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (-1, "-0.01"),
        (-170, "-1.70"),
        (123_456_789, "1234567.89"),
        (10**15, "10000000000000.00"),
    ],
)
def test_amounts_are_plain(minor, text):
    assert plain_amount(minor) == text


def test_records_are_quoted_where_needed():
    assert csv_line(["a", "b,c", 'd"e', " f", ""]) == 'a,"b,c","d""e"," f",\r\n'


def test_pieces_join_to_the_whole():
    lines = [f"line {n} £\n" for n in range(1_000)]

    pieces = list(in_pieces(lines, size=1_000))

    assert b"".join(pieces) == "".join(lines).encode()
    assert len(pieces) == 11


def test_trial_balance_command(full_book, capsys):
    call_command("trial_balance", "--book", "pub", "--json")
    facts = json.loads(capsys.readouterr().out)

    assert (facts["book"], facts["currency"], facts["on"], facts["balanced"]) == ("pub", "GBP", None, True)
    assert facts["debit"] == facts["credit"]
    found = {one["journal_name"]: pence(one["debit"]) - pence(one["credit"]) for one in facts["accounts"]}
    assert found == ours(full_book)
    call_command("trial_balance", "--book", "pub", "--on", "2026-01-04", "--json")
    assert json.loads(capsys.readouterr().out)["accounts"] == []
    call_command("trial_balance", "--book", "pub")
    assert "1200     Bank-Current" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["trial_balance"], ["ledger_export", "--format", "csv", "--out", "-"]])
def test_commands_say_when_there_is_no_book(db, command):
    with pytest.raises(CommandError, match="no book 'nowhere'"):
        call_command(*command, "--book", "nowhere")


def test_export_writes_to_standard_output(db, capsys):
    book = operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)
    post(book, "k", Line("1200", "4000", 170), on=JAN_5)

    call_command("ledger_export", "--book", "pub", "--format", "csv", "--out", "-")

    assert capsys.readouterr().out.startswith("date,entry,line,kind,")


@pytest.mark.parametrize("shape", list(JournalFormat))
def test_the_command_says_what_the_file_holds(full_book, tmp_path, capsys, shape):
    path = tmp_path / "journal"
    call_command("ledger_export", "--json", book="pub", format={"csv": "csv", "txt": "plaintext"}[shape], out=path)

    facts = json.loads(capsys.readouterr().out)
    transfers = [line for record in records(book="pub") for line in record.lines]
    assert facts["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts["size_bytes"] == path.stat().st_size
    assert (facts["entries"], facts["transfers"]) == (full_book.entries.count(), len(transfers))
    assert facts["rows"] == 2 * len(transfers)
    assert facts["totals"] == {"GBP": plain_amount(sum(one.content.amount for one in transfers))}
    assert (facts["first"]["on"], facts["last"]["on"]) == ("2026-01-05", "2026-02-01")
    if shape is JournalFormat.CSV:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        assert len(rows) == facts["rows"]
        assert sum(pence(row["debit"] or "0") for row in rows) == pence(facts["totals"]["GBP"])


def test_an_empty_book_has_an_empty_journal(db, tmp_path, capsys):
    operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)
    call_command("ledger_export", "--json", book="pub", format="csv", out=tmp_path / "journal.csv")

    facts = json.loads(capsys.readouterr().out)
    assert (facts["rows"], facts["totals"], facts["first"], facts["last"]) == (0, {}, None, None)
