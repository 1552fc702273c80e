"""Charts of accounts that a book can be opened with.

Source: shared practice of small societies with Sage-like numbers; names are legal in hledger, ledger and beancount.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.states import AccountType


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One account of a chart. `is_control`: each posting to it names an owner, and no owner falls below zero."""

    code: str
    name: str
    type: AccountType
    is_control: bool = False


# Owners of these always sum to the account. 2400 is 3000 for a class of shares that is a debt, so it is kept alike.
_CONTROLS: Final = frozenset({"2150", "2155", "2160", "2165", "2170", "2175", "2400", "3000"})

_SOCIETY: Final = {
    AccountType.ASSET: """
        0010 Land-Buildings
        0030 Plant-Equipment
        1100 Trade-Debtors
        1110 Grants-Receivable
        1200 Bank-Current
        1205 Bank-Offer-Account
        1210 Bank-Reserve
        1250 Stripe-Clearing
        1255 Payouts-In-Transit
        1260 Unidentified-Receipts
        1270 Disputed-Card-Receipts
        1280 Payment-File-Clearing
    """,
    AccountType.LIABILITY: """
        2100 Creditors
        2110 Accruals
        2150 Share-Applications
        2155 Refunds-Due
        2160 Withdrawals-Payable
        2165 Share-Interest-Payable
        2170 Estates-Payable
        2175 Unclaimed-Member-Money
        2180 Tax-Withheld-CT61
        2200 VAT-Control
        2210 PAYE
        2230 Deferred-Grants
        2310 Bank-Loans
        2320 Loan-Stock
        2400 Withdrawable-Shares-As-Debt
    """,
    AccountType.EQUITY: """
        3000 Withdrawable-Shares
        3010 Other-Shares
        3090 Share-Issue-Costs
        3100 Restricted-Funds
        3200 General-Reserve
        3300 Share-Interest-Appropriated
    """,
    AccountType.INCOME: """
        4000 Trading
        4100 Grants
        4110 Grants-Restricted
        4200 Donations
        4900 Bank-Interest
    """,
    AccountType.EXPENSE: """
        5000 Cost-Of-Sales
        7100 Premises
        7200 Admin
        7400 Share-Offer-Costs
        7420 Card-Processing-Fees
        7425 Dispute-Fees
        7430 Chargeback-Losses
        7500 Audit-Accountancy
        7600 Share-Interest
        7610 Loan-Interest
        7900 Bank-Charges
        8100 Depreciation
        9998 Suspense
    """,
}


def _plan(chart: Mapping[AccountType, str]) -> tuple[AccountPlan, ...]:
    return tuple(_plan_account(line, kind) for kind, text in chart.items() for line in text.strip().splitlines())


def _plan_account(line: str, kind: AccountType) -> AccountPlan:
    code, name = line.split()
    return AccountPlan(code, name, kind, is_control=code in _CONTROLS)


CHARTS: Final[Mapping[str, tuple[AccountPlan, ...]]] = {"society": _plan(_SOCIETY)}
