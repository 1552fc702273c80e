"""Tables of a contract at a glance about what payers may still owe, and about what stands in the books on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bonds.arithmetic.liability import Room, left_of_contract, left_of_metric, left_of_payer
from bonds.arithmetic.months import add_months
from bonds.arithmetic.standing import MONTHS_IN
from bonds.arithmetic.terms import CapScope
from bonds.queries.overview import Overview
from bonds.queries.overview_books import Tie, compare_with_books
from bonds.queries.overview_claims import say_rate
from bonds.queries.overview_tables import Desk, line, money, payers_of, text, total
from core.reports import Cell, Chart, ChartKind, Check, Report, Row, RowKind

_TIES: Final[Mapping[str, Promise]] = {
    "pending": lazy("Claimed and not decided, at the tariff"),
    "to_invoice": lazy("Earned and not invoiced"),
    "open": lazy("Invoiced and not paid, with VAT and compensation"),
    "recoverable": lazy("Paid too much, to be settled by what comes next"),
    "earned": lazy("Earned in all, less what samples recovered"),
}


def liability_table(desk: Desk) -> Report:
    """What each cap lets through, what is used, and the most that each payer may still owe."""
    overview, on = desk.overview, desk.overview.scope.on
    rows = [_heading(_("The most that may still have to be paid"))]
    if not desk.payer:
        rows.append(_left_row(_("All payers together"), left_of_contract(overview.rooms, on=on)))
    lefts = []
    for code in payers_of(overview):
        if desk.payer in {"", code}:
            name, left = (
                overview.parties.get(code, code),
                left_of_payer(code, overview.rooms, overview.terms, on=on),
            )
            rows.append(_left_row(name, left))
            lefts.append((name, left))
    rows += _metric_rows(overview)
    rows += _cap_rows(desk)
    known = [(name, (left,)) for name, left in lefts if left is not None]
    chart = Chart(ChartKind.BARS, _("Liability left by payer"), (_("Left"),), tuple(known)) if known else None
    return desk.table(
        "liability",
        _("Maximum liability, and what is left of it"),
        [
            text("what", _("What")),
            text("rule", _("Cap")),
            money("most", _("At most")),
            money("used", _("Used")),
            money("left", _("Left")),
        ],
        rows,
        chart=chart,
        notes=(
            _("What is left is the most it can be, not what is expected: each part is rounded up."),
            *_uncapped_notes(overview),
        ),
    )


def accruals_table(desk: Desk) -> Report:
    """What to accrue for each payer at the end of the day."""
    overview = desk.overview
    rows, sums = [], [0] * 6
    for code in payers_of(overview):
        if desk.payer not in {"", code}:
            continue
        parts = [part for (payer, _metric, _year), part in overview.parts.items() if payer == code]
        waiting = overview.waiting_by_payer.get(code, 0)
        amounts = [
            sum(part.to_invoice for part in parts),
            waiting,
            overview.estimate(waiting),
            sum(part.open for part in parts),
            overview.besides.get(code, 0),
            overview.owed.get(code, 0),
        ]
        leads = (
            desk.lines(which="to-invoice", payer=code),
            desk.lines(which="waiting"),
            desk.lines(which="waiting"),
            desk.leads("invoices", payer=code),
            desk.leads("invoices", payer=code),
            desk.lines(which="taken-back"),
        )
        cells = [Cell(pence, lead) for pence, lead in zip(amounts, leads, strict=True)]
        rows.append(line(overview.parties.get(code, code), *cells))
        sums = [one + more for one, more in zip(sums, amounts, strict=True)]
    if not desk.payer:
        rows.append(total(_("All payers"), *sums))
    columns = [
        text("payer", _("Payer")),
        money("to_invoice", _("Earned, not invoiced")),
        money("waiting", _("Claimed, not decided")),
        money("likely", _("Likely")),
        money("open", _("Invoiced for results, not paid")),
        money("besides", _("VAT and compensation, not paid")),
        money("owed", _("Paid too much")),
    ]
    note = _("What waits is divided between the payers as it would be if all of it were accepted.")
    return desk.table("accruals", _("Accruals at the end of the day"), columns, rows, notes=(say_rate(overview), note))


def books_table(desk: Desk) -> Report:
    """The same figures from claims and invoices and from the books of the holder, with every difference."""
    ties = compare_with_books(desk.overview)
    rows = [line(str(_TIES[tie.code]), ", ".join(tie.accounts), tie.ours, tie.books, tie.difference) for tie in ties]
    columns = [
        text("what", _("What")),
        text("accounts", _("Accounts")),
        money("claims", _("Claims and invoices")),
        money("books", _("The books")),
        money("difference", _("Difference")),
    ]
    checks = tuple(Check(str(_TIES[tie.code]), tie.difference == 0) for tie in ties)
    return desk.table("books", _("Do the books say the same?"), columns, rows, checks=checks, notes=_say(ties))


def _say(ties: list[Tie]) -> tuple[str, ...]:
    off = ", ".join(", ".join(tie.accounts) for tie in ties if tie.difference)
    if not off:
        return (_("Everything that claims, invoices and receipts say stands in the books to the penny."),)
    words = _("On %(accounts)s somebody has booked by hand, or money of another kind: look at the account's entries.")
    return (words % {"accounts": off},)


def _heading(words: str) -> Row:
    return Row(RowKind.HEADING, (Cell(words), Cell(), Cell(), Cell(), Cell()))


def _metric_rows(overview: Overview) -> list[Row]:
    """What may still be paid for each result that has a cap of its own; the others have only the caps of all."""
    capped = {room.member for room in overview.rooms if room.cap.scope is CapScope.METRIC}
    rows = [
        _left_row(
            overview.metrics.get(metric.code, metric.code),
            left_of_metric(metric.code, overview.rooms, on=overview.scope.on),
        )
        for metric in overview.terms.metrics
        if metric.code in capped
    ]
    return [_heading(_("By result, where it has a cap of its own")), *rows] if rows else []


def _left_row(name: str, left: int | None) -> Row:
    return line(name, _("none") if left is None else "", None, None, left)


def _cap_rows(desk: Desk) -> list[Row]:
    rooms = [room for room in desk.overview.rooms if desk.payer in {"", room.cap.payer} or not room.cap.payer]
    if not rooms:
        return []
    return [_heading(_("The caps")), *(_cap_row(room, desk) for room in rooms)]


def _cap_row(room: Room, desk: Desk) -> Row:
    used = desk.lines(which="accepted", payer=room.cap.payer)
    cut = desk.lines(reason=f"{room.cap.scope.value}_cap", cap=room.cap.code)
    return line(Cell(_name(room, desk.overview), cut), room.cap.code, room.most, Cell(room.used, used), room.left)


def _name(room: Room, overview: Overview) -> str:
    cap = room.cap
    if cap.scope is CapScope.PAYER:
        return overview.parties.get(cap.payer, cap.payer)
    if cap.scope is CapScope.METRIC:
        return overview.metrics.get(room.member, room.member)
    if cap.scope is CapScope.CONTRACT:
        return _("The whole contract")
    if not room.member:
        return _("A period")
    first = date.fromisoformat(room.member)
    after = add_months(first, MONTHS_IN[cap.every])
    days = {
        "first": format_date(first, "j M Y"),
        "last": format_date(after.fromordinal(after.toordinal() - 1), "j M Y"),
    }
    return _("%(first)s to %(last)s") % days


def _uncapped_notes(overview: Overview) -> list[str]:
    notes = []
    if left_of_contract(overview.rooms, on=overview.scope.on) is None:
        notes.append(_("No cap limits what this contract pays in all."))
    scopes = {cap.scope for cap in overview.terms.caps}
    if CapScope.PERSON in scopes or CapScope.COHORT in scopes:
        notes.append(_("Caps for each person or group limit each of them, and are not added up here."))
    if any(cap.amount is None for cap in overview.terms.caps):
        notes.append(_("Caps by number limit how many are paid for, and are not shown in money."))
    return notes
