"""Charts of accounts that a book can be opened with.

Source: shared practice of small societies and of outcomes-contract companies, with Sage-like numbers; names are legal
in hledger, ledger and beancount. FRS 102 for what is a liability and what is equity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.states import AccountType


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One account of a chart. `is_control`: each posting names an owner; `owner_floor`: the least one can hold."""

    code: str
    name: str
    type: AccountType
    is_control: bool = False
    owner_floor: int | None = None


# Owners of these always sum to the account, and none falls below zero.
_SUB_LEDGERS: Final = frozenset(
    {
        "Share-Applications",
        "Refunds-Due",
        "Withdrawals-Payable",
        "Share-Interest-Payable",
        "Estates-Payable",
        "Unclaimed-Member-Money",
        "Withdrawable-Shares",
        "Withdrawable-Shares-As-Debt",
        "Drawdown-Receivable",
        "Investor-Loans-Senior",
        "Investor-Loans-Junior",
        "Investor-Interest-Accrued",
        "Outcome-Linked-Return",
        "Commitments-Undrawn",
        "Commitments-Contra",
        "Claims-Submitted",
        "Claims-Contra",
    }
)

# Owners of these sum to the account too: who owes us, and whom we owe.
_DEBTS: Final = frozenset({"Trade-Debtors", "Grants-Receivable", "Creditors", "Creditors-Providers"})

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


# A company that holds one outcomes contract. What it has been promised but not yet drawn or earned is in a memo book.
_VEHICLE: Final = {
    AccountType.ASSET: """
        1100 Trade-Debtors
        1110 Outcomes-Earned-Not-Invoiced
        1120 Prepayments
        1150 Drawdown-Receivable
        1200 Bank
        1210 Bank-Reserve
    """,
    AccountType.LIABILITY: """
        2100 Creditors-Providers
        2110 Accruals
        2180 Tax-Withheld-CT61
        2200 VAT
        2300 Investor-Loans-Senior
        2310 Investor-Loans-Junior
        2320 Investor-Interest-Accrued
        2330 Outcome-Linked-Return
        2400 Deferred-Income
        2410 Clawback-Provision
    """,
    AccountType.EQUITY: """
        3000 Share-Capital
        3200 Retained
    """,
    AccountType.INCOME: """
        4000 Outcome-Payments
        4010 Top-Up-Fund-Payments
        4020 Service-Fee
        4900 Bank-Interest
        4950 Debt-Release-Gain
    """,
    AccountType.EXPENSE: """
        5000 Provider-Fees
        5010 Provider-Outcome-Bonus
        5100 Performance-Management
        5200 Independent-Verification
        7200 SPV-Admin
        7500 Audit
        7600 Investor-Interest
        7610 Outcome-Linked-Return
        9998 Suspense
    """,
}

# What is promised or claimed and not yet owed: it never reaches the accounts that are exported.
_MEMO: Final = {
    AccountType.ASSET: """
        9100 Commitments-Undrawn
        9110 Claims-Submitted
    """,
    AccountType.EQUITY: """
        9101 Commitments-Contra
        9111 Claims-Contra
        9999 Memo-Balance
    """,
}


def _plan(chart: Mapping[AccountType, str]) -> tuple[AccountPlan, ...]:
    return tuple(_plan_account(line, kind) for kind, text in chart.items() for line in text.strip().splitlines())


def _plan_account(line: str, kind: AccountType) -> AccountPlan:
    code, name = line.split()
    is_result = kind in {AccountType.INCOME, AccountType.EXPENSE}
    is_debt = name in _DEBTS
    has_owners = not is_result and (is_debt or name in _SUB_LEDGERS)
    # A customer may have paid too much and a supplier been paid twice; a member's money never falls below zero.
    return AccountPlan(code, name, kind, is_control=has_owners, owner_floor=0 if has_owners and not is_debt else None)


CHARTS: Final[Mapping[str, tuple[AccountPlan, ...]]] = {
    "society": _plan(_SOCIETY),
    "vehicle": _plan(_VEHICLE),
    "memo": _plan(_MEMO),
}

RESERVES: Final[Mapping[str, tuple[str, str]]] = {
    "society": ("3200", "3100"),
    "vehicle": ("3200", "3200"),
    "memo": ("9999", "9999"),
}
"""Where a year's result goes: unrestricted money, and money of a restricted fund."""
