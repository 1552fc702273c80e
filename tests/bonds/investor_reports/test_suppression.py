"""Counts of one to four people are not told, neither by themselves nor by what is left of a sum."""

from __future__ import annotations

import pytest

from bonds.arithmetic.suppression import suppress, tell_sum


@pytest.mark.parametrize(("count", "told"), [(0, 0), (1, None), (4, None), (5, 5), (400, 400)])
def test_a_count_is_told_from_five_on_and_nobody_is_nobody(count, told):
    assert suppress(count) == told


@pytest.mark.parametrize(
    ("total", "parts", "told"),
    [
        (12, [7, 5], (12, False)),
        (12, [12, 0], (12, False)),
        (10, [7, 3], (10, True)),
        (14, [11, 3], (10, True)),
        (4, [4], (None, False)),
        (4, [2, 2], (None, False)),
        (5, [4, 1], (5, True)),
        (0, [0], (0, False)),
    ],
)
def test_a_sum_gives_no_small_part_away(total, parts, told):
    assert tell_sum(total, parts) == told
