"""Builders of the treasurer's reports: figures in, a `Report` out. Pure."""

from treasury.arithmetic.reports.aging import DayTotal, OpenItem, age_owner, aged_debts
from treasury.arithmetic.reports.cash import CashFlow, cash_movement, is_money
from treasury.arithmetic.reports.funds import funds_report
from treasury.arithmetic.reports.general import LedgerMovement, general_ledger
from treasury.arithmetic.reports.position import balance_sheet
from treasury.arithmetic.reports.result import MonthResult, income_and_expenditure
from treasury.arithmetic.reports.trial import trial_balance

__all__ = [
    "CashFlow",
    "DayTotal",
    "LedgerMovement",
    "MonthResult",
    "OpenItem",
    "age_owner",
    "aged_debts",
    "balance_sheet",
    "cash_movement",
    "funds_report",
    "general_ledger",
    "income_and_expenditure",
    "is_money",
    "trial_balance",
]
