"""What Stripe charges, by date: whole pence, rounded half up once per charge."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

BASIS_POINTS_IN_ONE = 10_000


@dataclass(frozen=True, kw_only=True)
class FeeSchedule:
    """Prices that hold from a day on. The standard UK card price is used for every practice card."""

    from_on: date
    card_basis_points: int
    card_fixed_pence: int
    dispute_pence: int


# Source: support.stripe.com, UK pricing from April 2023: 1.5% + 20p for standard UK cards; GBP 20 for a dispute, kept
# even when the dispute is won. The fee of a charge is kept when the charge is refunded.
SCHEDULES = (
    FeeSchedule(from_on=date(2015, 1, 1), card_basis_points=140, card_fixed_pence=20, dispute_pence=15_00),
    FeeSchedule(from_on=date(2023, 4, 1), card_basis_points=150, card_fixed_pence=20, dispute_pence=20_00),
)


def schedule_at(timestamp: int) -> FeeSchedule:
    """Return the prices in force at a moment.

    Args:
        timestamp: seconds since 1970, UTC.

    Returns:
        The newest schedule that had begun; the first one for any earlier moment.
    """
    on = datetime.fromtimestamp(timestamp, tz=UTC).date()
    begun = [schedule for schedule in SCHEDULES if schedule.from_on <= on]
    return begun[-1] if begun else SCHEDULES[0]


def compute_card_fee(*, amount: int, timestamp: int) -> int:
    """Return the fee for a card charge, in pence.

    Args:
        amount: pence charged, more than zero.
        timestamp: when it is charged, seconds since 1970, UTC.

    Returns:
        The percentage rounded half up to the penny, plus the fixed part.
    """
    schedule = schedule_at(timestamp)
    percentage = (amount * schedule.card_basis_points + BASIS_POINTS_IN_ONE // 2) // BASIS_POINTS_IN_ONE
    return percentage + schedule.card_fixed_pence
