"""What is wrong with a journal is said by line, all at once; amounts are read exactly or not at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amounts import read_pence, write_pence
from foundation import registries
from ledger import operations as ledger
from ledger.models import Account
from tests.ledger.support import AT, JAN_5
from tests.treasury.journals.support import typed
from treasury.arithmetic.journals import MAX_LINES
from treasury.queries.journal_checks import JournalCheck, check_journal

GOOD = ("1200", "", "10")


def check(house, *rows: tuple[str, ...], **more: str) -> JournalCheck:
    return check_journal(book=house.book, typed=typed(*rows, **more), today=JAN_5)


def codes(found: JournalCheck) -> list[tuple[int | None, str, str]]:
    return [(one.line, one.field, one.code) for one in found.problems]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("7100", "ten", ""), [(1, "debit", "amount_unreadable")]),
        (("7100", "-10", ""), [(1, "debit", "amount_unreadable")]),
        (("7100", "10.005", ""), [(1, "debit", "amount_unreadable")]),
        (("7100", "1e3", ""), [(1, "debit", "amount_unreadable")]),
        (("7100", "20000000000000", ""), [(1, "debit", "amount_too_large"), (None, "lines", "unbalanced")]),
        (("7100", "0", ""), [(None, "lines", "unbalanced"), (1, "debit", "amount_missing")]),
        (("7100", "0.00", "0"), [(None, "lines", "unbalanced"), (1, "debit", "amount_missing")]),
        (("7100", "20", "10"), [(1, "credit", "amount_both_sides")]),
        (("7100", "9.99", ""), [(None, "lines", "unbalanced")]),
        (("", "10", ""), [(1, "account", "account_missing")]),
        (("4444", "10", ""), [(1, "account", "account_unknown")]),
        (("7" * 17, "10", ""), [(1, "account", "text_unreadable")]),
        (("2100", "10", ""), [(1, "owner", "owner_missing")]),
        (("7100", "10", "", "sup_x"), [(1, "owner", "owner_unexpected")]),
        (("7100", "10", "", "", "roof"), [(None, "lines", "unbalanced_fund"), (None, "lines", "unbalanced")]),
        (("7100", "10", "", "", "a\nb"), None),
        (("7100", "10", "", "", "", "x" * 201), [(1, "text", "text_unreadable")]),
        (("1200", "10", ""), [(None, "lines", "cancels_out")]),
    ],
)
@pytest.mark.django_db
def test_a_wrong_line(house, row, expected):
    found = check(house, row, GOOD)

    if expected is None:
        assert (1, "fund", "text_unreadable") in codes(found)
    else:
        assert sorted(codes(found), key=str) == sorted(expected, key=str)
    assert found.pairs == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"on": ""}, ("effective_on", "date_missing")),
        ({"on": "2026-02-30"}, ("effective_on", "date_unreadable")),
        ({"on": "0026-01-05"}, ("effective_on", "date_unreadable")),
        ({"on": "2026-02-06"}, ("effective_on", "date_too_late")),
        ({"narration": " "}, ("narration", "narration_missing")),
        ({"narration": "x" * 501}, ("narration", "text_unreadable")),
        ({"reverse_on": "soon"}, ("reverse_on", "date_unreadable")),
        ({"reverse_on": "2026-01-05"}, ("reverse_on", "reversal_too_early")),
    ],
)
@pytest.mark.django_db
def test_a_wrong_head(house, more, expected):
    assert codes(check(house, ("7100", "10", ""), GOOD, **more)) == [(None, *expected)]


@pytest.mark.django_db
def test_a_sound_journal_and_its_days(house):
    found = check(house, ("7100 Premises", " £1,010.5 ", ""), ("1200", "", "1010.50"), on="2026-02-05")

    assert (found.problems, found.debit_pence, found.on) == ([], 101_050, date(2026, 2, 5))
    assert [(one.debit, one.credit, one.amount) for one in found.pairs] == [("7100", "1200", 101_050)]


@pytest.mark.django_db
def test_how_many_lines(house):
    assert codes(check(house, ("7100", "10", ""))) == [(None, "lines", "too_few_lines")]
    many = [("7100", "1", "")] * MAX_LINES
    assert codes(check(house, *many, GOOD)) == [(None, "lines", "too_many_lines")]
    assert check(house, *many[1:], ("1200", "", str(MAX_LINES - 1))).is_sound


@pytest.mark.django_db
def test_closed_days_and_accounts(house):
    account = Account.objects.get(book=house.book, code="7200")
    ledger.close_account(account=account, on=JAN_5, actor="user:a", at=AT)

    assert check(house, ("7200", "10", ""), GOOD).is_sound
    assert codes(check(house, ("7200", "10", ""), GOOD, on="2026-01-06")) == [(1, "account", "account_closed")]
    ledger.close_period(book=house.book, through=JAN_5, actor="user:a", at=AT)
    found = check_journal(book=house.book, typed=typed(("7100", "10", ""), GOOD), today=JAN_5)
    assert codes(found) == [(None, "effective_on", "date_closed")]


@pytest.mark.django_db
def test_owners_have_to_exist_where_a_room_knows_them(house, monkeypatch):
    monkeypatch.setitem(registries.OWNER_LABELS._items, "zzz", lambda owners: {"zzz_1": "Z"})

    assert check(house, ("2100", "10", "", "zzz_1"), GOOD).is_sound
    assert codes(check(house, ("2100", "10", "", "zzz_2"), GOOD)) == [(1, "owner", "owner_unknown")]
    assert check(house, ("2100", "10", "", "brewery"), GOOD).is_sound


@pytest.mark.parametrize("code", ["2150", "2155", "2160", "2165", "2170", "2175", "2400", "3000", "1250", "1255"])
@pytest.mark.django_db
def test_accounts_that_keep_themselves_are_warned_about(house, code):
    account = Account.objects.get(book=house.book, code=code)

    found = check(house, (code, "10", "", "brewery" if account.is_control else ""), GOOD)

    assert [one.account for one in found.guarded] == [account]
    assert found.guarded[0].why


@given(st.integers(1, 10**15))
def test_an_amount_that_was_written_is_read(pence):
    assert read_pence(write_pence(pence)) == pence
    assert read_pence(f"£{pence // 100:,}.{pence % 100:02d}") == pence


@pytest.mark.parametrize(
    "text", ["", "£", ".", "1,23", "1,2345", "12.345", "1 000", "+1", "\uff11\uff12", "\u0663", "12p", "0x1", "nan"]
)
def test_anything_else_is_no_amount(text):
    assert read_pence(text) is None


@given(st.text(max_size=12))
def test_reading_never_fails(text):
    pence = read_pence(text)

    assert pence is None or pence >= 0
