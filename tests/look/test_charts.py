"""Charts are pure, accessible and the same each time."""

from __future__ import annotations

import itertools
import re
from datetime import date
from xml.etree import ElementTree

import pytest

from foundation.charts import bars, money_raised, progress_bar

SVG = "{http://www.w3.org/2000/svg}"
POINTS = [
    (date(2026, 9, 1), 0, 50_000),
    (date(2026, 9, 20), 4_000_000, 6_000_000),
    (date(2026, 11, 22), 13_000_000, 15_000_000),
]


def draw(narrow=False):
    return money_raised(POINTS, 12_000_000, 26_000_000, 18_000_000, until_on=date(2026, 12, 4), narrow=narrow)


@pytest.mark.parametrize(
    "svg",
    [
        draw(),
        draw(narrow=True),
        progress_bar(label="x", done=1, whole=2),
        bars(title="y", rows=[("a", 1)]),
        bars(title="y", rows=[("a", 1)], narrow=True),
    ],
)
def test_every_picture_has_a_name_a_description_and_no_style(svg):
    root = ElementTree.fromstring(svg)

    names = root.attrib["aria-labelledby"].split()
    assert root.attrib["role"] == "img"
    assert [element.attrib["id"] for element in (root.find(f"{SVG}title"), root.find(f"{SVG}desc"))] == names
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text
    assert not re.search(r"\b(style|onload|fill|stroke)=", svg)


def test_the_description_says_the_figures_and_the_targets():
    desc = ElementTree.fromstring(draw()).find(f"{SVG}desc").text

    assert desc == (
        "By 22 November 2026 £130,000 had cleared and £150,000 had been applied for. "
        "Targets: Minimum £120,000, Optimum £180,000, Maximum £260,000."
    )


def test_the_curve_is_a_staircase_that_never_falls_below_the_floor():
    root = ElementTree.fromstring(draw())
    line = root.find(f"{SVG}polyline[@class='cleared-line']").attrib["points"]

    corners = [tuple(int(part) for part in corner.split(",")) for corner in line.split()]

    assert len(corners) == 2 * len(POINTS) - 1
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(corners))
    assert all(0 <= x <= 720 and 44 <= y <= 300 for x, y in corners)
    assert corners[0] == (78, 300)


def test_the_same_figures_give_the_same_picture_and_others_another():
    assert draw() == draw()
    assert draw() != draw(narrow=True)


def test_an_offer_without_money_has_a_picture_too():
    svg = money_raised([], 1_000, 2_000, until_on=date(2026, 12, 4))

    assert "£0 had cleared" in svg


def test_more_than_the_maximum_stays_inside_the_frame():
    svg = money_raised([(date(2026, 9, 1), 500, 900)], 100, 200)
    root = ElementTree.fromstring(svg)

    heights = [int(line.attrib["y1"]) for line in root.iter(f"{SVG}line") if line.attrib["class"] == "mark-line"]
    assert all(44 <= height <= 300 for height in heights)


@pytest.mark.parametrize(
    ("done", "sure", "whole", "hoped_width", "sure_width"),
    [(50, 25, 100, "500", "250"), (300, 200, 100, "1000", "1000"), (0, 0, 0, "0", "0"), (1, None, 3, "333", "333")],
)
def test_a_bar_is_filled_as_far_as_things_have_come(done, sure, whole, hoped_width, sure_width):
    root = ElementTree.fromstring(progress_bar(label="Raised", done=done, whole=whole, sure=sure))

    widths = {rect.attrib["class"]: rect.attrib["width"] for rect in root.iter(f"{SVG}rect")}
    assert (widths["hoped"], widths["sure"]) == (hoped_width, sure_width)


def test_names_of_bars_are_escaped():
    assert "&lt;b&gt;" in bars(title="t", rows=[("<b>", 1)])
