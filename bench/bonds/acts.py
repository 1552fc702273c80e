"""Acts that people wait for on a large contract, each done once beside one plain query, and undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from statistics import median
from typing import Any, Final

from django.db import transaction
from django.urls import reverse

from bonds import operations, states
from bonds.arithmetic.plans import Expected
from bonds.arithmetic.spans import Every
from bonds.models import Claim
from bonds.operations import reporting
from bonds.queries.claims import MOST_NAMED, MOST_TAKEN_BACK
from bonds.queries.overview import get_terms_on, periods_of
from tests.bonds.investor_endings.keepers import Keepers
from tests.factories.bonds import HOLDER, SERVICE_FROM, VERIFIER, ContractWorld

UNTIL: Final = date(2027, 5, 1)


def list_acts(world: ContractWorld, room: Keepers, at: datetime) -> dict[str, Callable[[], Any]]:
    """Name the acts; the largest that a person waits for: more becomes a job.

    Args:
        world: The large contract.
        room: Browsers of its parties.
        at: Now.
    """
    verify = {"verifier": world.verifier, "actor": VERIFIER, "at": at}
    waiting = Claim.objects.filter(contract=world.contract, state=states.ClaimState.SUBMITTED.value).latest("number")
    paid = Claim.objects.filter(contract=world.contract).order_by("number")[20]

    def name(claim: Claim, *among: states.LineState, most: int) -> list[str]:
        lines = claim.lines.filter(state__in=[one.value for one in among]).order_by("pk")
        return list(lines.values_list("public_id", flat=True)[:most])

    named = name(waiting, states.LineState.SUBMITTED, most=MOST_NAMED)
    kept = name(paid, *states.ACCEPTED_STATES, most=MOST_TAKEN_BACK)
    operations.publish_contract(contract=world.contract, actor=HOLDER, at=at)
    public = reverse("bonds:public-contract", args=[world.contract.reference])
    periods = periods_of(get_terms_on(world.contract, at.date()), Every.QUARTER)
    expected = [Expected(period=periods.number_of(at.date()), metric="moved_in", count=1_000)]
    return {
        f"accepting {len(named)} lines": lambda: operations.accept_lines(claim=waiting, lines=named, **verify),
        f"taking {len(kept)} lines back": lambda: operations.take_back_lines(
            claim=paid, lines=kept, reason="No flat.", **verify
        ),
        "making a plan": lambda: operations.make_plan(
            contract=world.contract, number=0, expected=expected, actor=HOLDER, at=at
        ),
        "a report to investors, looked at": lambda: reporting.preview_report(
            contract=world.contract, from_on=SERVICE_FROM, until_on=UNTIL, expected={}, today=at.date()
        ),
        "the public page": lambda: room.as_("holder").get(public),
    }


def measure_acts(
    world: ContractWorld,
    room: Keepers,
    *,
    at: datetime,
    rounds: int,
    plain: Callable[[], float],
    time: Callable[..., Any],
) -> dict[str, dict[str, float]]:
    """Do each act some rounds, each beside the yardstick taken just before it; nothing of it stays.

    Args:
        world: The large contract.
        room: Browsers of its parties.
        at: Now.
        rounds: How often.
        plain: Takes the yardstick, in seconds.
        time: Takes the seconds of an act, with what came of it.
    """
    found = {}
    for name, act in list_acts(world, room, at).items():
        ratios, seconds = [], []
        for _round in range(rounds):
            yardstick = plain()
            with transaction.atomic():
                took, _done = time(act)
                transaction.set_rollback(True)
            ratios.append(took / yardstick)
            seconds.append(took)
        found[name] = {"to_plain": round(median(ratios), 1), "seconds": round(median(seconds), 2)}
    return found
