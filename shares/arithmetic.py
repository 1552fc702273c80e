"""Sums about shares and holdings: whole shares, whole pence, nothing rounded. Pure: no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.errors import InvalidInput


class Bound(StrEnum):
    """What keeps somebody from buying more."""

    OFFER_MAXIMUM = "offer_maximum"
    LEGAL_LIMIT = "legal_limit"
    RULES_LIMIT = "rules_limit"
    OFFER_LIMIT = "offer_limit"


class NotWholeShares(InvalidInput):
    """An amount is not a whole number of shares."""

    code = "shares.not_whole_shares"


@dataclass(frozen=True, slots=True)
class HoldingLimits:
    """What one holder may hold, in pence; None where nothing limits."""

    legal_pence: int | None
    rules_pence: int
    offer_pence: int


@dataclass(frozen=True, slots=True)
class BuyingRoom:
    """What somebody may buy in an offer now. Shares are whole shares, amounts are pence.

    Attributes:
        price_pence: Price of one share.
        held_pence: What they hold in the society, by the register.
        pending_pence: What they have reserved or paid for and that is not yet allotted.
        shares_left: What the offer has left for anybody.
        least_shares: The smallest number they may buy now.
        most_shares: The largest number they may buy now; less than `least_shares` when they may buy nothing.
        bound: What keeps them from buying more.
        limit_pence: The largest holding that applies to them, None for no limit.
    """

    price_pence: int
    held_pence: int
    pending_pence: int
    shares_left: int
    least_shares: int
    most_shares: int
    bound: Bound
    limit_pence: int | None

    @property
    def may_buy(self) -> bool:
        """Whether they may buy anything at all."""
        return self.most_shares >= self.least_shares

    @property
    def least_pence(self) -> int:
        """The smallest amount they may pay now."""
        return self.least_shares * self.price_pence

    @property
    def most_pence(self) -> int:
        """The largest amount they may pay now; 0 when they may buy nothing."""
        return self.most_shares * self.price_pence if self.may_buy else 0


def whole_shares(amount_pence: int, price_pence: int) -> int:
    """Turn an amount into the number of shares it buys.

    Args:
        amount_pence: What somebody wants to pay, above zero.
        price_pence: Price of one share, above zero.

    Raises:
        NotWholeShares: the amount is not above zero or not a multiple of the price; `facts` name the two nearest
            amounts that are.

    Source: a share is issued at its nominal value and is not divided (Community Shares Handbook 3.2.6).
    """
    if amount_pence <= 0 or amount_pence % price_pence:
        below = max(amount_pence, 0) // price_pence * price_pence
        raise NotWholeShares(
            "The amount has to be a multiple of the price of a share.",
            amount_pence=amount_pence,
            price_pence=price_pence,
            below_pence=below,
            above_pence=below + price_pence,
        )
    return amount_pence // price_pence


def shares_within(amount_pence: int, price_pence: int) -> int:
    """Tell how many whole shares an amount can pay for, at least none."""
    return max(amount_pence, 0) // price_pence


def shares_to_reach(amount_pence: int, price_pence: int) -> int:
    """Tell how many whole shares are needed to reach an amount, at least none."""
    return -(-max(amount_pence, 0) // price_pence)


def compute_limits(*, legal_pence: int | None, rules_pence: int, offer_pence: int, is_exempt: bool) -> HoldingLimits:
    """Work out which limits bind a holder.

    A holder whom the law exempts is not bound by a limit of the rules or of the offer that only repeats the law
    (is as high as the legal limit, or higher); a lower limit is the society's own choice and binds everybody.

    Args:
        legal_pence: The statutory limit, None where none is known for the jurisdiction.
        rules_pence: The largest holding by the society's rules.
        offer_pence: The largest holding by the offer's terms.
        is_exempt: Whether the holder is a registered society.

    Source: CCBSA 2014 s.24 (limit and exemption); Community Shares Handbook 3.2.7 (own limits).
    """
    if not is_exempt or legal_pence is None:
        return HoldingLimits(legal_pence, rules_pence, offer_pence)
    return HoldingLimits(
        None,
        _no_limit_from(rules_pence, legal_pence),
        _no_limit_from(offer_pence, legal_pence),
    )


# More than any society will ever have: keeps "no limit" a whole number in the sums below.
UNLIMITED_PENCE = 10**15


def _no_limit_from(limit_pence: int, legal_pence: int) -> int:
    """Lift a limit that only repeats the legal one."""
    return UNLIMITED_PENCE if limit_pence >= legal_pence else limit_pence


def compute_buying_room(
    *,
    price_pence: int,
    smallest_pence: int,
    limits: HoldingLimits,
    held_pence: int,
    pending_pence: int,
    secure_pence: int,
    shares_left: int,
) -> BuyingRoom:
    """Work out what a holder may buy now.

    The most is what the offer has left or what the lowest limit leaves over what is held and pending, whichever
    is less. The least lifts the holding to the smallest holding, and is one share for whoever is already there.

    Args:
        price_pence: Price of one share.
        smallest_pence: The smallest holding allowed.
        limits: The largest holdings that apply.
        held_pence: What the holder holds in the society.
        pending_pence: What is reserved or paid for and not allotted.
        secure_pence: The part of held and pending that is paid for: only this counts towards the smallest holding.
        shares_left: Shares that the offer has left.

    Source: CCBSA 2014 s.24; Community Shares Handbook 3.2.7 and 4.5.6 (smallest and largest holdings).
    """
    candidates = [(limits.offer_pence, Bound.OFFER_LIMIT), (limits.rules_pence, Bound.RULES_LIMIT)]
    if limits.legal_pence is not None:
        candidates.append((limits.legal_pence, Bound.LEGAL_LIMIT))
    # Where two limits are equal, the one that stands highest in law is the one to name.
    limit_pence, bound = min(reversed(candidates), key=lambda candidate: candidate[0])
    by_limit = shares_within(limit_pence - held_pence - pending_pence, price_pence)
    left = max(shares_left, 0)
    return BuyingRoom(
        price_pence=price_pence,
        held_pence=held_pence,
        pending_pence=pending_pence,
        shares_left=left,
        least_shares=max(1, shares_to_reach(smallest_pence - secure_pence, price_pence)),
        most_shares=min(left, by_limit),
        bound=Bound.OFFER_MAXIMUM if left <= by_limit else bound,
        limit_pence=None if limit_pence >= UNLIMITED_PENCE else limit_pence,
    )
