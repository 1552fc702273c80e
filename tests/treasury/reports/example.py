"""Two years of a village pub, worked out by hand: shares, a grant for the roof, depreciation, a year's end, debts.

At the end of 2025: equipment 6,400.00 and bank 22,000.00 = shares 20,000.00, roof fund 5,000.00, reserve 3,400.00.
By 30 April 2026: income 7,262.34, spent 2,907.70, so 4,354.64 more; net assets 33,254.64.
"""

from datetime import UTC, date, datetime

from ledger import operations
from ledger.models import Book
from ledger.operations import Line
from tests.ledger.support import post

RECORDED = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)
APRIL_30 = date(2026, 4, 30)
JANUARY_1 = date(2026, 1, 1)


def last_year(book: Book) -> None:
    """2025, with its end."""
    post(book, "a1", Line("1200", "2150", 2_000_000, credit_owner="app_1"), on=date(2025, 2, 3), kind="application")
    post(
        book,
        "a2",
        Line("2150", "3000", 2_000_000, debit_owner="app_1", credit_owner="mem_1"),
        on=date(2025, 3, 1),
        kind="allotment",
    )
    post(book, "a3", Line("0030", "1200", 800_000), on=date(2025, 4, 10), narration="Cellar cooling")
    post(book, "a4", Line("1200", "4000", 1_200_000), on=date(2025, 6, 30), narration="Bar takings")
    post(book, "a5", Line("5000", "1200", 700_000), on=date(2025, 7, 31), narration="Brewery")
    post(book, "a6", Line("1200", "4110", 500_000, fund="roof"), on=date(2025, 9, 1), narration="Grant for the roof")
    post(book, "a7", Line("8100", "0030", 160_000), on=date(2025, 12, 31), narration="Depreciation, a fifth")
    operations.close_year(
        book=book, year_end=date(2025, 12, 31), key="end:2025", actor="user:usr_t", recorded_at=RECORDED
    )


def this_year(book: Book) -> None:
    """2026 until the end of April."""
    post(
        book,
        "b1",
        Line("1250", "2150", 50_000, credit_owner="app_2"),
        Line("7420", "1250", 770),
        on=date(2026, 1, 15),
        kind="application_paid",
    )
    post(
        book,
        "b2",
        Line("2150", "3000", 50_000, debit_owner="app_2", credit_owner="mem_2"),
        on=date(2026, 1, 20),
        kind="allotment",
    )
    post(book, "b3", Line("1255", "1250", 49_230), on=date(2026, 1, 22), kind="payout")
    post(book, "b4", Line("1200", "1255", 49_230), on=date(2026, 1, 24), kind="payout_arrived")
    post(book, "b5", Line("1100", "4000", 100_000, debit_owner="cust_1"), on=date(2026, 2, 10), narration="Wedding")
    post(book, "b6", Line("1200", "1100", 40_000, credit_owner="cust_1"), on=date(2026, 3, 5))
    post(book, "b7", Line("7100", "1200", 200_000, fund="roof"), on=date(2026, 3, 15), narration="Slates")
    post(book, "b8", Line("5000", "2100", 90_000, credit_owner="sup_1"), on=date(2026, 4, 1), narration="Brewery")
    post(book, "b9", Line("1100", "4000", 25_000, debit_owner="cust_1"), on=date(2026, 4, 20))
    post(book, "b10", Line("1200", "1100", 5_000, credit_owner="cust_2"), on=date(2026, 4, 25), narration="Paid early")
    post(book, "b11", Line("2100", "1200", 30_000, debit_owner="sup_1"), on=APRIL_30)
    post(book, "b12", Line("1200", "4000", 600_000), on=APRIL_30, narration="Bar takings")
    post(book, "b13", Line("1210", "4900", 1_234), on=APRIL_30, narration="Interest")
    post(book, "b14", Line("1210", "1200", 100_000), on=APRIL_30, narration="Put by")
