"""What is taken from one payer's part alone: its own evidence, its own caps, an earlier overpayment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bonds.arithmetic.capping import Limit
from bonds.arithmetic.lines import SET_OFF, PayerPart, Reduction, Step
from bonds.arithmetic.sharing import Split
from core.splitting import allocate


def show_room(split: Split, limits: Sequence[Limit], members: Sequence[str | None]) -> list[Step] | None:
    """Show the payers' caps where none of them takes anything, as most often.

    Args:
        split: The parts as the shares gave them.
        limits: The payers' caps.
        members: Under which name the line adds up, by `Limit.place`; None where it does not.

    Returns:
        The steps that `Settlement` gives; None where it has to look closer.
    """
    due = {part.payer: part.due for part in split.parts}
    steps = []
    for limit in limits:
        if limit.payer in due and members[limit.place] is not None:
            used = limit.sums.get("", 0)
            if limit.is_by_number or limit.most - used < due[limit.payer]:
                return None
            facts = {"payer": limit.payer, "cap": limit.code, "limit": limit.most, "used": used}
            steps.append(Step(limit.word, split.step.amount, facts))
    return steps


class Settlement:
    """Brings the parts of one line to what each payer pays.

    Args:
        split: The parts as the shares gave them.
        counted: Units behind them that count, for caps by number.
        limits: The payers' caps.
        members: Under which name the line adds up, by `Limit.place`; None where it does not.
        missing: What is missing, by payer.
        is_excess_respread: Whether what a cap cuts goes to the payers that have room.
    """

    def __init__(
        self,
        split: Split,
        counted: int,
        *,
        limits: Sequence[Limit],
        members: Sequence[str | None],
        missing: Mapping[str, tuple[str, ...]],
        is_excess_respread: bool,
    ) -> None:
        self._payers = [part.payer for part in split.parts]
        self._weights = split.weights
        self._due = [part.due for part in split.parts]
        self._counted = counted
        self._limits = [limit for limit in limits if limit.payer in self._payers and members[limit.place] is not None]
        self._rooms = [self._find_room(limit) for limit in self._limits]
        self._missing = missing
        self._cuts: list[list[Reduction]] = [[] for _ in self._payers]
        self._nets = list(self._due)
        self.steps: list[Step] = []
        self._refuse_without_evidence()
        if self._limits:
            if is_excess_respread:
                self._respread()
            self._cut_to_caps()

    def _refuse_without_evidence(self) -> None:
        for place, payer in enumerate(self._payers):
            if missing := self._missing.get(payer):
                self._cut(place, "payer_evidence", self._nets[place], {"missing": list(missing)})

    def _cut(self, place: int, reason: str, pence: int, facts: dict[str, object]) -> None:
        self._nets[place] -= pence
        self._cuts[place].append(Reduction(reason, pence, facts))
        self.steps.append(Step(reason, sum(self._nets), {"payer": self._payers[place], "cut": pence, **facts}))

    def _find_room(self, limit: Limit) -> int | None:
        """Tell what a cap leaves of a payer's part, in pence; None where it takes nothing, however much that is.

        A cap by number leaves the part of the units that it leaves, rounded down.
        """
        room = limit.room("")[1]
        if not limit.is_by_number:
            return room
        due = self._due[self._payers.index(limit.payer)]
        return None if room >= self._counted else due * room // self._counted

    def _room_of(self, place: int) -> int | None:
        """Tell the most that a payer can owe of this line; None where no cap says."""
        mine = zip(self._limits, self._rooms, strict=True)
        rooms = [room for limit, room in mine if limit.payer == self._payers[place] and room is not None]
        return min(rooms, default=None)

    def _respread(self) -> None:
        """Move what caps would cut to the payers that have room, by their shares, until there is none or no room."""
        rooms = [self._room_of(place) for place in range(len(self._payers))]
        places = [place for place, payer in enumerate(self._payers) if not self._missing.get(payer)]
        over = {
            place: self._due[place] - room
            for place in places
            if (room := rooms[place]) is not None and self._due[place] > room
        }
        moved, takers = 0, [place for place in places if place not in over and self._weights[place]]
        left = sum(over.values())
        while left and takers:
            parts = allocate(left, [self._weights[place] for place in takers])
            for place, part in zip(takers, parts, strict=True):
                room = rooms[place]
                taken = part if room is None else min(part, room - self._due[place])
                self._due[place] += taken
                self._nets[place] += taken
                moved += taken
                left -= taken
            takers = [place for place in takers if (room := rooms[place]) is None or self._due[place] < room]
        self._take_from(over, moved)

    def _take_from(self, over: dict[int, int], moved: int) -> None:
        if not moved:
            return
        for place, excess in over.items():
            taken = min(excess, moved)
            self._due[place] -= taken
            self._nets[place] -= taken
            moved -= taken
        parts = [[payer, due] for payer, due in zip(self._payers, self._due, strict=True)]
        self.steps.append(Step("respread", sum(self._nets), {"shares": parts}))

    def _cut_to_caps(self) -> None:
        for limit, room in zip(self._limits, self._rooms, strict=True):
            place = self._payers.index(limit.payer)
            cut = 0 if room is None else max(0, self._nets[place] - room)
            facts: dict[str, object] = {"cap": limit.code, "limit": limit.most, "used": limit.room("")[0]}
            if cut:
                self._cut(place, limit.word, cut, facts)
            else:
                self.steps.append(Step(limit.word, sum(self._nets), {"payer": limit.payer, **facts}))

    def set_off(self, owed: Mapping[str, int]) -> None:
        """Take earlier overpayments from what is still to pay.

        Args:
            owed: Pence that each payer has paid too much; None of it goes below what the part still pays.
        """
        for place, payer in enumerate(self._payers):
            if pence := min(self._nets[place], owed.get(payer, 0)):
                self._cut(place, SET_OFF, pence, {"owed": owed[payer]})

    def parts(self) -> tuple[PayerPart, ...]:
        """Give each payer's part with what was taken from it."""
        return tuple(
            PayerPart(payer, due, tuple(cuts), net)
            for payer, due, cuts, net in zip(self._payers, self._due, self._cuts, self._nets, strict=True)
        )
