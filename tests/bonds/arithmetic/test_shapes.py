from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest

from bonds.arithmetic.shapes import Problem, read_shape, write_shape


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Leaf:
    word: str
    inner: tuple["Leaf", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tree:
    number: int
    on: date
    colour: Colour = Colour.RED
    most: int | None = 1
    is_tall: bool = False
    rate: Decimal = Decimal("0.5")
    leaves: tuple[Leaf, ...] = ()
    by_name: dict[str, int] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)


SMALL = {"number": 3, "on": "2026-02-28"}


def problems_of(**changes: object) -> list[tuple[str, str]]:
    problems: list[Problem] = []
    assert read_shape(Tree, SMALL | changes, problems) is None
    return [(each.at, each.problem) for each in problems]


def test_what_is_written_is_read_back():
    tree = Tree(
        number=0, on=date(2026, 2, 28), colour=Colour.BLUE, most=None, is_tall=True, rate=Decimal("0.0650"),
        leaves=(Leaf(word="a", inner=(Leaf(word="b"),)),), by_name={"x/y": 2}, facts={"list": [1, "0.5", None]},
    )  # fmt: skip
    problems: list[Problem] = []

    assert read_shape(Tree, write_shape(tree), problems) == tree
    assert problems == []


def test_only_what_is_empty_by_default_is_left_out():
    written = write_shape(Tree(number=0, on=date(2026, 2, 28)))

    assert written == {"number": 0, "on": "2026-02-28", "colour": "red", "most": 1, "rate": "0.5"}
    assert write_shape(Tree(number=0, on=date(2026, 2, 28), most=None))["most"] is None


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("number", "3", "This has to be a whole number, not “3”."),
        ("number", True, "This has to be a whole number, not true."),
        ("number", None, "This has to be a whole number, not nothing."),
        ("on", "2026-02-30", "There is no such day: “2026-02-30”."),
        ("number", 10**12 + 1, "This is larger than anything that is agreed on: 1000000000000 at most."),
        ("on", "1899-12-31", "A day lies between 1900 and 2199, not in 1899."),
        ("on", "2200-01-01", "A day lies between 1900 and 2199, not in 2200."),
        ("on", "2026-W09-1", "This has to be a day such as 2026-01-31, not “2026-W09-1”."),
        ("on", 20260228, "This has to be a day such as 2026-01-31, not 20260228."),
        ("colour", "green", "This has to be one of red, blue, not “green”."),
        ("colour", ["red"], "This has to be one of red, blue, not a list."),
        ("is_tall", 1, "This has to be true or false, not 1."),
        ("rate", "1e-2", "This has to be a number as a text, such as “0.065”, not “1e-2”."),
        ("rate", "NaN", "This has to be a number as a text, such as “0.065”, not “NaN”."),
        ("rate", 1, "This has to be a number as a text, such as “0.065”, not 1."),
        ("leaves", {}, "This has to be a list, not an object."),
        ("by_name", [], "This has to be an object, not a list."),
        ("height", 1, "Nothing has this name here."),
    ],
)
def test_a_value_of_another_kind_is_refused_where_it_stands(name, value, problem):
    assert problems_of(**{name: value}) == [(f"/{name}", problem)]


def test_a_fraction_is_refused_wherever_json_is_taken_as_it_is():
    assert problems_of(facts={"steps": [{"at": 1.5}]}) == [
        ("/facts/steps/0/at", "A fraction has to be a text, such as “0.065”, not 1.5.")
    ]


def test_every_problem_is_told_at_once():
    assert problems_of(number="x", leaves=[{"word": 1}, {}, {"word": "a", "other": 2}], by_name={"a/b": "2"}) == [
        ("/number", "This has to be a whole number, not “x”."),
        ("/leaves/0/word", "This has to be a text, not 1."),
        ("/leaves/1/word", "This has to be given."),
        ("/leaves/2/other", "Nothing has this name here."),
        ("/by_name/a~1b", "This has to be a whole number, not “2”."),
    ]


def test_what_lies_too_deep_is_refused_before_python_gives_up():
    deep: dict[str, object] = {"word": "x"}
    for _ in range(5000):
        deep = {"word": "x", "inner": [deep]}

    (problem,) = problems_of(leaves=[deep])

    assert problem[1] == "This lies too deep: a rule in a rule in a rule, too many times."


def test_something_else_than_an_object_is_refused():
    problems: list[Problem] = []

    assert read_shape(Tree, [SMALL], problems) is None
    assert problems == [Problem("", "This has to be an object, not a list.")]
