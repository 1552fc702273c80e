"""Expected results dealt to expected people: what a plan assumes, so that uplifts for groups and caps by person act.

Nobody knows who it will be. So a plan may say how many people its expected results are of, and which part of them is in
a group that has a price or an uplift of its own; the results fall on these people in turn, as evenly as they can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.terms import CapScope, Terms
from core.splitting import allocate

NO_GROUP: Final = ""
MOST_PEOPLE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a plan assumes of the people whose results it expects.

    Attributes:
        people: How many they are, each of whom has had nothing yet; 0 where the plan does not say.
        groups: Which part of results and people is in a group, by its code, in hundredths of a percent. Nobody is in
            two of them; the rest is in none.
    """

    people: int = 0
    groups: Mapping[str, int] = field(default_factory=dict)


EVERYONE: Final = Assumed()
"""Nothing is said of the people: results are nobody's in particular, and in no group."""


class Dealt(NamedTuple):
    """Units of one result in one period that fall on one expected person, or on nobody in particular (empty)."""

    person: str
    group: str
    units: int


class Dealer:
    """Deals expected results, row after row; what a row owes a group by a fraction is made good by the next.

    Args:
        assumed: Sound, as `find_assumed_problems` says.
    """

    def __init__(self, assumed: Assumed) -> None:
        rest = WHOLE_PERCENT - sum(assumed.groups.values())
        parts = [(code, part) for code, part in sorted(assumed.groups.items()) if part]
        self._parts = [*parts, (NO_GROUP, rest)] if rest or not parts else parts
        self._owed: dict[tuple[str, str], int] = {}
        self._next: dict[tuple[str, str], int] = {}
        self._people: dict[str, range] = {}
        first = 0
        for (group, _part), people in zip(self._parts, split_people(assumed), strict=True):
            self._people[group] = range(first, first + people)
            first += people

    def deal(self, metric: str, units: int) -> Iterator[Dealt]:
        """Deal the units of a result that are expected in a period.

        Args:
            metric: Code.
            units: Zero or more.
        """
        for group, mine in self._by_group(metric, units).items():
            if mine:
                yield from self._by_person(metric, group, mine)

    def _by_group(self, metric: str, units: int) -> dict[str, int]:
        given = {}
        for group, part in self._parts:
            given[group], more = divmod(units * part, WHOLE_PERCENT)
            self._owed[metric, group] = self._owed.get((metric, group), 0) + more
        for _unit in range(units - sum(given.values())):
            # Among equals the one that is written first.
            group = max(given, key=lambda one: self._owed[metric, one])
            given[group] += 1
            self._owed[metric, group] -= WHOLE_PERCENT
        return given

    def _by_person(self, metric: str, group: str, units: int) -> Iterator[Dealt]:
        people = self._people[group]
        if not people:
            yield Dealt("", group, units)
            return
        at = self._next.get((metric, group), 0)
        each, more = divmod(units, len(people))
        for place in range(min(units, len(people))):
            person = people[(at + place) % len(people)]
            yield Dealt(f"expected {person + 1}", group, each + (place < more))
        self._next[metric, group] = (at + more) % len(people)


def split_people(assumed: Assumed) -> list[int]:
    """Split the people between the groups in the order of their codes, and those in none, by largest remainder."""
    parts = [part for _code, part in sorted(assumed.groups.items()) if part]
    rest = WHOLE_PERCENT - sum(parts)
    weights = [*parts, rest] if rest or not parts else parts
    return allocate(assumed.people, weights)


def groups_that_pay(terms: Terms) -> dict[str, str]:
    """Give the groups that have a price or an uplift of their own: code to name."""
    used = {one.subgroup for one in terms.uplifts} | {one.subgroup for one in terms.tariffs}
    return {code: name for code, name in terms.subgroups.items() if code in used}


def caps_persons(terms: Terms) -> bool:
    """Whether a cap of these terms holds for each person."""
    return any(cap.scope is CapScope.PERSON for cap in terms.caps)


def find_assumed_problems(assumed: Assumed, *, terms: Terms) -> list[str]:
    """List what is wrong with what a plan assumes, a sentence each.

    Args:
        assumed: As it was typed.
        terms: In force.
    """
    problems = []
    if assumed.people and not caps_persons(terms):
        problems.append("the terms have no cap for each person: leave the number of people out")
    if not 0 <= assumed.people <= MOST_PEOPLE:
        problems.append(f"the number of people is from 0 to {MOST_PEOPLE:,}")
    known, said = groups_that_pay(terms), [code for code, part in assumed.groups.items() if part]
    problems += [f"no price or uplift is for a group {code}" for code in said if code not in known]
    if any(part < 0 for part in assumed.groups.values()) or sum(assumed.groups.values()) > WHOLE_PERCENT:
        problems.append("the parts of the groups are 0 or more, and 100 percent at most together")
    elif 0 < assumed.people <= MOST_PEOPLE and 0 in split_people(assumed):
        problems.append("with so few people, a group or the rest would have nobody in it")
    return problems
