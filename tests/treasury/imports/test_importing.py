"""A file is posted as a whole or not at all, once, and what was posted is what the file says."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from foundation.files import read_file
from foundation.models import AuditEvent
from ledger import operations as ledger
from ledger.models import Entry, Narration
from ledger.operations import LimitExceeded
from tests.ledger.support import AT, contents, nets
from tests.ledger.test_verification import broken
from treasury.arithmetic.imports import DateOrder, ImportKind, ImportOptions
from treasury.models import JournalImport
from treasury.operations.imports import ImportRefused, import_journals, keep_file, options_of, task_facts
from treasury.queries.imports import ImportMissing, check_import, get_import, get_import_file, imports_of

HEADER = "date,reference,account,owner,fund,debit,credit,text\n"
GOOD = (
    HEADER + "2026-01-05,J1,1200,,,100.00,,Takings\n2026-01-05,J1,4000,,,,100.00,Takings\n"
    "2026-01-06,J2,7200,,,40.00,,Rent\n2026-01-06,J2,2100,sup_1,,,15.00,\n2026-01-06,J2,1200,,,,25.00,\n"
)


@pytest.fixture
def take(house):
    def take(text, options=None, *, mapping="", name="old.csv"):
        files = [
            keep_file(organisation=house.pub, content=one.encode(), name=name, at=AT) if one else None
            for one in (text, mapping)
        ]
        return import_journals(
            book=house.book,
            organisation=house.pub,
            file=files[0],
            mapping_file=files[1],
            options=options or ImportOptions(),
            actor="user:usr_tess",
            at=AT,
        )

    return take


def test_a_file_is_posted(house, take):
    before = nets(house.book)

    done = take(GOOD)

    assert done.replayed is False
    after = nets(house.book)
    assert after["1200"] - before["1200"] == 7_500
    assert (after["4000"], after["7200"], after["2100"]) == (10_000, 4_000, 1_500)
    entries = list(Entry.objects.filter(kind="imported_journal").order_by("reason"))
    assert [(one.reason, one.effective_on, one.line_count) for one in entries] == [
        ("J1", date(2026, 1, 5), 1),
        ("J2", date(2026, 1, 6), 2),
    ]
    assert {one.actor for one in entries} == {"user:usr_tess"}
    assert Narration.objects.get(entry=entries[0]).text == "Takings"
    row = JournalImport.objects.get()
    assert (row.rows, row.journals, row.sha256) == (5, 2, row.file.sha256)
    assert read_file(row.file).decode() == GOOD
    line = AuditEvent.objects.get(action="treasury.journals_imported")
    assert (line.actor, line.subject) == ("user:usr_tess", row.public_id)
    assert imports_of(book=house.book) == [row]
    assert get_import(book=house.book, public_id=row.public_id) == row
    assert broken() == set()


def test_the_same_file_again_adds_nothing(house, take):
    first = take(GOOD)
    before = contents()

    again = take(GOOD, name="the same under another name.csv")

    assert again.replayed is True
    assert again.row == first.row
    assert contents() == before
    assert JournalImport.objects.count() == 1
    assert check_import(book=house.book, content=GOOD.encode(), options=ImportOptions()).earlier == first.row


def test_a_bad_row_keeps_the_whole_file_out(house, take):
    before = contents()

    with pytest.raises(ImportRefused) as refused:
        take(GOOD.replace("2026-01-06,J2,7200", "2026-01-06,J2,7299"))

    assert refused.value.facts["problems"] == [{"line": 4, "problem": "the book has no account '7299'"}]
    assert contents() == before
    assert not JournalImport.objects.exists()


def test_every_limit_in_the_way_is_listed_by_line(house, take):
    before = contents()
    rows = (
        "2026-01-07,J3,2150,app_9,,5.00,,\n2026-01-07,J3,1200,,,,5.00,\n"
        "2026-01-07,J4,2150,app_8,,2.50,,\n2026-01-07,J4,1200,,,,2.50,\n"
        "2026-01-08,J5,1200,,,1.00,,\n2026-01-08,J5,2150,app_9,,,1.00,\n"
    )

    with pytest.raises(ImportRefused) as refused:
        take(GOOD + rows)

    assert refused.value.facts["problems"] == [
        {
            "line": 9,
            "problem": "account 2150 Share-Applications holds £0.00 for app_8, and the file would make it -£2.50",
        },
        {
            "line": 11,
            "problem": "account 2150 Share-Applications holds £0.00 for app_9, and the file would make it -£4.00",
        },
    ]
    assert contents() == before
    assert not JournalImport.objects.exists()


def test_what_a_file_takes_and_gives_back_is_not_in_the_way(house, take):
    rows = (
        "2026-01-07,J3,2150,app_9,,5.00,,\n2026-01-07,J3,1200,,,,5.00,\n"
        "2026-01-08,J4,1200,,,5.00,,\n2026-01-08,J4,2150,app_9,,,5.00,\n"
    )

    assert take(GOOD + rows).row.journals == 4


def test_what_the_books_refuse_at_the_last_moment_keeps_the_whole_file_out(house, take, monkeypatch):
    """Another posting may take the money between the check and the posting."""
    monkeypatch.setattr("treasury.queries.imports.find_exceeded", lambda **_asked: [])
    before = contents()

    with pytest.raises(LimitExceeded):
        take(GOOD + "2026-01-07,J3,2150,app_9,,5.00,,\n2026-01-07,J3,1200,,,,5.00,\n")

    assert contents() == before
    assert not JournalImport.objects.exists()


def test_a_file_that_was_put_right_is_not_posted_beside_the_first(house, take):
    take(GOOD)
    before = contents()

    with pytest.raises(ImportRefused) as refused:
        take(GOOD.replace("Takings", "Sales"))

    assert [one["line"] for one in refused.value.facts["problems"]] == [2, 4]
    assert "was imported before" in refused.value.message
    assert contents() == before
    for number, entry in enumerate(Entry.objects.filter(kind="imported_journal")):
        ledger.reverse(
            entry=entry, key=f"undo:{number}", effective_on=date(2026, 1, 6), actor="a", reason="r", recorded_at=AT
        )
    assert take(GOOD.replace("Takings", "Sales")).replayed is False


def test_codes_of_another_system(house, take):
    text = GOOD.replace("1200", "BANK").replace("4000", "Sales of beer")

    take(text, mapping="external,account\nBANK,1200\nSales of beer,4000\n")

    assert nets(house.book)["4000"] == 10_000
    assert JournalImport.objects.get().mapping_file is not None


def test_a_table_with_an_account_that_is_not_there(house, take):
    with pytest.raises(ImportRefused) as refused:
        take(GOOD, mapping="external,account\nBANK,1999\n")

    assert refused.value.facts["problems"] == [{"line": 0, "problem": "table of codes: the book has no account 1999"}]


def test_closed_periods_are_closed_and_soft_ones_open_to_the_treasurer(house, take):
    ledger.close_softly(book=house.book, through=date(2026, 1, 31))
    take(GOOD)
    ledger.close_softly(book=house.book, through=None)
    ledger.close_period(book=house.book, through=date(2026, 1, 31), actor="a", at=AT)

    with pytest.raises(ImportRefused) as refused:
        take(GOOD.replace("J1", "J8").replace("J2", "J9"))

    assert {one["problem"] for one in refused.value.facts["problems"]} == {"the books are closed through 2026-01-31"}


def opening(suspense=""):
    return ImportOptions(kind=ImportKind.OPENING, opening_on=date(2025, 12, 31), suspense=suspense)


def test_opening_balances(house, take):
    rows = (
        ",,1200,,,500.00,,\n,,3000,mem_1,,,300.00,\n,,3000,mem_2,,,120.00,\n,,2100,sup_1,,,80.00,\n"
        ",,1200,,roof,50.00,,\n,,3100,,roof,,50.00,\n"
    )
    before = nets(house.book, on=date(2025, 12, 31))
    assert before == {}
    code = "3100" if house.book.accounts.filter(code="3100").exists() else "3200"

    take(HEADER + rows.replace("3100", code), opening())

    assert nets(house.book, on=date(2025, 12, 31)) == {"1200": 55_000, "2100": 8_000, "3000": 42_000, code: 5_000}
    assert Entry.objects.filter(kind="opening_balances").count() == 2


def test_opening_balances_need_somebody_to_say_where_the_difference_goes(house, take):
    rows = HEADER + ",,1200,,,500.00,,\n"
    with pytest.raises(ImportRefused):
        take(rows, opening())
    for account in ("1999", "3000"):
        with pytest.raises(ImportRefused) as refused:
            take(rows, opening(account))
        assert "account for differences" in refused.value.message

    take(rows, opening("9998"))

    assert nets(house.book, on=date(2025, 12, 31))["1200"] == 50_000


def test_opening_balances_and_only_they_have_a_day(house, take):
    for options in (ImportOptions(kind=ImportKind.OPENING), ImportOptions(opening_on=date(2025, 12, 31))):
        with pytest.raises(ImportRefused) as refused:
            take(GOOD, options)
        assert "opening balances" in refused.value.message


def test_an_import_is_a_fact(house, take):
    take(GOOD)

    for statement in ("UPDATE treasury_journalimport SET rows = 0", "DELETE FROM treasury_journalimport"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_files_and_imports_of_others_are_not_found(house, take):
    row = take(GOOD).row
    with pytest.raises(ImportMissing):
        get_import_file(organisation=house.shop.public_id, public_id=row.file.public_id)
    other = ledger.open_book(slug="ash", organisation=house.shop.public_id, name="Ash", at=AT)
    with pytest.raises(ImportMissing):
        get_import(book=other, public_id=row.public_id)


def test_a_message_brings_the_options_back(house, take):
    row = take(GOOD).row
    for options in (opening("9998"), ImportOptions(dates=DateOrder.BRITISH, commas=True)):
        facts = task_facts(book=house.book, file=row.file, mapping_file=row.file, options=options)

        assert options_of(json.loads(json.dumps(facts))) == options


@pytest.mark.django_db(transaction=True)
def test_the_command(house, tmp_path, capsys):
    path, table = tmp_path / "old.csv", tmp_path / "codes.csv"
    path.write_text(GOOD.replace("2026-01-05", "05/01/2026").replace("2026-01-06", "06/01/2026").replace("4000", "S"))
    table.write_text("external,account\nS,4000\n")
    command = ["ledger_import_journal", "--book", "hollow-oak", "--file", str(path), "--json"]
    with pytest.raises(CommandError, match="nothing was posted"):
        call_command(*command)
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 5
    command += ["--dates", "british", "--mapping", str(table)]
    call_command(*command, "--check")
    assert json.loads(capsys.readouterr().out)["journals"] == 2
    assert not JournalImport.objects.exists()

    call_command(*command)
    assert json.loads(capsys.readouterr().out)["already_imported"] is False
    call_command(*command)

    assert json.loads(capsys.readouterr().out)["already_imported"] is True
    assert nets(house.book)["4000"] == 10_000
    call_command(*[one for one in command if one != "--json"])
    assert "already" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("ledger_import_journal", "--book", "inn", "--file", str(path))
    with pytest.raises(CommandError):
        call_command("ledger_import_journal", "--book", "hollow-oak", "--file", str(tmp_path / "none"))
