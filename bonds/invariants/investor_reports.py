"""What must always hold of reports to investors; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from bonds.models import InvestorReport, InvestorReportCopy, OutcomesContract
from core.invariants import Invariant

_ONCE_SMALL: Final = range(1, 5)
SPECIFICATION = "outcome contracts specification, section 3 and section 6, privacy"


def find_reports_out_of_line() -> Iterator[str]:
    """Contracts whose standing reports leave a day out, or tell of one twice."""
    for contract in OutcomesContract.objects.filter(investor_reports__isnull=False).distinct().order_by("pk"):
        standing = InvestorReport.objects.filter(contract=contract).standing().order_by("from_on")
        for before, after in pairwise(standing):
            if after.from_on != before.until_on:
                yield f"{after.public_id}: begins on {after.from_on}, the one before it ended on {before.until_on}"


def find_reports_that_do_not_add_up() -> Iterator[str]:
    """Reports whose cash is not what was there and came less what left, and places that do not add up."""
    with_copies = set(InvestorReportCopy.objects.values_list("report_id", flat=True))
    for report in InvestorReport.objects.order_by("pk"):
        cash, money = report.facts["cash"], report.facts["money"]
        moved = sum(one["pence"] if one["way"] == "in" else -one["pence"] for one in money)
        monthly = sum(one["in"] - one["out"] for one in report.facts["months"])
        if not cash["after"] - cash["before"] == moved == monthly:
            yield f"{report.public_id}: cash grew by {cash['after'] - cash['before']}, {moved} and {monthly} moved"
        if report.pk not in with_copies:
            yield f"{report.public_id}: nobody has a copy"
    for copy in InvestorReportCopy.objects.order_by("pk"):
        yield from (f"{copy.public_id}: {one['tranche']} does not add up" for one in _unsound(copy.facts["places"]))


def find_small_counts_told() -> Iterator[str]:
    """Reports that tell a count of so few people that it could show who is meant."""
    for report in InvestorReport.objects.order_by("pk"):
        for one in report.facts["results"]:
            if any(_is_small(one[name], report.facts, one) for name in ("in_period", "so_far")):
                yield f"{report.public_id}: tells a small count of {one['metric']}"


def _is_small(told: int | None, facts: dict[str, Any], one: dict[str, Any]) -> bool:
    if told is None:
        return False
    if "threshold" not in facts:
        # As reports were told before: exactly, from five on.
        return told in _ONCE_SMALL
    return told < facts["threshold"] or told % int(one["step"]) != 0


def _unsound(places: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in places:
        principal = one["principal_before"] + one["drawn"] - one["repaid"] - one["guaranteed"] - one["written_off"]
        # Reports from before interest could be released say nothing of it.
        released = one.get("interest_released", 0)
        interest = one["interest_before"] + one["interest_earned"] - one["interest_paid"] - released
        if (principal, interest) != (one["principal_after"], one["interest_after"]):
            yield one


REPORT_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-61",
        "Reports to investors that stand follow on each other: no day is told twice, and none is left out.",
        SPECIFICATION,
        ("bonds_report_no_overlap", "lock: operations.locks.lock_contract"),
        find_reports_out_of_line,
    ),
    Invariant(
        "BND-62",
        "A report's cash and each investor's place in it add up, and every report has copies.",
        SPECIFICATION,
        ("bonds_reportcopy_once", "lock: operations.locks.lock_contract"),
        find_reports_that_do_not_add_up,
    ),
    Invariant(
        "BND-63",
        "No report tells a count of fewer people than its threshold, or one that is not rounded down to whole steps.",
        SPECIFICATION,
        ("audit only",),
        find_small_counts_told,
    ),
)
