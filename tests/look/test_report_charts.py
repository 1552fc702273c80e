"""Charts of accounts: named, described, without styles, and inside their frame."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from foundation.charts import BOTTOM, HEIGHT, TOP
from foundation.report_charts import money_bars, money_columns

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = ["Jan 26", "Feb 26", "Mar 26"]


def columns(first, second, **more):
    series = [("Income", first), ("Expenditure", second)]
    return money_columns(title="By month", labels=MONTHS[: len(first)], series=series, **more)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("draw", [
    lambda narrow: columns([100_000, 0, 5], [0, 250_000, 7], narrow=narrow),
    lambda narrow: columns([-1, 0], [0, 0], narrow=narrow, currency="EUR"),
    lambda narrow: money_bars(title="By age", rows=[("Today", 5), ("<b>", -7)], narrow=narrow),
])  # fmt: skip
def test_every_picture_has_a_name_a_description_and_no_style(draw, narrow):
    svg = draw(narrow)
    root = ElementTree.fromstring(svg)

    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text
    assert not re.search(r"\b(style|onload|fill|stroke)=", svg)
    assert draw(narrow) == svg


def test_the_description_says_every_figure():
    described = ElementTree.fromstring(columns([100_050, 0, 5], [0, 0, -7])).find(f"{SVG}desc").text

    assert described == (
        "Jan 26: Income £1,000.50, Expenditure £0.00; Feb 26: Income £0.00, Expenditure £0.00; "
        "Mar 26: Income £0.05, Expenditure -£0.07"
    )


@pytest.mark.parametrize("amounts", [[0, 0], [10**12, -(10**12)], [1, 1], [-5, -9], [123_456, 0]])
def test_columns_stay_in_the_frame_and_stand_on_the_line(amounts):
    root = ElementTree.fromstring(columns(amounts, amounts))
    line = int(next(one for one in root.iter(f"{SVG}line") if one.attrib["class"] == "axis").attrib["y1"])
    boxes = [one for one in root.iter(f"{SVG}rect") if int(one.attrib["y"]) != 4]

    assert len(boxes) == 4
    for box, amount in zip(boxes, [*amounts, *amounts], strict=True):
        top, bottom = int(box.attrib["y"]), int(box.attrib["y"]) + int(box.attrib["height"])
        assert TOP <= top <= bottom <= HEIGHT - BOTTOM
        assert (bottom if amount >= 0 else top) == line


def test_bars_are_as_long_as_their_amounts():
    root = ElementTree.fromstring(money_bars(title="By age", rows=[("a", 100), ("b", 50), ("c", -25)]))
    boxes = [(one.attrib["class"], int(one.attrib["width"])) for one in root.iter(f"{SVG}rect")]

    assert boxes == [("bar-a", 720), ("bar-a", 360), ("bar-b", 180)]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_line_is_drawn_across_each_label_and_named(narrow):
    root = ElementTree.fromstring(
        columns([100_000, 0, 5], [0, 250_000, 7], line=("Plan 2", [0, 300_000, 1]), narrow=narrow)
    )

    marks = [mark for mark in root.iter(f"{SVG}line") if mark.attrib["class"] == "mark-line"]
    assert len(marks) == 4
    assert all(mark.attrib["y1"] == mark.attrib["y2"] for mark in marks)
    assert all(0 <= int(mark.attrib["y1"]) <= HEIGHT - BOTTOM for mark in marks)
    assert "Plan 2 £3,000.00" in root.find(f"{SVG}desc").text
