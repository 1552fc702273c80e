"""A book written as a log and made again from it is the same book, byte for byte but for the numbers of its rows."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from ledger import operations
from ledger.models import Account, Book, Entry, Hold, Seal
from ledger.operations import BookExists, Line
from ledger.queries.logs import save_log
from ledger.states import AccountType
from tests.ledger.support import AT, JAN_5, TABLES, contents, pay, post
from tests.ledger.test_verification import broken, unguarded

pytestmark = pytest.mark.django_db(transaction=True)

FEB_10 = date(2026, 2, 10)
LATER = AT + timedelta(days=40, microseconds=123_456)

#: Every column but row numbers, which are written as what they stand for.
FACTS = {
    "book": "SELECT to_jsonb(t) - 'id' FROM ledger_book t",
    "account": "SELECT to_jsonb(t) - 'id' - 'book_id' FROM ledger_account t",
    "accountclosure": "SELECT to_jsonb(t) - 'account_id' || jsonb_build_object('a', a.code)"
    " FROM ledger_accountclosure t JOIN ledger_account a ON a.id = t.account_id",
    "entry": "SELECT to_jsonb(t) - 'id' - 'book_id' - 'reverses_id' || jsonb_build_object('r', r.public_id)"
    " FROM ledger_entry t LEFT JOIN ledger_entry r ON r.id = t.reverses_id",
    "narration": "SELECT to_jsonb(t) - 'entry_id' || jsonb_build_object('e', e.public_id)"
    " FROM ledger_narration t JOIN ledger_entry e ON e.id = t.entry_id",
    "transfer": "SELECT to_jsonb(t) - 'id' - 'book_id' - 'entry_id' - 'debit_account_id' - 'credit_account_id'"
    " || jsonb_build_object('e', e.public_id, 'd', d.code, 'c', c.code)"
    " FROM ledger_transfer t JOIN ledger_entry e ON e.id = t.entry_id"
    " JOIN ledger_account d ON d.id = t.debit_account_id JOIN ledger_account c ON c.id = t.credit_account_id",
    "balance": "SELECT to_jsonb(t) - 'id' - 'account_id' || jsonb_build_object('a', a.code)"
    " FROM ledger_balance t JOIN ledger_account a ON a.id = t.account_id",
    "daytotal": "SELECT to_jsonb(t) - 'id' - 'account_id' || jsonb_build_object('a', a.code)"
    " FROM ledger_daytotal t JOIN ledger_account a ON a.id = t.account_id",
    "hold": "SELECT to_jsonb(t) - 'id' - 'book_id' - 'debit_account_id' - 'credit_account_id'"
    " || jsonb_build_object('d', d.code, 'c', c.code)"
    " FROM ledger_hold t JOIN ledger_account d ON d.id = t.debit_account_id"
    " JOIN ledger_account c ON c.id = t.credit_account_id",
    "holdend": "SELECT to_jsonb(t) - 'hold_id' - 'entry_id' || jsonb_build_object('h', h.public_id, 'e', e.public_id)"
    " FROM ledger_holdend t JOIN ledger_hold h ON h.id = t.hold_id LEFT JOIN ledger_entry e ON e.id = t.entry_id",
    "period": "SELECT to_jsonb(t) - 'id' - 'book_id' FROM ledger_period t",
    "periodbalance": "SELECT to_jsonb(t) - 'id' - 'period_id' - 'account_id' || jsonb_build_object('a', a.code)"
    " FROM ledger_periodbalance t JOIN ledger_account a ON a.id = t.account_id",
    "sealqueue": "SELECT jsonb_build_object('e', e.public_id)"
    " FROM ledger_sealqueue t JOIN ledger_entry e ON e.id = t.entry_id",
    "seal": "SELECT to_jsonb(t) - 'id' - 'book_id' - 'entry_id' || jsonb_build_object('e', e.public_id)"
    " FROM ledger_seal t JOIN ledger_entry e ON e.id = t.entry_id",
    "anchor": "SELECT to_jsonb(t) - 'id' - 'book_id' FROM ledger_anchor t",
}


def facts() -> dict[str, list[str]]:
    """All that the ledger's tables say, without the numbers of rows."""
    found = {}
    with connection.cursor() as cursor:
        for table, query in FACTS.items():
            cursor.execute(f"SELECT f::text FROM ({query}) AS q (f) ORDER BY 1")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def remove_books() -> None:
    """What no role of the application can do."""
    with unguarded() as owner:
        owner.execute(f"TRUNCATE {', '.join(f'ledger_{table}' for table in TABLES)} CASCADE")


def log_of(book: Book) -> str:
    out = io.StringIO()
    save_log(book=book, out=out)
    return out.getvalue()


def read_back(text: str, organisation: str = "org_pub") -> dict[str, object]:
    return operations.import_log(log=io.StringIO(text), organisation=organisation)


@pytest.fixture
def full_book(book):
    """A book in which everything has happened that can."""
    operations.open_account(
        book=book, code="1290", name="Bank-Euro", type=AccountType.ASSET, currency="EUR", floor=0, ceiling=10**9
    )
    operations.open_account(book=book, code="3990", name="Trading-Pound", type=AccountType.EQUITY)
    operations.open_account(book=book, code="3991", name="Trading-Euro", type=AccountType.EQUITY, currency="EUR")
    operations.open_account(
        book=book, code="2199", name="Prizes", type=AccountType.LIABILITY, is_control=True, owner_floor=-5,
        owner_ceiling=10**6,
    )  # fmt: skip
    operations.close_period(book=book, through=date(2025, 12, 31), actor="user:usr_1", at=AT)
    for number in range(1, 4):
        pay(book, f"app_{number}", 1_000 * number, number)
    wrong = post(
        book, "wrong", Line("1200", "4000", 5, fund="roof"), narration="naïve “words” 🍺 \\ {}", source="s", batch="b"
    ).entry
    operations.seal_entries(book=book, at=AT)
    operations.reverse(entry=wrong, key="undo", effective_on=JAN_5, actor="a", reason="r", recorded_at=LATER)
    erased = post(book, "erased", Line("1200", "4000", 7), narration="Mrs Example's gift").entry
    operations.erase_narration(entry=erased, at=LATER)
    post(book, "euro", Line("3990", "1200", 86), Line("1290", "3991", 100, currency="EUR"))
    line = Line("2150", "2155", 600, debit_owner="app_1", credit_owner="app_9")
    for key in ("voided", "expired", "posted"):
        held = operations.hold(
            book=book, key=key, kind="refund", line=line, expires_at=LATER, actor="a", source="req_1", held_at=AT
        )
        if key == "voided":
            operations.void_hold(hold=held, actor="b", at=AT)
        elif key == "expired":
            operations.expire_holds(at=LATER)
        else:
            operations.post_hold(hold=held, key="take", effective_on=JAN_5, amount=250, actor="a", recorded_at=AT)
    # The money that was held and let go has gone elsewhere by now.
    post(book, "gone", Line("2150", "2155", 750, debit_owner="app_1", credit_owner="app_1"))
    operations.close_period(book=book, through=date(2026, 1, 31), actor="user:usr_1", at=LATER)
    operations.close_account(account=Account.objects.get(book=book, code="7200"), on=FEB_10, actor="a", at=LATER)
    post(book, "rent, early", Line("7200", "1200", 3), on=FEB_10)
    operations.close_softly(book=book, through=date(2026, 2, 28))
    post(book, "late", Line("1200", "4000", 9), on=FEB_10, authority="finance")
    operations.seal_entries(book=book, at=LATER, limit=1)
    operations.record_anchor(seal=Seal.objects.get(seq=3), place="mail", at=AT)
    operations.record_anchor(seal=Seal.objects.get(seq=9), place="file", at=LATER)
    operations.hold(
        book=book, key="open", kind="refund", line=Line("2150", "2155", 10, debit_owner="app_2", credit_owner="app_2"),
        actor="a", held_at=AT,
    )  # fmt: skip
    return book


def test_a_book_comes_back_the_same(full_book):
    before, text = facts(), log_of(full_book)
    assert all(before[table] for table in TABLES)
    remove_books()
    assert not Book.objects.exists()

    result = read_back(text)

    assert facts() == before
    assert broken() == set()
    head = Seal.objects.order_by("seq").last()
    assert (result["head_seq"], result["head_hash"]) == (head.seq, head.hash)
    assert result["entries"] == Entry.objects.count()
    assert log_of(Book.objects.get()) == text


def test_the_book_that_came_back_goes_on(full_book):
    text = log_of(full_book)
    remove_books()
    read_back(text)
    book = Book.objects.get()

    assert pay(book, "app_1", 1_000, 1).replayed is True
    assert post(book, "new", Line("1200", "4000", 1), on=date(2026, 3, 1)).replayed is False
    with pytest.raises(operations.PeriodClosed):
        post(book, "closed", Line("1200", "4000", 1))
    with pytest.raises(operations.AccountClosed):
        post(book, "account", Line("7200", "1200", 1), on=date(2026, 3, 1))
    held = Hold.objects.get(key="open")
    operations.post_hold(hold=held, key="open taken", effective_on=date(2026, 3, 1), actor="a", recorded_at=LATER)
    while operations.seal_entries(book=book, at=LATER):
        pass
    assert broken() == set()


def test_an_empty_book_comes_back(book):
    before, text = facts(), log_of(book)
    remove_books()

    assert read_back(text)["head_seq"] == 0
    assert facts() == before


def test_a_log_is_lines_of_json_with_counts_at_the_end(full_book):
    lines = [json.loads(line) for line in log_of(full_book).splitlines()]

    assert lines[0] == {"type": "header", "format": "commonweal.ledger.log", "version": 1}
    assert lines[1]["slug"] == "pub"
    assert lines[-1]["entries"] == sum(one["type"] == "entry" for one in lines) == Entry.objects.count()
    closed = [place for place, one in enumerate(lines) if one["type"] == "period"]
    assert [lines[place]["head_seq"] for place in closed] == [0, 9]
    entries = [one for one in lines if one["type"] == "entry"]
    assert [one["seal"] and one["seal"]["seq"] for one in entries] == [*range(1, 11), None]
    assert next(one["narration"] for one in entries if one["key"] == "erased") == {
        "text": "",
        "salt": "",
        "erased_at": "2026-02-14T12:00:00.123456Z",
    }


def test_another_book_beside_is_left_alone(full_book, shop):
    post(shop, "sale", Line("1200", "4000", 5))
    operations.seal_entries(book=shop, at=AT)
    text = log_of(shop)
    other = log_of(full_book)
    remove_books()

    read_back(text, "org_shop")
    read_back(other)

    assert [log_of(book) for book in Book.objects.order_by("slug")] == [other, text]


def test_a_book_of_the_same_name_is_not_touched(full_book):
    text, before = log_of(full_book), contents()

    for organisation in ("org_pub", "org_other"):
        with pytest.raises(BookExists):
            read_back(text, organisation)

    assert contents() == before


def test_entries_that_passed_the_limits_the_other_way_round_come_back(book):
    """Two postings at one moment: the one with the earlier number waited for the other, and needed its money."""
    pay(book, "app_1", 100)
    post(book, "out", Line("2150", "2155", 100, debit_owner="app_1", credit_owner="app_1"))
    with unguarded() as owner:
        for table, column in (("transfer", "entry_id"), ("entry", "id")):
            owner.execute(
                f"UPDATE ledger_{table} t SET {column} = CASE e.key WHEN 'out' THEN 10001 ELSE 10002 END"
                f" FROM ledger_entry e WHERE e.id = t.{column}"
            )
        owner.execute("DELETE FROM ledger_sealqueue")
        owner.execute("INSERT INTO ledger_sealqueue (entry_id, book_id) SELECT id, book_id FROM ledger_entry")
    operations.seal_entries(book=book, at=AT)
    assert list(Seal.objects.order_by("seq").values_list("entry__key", flat=True)) == ["out", "paid:app_1"]
    before, text = facts(), log_of(book)
    remove_books()

    read_back(text)

    assert facts() == before


def test_an_end_without_its_hold_is_refused(book):
    """The order in which a log brings back what ended is no way to end a hold that somebody else makes."""
    from django.db import IntegrityError

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_holdend (hold_id, how, amount, ended_at, actor)"
            " VALUES (987654, 'voided', 0, now(), 'a')"
        )
    assert not Hold.objects.exists()


def test_the_commands(full_book, tmp_path, capsys):
    path = tmp_path / "pub.log"
    call_command("ledger_log", "--book", "pub", "--out", str(path), "--json")
    written = json.loads(capsys.readouterr().out)
    assert path.read_text(encoding="utf-8") == log_of(full_book)
    before = facts()
    with pytest.raises(CommandError, match="already keeps"):
        call_command("ledger_import_log", "--file", str(path), "--organisation", "org_pub", "--json")
    assert json.loads(capsys.readouterr().out)["code"] == "ledger.book_exists"
    remove_books()

    call_command("ledger_import_log", "--file", str(path), "--organisation", "org_pub", "--json")

    read = json.loads(capsys.readouterr().out)
    assert read == {"ok": True} | {name: value for name, value in written.items() if name not in {"book", "file"}}
    assert facts() == before


def test_the_command_lists_what_is_wrong(full_book, tmp_path, capsys):
    path = tmp_path / "pub.log"
    path.write_text(log_of(full_book).replace('"amount":1000,', '"amount":1001,', 1), encoding="utf-8")
    remove_books()

    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("ledger_import_log", "--file", str(path), "--organisation", "org_pub", "--json")
    facts_ = json.loads(capsys.readouterr().out)
    assert (facts_["ok"], facts_["code"]) == (False, "ledger.unusable_log")
    with pytest.raises(CommandError):
        call_command("ledger_import_log", "--file", str(path), "--organisation", "org_pub")
    assert capsys.readouterr().out.startswith("line ")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("ledger_import_log", "--file", str(path), "--organisation", "org_pub")
    for command in (["ledger_log", "--book", "inn", "--out", str(path)],
                    ["ledger_import_log", "--file", str(tmp_path / "none"), "--organisation", "org_pub"]):  # fmt: skip
        with pytest.raises(CommandError):
            call_command(*command)
