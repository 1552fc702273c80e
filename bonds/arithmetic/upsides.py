"""Sharing what principal and interest leave: providers' success fees, the investors' part until their caps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bonds.arithmetic.positions import Position
from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.tranches import SuccessFee, Upside
from core.splitting import allocate


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a party could have got of the upside by the split, and what it takes, in pence."""

    party: str
    tranche: str = ""
    offered: int
    taken: int


def share_upside(
    upside: Upside,
    positions: Sequence[Position],
    rooms: Sequence[int | None],
    *,
    amount: int,
    fees_paid: Mapping[str, int],
) -> tuple[Taken, ...]:
    """Share an upside between providers and investors, each up to what their cap leaves.

    Args:
        upside: The split.
        positions: Of the investors who take part.
        rooms: What each of them may still get; None where nothing limits.
        amount: Pence to share.
        fees_paid: By provider, what it got of success fees before.

    Returns:
        One row per provider, then one per position. What nobody may take is not in any of them.

    Source: split until return cap, as in the typical order of payment (unverified): when the investors' part is cut,
    fees are cut in the same proportion, rounded down, unless the terms say that they go on.
    """
    percents = [fee.percent for fee in upside.fees]
    *fee_parts, pot = allocate(amount, [*percents, WHOLE_PERCENT - sum(percents)])
    offered, taken = _share_pot(upside, positions, rooms, pot)
    kept = pot if upside.do_fees_go_on else sum(taken)
    fees = [
        _take_fee(fee, part, part * kept // pot if pot else part, fees_paid)
        for fee, part in zip(upside.fees, fee_parts, strict=True)
    ]
    investors = [
        Taken(party=position.commitment.investor, tranche=position.tranche.code, offered=whole, taken=part)
        for position, whole, part in zip(positions, offered, taken, strict=True)
    ]
    return (*fees, *investors)


def _take_fee(fee: SuccessFee, offered: int, part: int, fees_paid: Mapping[str, int]) -> Taken:
    room = part if fee.most is None else max(0, fee.most - fees_paid.get(fee.provider, 0))
    return Taken(party=fee.provider, offered=offered, taken=min(part, room))


def _share_pot(
    upside: Upside, positions: Sequence[Position], rooms: Sequence[int | None], pot: int
) -> tuple[list[int], list[int]]:
    """Divide the investors' part by what each paid in: what the split offers each, and what each may take."""
    weights = [position.drawn for position in positions]
    if not any(weights):
        return [0] * len(weights), [0] * len(weights)
    offered = allocate(pot, weights)
    limits = [pot if room is None else room for room in rooms]
    if not upside.is_respread:
        return offered, [min(part, limit) for part, limit in zip(offered, limits, strict=True)]
    return offered, share_up_to(pot, weights, limits)


def share_up_to(total: int, weights: Sequence[int], limits: Sequence[int]) -> list[int]:
    """Divide a total by weights where nobody gets more than a limit: what one cannot take goes to the others.

    Args:
        total: Whole pence, zero or more.
        weights: One per party, zero or more; a weight of zero gets nothing.
        limits: One per party, zero or more.

    Returns:
        One part per party; they sum to the total, or to all limits of those with a weight where that is less.
    """
    parts = [0] * len(weights)
    left = total
    while left and any(below := [weights[i] if parts[i] < limits[i] else 0 for i in range(len(parts))]):
        # Each round either gives everything away or brings somebody to their limit, so it ends.
        for i, part in enumerate(allocate(left, below)):
            given = min(part, limits[i] - parts[i])
            parts[i] += given
            left -= given
    return parts
