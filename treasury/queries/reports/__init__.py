"""The treasurer's reports: which there are, and how each gets its figures."""

from treasury.queries.reports.build import PAGE_LINES, build_report
from treasury.queries.reports.kinds import KINDS, ReportKind, ReportMissing, get_kind
from treasury.queries.reports.load import Window
from treasury.queries.reports.parameters import accounts_of, funds_of

__all__ = [
    "KINDS",
    "PAGE_LINES",
    "ReportKind",
    "ReportMissing",
    "Window",
    "accounts_of",
    "build_report",
    "funds_of",
    "get_kind",
]
