"""Tables of a contract at a glance about claims: by result and year, what was cut and why, and what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from django.utils.translation import gettext as _

from bonds.arithmetic.lines import SET_OFF
from bonds.arithmetic.overview import Asked, Done, Waiting
from bonds.queries.overview import Overview
from bonds.queries.overview_tables import CAP, Desk, count, line, money, say_reason, text, total
from bonds.queries.told_counts import count_results
from core.reports import Cell, Chart, ChartKind, Check, Report, Row

AGES: Final = ((0, 7), (8, 14), (15, 30), (31, 60), (61, None))
"""Days since a claim was sent, both included, as the table of what waits groups them."""

Key = TypeVar("Key", str, int)
_Numbers = TypeVar("_Numbers", Asked, Done)


@dataclass(slots=True)
class _Sum:
    """What one row of the tables by result and by year adds up."""

    asked: Asked
    done: Done
    capped: int = 0
    cut: int = 0

    @property
    def earned(self) -> int:
        """What counts as paid: what was settled by an earlier overpayment is no cut."""
        return self.done.gross - self.capped - self.cut


def results_table(desk: Desk) -> Report:
    """By result: claimed, waiting, refused, accepted, cut, earned."""
    metrics = desk.overview.metrics

    def what(metric: str) -> dict[str, str]:
        return {"result": metric}

    sums = _sum_by(desk.overview, lambda metric, _year: metric)
    rows = [_row(line, metrics.get(metric, metric), one, desk, what(metric)) for metric, one in sorted(sums.items())]
    return _claims_table(desk, "results", (_("By result"), _("Result")), rows, whole=_whole(sums.values()))


def years_table(desk: Desk) -> Report:
    """By year of achievement: the same."""
    years = desk.overview.scope.years
    sums = _sum_by(desk.overview, lambda _metric, year: year)
    rows = [_row(line, years.label_of(year), one, desk, desk.year(year)) for year, one in sorted(sums.items())]
    note = _("A result counts in the year in which it was achieved, whenever it was claimed and paid.")
    return _claims_table(desk, "years", (_("By year"), _("Year")), rows, whole=_whole(sums.values()), note=note)


def cuts_table(desk: Desk) -> Report:
    """What was cut from accepted results, by reason; what caps cut comes first, and is drawn."""
    overview = desk.overview
    sums: dict[tuple[bool, str, str, str], int] = defaultdict(int)
    for cut in overview.cuts:
        if cut.reason != SET_OFF and desk.payer in {"", cut.payer}:
            sums[not cut.reason.endswith(CAP), cut.reason, cut.cap, cut.payer] += cut.pence
    rows = [
        line(
            Cell(say_reason(reason, cap), desk.lines(reason=reason, cap=cap, payer=payer)),
            overview.parties.get(payer, payer) if payer else _("of the whole"),
            pence,
        )
        for (_is_other, reason, cap, payer), pence in sorted(sums.items())
    ]
    capped = [(say_reason(key[1], key[2]), pence) for key, pence in sorted(sums.items()) if not key[0]]
    return desk.table(
        "cuts",
        _("Capped away, and cut for other reasons"),
        [text("reason", _("Why")), text("part", _("Of whose part")), money("cut", _("Cut"))],
        [*rows, total(_("In all"), None, sum(sums.values()))],
        chart=_bars(_("Capped away"), capped),
        notes=(_("Only of results that were accepted and still stand."),),
    )


def waiting_table(desk: Desk) -> Report:
    """What waits for a decision, by days since the claim was sent, and what it is likely to come to."""
    overview = desk.overview
    on = overview.scope.on
    ages: dict[int, list[Waiting]] = {first: [] for first, _last in AGES}
    for one in overview.waiting:
        ages[max(first for first in ages if first <= max(0, (on - one.claimed_on).days))].append(one)
    rows = []
    for first, last in AGES:
        found = ages[first]
        label = _("%(first)s to %(last)s days") if last is not None else _("%(first)s days and more")
        days = {"claimed_through": (on - timedelta(days=first)).isoformat()}
        if last is not None:
            days["claimed_from"] = (on - timedelta(days=last)).isoformat()
        pence = sum(one.pence for one in found)
        number = sum(one.lines for one in found)
        cells = (pence, overview.estimate(pence))
        lead = desk.lines(which="waiting", **days) if number else None
        rows.append(line(Cell(label % {"first": first, "last": last}, lead), number, *cells))
    pence = sum(one.pence for one in overview.waiting)
    rows.append(total(_("All"), sum(one.lines for one in overview.waiting), pence, overview.estimate(pence)))
    columns = [
        text("age", _("Since it was claimed")),
        count("lines", _("Lines")),
        money("tariff", _("At the tariff")),
        money("likely", _("Likely")),
    ]
    return desk.table("waiting", _("Claims that wait for a decision"), columns, rows, notes=(say_rate(overview),))


def counts_table(desk: Desk) -> Report:
    """By result: numbers of lines alone, for parties that see no money."""
    sums = _sum_by(desk.overview, lambda metric, _year: metric)
    rows = []
    for metric, one in sorted(sums.items()):
        name = Cell(desk.overview.metrics.get(metric, metric), desk.lines(result=metric))
        rows.append(line(name, *_numbers(one)))
    rows.append(total(_("All"), *_numbers(_whole(sums.values()))))
    columns = [
        text("result", _("Result")),
        count("claimed", _("Claimed")),
        count("waiting", _("Waiting")),
        count("refused", _("Rejected or withdrawn")),
        count("accepted", _("Accepted")),
    ]
    return desk.table("counts", _("How many"), columns, rows)


def suppressed_table(desk: Desk) -> Report:
    """By result: how many were accepted, rounded, and no number where so few that somebody might be recognised."""
    scope = desk.overview.scope
    rows = [line(one.title, one.words) for one in count_results(scope.contract, on=scope.on)]
    columns = [text("result", _("Result")), text("accepted", _("Accepted"))]
    note = _("Small numbers are not told, and others are rounded down, so that nobody can be recognised.")
    return desk.table("counts", _("How many"), columns, rows, notes=(note,))


def say_rate(overview: Overview) -> str:
    """Say how the likely amount is worked out."""
    if overview.rate is None:
        return _("Nothing has been decided yet, so what waits is shown at the tariff.")
    earned, decided = overview.rate
    pence = (20_000 * earned + decided) // (2 * decided) if earned > 0 else 0
    return _("Likely: of every £100 that was claimed and decided so far, £%(rate)s was earned.") % {
        "rate": f"{pence // 100}.{pence % 100:02}"
    }


def _numbers(one: _Sum) -> tuple[int, int, int, int]:
    asked = one.asked
    return asked.claimed, asked.pending, asked.rejected + asked.withdrawn, one.done.lines


def _sum_by(overview: Overview, key_of: Callable[[str, int], Key]) -> dict[Key, _Sum]:
    sums: dict[Key, _Sum] = {}

    def at(metric: str, year: int) -> _Sum:
        return sums.setdefault(key_of(metric, year), _Sum(Asked(), Done()))

    for (metric, year), asked in overview.asked.items():
        _add(at(metric, year).asked, asked)
    for (metric, year), done in overview.done.items():
        _add(at(metric, year).done, done)
    for cut in overview.cuts:
        if cut.reason.endswith(CAP):
            at(cut.metric, cut.year).capped += cut.pence
        elif cut.reason != SET_OFF:
            at(cut.metric, cut.year).cut += cut.pence
    return sums


def _whole(sums: Iterable[_Sum]) -> _Sum:
    whole = _Sum(Asked(), Done())
    for one in sums:
        _add(whole.asked, one.asked)
        _add(whole.done, one.done)
        whole.capped += one.capped
        whole.cut += one.cut
    return whole


def _add(to: _Numbers, one: _Numbers) -> None:
    for name in type(to).__slots__:
        setattr(to, name, getattr(to, name) + getattr(one, name))


def _row(make: Callable[..., Row], name: str, one: _Sum, desk: Desk, what: Mapping[str, str]) -> Row:
    asked = one.asked
    return make(
        Cell(name, desk.lines(**what)),
        asked.claimed_pence,
        Cell(asked.pending_pence, desk.lines(which="waiting", **what)),
        Cell(asked.rejected_pence + asked.withdrawn_pence, desk.lines(which="refused", **what)),
        Cell(one.done.gross, desk.lines(which="accepted", **what)),
        Cell(one.capped, desk.lines(which="accepted", reason="caps", **what)),
        one.cut,
        Cell(one.earned, desk.lines(which="accepted", **what)),
    )


def _claims_table(
    desk: Desk, slug: str, titles: tuple[str, str], rows: list[Row], *, whole: _Sum, note: str = ""
) -> Report:
    title, head = titles
    columns = [
        text(slug.removesuffix("s"), head),
        money("claimed", _("Claimed")),
        money("waiting", _("Waiting")),
        money("refused", _("Refused")),
        money("accepted", _("Accepted")),
        money("capped", _("Capped away")),
        money("cut", _("Cut otherwise")),
        money("earned", _("Earned")),
    ]
    earned = sum(part.earned for part in desk.overview.parts.values())
    check = Check(_("Accepted = capped away + cut otherwise + earned"), whole.earned == earned)
    return desk.table(
        slug,
        title,
        columns,
        [*rows, _row(total, _("All"), whole, desk, {})],
        checks=(check,),
        notes=(note,) if note else (),
    )


def _bars(title: str, rows: list[tuple[str, int]]) -> Chart | None:
    if not rows:
        return None
    return Chart(ChartKind.BARS, title, (title,), tuple((label, (pence,)) for label, pence in rows))
