"""When income is recognised under a contract, and what of claims that wait is income already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Sum

from bonds.models import ClaimLine, EarlyIncome, OutcomesContract, RecognitionPolicy
from bonds.states import Recognition


def find_policy(*, contract: OutcomesContract, on: date) -> RecognitionPolicy | None:
    """What was recorded last for a day; None: income is recognised when a result is accepted."""
    return RecognitionPolicy.objects.filter(contract=contract, from_on__lte=on).order_by("-from_on", "-pk").first()


def find_percent(*, contract: OutcomesContract, on: date) -> int:
    """The part of what is claimed on a day that is recognised at once, in hundredths of a percent; 0: nothing."""
    policy = find_policy(contract=contract, on=on)
    if policy is None or policy.recognise_at != Recognition.SUBMITTED_CONSTRAINED.value:
        return 0
    return policy.percent


def sum_early(contract: OutcomesContract, *, on: date | None = None) -> int:
    """What is income of claims that nobody has decided, in pence: by the end of a day, or now."""
    rows = EarlyIncome.objects.filter(line__claim__contract=contract)
    if on is not None:
        rows = rows.filter(booked_on__lte=on)
    return int(rows.aggregate(sum=Sum("pence", default=0))["sum"])


def early_of(lines: Sequence[ClaimLine]) -> list[EarlyIncome]:
    """What was recognised early of lines and not released, with its payers, in the order in which it was."""
    rows = EarlyIncome.objects.filter(line__in=lines, releases=None, released_by=None)
    return list(rows.select_related("payer").order_by("pk"))
