"""Charts of accounts, drawn as those of `foundation.charts`: columns by month, and bars with their names above them.

Pure functions; the money may be less than nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.money import format_pounds
from foundation.charts import BOTTOM, HEIGHT, LEFT, NARROW, RIGHT, TOP, WIDE, draw_svg, round_step

BAR_ROW = 46
COLUMN_CLASSES = ("bar-a", "bar-b")
# Of the room of one label, how many tenths its columns fill together.
FILLED_TENTHS = 7
NARROW_LABELS = 6


@dataclass(frozen=True)
class _Scale:
    """Where an amount stands between the lowest and the highest one."""

    lowest: int
    highest: int

    def up(self, pence: int) -> int:
        return TOP + (self.highest - pence) * (HEIGHT - TOP - BOTTOM) // (self.highest - self.lowest)


def money_columns(
    *,
    title: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[int]]],
    line: tuple[str, Sequence[int]] | None = None,
    currency: str = "GBP",
    narrow: bool = False,
) -> SafeString:
    """Draw up to two upright columns for each label.

    Args:
        title: The name of the picture for those who cannot see it.
        labels: What each group of columns is of, such as a month.
        series: For each kind of column its name, and an amount in minor units for each label.
        line: Something to compare them with, such as a plan: its name, and an amount for each label.
        currency: Of the amounts.
        narrow: Draw it for a phone. A page holds both, and its style sheet shows one.
    """
    all_series = [*series, line] if line else list(series)
    amounts = [amount for _name, found in all_series for amount in found]
    step = round_step(max([*(abs(amount) for amount in amounts), 100]))
    scale = _Scale(min([0, *amounts]) // step * step, -(-max([0, *amounts, step]) // step) * step)
    width = NARROW if narrow else WIDE
    body = format_html(
        '{}{}{}{}<line class="axis" x1="{}" x2="{}" y1="{}" y2="{}"/>{}{}',
        _grid(scale, step, currency, width),
        _columns(scale, series, len(labels), width),
        _line(scale, line[1], width) if line else "",
        _labels(labels, width),
        LEFT,
        width - RIGHT,
        scale.up(0),
        scale.up(0),
        _key([name for name, _found in series], width),
        _line_key(line[0], len(series), width) if line else "",
    )
    said = "; ".join(
        f"{label}: " + ", ".join(f"{name} {format_pounds(found[place], currency)}" for name, found in all_series)
        for place, label in enumerate(labels)
    )
    return draw_svg(title, said, body, f"columns bars {'narrow' if narrow else 'wide'}", width=width)


def _grid(scale: _Scale, step: int, currency: str, width: int) -> SafeString:
    lines = [
        (scale.up(pence), scale.up(pence) + 4, format_pounds(pence, currency).removesuffix(".00"))
        for pence in range(scale.lowest, scale.highest + 1, step)
    ]
    return format_html_join(
        "",
        f'<line class="grid" x1="{LEFT}" x2="{width - RIGHT}" y1="{{0}}" y2="{{0}}"/>'
        f'<text class="quiet end" x="{LEFT - 8}" y="{{1}}">{{2}}</text>',
        lines,
    )


def _columns(scale: _Scale, series: Sequence[tuple[str, Sequence[int]]], count: int, width: int) -> SafeString:
    room = width - RIGHT - LEFT
    each = max(room * FILLED_TENTHS // (10 * max(count, 1) * max(len(series), 1)), 1)
    each = min(each, 48)
    columns = []
    for number, (_name, found) in enumerate(series):
        for place, pence in enumerate(found):
            middle = LEFT + room * (2 * place + 1) // (2 * count)
            left = middle + each * (2 * number - len(series)) // 2
            top, floor = min(scale.up(pence), scale.up(0)), max(scale.up(pence), scale.up(0))
            columns.append((COLUMN_CLASSES[number], left, top, each, floor - top))
    return format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', columns)


def _line(scale: _Scale, amounts: Sequence[int], width: int) -> SafeString:
    """A short line across the room of each label, joined by nothing: a plan is made label by label."""
    room = width - RIGHT - LEFT
    marks = [
        (LEFT + room * place // len(amounts), LEFT + room * (place + 1) // len(amounts), scale.up(pence))
        for place, pence in enumerate(amounts)
    ]
    return format_html_join("", '<line class="mark-line" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>', marks)


def _line_key(name: str, number: int, width: int) -> SafeString:
    """Name the line, beside the keys of the columns, or on a phone below them."""
    across, down = (LEFT, 32) if width == NARROW else (LEFT + 180 * number, 10)
    return format_html(
        '<line class="mark-line" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}">{}</text>',
        across, across + 16, down, down, across + 22, down + 5, name,
    )  # fmt: skip


def _labels(labels: Sequence[str], width: int) -> SafeString:
    room = width - RIGHT - LEFT
    every = -(-len(labels) // (NARROW_LABELS - 2 if width == NARROW else 2 * NARROW_LABELS))
    shown = [
        (LEFT + room * (2 * place + 1) // (2 * len(labels)), HEIGHT - BOTTOM + 22, label)
        for place, label in enumerate(labels)
        if place % every == 0
    ]
    return format_html_join("", '<text class="quiet middle" x="{}" y="{}">{}</text>', shown)


def _key(names: Sequence[str], width: int) -> SafeString:
    each = (width - LEFT - RIGHT) // 2 if width == NARROW else 180
    shown = [(COLUMN_CLASSES[n], LEFT + each * n, LEFT + each * n + 22, name) for n, name in enumerate(names)]
    return format_html_join(
        "", '<rect class="{}" x="{}" y="4" width="16" height="12"/><text x="{}" y="15">{}</text>', shown
    )


def money_bars(
    *, title: str, rows: Sequence[tuple[str, int]], currency: str = "GBP", narrow: bool = False
) -> SafeString:
    """Draw one lying bar for each (name, amount), its name and its amount above it; less than nothing is hollow.

    Args:
        title: The name of the picture for those who cannot see it.
        rows: Names and amounts in minor units.
        currency: Of the amounts.
        narrow: Draw it for a phone. A page holds both, and its style sheet shows one.
    """
    width = NARROW if narrow else WIDE
    longest = max([abs(amount) for _name, amount in rows] + [1])
    lines = [
        (
            BAR_ROW * n + 16,
            name,
            width,
            format_pounds(amount, currency),
            "bar-b" if amount < 0 else "bar-a",
            BAR_ROW * n + 22,
            abs(amount) * width // longest,
        )
        for n, (name, amount) in enumerate(rows)
    ]
    body = format_html_join(
        "",
        '<text x="0" y="{0}">{1}</text><text class="end" x="{2}" y="{0}">{3}</text>'
        '<rect class="{4}" x="0" y="{5}" width="{6}" height="14"/>',
        lines,
    )
    said = "; ".join(f"{name}: {format_pounds(amount, currency)}" for name, amount in rows)
    kind = f"bars {'narrow' if narrow else 'wide'}"
    return draw_svg(title, said, body, kind, width=width, height=BAR_ROW * len(rows) + 4)
