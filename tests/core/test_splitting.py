import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.splitting import allocate


def test_largest_remainder_gives_the_published_split():
    # Community shares 4.2 O3: A keeps 100; the rest is divided in tens of pounds between B to F.
    assert [10 * part for part in allocate(990, [50, 100, 200, 400, 600])] == [370, 730, 1470, 2930, 4400]


def test_a_tie_goes_to_the_earlier_weight():
    assert allocate(1, [1, 1]) == [1, 0]
    assert allocate(601, [2000, 1]) == [601, 0]


def test_nothing_to_divide_needs_no_weights():
    assert allocate(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [-1, 2]), (1, [0, 0]), (1, [])])
def test_impossible_divisions_are_refused(total, weights):
    with pytest.raises(InvalidInput):
        allocate(total, weights)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_parts_sum_to_the_whole_and_are_within_one_of_the_exact_share(total, weights):
    parts = allocate(total, weights)

    assert sum(parts) == total
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )
