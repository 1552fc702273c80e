"""Closing periods softly and for good, closing years and accounts, and what is known at a moment."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger import operations, queries
from ledger.models import Period, PeriodBalance
from ledger.operations import Line
from ledger.queries.totals import changes_by_fund, totals_by_fund
from ledger.states import YEAR_END, AccountType
from tests.ledger.support import AT, JAN_5, contents, nets, pay, post

pytestmark = pytest.mark.django_db
JAN_31, FEB_28, FEB_10 = date(2026, 1, 31), date(2026, 2, 28), date(2026, 2, 10)


def close(book, through=JAN_31):
    return operations.close_period(book=book, through=through, actor="user:t", at=AT)


def test_a_closed_period_keeps_what_every_account_had_seen(book):
    pay(book, "app_1", 100, fee=3)
    post(book, "grant", Line("1200", "4110", 40, fund="roof"))
    post(book, "feb", Line("1200", "4000", 7), on=FEB_10)

    period = close(book)

    kept = PeriodBalance.objects.filter(period=period).values_list(
        "account__code", "owner", "fund", "debits", "credits"
    )
    assert sorted(kept) == [
        ("1200", "", "roof", 40, 0),
        ("1250", "", "", 100, 3),
        ("2150", "", "", 0, 100),
        ("2150", "app_1", "", 0, 100),
        ("4110", "", "roof", 0, 40),
        ("7420", "", "", 3, 0),
    ]
    assert (period.head_seq, period.actor, book.locked_through) == (4 - 1, "user:t", JAN_31)


def test_balances_do_not_change_by_closing(book):
    pay(book, "app_1", 100, fee=3)
    pay(book, "app_2", 50, on=FEB_10)
    days = [date(2026, 1, 4), JAN_5, JAN_31, FEB_10, FEB_28, None]
    before = [nets(book, on=day) for day in days]
    owners = [queries.owner_balances(book=book, code="2150", on=day) for day in days]

    close(book)
    assert [nets(book, on=day) for day in days] == before
    close(book, FEB_28)

    assert [nets(book, on=day) for day in days] == before
    assert [queries.owner_balances(book=book, code="2150", on=day) for day in days] == owners
    # An owner who did not move in February has no row for it, and is still found.
    assert PeriodBalance.objects.filter(owner="app_1").count() == 1
    assert queries.account_balance(book=book, code="2150", owner="app_1", on=FEB_28) == 100


def test_nothing_is_dated_in_a_closed_period(book):
    close(book)
    before = contents()

    for day in (JAN_31, JAN_5):
        with pytest.raises(operations.PeriodClosed):
            post(book, "k", Line("1200", "4000", 5), on=day, authority="finance")
    with pytest.raises(operations.LockMovesForward):
        close(book, JAN_5)

    assert contents() == before
    post(book, "k", Line("1200", "4000", 5), on=FEB_10)


def test_closing_the_same_day_again_is_one_period(book):
    assert close(book) == close(book)
    assert Period.objects.count() == 1


def test_a_period_with_an_open_hold_is_not_closed(book):
    pay(book, "app_1", 100)
    line = Line("2150", "2155", 5, debit_owner="app_1", credit_owner="app_1")
    one = operations.hold(book=book, key="h", kind="refund", line=line, actor="a", held_at=AT)
    before = contents()

    with pytest.raises(operations.PeriodHasHolds):
        close(book)

    assert contents() == before
    operations.void_hold(hold=one, actor="a", at=AT)
    close(book)


def test_a_soft_period_needs_authority_and_can_be_opened_again(book):
    operations.close_softly(book=book, through=JAN_31)
    before = contents()

    with pytest.raises(operations.PeriodSoftlyClosed) as refused:
        post(book, "k", Line("1200", "4000", 5))
    assert refused.value.facts == {"soft_through": "2026-01-31", "book": "pub"}
    assert contents() == before

    entry = post(book, "k", Line("1200", "4000", 5), authority="finance").entry
    assert entry.authority == "finance"
    post(book, "feb", Line("1200", "4000", 5), on=FEB_10)
    operations.close_softly(book=book, through=None)
    post(book, "again", Line("1200", "4000", 5))
    assert nets(book) == {"1200": 15, "4000": 15}


def test_a_year_is_carried_to_reserves_by_fund_and_left_out_of_its_result(book):
    post(book, "sales", Line("1200", "4000", 500))
    post(book, "rent", Line("7100", "1200", 120))
    post(book, "grant", Line("1200", "4110", 80, fund="roof"))
    post(book, "slates", Line("7100", "1200", 90, fund="roof"))
    year_end = date(2026, 12, 31)

    operations.close_year(book=book, year_end=year_end, key="year:2026", actor="a", recorded_at=AT)

    assert nets(book) == {"1200": 370, "3200": 380, "3100": -10}
    result = changes_by_fund(book=book, from_on=date(2026, 1, 1), through=year_end, without_kinds={YEAR_END})
    assert {(row.account.code, row.fund): row.balance for row in result if row.account.type in "IX"} == {
        ("4000", ""): 500,
        ("4110", "roof"): 80,
        ("7100", ""): 120,
        ("7100", "roof"): 90,
    }
    funds = totals_by_fund(book=book)
    assert {fund: sum(row.net for row in funds if row.fund == fund) for fund in ("", "roof")} == {"": 0, "roof": 0}
    with pytest.raises(operations.NothingToClose):
        operations.close_year(book=book, year_end=year_end, key="again", actor="a", recorded_at=AT)


def test_an_account_is_closed_when_it_is_empty(book):
    account = queries.get_account(book=book, code="1260")
    post(book, "in", Line("1260", "4000", 5))
    with pytest.raises(operations.AccountInUse):
        operations.close_account(account=account, on=JAN_31, actor="a", at=AT)
    post(book, "out", Line("1200", "1260", 5), on=FEB_10)
    with pytest.raises(operations.AccountInUse):
        operations.close_account(account=account, on=JAN_31, actor="a", at=AT)

    operations.close_account(account=account, on=FEB_10, actor="a", at=AT)

    with pytest.raises(operations.AccountClosed):
        post(book, "late", Line("1260", "4000", 5), on=FEB_28)
    with pytest.raises(operations.AccountInUse):
        operations.close_account(account=account, on=FEB_28, actor="a", at=AT)
    post(book, "early", Line("1260", "4000", 5), on=FEB_10)


def test_what_was_known_at_a_moment(book):
    def record(key, pence, on, at):
        line = Line("1250", "2150", pence, credit_owner="app_1")
        operations.post(book=book, key=key, kind="k", effective_on=on, lines=[line], actor="a", recorded_at=at)

    april = datetime(2026, 4, 3, tzinfo=UTC)
    record("march", 10, date(2026, 3, 20), april)
    record("late", 5, date(2026, 3, 25), april + timedelta(days=30))
    record("april", 2, date(2026, 4, 1), april)
    end = date(2026, 3, 31)

    for known_at, expected in (
        (april, 10),
        (april + timedelta(days=30), 15),
        (april - timedelta(days=1), 0),
        (None, 15),
    ):
        rows = {row.account.code: row.net for row in queries.trial_balance(book=book, on=end, known_at=known_at)}
        assert (rows["1250"], rows["2150"]) == (expected, -expected)
        for owner in (None, "app_1"):
            found = queries.account_balance(book=book, code="2150", owner=owner, on=end, known_at=known_at)
            assert found == expected
        owners = queries.owner_balances(book=book, code="2150", on=end, known_at=known_at)
        assert owners == ({"app_1": expected} if expected else {})


def test_several_currencies_meet_in_trading_accounts(book):
    for code, name, kind, currency in (
        ("1220", "Bank-Euro", AccountType.ASSET, "EUR"),
        ("3900", "Trading-Pound", AccountType.EQUITY, "GBP"),
        ("3901", "Trading-Euro", AccountType.EQUITY, "EUR"),
    ):
        operations.open_account(book=book, code=code, name=name, type=kind, currency=currency)
    before = contents()
    with pytest.raises(operations.CurrencyMismatch):
        post(book, "wrong", Line("1220", "1200", 100))
    assert contents() == before

    post(book, "buy", Line("3900", "1200", 8_600), Line("1220", "3901", 10_000, currency="EUR"))

    assert nets(book) == {"1200": -8_600, "3900": -8_600, "1220": 10_000, "3901": 10_000}
    for currency in ("GBP", "EUR"):
        rows = queries.trial_balance(book=book)
        assert sum(row.net for row in rows if row.account.currency == currency) == 0
