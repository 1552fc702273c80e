"""The events of a share offer as an accountant writes them, with the figures of the table of postings."""

from datetime import date

from ledger import operations, queries
from ledger.operations import Line
from tests.ledger.support import AT, JAN_5, nets, pay, post


def test_row_2_card_application_of_500_with_a_fee_of_7_70(book):
    pay(book, "app_1", 50_000, 770)

    assert nets(book) == {"1250": 49_230, "7420": 770, "2150": 50_000}
    # Two lines, never net: the clearing account shows what came in and what the processor kept.
    clearing = next(row for row in queries.trial_balance(book=book) if row.account.code == "1250")
    assert (clearing.debits, clearing.credits) == (50_000, 770)


def test_row_8_allotment_moves_application_money_to_each_member(book):
    pay(book, "app_1", 50_000)
    pay(book, "app_2", 25_000)

    post(
        book,
        "allotment:alt_1",
        Line("2150", "3000", 50_000, debit_owner="app_1", credit_owner="mem_1"),
        Line("2150", "3000", 25_000, debit_owner="app_2", credit_owner="mem_2"),
        kind="allotment",
        source="minute 2026/3",
    )

    assert nets(book) == {"1250": 75_000, "3000": 75_000}
    assert queries.owner_balances(book=book, code="2150") == {}
    assert queries.owner_balances(book=book, code="3000") == {"mem_1": 50_000, "mem_2": 25_000}


def test_row_9_scale_back_releases_the_excess(book):
    pay(book, "app_1", 50_000)

    post(
        book,
        "scale-back:app_1",
        Line("2150", "2155", 12_500, debit_owner="app_1", credit_owner="app_1"),
        Line("2150", "3000", 37_500, debit_owner="app_1", credit_owner="mem_1"),
    )

    assert nets(book) == {"1250": 50_000, "2155": 12_500, "3000": 37_500}


def test_rows_10_and_11_a_failed_offer_is_refunded_by_card(book):
    pay(book, "app_1", 50_000, 770)
    post(book, "failed:app_1", Line("2150", "2155", 50_000, debit_owner="app_1", credit_owner="app_1"))

    assert queries.account_balance(book=book, code="2155", owner="app_1") == 50_000

    post(book, "refund:re_1", Line("2155", "1250", 50_000, debit_owner="app_1"), on=date(2026, 1, 9))

    # The processor keeps its fee, so a failed offer costs the society exactly that.
    assert nets(book) == {"1250": -770, "7420": 770}
    assert nets(book, on=date(2026, 1, 8)) == {"1250": 49_230, "7420": 770, "2155": 50_000}


def test_row_14_chargeback_before_allotment_with_a_fee_of_20(book):
    pay(book, "app_1", 50_000, 770)

    post(
        book,
        "dispute:dp_1",
        Line("2150", "1250", 50_000, debit_owner="app_1"),
        Line("7425", "1250", 2_000),
    )

    assert nets(book) == {"1250": -2_770, "7420": 770, "7425": 2_000}
    assert queries.owner_balances(book=book, code="2150") == {}


def test_row_31_a_holding_passes_within_one_account(book):
    pay(book, "app_1", 50_000)
    post(book, "allot", Line("2150", "3000", 50_000, debit_owner="app_1", credit_owner="mem_dead"))

    post(book, "estate", Line("3000", "3000", 50_000, debit_owner="mem_dead", credit_owner="mem_nominee"))

    assert queries.owner_balances(book=book, code="3000") == {"mem_nominee": 50_000}
    assert nets(book) == {"1250": 50_000, "3000": 50_000}


def test_row_34_a_correction_is_a_reversal_and_a_new_entry(book):
    wrong = post(book, "donation:1", Line("1200", "4100", 10_000), narration="A grant").entry
    operations.reverse(
        entry=wrong,
        key="donation:1:undo",
        effective_on=JAN_5,
        actor="user:usr_1",
        reason="wrong account",
        recorded_at=AT,
    )
    post(book, "donation:1:right", Line("1200", "4200", 10_000), reason="corrects donation:1")

    assert nets(book) == {"1200": 10_000, "4200": 10_000}
    grants = next(row for row in queries.trial_balance(book=book) if row.account.code == "4100")
    assert (grants.debits, grants.credits) == (10_000, 10_000)


def test_a_whole_offer_clears_to_what_should_stay_open(book):
    for name, pence, fee in (("app_1", 50_000, 770), ("app_2", 20_000, 320), ("app_3", 30_000, 470)):
        pay(book, name, pence, fee)
    post(book, "withdrawn:app_3", Line("2150", "2155", 30_000, debit_owner="app_3", credit_owner="app_3"))
    post(book, "refund:app_3", Line("2155", "1250", 30_000, debit_owner="app_3"))
    post(
        book,
        "allot",
        Line("2150", "3000", 50_000, debit_owner="app_1", credit_owner="mem_1"),
        Line("2150", "3000", 20_000, debit_owner="app_2", credit_owner="mem_2"),
    )
    post(book, "payout:po_1", Line("1255", "1250", 68_440))
    post(book, "payout:po_1:seen", Line("1200", "1255", 68_440))

    assert nets(book) == {"1200": 68_440, "3000": 70_000, "7420": 1_560}
    rows = queries.trial_balance(book=book)
    assert sum(row.debit for row in rows) == sum(row.credit for row in rows) == 70_000
