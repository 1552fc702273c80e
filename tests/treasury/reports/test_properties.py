"""Whatever is posted, every report balances, and its lines add up to its totals."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.reports import Asked, ColumnKind, Report, RowKind, Words, a_year_before
from ledger.states import AccountType
from treasury.arithmetic import reports
from treasury.arithmetic.report import About, Figure
from treasury.arithmetic.reports.aging import BUCKET_ENDS
from treasury.arithmetic.reports.cash import CashYear
from treasury.arithmetic.reports.funds import FundYear

WORDS = Words(say=str, day=lambda on: f"{on.day} {on:%B} {on.year}")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
ACCOUNTS = [
    ("1200", "Bank", AccountType.ASSET),
    ("1100", "Debtors", AccountType.ASSET),
    ("2100", "Creditors", AccountType.LIABILITY),
    ("3000", "Shares", AccountType.EQUITY),
    ("4000", "Trading", AccountType.INCOME),
    ("7200", "Admin", AccountType.EXPENSE),
]
TRANSFERS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(1, 5),
        st.integers(1, 10**12),
        st.sampled_from(["", "roof", "garden"]),
        st.sampled_from(["GBP", "EUR"]),
        st.booleans(),
    ),
    max_size=30,
)


def about(slug="x", *, compare=False):
    return About(slug, slug, "pub", "Pub", "GBP", Asked(FIRST, LAST, compare=compare), WORDS)


def figures(transfers):
    """What accounts see of transfers (from, step to the other account, amount, fund, currency, whether this year)."""
    sums = defaultdict(lambda: [0, 0])
    for account, step, amount, fund, currency, _now in transfers:
        sums[account, fund, currency][0] += amount
        sums[(account + step) % 6, fund, currency][1] += amount
    return [
        Figure(*ACCOUNTS[account], currency, fund, debits, credits_)
        for (account, fund, currency), (debits, credits_) in sums.items()
    ]


def check_sums(report: Report):
    """Every subtotal is the sum of the lines since the heading before it."""
    places = [place for place, one in enumerate(report.columns) if one.kind is ColumnKind.MONEY]
    for section in report.sections:
        sums = [0] * len(places)
        for row in section.rows:
            values = [row.cells[place].value for place in places]
            if row.kind is RowKind.HEADING:
                sums = [0] * len(places)
            elif row.kind is RowKind.LINE:
                sums = [before + value for before, value in zip(sums, values, strict=True)]
            elif row.kind is RowKind.SUBTOTAL:
                assert values == sums
    assert report.passed


@given(TRANSFERS, TRANSFERS)
def test_trial_balance_and_balance_sheet(transfers, older):
    now, before = figures(transfers), figures(older)

    trial = reports.trial_balance(about(compare=True), now, before)
    sheet = reports.balance_sheet(about(compare=True), now, before)

    check_sums(trial)
    check_sums(sheet)
    for section in trial.sections:
        rows = list(section.rows)
        assert [cell.value for cell in rows[-1].cells[2:]] == [
            sum(row.cells[place].value for row in rows[:-1]) for place in range(2, 6)
        ]


@given(TRANSFERS)
def test_income_and_expenditure_is_what_the_balance_sheet_has_not_carried(transfers):
    found = figures(transfers)

    result = reports.income_and_expenditure(about(), found)
    sheet = reports.balance_sheet(about(), found)

    check_sums(result)
    for section in result.sections:
        other = next(one for one in sheet.sections if one.currency == section.currency)
        carried = next(row for row in other.rows if row.cells[1].value == "Result not yet carried to reserves")
        assert list(section.rows)[-1].cells[2].value == carried.cells[2].value


@given(TRANSFERS)
def test_cash_movement_and_funds(transfers):
    opening = figures(one for one in transfers if not one[-1])
    moved = figures(one for one in transfers if one[-1])
    closing = figures(transfers)
    flows = [
        reports.CashFlow(FIRST, *ACCOUNTS[other][:2], currency, received, paid)
        for account, step, amount, _fund, currency, now in transfers
        if now
        for other, received, paid in [((account + step) % 6, amount, 0) if account == 0 else (account, 0, amount)]
        if 0 in {account, (account + step) % 6}
    ]

    check_sums(reports.cash_movement(about(), CashYear(opening, closing, flows)))
    funds = reports.funds_report(about(), FundYear(opening, moved, closing))

    assert funds.passed
    sheet = {one.currency: one for one in reports.balance_sheet(about(), closing).sections}
    for section in funds.sections:
        net = next(row for row in sheet[section.currency].rows if row.cells[1].value == "Net assets")
        assert list(section.rows)[-1].cells[-1].value == net.cells[2].value


@given(TRANSFERS, st.integers(1, 10**12))
def test_the_check_of_a_broken_book_fails(transfers, amount):
    """The control: a report of figures that do not balance says so."""
    odd = Figure(*ACCOUNTS[0], "GBP", "", amount, 0)
    found = [*figures(transfers), odd]

    assert not reports.trial_balance(about(), found).passed
    assert not reports.balance_sheet(about(), found).passed
    assert not reports.funds_report(about(), FundYear([], [], [odd])).passed
    assert not reports.cash_movement(about(), CashYear([], [odd], [])).passed


DAYS = st.lists(st.tuples(st.integers(-200, 5), st.integers(0, 10**9), st.integers(0, 10**9)), max_size=20).map(
    lambda found: [(LAST + timedelta(days=age), charged, paid) for age, charged, paid in found]
)


@given(DAYS)
def test_ages_add_up_to_the_balance(days):
    item = reports.age_owner(days, on=LAST)

    assert item.total == sum(charged - paid for _on, charged, paid in days)
    assert all(amount >= 0 for amount in item.buckets)
    assert item.in_credit <= 0
    assert item.in_credit == 0 or not any(item.buckets)


@given(DAYS, st.integers(0, 10**9))
def test_a_payment_settles_the_oldest_first_whenever_it_came(days, paid):
    before = reports.age_owner(days, on=LAST)

    after = reports.age_owner([*days, (LAST, 0, paid)], on=LAST)

    left = paid
    for oldest in range(len(BUCKET_ENDS), -1, -1):
        covered = min(left, before.buckets[oldest])
        assert after.buckets[oldest] == before.buckets[oldest] - covered
        left -= covered
    assert after.in_credit == before.in_credit - left
    assert after == reports.age_owner([(LAST - timedelta(days=90), 0, paid), *days], on=LAST)


def test_the_edges_of_the_ages():
    ages = [0, 1, 30, 31, 60, 61, 90, 91]

    item = reports.age_owner([(LAST - timedelta(days=age), 10**place, 0) for place, age in enumerate(ages)], on=LAST)

    assert item.buckets == (1, 110, 11_000, 1_100_000, 10_000_000)


def test_a_year_before_keeps_the_end_of_february():
    assert a_year_before(date(2025, 2, 28)) == date(2024, 2, 29)
    assert a_year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert a_year_before(date(2024, 2, 28)) == date(2023, 2, 28)
    assert a_year_before(date(2026, 4, 30)) == date(2025, 4, 30)


def test_the_lines_under_a_title_say_what_was_asked():
    asked = Asked(FIRST, LAST, compare=True, fund="", known_at=datetime(2026, 3, 1, 12, 5, tzinfo=UTC))

    report = reports.income_and_expenditure(About("x", "X", "pub", "Pub", "GBP", asked, WORDS), [], [])

    assert report.subtitle == (
        "1 January 2026 to 31 December 2026",
        "Compared with: 1 January 2025 to 31 December 2025",
        "Only money of: General money, tied to nothing",
        "As it was known on 1 March 2026 at 12:05 UTC",
    )
