"""Every report of the worked example, to the penny as it was worked out by hand."""

from datetime import date

from core.reports import RowKind
from ledger import operations
from ledger.operations import Line
from ledger.states import AccountType
from tests.ledger.support import post
from tests.treasury.reports.reading import amounts, table


def test_trial_balance(ask):
    report = ask("trial-balance", compare=True)

    assert amounts(report) == {
        "0030": (640_000, 0, 800_000, 0),
        "1100": (80_000, 0, 0, 0),
        "1200": (2_564_230, 0, 1_200_000, 0),
        "1210": (101_234, 0, 0, 0),
        "1250": (0, 0, 0, 0),
        "1255": (0, 0, 0, 0),
        "2100": (0, 60_000, 0, 0),
        "2150": (0, 0, 0, 0),
        "3000": (0, 2_050_000, 0, 2_000_000),
        "3100": (0, 500_000, 0, 0),
        "3200": (0, 340_000, 0, 0),
        "4000": (0, 725_000, 0, 0),
        "4110": (0, 0, 0, 0),
        "4900": (0, 1_234, 0, 0),
        "5000": (90_000, 0, 0, 0),
        "7100": (200_000, 0, 0, 0),
        "7420": (770, 0, 0, 0),
        "8100": (0, 0, 0, 0),
        "Total": (3_676_234, 3_676_234, 2_000_000, 2_000_000),
    }
    assert report.passed
    assert report.subtitle == ("At the end of 30 April 2026", "Compared with: At the end of 30 April 2025")


def test_income_and_expenditure_of_this_year(ask):
    report = ask("income-and-expenditure")

    assert amounts(report) == {
        "4000": (725_000,),
        "4900": (1_234,),
        "Total income": (726_234,),
        "5000": (90_000,),
        "7100": (200_000,),
        "7420": (770,),
        "Total expenditure": (290_770,),
        "Surplus, or loss where negative": (435_464,),
    }
    assert report.passed
    assert report.sections[0].chart.points == (
        ("Jan 26", (0, 770)),
        ("Feb 26", (100_000, 0)),
        ("Mar 26", (0, 200_000)),
        ("Apr 26", (626_234, 90_000)),
    )


def test_income_and_expenditure_of_last_year_leaves_out_its_end(ask):
    report = ask("income-and-expenditure", date(2026, 1, 1), date(2026, 12, 31), compare=True)

    found = amounts(report)
    assert found["4000"] == (725_000, 1_200_000)
    assert found["4110"] == (0, 500_000)
    assert found["5000"] == (90_000, 700_000)
    assert found["8100"] == (0, 160_000)
    assert found["Surplus, or loss where negative"] == (435_464, 840_000)


def test_balance_sheet(ask):
    report = ask("balance-sheet", compare=True)

    assert table(report.sections[0]) == [
        ("0030", "Plant Equipment", 640_000, 800_000),
        ("1100", "Trade Debtors", 80_000, 0),
        ("1200", "Bank Current", 2_564_230, 1_200_000),
        ("1210", "Bank Reserve", 101_234, 0),
        (None, "Total assets", 3_385_464, 2_000_000),
        ("2100", "Creditors", 60_000, 0),
        (None, "Total liabilities", 60_000, 0),
        (None, "Net assets", 3_325_464, 2_000_000),
        ("3000", "Withdrawable Shares", 2_050_000, 2_000_000),
        ("3100", "Restricted Funds", 500_000, 0),
        ("3200", "General Reserve", 340_000, 0),
        (None, "Result not yet carried to reserves", 435_464, 0),
        (None, "Total capital and reserves", 3_325_464, 2_000_000),
    ]
    assert report.passed


def test_balance_sheet_on_the_evening_of_the_year_end(ask):
    found = amounts(ask("balance-sheet", through_on=date(2025, 12, 31)))

    assert found["Total assets"] == found["Total capital and reserves"] == (2_840_000,)
    assert found["Result not yet carried to reserves"] == (0,)
    assert (found["3100"], found["3200"]) == ((500_000,), (340_000,))


def test_cash_movement(ask):
    report = ask("cash-movement")

    assert table(report.sections[0]) == [
        ("1200", "Bank Current", 2_200_000),
        (None, "Held before", 2_200_000),
        ("1100", "Trade Debtors", 45_000),
        ("2150", "Share Applications", 50_000),
        ("4000", "Trading", 600_000),
        ("4900", "Bank Interest", 1_234),
        (None, "Total received", 696_234),
        ("2100", "Creditors", 30_000),
        ("7100", "Premises", 200_000),
        ("7420", "Card Processing Fees", 770),
        (None, "Total paid", 230_770),
        (None, "Received less paid", 465_464),
        ("1200", "Bank Current", 2_564_230),
        ("1210", "Bank Reserve", 101_234),
        (None, "Held after", 2_665_464),
    ]
    assert report.passed
    assert report.sections[0].chart.points[0] == ("Jan 26", (50_000, 770))


def test_cash_movement_beside_the_year_before(ask):
    found = amounts(ask("cash-movement", date(2026, 1, 1), date(2026, 12, 31), compare=True))

    assert found["Total received"] == (696_234, 3_700_000)
    assert found["Total paid"] == (230_770, 1_500_000)
    assert found["Held before"] == (2_200_000, 0)
    assert found["Held after"] == (2_665_464, 2_200_000)


def test_aged_debtors(ask):
    report = ask("aged-debtors")

    # The wedding of 10 February is 79 days old: 400.00 was paid off it; the other invoice is 10 days old.
    assert table(report.sections[0]) == [
        ("cust_1", "cust_1", 0, 25_000, 0, 60_000, 0, 0, 85_000),
        ("cust_2", "cust_2", 0, 0, 0, 0, 0, -5_000, -5_000),
        ("Total of 1100 Trade Debtors", None, 0, 25_000, 0, 60_000, 0, -5_000, 80_000),
        ("Total", None, 0, 25_000, 0, 60_000, 0, -5_000, 80_000),
    ]
    assert [check.statement for check in report.sections[0].checks] == [
        "The owners of 1100 Trade Debtors add up to the account"
    ]
    assert report.passed


def test_aged_creditors(ask):
    report = ask("aged-creditors")

    assert table(report.sections[0])[0] == ("sup_1", "sup_1", 0, 60_000, 0, 0, 0, 0, 60_000)
    assert table(ask("aged-creditors", account="2150").sections[0]) == [("Total", None, *[0] * 7)]


def test_funds(ask):
    report = ask("funds")

    assert table(report.sections[0]) == [
        ("General money, tied to nothing", 2_340_000, 726_234, 90_770, 50_000, 3_025_464),
        ("roof", 500_000, 0, 200_000, 0, 300_000),
        ("All funds", 2_840_000, 726_234, 290_770, 50_000, 3_325_464),
    ]
    assert report.passed


def test_funds_beside_the_year_before(ask):
    found = {row[0]: row[1:] for row in table(ask("funds", compare=True, through_on=date(2026, 12, 31)).sections[0])}

    assert found["roof"] == (500_000, 0, 200_000, 0, 300_000, 0, 500_000, 0, 0, 500_000)
    assert found["All funds"][5:] == (0, 1_700_000, 860_000, 2_000_000, 2_840_000)


def test_general_ledger_of_one_account(ask):
    report = ask("general-ledger", account="1100")

    rows = [tuple(cell.value for cell in row.cells) for row in report.sections[0].rows]
    assert [(row[1], row[2], row[3], row[5], *row[6:]) for row in rows] == [
        (None, "1100 Trade Debtors", None, None, None, None, None),
        (None, "Brought forward", None, None, None, None, 0),
        (date(2026, 2, 10), "Wedding", "4000", "cust_1", 100_000, None, 100_000),
        (date(2026, 3, 5), "Test", "1200", "cust_1", None, 40_000, 60_000),
        (date(2026, 4, 20), "Test", "4000", "cust_1", 25_000, None, 85_000),
        (date(2026, 4, 25), "Paid early", "1200", "cust_2", None, 5_000, 80_000),
        (None, "Total", None, None, 125_000, 45_000, 80_000),
    ]


def test_one_fund_alone_balances_in_every_report(ask):
    assert amounts(ask("balance-sheet", fund="roof"))["Net assets"] == (300_000,)
    assert amounts(ask("balance-sheet", fund=""))["Net assets"] == (3_025_464,)
    assert amounts(ask("income-and-expenditure", fund="roof"))["Surplus, or loss where negative"] == (-200_000,)
    assert amounts(ask("cash-movement", fund="roof"))["Held after"] == (300_000,)
    assert all(ask(slug, fund="roof").passed for slug in ("trial-balance", "balance-sheet", "cash-movement", "funds"))
    lines = [row for row in ask("general-ledger", fund="roof").sections[0].rows if row.kind is RowKind.SUBTOTAL]
    assert {row.cells[0].value: row.cells[-1].value for row in lines} == {"1200": 300_000, "7100": 200_000}


def test_each_currency_is_a_section_that_balances(pub, ask):
    for code, name, kind in (("1230", "Bank-Euro", "A"), ("4930", "Euro-Sales", "I")):
        operations.open_account(book=pub, code=code, name=name, type=AccountType(kind), currency="EUR")
    post(pub, "eur", Line("1230", "4930", 700, currency="EUR"), on=date(2026, 2, 1))

    for slug in ("trial-balance", "balance-sheet", "income-and-expenditure", "cash-movement", "funds"):
        report = ask(slug)
        assert [section.currency for section in report.sections] == ["GBP", "EUR"]
        assert report.passed
    assert amounts(ask("balance-sheet"), "EUR")["Net assets"] == (700,)
    assert amounts(ask("balance-sheet"))["Net assets"] == (3_325_464,)
