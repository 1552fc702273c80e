"""Small charts drawn on the server as SVG: the same picture on the page and in the PDF.

Pure functions. The SVG carries a title and a description, classes instead of styles (a strict Content-Security-Policy
allows no others; charts.css colours them in both places) and is always shown beside a table of the same figures.
Coordinates are whole numbers: money is divided only with integers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.money import format_pounds

# The two papers a chart is drawn on: a wide one for pages and PDFs, a narrow one whose letters a phone can show.
WIDE, NARROW = 720, 360
HEIGHT = 340
LEFT, RIGHT, TOP, BOTTOM = 78, 14, 44, 40
FEWEST_DAYS = 7
MOST_GRID_LINES = 5
BAR_UNITS = 1000
# Drawn narrow, a bar with its name above it is so high, and what is written behind it has so much room.
BAR_ROW, BAR_WORDS = 52, 110
# An offer longer than this has its months marked instead of even days.
LONG_DAYS = 93
# A label needs this many days of a long offer to itself.
LABEL_DAYS = 12
MOST_MONTHS = 4


@dataclass(frozen=True)
class _Frame:
    """Where a day and an amount stand in the picture."""

    first: date
    last: date
    top_pence: int
    width: int

    @property
    def right(self) -> int:
        return self.width - RIGHT

    def across(self, on: date) -> int:
        days = max((self.last - self.first).days, 1)
        return LEFT + (on - self.first).days * (self.right - LEFT) // days

    def up(self, pence: int) -> int:
        return HEIGHT - BOTTOM - pence * (HEIGHT - TOP - BOTTOM) // self.top_pence


def money_raised(
    points: Sequence[tuple[date, int, int]],
    minimum_pence: int,
    maximum_pence: int,
    optimum_pence: int | None = None,
    *,
    until_on: date | None = None,
    title: str = "",
    narrow: bool = False,
) -> SafeString:
    """Draw the money raised over time: an area for cleared money, a dashed line for money applied for.

    Args:
        points: (day in London, cleared pence so far, applied pence so far), in order of days.
        minimum_pence: the target below which the offer fails, drawn as a line with its name.
        maximum_pence: the most that is taken, drawn likewise.
        optimum_pence: the sum that pays for the whole project, drawn where it is another one.
        until_on: the last day of the time axis (the day the offer closes); the last point where none is given.
        title: the name of the picture for those who cannot see it.
        narrow: draw it for a phone. A page holds both, and its style sheet shows one.
    """
    points = sorted(points) or [(until_on or date(1970, 1, 1), 0, 0)]
    first, last = points[0][0], max(points[-1][0], until_on or points[-1][0])
    last = max(last, first + timedelta(days=FEWEST_DAYS))
    highest = max([maximum_pence, *[max(cleared, applied) for _on, cleared, applied in points]])
    frame = _Frame(first, last, max(highest, 100) * 104 // 100, NARROW if narrow else WIDE)
    marks = [(_("Minimum"), minimum_pence), (_("Maximum"), maximum_pence)]
    if optimum_pence and optimum_pence not in (minimum_pence, maximum_pence):
        marks.insert(1, (_("Optimum"), optimum_pence))
    body = format_html(
        '<rect class="ground" x="{}" y="{}" width="{}" height="{}"/>{}{}{}{}{}',
        LEFT,
        TOP,
        frame.right - LEFT,
        HEIGHT - TOP - BOTTOM,
        _money_axis(frame),
        _day_axis(frame),
        _curves(frame, points),
        _marks(frame, marks),
        _key(narrow=narrow),
    )
    return draw_svg(
        title or _("Money raised over time"),
        _describe(points, marks),
        body,
        "raised narrow" if narrow else "raised wide",
        width=frame.width,
    )


def _curves(frame: _Frame, points: Sequence[tuple[date, int, int]]) -> SafeString:
    cleared = _stairs(frame, [(on, amount) for on, amount, _applied in points])
    applied = _stairs(frame, [(on, amount) for on, _cleared, amount in points])
    floor = HEIGHT - BOTTOM
    start, end = frame.across(points[0][0]), frame.across(points[-1][0])
    return format_html(
        '<polygon class="cleared-area" points="{},{} {} {},{}"/>'
        '<polyline class="cleared-line" points="{}"/><polyline class="applied-line" points="{}"/>',
        start, floor, cleared, end, floor, cleared, applied,
    )  # fmt: skip


def _stairs(frame: _Frame, points: Sequence[tuple[date, int]]) -> str:
    """Steps, not slopes: between two days nothing was raised, and the picture must not pretend it was."""
    corners: list[str] = []
    height = frame.up(points[0][1])
    for on, pence in points:
        across = frame.across(on)
        corners += [f"{across},{height}"] if corners else []
        height = frame.up(pence)
        corners.append(f"{across},{height}")
    return " ".join(corners)


def _money_axis(frame: _Frame) -> SafeString:
    step = round_step(frame.top_pence)
    lines = [
        (frame.up(pence), frame.up(pence) + 4, _short_pounds(pence)) for pence in range(0, frame.top_pence + 1, step)
    ]
    return format_html_join(
        "",
        f'<line class="grid" x1="{LEFT}" x2="{frame.right}" y1="{{0}}" y2="{{0}}"/>'
        f'<text class="quiet end" x="{LEFT - 8}" y="{{1}}">{{2}}</text>',
        lines,
    )


def round_step(top_pence: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 ... pounds that gives at most five lines."""
    scale = 100
    while True:
        for factor in (1, 2, 5):
            if top_pence // (factor * scale) <= MOST_GRID_LINES:
                return factor * scale
        scale *= 10


def _short_pounds(pence: int) -> str:
    return format_pounds(pence).removesuffix(".00")


def _day_axis(frame: _Frame) -> SafeString:
    floor = HEIGHT - BOTTOM
    days = _tick_days(frame.first, frame.last)
    days = days if frame.width == WIDE else [days[0], days[-1]]
    ticks = [
        (frame.across(on), floor, floor + 6, floor + 22, _anchor(frame, on), format_date(on, "j M")) for on in days
    ]
    return format_html(
        '<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>{}',
        LEFT,
        frame.right,
        floor,
        floor,
        format_html_join(
            "",
            '<line class="axis" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text class="quiet{4}" x="{0}" y="{3}">{5}</text>',
            ticks,
        ),
    )


def _anchor(frame: _Frame, on: date) -> str:
    across = frame.across(on)
    if across > frame.right - 30:
        return " end"
    return " middle" if across > LEFT + 20 else ""


def _tick_days(first: date, last: date) -> list[date]:
    """First and last day, and up to four days evenly between them (first days of months in a long offer)."""
    span = (last - first).days
    if span > LONG_DAYS:
        days = (first + timedelta(days=n) for n in range(LABEL_DAYS, span - LABEL_DAYS))
        months = [on for on in days if on.day == 1]
        return [first, *months[:: -(-len(months) // MOST_MONTHS) or 1], last]
    pieces = min(4, max(span // 3, 1))
    return [first + timedelta(days=span * n // pieces) for n in range(pieces + 1)]


def _marks(frame: _Frame, marks: Sequence[tuple[str, int]]) -> SafeString:
    lines = [(frame.up(pence), frame.up(pence) - 5, f"{name} {_short_pounds(pence)}") for name, pence in marks]
    return format_html_join(
        "",
        f'<line class="mark-line" x1="{LEFT}" x2="{frame.right}" y1="{{0}}" y2="{{0}}"/>'
        f'<text class="mark-text" x="{LEFT + 8}" y="{{1}}">{{2}}</text>',
        lines,
    )


def _key(*, narrow: bool) -> SafeString:
    across, down = (LEFT, 20) if narrow else (LEFT + 210, 0)
    return format_html(
        '<rect class="key-cleared" x="{}" y="4" width="16" height="12"/><text x="{}" y="15">{}</text>'
        '<line class="key-applied" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}">{}</text>',
        LEFT, LEFT + 40, _("Cleared: paid and held"),
        across, across + 32, 10 + down, 10 + down, across + 40, 15 + down, _("Applied for, paid or not yet"),
    )  # fmt: skip


def _describe(points: Sequence[tuple[date, int, int]], marks: Sequence[tuple[str, int]]) -> str:
    on, cleared, applied = points[-1]
    targets = ", ".join(f"{name} {_short_pounds(pence)}" for name, pence in marks)
    return _("By %(day)s %(cleared)s had cleared and %(applied)s had been applied for. Targets: %(targets)s.") % {
        "day": format_date(on, "j F Y"),
        "cleared": _short_pounds(cleared),
        "applied": _short_pounds(applied),
        "targets": targets,
    }


def progress_bar(
    *, label: str, done: int, whole: int, words: str = "", sure: int | None = None, least: int | None = None
) -> SafeString:
    """Draw how far something has come.

    Args:
        label: what the bar shows, for those who cannot see it.
        done: how much there is, counted generously (money applied for), in any whole unit.
        whole: how much there is to be, in the same unit. More than that fills the bar and is said in words.
        words: the figures in words; the plain per cent where none are given.
        sure: the part of `done` that is certain (money cleared), drawn darker; all of it where none is given.
        least: where the minimum stands, drawn as a mark.
    """
    sure = done if sure is None else sure
    scale = max(whole, 1)
    hoped_units, sure_units = (_share(part, scale) for part in (done, sure))
    mark = format_html('<line class="least" x1="{0}" x2="{0}" y1="0" y2="20"/>', _share(least, scale)) if least else ""
    body = format_html(
        '<rect class="track" width="{0}" height="20"/><rect class="hoped" width="{1}" height="20"/>'
        '<rect class="sure" width="{2}" height="20"/>{3}',
        BAR_UNITS,
        hoped_units,
        sure_units,
        mark,
    )
    words = words or _("%(percent)d%%") % {"percent": done * 100 // scale}
    ident = _ident("bar", label, words, str(body))
    return format_html(
        '<svg class="bar" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} 20" preserveAspectRatio="none" role="img" '
        'aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        BAR_UNITS, ident, ident, ident, label, ident, words, body,
    )  # fmt: skip


def _share(part: int, whole: int) -> int:
    return max(0, min(BAR_UNITS, part * BAR_UNITS // whole))


def bars(*, title: str, rows: Sequence[tuple[str, int]], words: Sequence[str] = (), narrow: bool = False) -> SafeString:
    """Draw one horizontal bar for each (name, amount); `words` are written behind the bars, else the bare amounts.

    Drawn narrow, for a phone, the name stands above its bar.
    """
    longest = max([amount for _name, amount in rows] + [1])
    written = list(words) or [str(amount) for _name, amount in rows]
    described = "; ".join(f"{name}: {word}" for (name, _amount), word in zip(rows, written, strict=True))
    if narrow:
        body = _narrow_bars(rows, written, longest)
        return draw_svg(title, described, body, "bars narrow", width=NARROW, height=BAR_ROW * len(rows) + 6)
    room = WIDE - 180 - 110
    lines = [
        (34 * n + 22, name, 34 * n + 6, max(0, amount) * room // longest, 188 + max(0, amount) * room // longest, word)
        for n, ((name, amount), word) in enumerate(zip(rows, written, strict=True))
    ]
    body = format_html_join(
        "",
        '<text class="end" x="172" y="{0}">{1}</text><rect class="bar-a" x="180" y="{2}" width="{3}" height="22"/>'
        '<text x="{4}" y="{0}">{5}</text>',
        lines,
    )
    return draw_svg(title, described, body, "bars wide", height=34 * len(rows) + 6)


def _narrow_bars(rows: Sequence[tuple[str, int]], written: Sequence[str], longest: int) -> SafeString:
    room = NARROW - BAR_WORDS
    lines = [
        (BAR_ROW * n + 16, name, BAR_ROW * n + 22, width, BAR_ROW * n + 38, width + 8, word)
        for n, ((name, amount), word) in enumerate(zip(rows, written, strict=True))
        for width in [max(0, amount) * room // longest]
    ]
    return format_html_join(
        "",
        '<text x="0" y="{0}">{1}</text><rect class="bar-a" x="0" y="{2}" width="{3}" height="22"/>'
        '<text x="{5}" y="{4}">{6}</text>',
        lines,
    )


def draw_svg(
    title: str, description: str, body: SafeString, kind: str, *, width: int = WIDE, height: int = HEIGHT
) -> SafeString:
    """Put a picture in its frame, with its name and its description."""
    ident = _ident(kind, title, description, str(body))
    return format_html(
        '<svg class="chart {}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
        'aria-labelledby="{}-t {}-d"><title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        kind, width, height, ident, ident, ident, title, ident, description, body,
    )  # fmt: skip


def _ident(*parts: str) -> str:
    """An id that is the same each time the same picture is drawn, so that pages and PDFs can be compared."""
    return "chart-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]
