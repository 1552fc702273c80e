"""Charts of numbers of things, drawn as those of `foundation.report_charts`: what was wanted beside what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from foundation.charts import NARROW, WIDE, draw_svg

ROW = 62
KEY = 34


@dataclass(frozen=True)
class CountRow:
    """One thing that is counted.

    Attributes:
        name: What it is.
        wanted: How many there were to be; None where nobody said.
        there: How many there are; None where this is not told, and then there is no bar.
        words: Both in words.
    """

    name: str
    wanted: int | None
    there: int | None
    words: str


def count_bars(
    *, title: str, rows: Sequence[CountRow], wanted_name: str, there_name: str, narrow: bool = False
) -> SafeString:
    """Draw two lying bars for each thing, its name and its figures above them: what was wanted, and what there is.

    Args:
        title: The name of the picture for those who cannot see it.
        rows: What is counted.
        wanted_name: What the first bar is called.
        there_name: What the second bar is called.
        narrow: Draw it for a phone. A page holds both, and its style sheet shows one.
    """
    width = NARROW if narrow else WIDE
    longest = max([one.wanted or 0 for one in rows] + [one.there or 0 for one in rows] + [1])
    bars = format_html_join("", "{}", ((_draw_row(one, KEY + ROW * n, longest, width),) for n, one in enumerate(rows)))
    key = format_html(
        '<rect class="bar-b" x="1" y="4" width="16" height="12"/><text x="24" y="15">{}</text>'
        '<rect class="bar-a" x="{}" y="4" width="16" height="12"/><text x="{}" y="15">{}</text>',
        wanted_name, width // 2, width // 2 + 24, there_name,
    )  # fmt: skip
    said = "; ".join(f"{one.name}: {one.words}" for one in rows)
    kind = f"bars {'narrow' if narrow else 'wide'}"
    return draw_svg(title, said, key + bars, kind, width=width, height=KEY + ROW * len(rows) + 4)


def _draw_row(one: CountRow, top: int, longest: int, width: int) -> SafeString:
    # The words stand under the name on a phone, where both do not fit beside each other.
    room = width - 2
    return format_html(
        '<text x="0" y="{0}">{1}</text><text class="quiet end" x="{2}" y="{0}">{3}</text>'
        '<rect class="bar-b" x="1" y="{4}" width="{5}" height="13"/>'
        '<rect class="bar-a" x="1" y="{6}" width="{7}" height="13"/>',
        top + 14, one.name, width, one.words,
        top + 20, (one.wanted or 0) * room // longest,
        top + 35, (one.there or 0) * room // longest,
    )  # fmt: skip
