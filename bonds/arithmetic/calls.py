"""Calling on what investors committed: who is asked for how much, what is left to call, and who bears a downside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bonds.arithmetic.positions import MovementKind, Position
from bonds.arithmetic.tranches import InvestorTerms, TrancheKind
from core.errors import InvalidInput
from core.splitting import allocate


class CallNotPositive(InvalidInput):
    """An amount to call, draw or cancel is not a whole penny or more."""

    code = "bonds.call.not_positive"


class CallAboveUndrawn(InvalidInput):
    """More is called, or cancelled, than is left to call."""

    code = "bonds.call.above_undrawn"


class DrawingAboveCall(InvalidInput):
    """More would be paid in than was called."""

    code = "bonds.call.drawing_above_call"


class DownsideAboveCapital(InvalidInput):
    """Investors would owe more than what all of them paid in."""

    code = "bonds.call.downside_above_capital"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """What is left of one commitment, in pence.

    Attributes:
        position: Whose.
        committed: By the terms.
        recycled: Repaid principal that can be called again.
        cancelled: Given up, never to be called.
        called: Asked for since the beginning.
        drawn: Paid in since the beginning.
    """

    position: Position
    committed: int
    recycled: int
    cancelled: int
    called: int
    drawn: int

    @property
    def undrawn(self) -> int:
        """What has not been paid in and may still be, called or not; an end releases what is yet to be recycled too."""
        return max(0, self._room)

    @property
    def short(self) -> int:
        """By how much a commitment does not cover what was called, paid in and given up of it."""
        return max(0, max(0, self.called - self.drawn) - self._room)

    @property
    def awaited(self) -> int:
        """What has been called and not paid in yet, and was not given up since."""
        return min(self.undrawn, max(0, self.called - self.drawn))

    @property
    def _room(self) -> int:
        return self.committed + self.recycled - self.cancelled - self.drawn

    @property
    def callable(self) -> int:
        """What may still be called."""
        return max(0, self.undrawn - self.awaited)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPart:
    """One commitment's part of a call, a cancellation or a downside; `left` is what can be asked of it afterwards."""

    investor: str
    tranche: str
    amount: int
    left: int


def compute_facilities(positions: Sequence[Position]) -> tuple[Facility, ...]:
    """Work out what is left of each commitment.

    Args:
        positions: Where the investors stand.

    Returns:
        One facility per position, in the same order.

    Source: capital of outcome contracts is working capital: committed, called, drawn, repaid and, where the terms
    say so, called again; what is never called is cancelled, as half of Peterborough's was.
    """
    return tuple(
        Facility(
            position=position,
            committed=position.commitment.amount,
            recycled=position.sums.get(MovementKind.PRINCIPAL, 0) if position.tranche.is_recycled else 0,
            cancelled=position.sums.get(MovementKind.CANCELLED, 0),
            called=position.sums.get(MovementKind.CALLED, 0),
            drawn=position.drawn,
        )
        for position in positions
    )


def share_call(terms: InvestorTerms, facilities: Sequence[Facility], *, amount: int) -> tuple[CallPart, ...]:
    """Divide a call between commitments in proportion to what each has left to call.

    Tranches are called together or group after group, as the terms say; the next group is asked only for what the
    one before cannot give. Within a group by largest remainder, so the parts sum to the call to the penny.

    Args:
        terms: What was agreed.
        facilities: What is left of each commitment.
        amount: Pence, above zero.

    Returns:
        The parts above zero.

    Raises:
        CallNotPositive: nothing is called.
        CallAboveUndrawn: more is called than is left to call; `facts` say how much is.
    """
    groups = terms.calls or (tuple(tranche.code for tranche in terms.tranches),)
    return _share(facilities, groups, amount)


def share_cancellation(facilities: Sequence[Facility], *, amount: int) -> tuple[CallPart, ...]:
    """Divide what will never be called between commitments, in proportion to what each has left to call.

    Args:
        facilities: What is left of each commitment.
        amount: Pence, above zero; what has been called and is awaited cannot be cancelled.

    Returns:
        The parts above zero, which sum to the amount.

    Raises:
        CallNotPositive: nothing is cancelled.
        CallAboveUndrawn: more is cancelled than is left to call.
    """
    groups = (tuple({facility.position.tranche.code for facility in facilities}),)
    return _share(facilities, groups, amount)


def check_drawing(facility: Facility, *, amount: int) -> None:
    """Refuse money that was not called.

    Args:
        facility: What is left of the commitment.
        amount: Pence that an investor would pay in.

    Raises:
        CallNotPositive: nothing is paid in.
        DrawingAboveCall: it is more than what was called and is awaited.
    """
    if amount <= 0:
        raise CallNotPositive("The amount has to be a penny or more.", amount=amount)
    if amount > facility.awaited:
        raise DrawingAboveCall("This is more than was called.", amount=amount, awaited=facility.awaited)


def share_downside(positions: Sequence[Position], *, amount: int) -> tuple[CallPart, ...]:
    """Divide what a bad result makes the investors owe: those who are repaid last bear it first.

    Within a rank it is divided in proportion to what each paid in, and nobody owes more than that.

    Args:
        positions: Where the investors stand.
        amount: Pence that they owe together, above zero.

    Returns:
        The parts above zero, which sum to the amount.

    Raises:
        CallNotPositive: nothing is owed.
        DownsideAboveCapital: more is owed than everybody paid in.

    Source: downside shares of published bonds (DC Water: investors pay 3.3 million); the order is the waterfall's,
    turned round, and grants bear nothing (unverified).
    """
    if amount <= 0:
        raise CallNotPositive("The amount has to be a penny or more.", amount=amount)
    bearing = [kind for kind in TrancheKind if kind not in {TrancheKind.RECOVERABLE_GRANT, TrancheKind.GRANT}]
    parts: list[CallPart] = []
    for kind in reversed(bearing):
        ranked = [position for position in positions if position.tranche.kind == kind]
        rooms = [max(0, position.drawn - position.sums.get(MovementKind.DOWNSIDE, 0)) for position in ranked]
        parts += _parts(ranked, rooms, min(amount - sum(part.amount for part in parts), sum(rooms)))
    left = amount - sum(part.amount for part in parts)
    if left:
        raise DownsideAboveCapital("This is more than the investors paid in.", amount=amount, above=left)
    return tuple(parts)


def _share(facilities: Sequence[Facility], groups: Sequence[Sequence[str]], amount: int) -> tuple[CallPart, ...]:
    if amount <= 0:
        raise CallNotPositive("The amount has to be a penny or more.", amount=amount)
    parts: list[CallPart] = []
    for group in groups:
        asked = [facility for facility in facilities if facility.position.tranche.code in group]
        rooms = [facility.callable for facility in asked]
        left = amount - sum(part.amount for part in parts)
        parts += _parts([facility.position for facility in asked], rooms, min(left, sum(rooms)))
    found = sum(part.amount for part in parts)
    if found < amount:
        raise CallAboveUndrawn("This is more than is left to call.", amount=amount, callable=found)
    return tuple(parts)


def _parts(positions: Sequence[Position], rooms: Sequence[int], amount: int) -> list[CallPart]:
    """Divide an amount that the rooms can hold: in proportion to them, none gets more than its own."""
    return [
        CallPart(
            investor=position.commitment.investor,
            tranche=position.tranche.code,
            amount=part,
            left=room - part,
        )
        for position, room, part in zip(positions, rooms, allocate(amount, rooms), strict=True)
        if part
    ]
