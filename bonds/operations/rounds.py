"""Rounds: the quarters of a contract in which is claimed, invoiced and distributed."""

from __future__ import annotations

from datetime import date

from bonds.arithmetic.deadlines import find_quarter
from bonds.models import ClaimRound, OutcomesContract
from bonds.queries.terms import terms_by_version


def open_round(contract: OutcomesContract, *, on: date) -> ClaimRound:
    """Return the round of a day, opened if it is the first claim in its quarter. The caller has locked the contract.

    Quarters count from the first day of service; what is claimed in the run-off belongs to rounds of its own.

    Args:
        contract: Locked and signed.
        on: The day of the claim, from the first day of service on.

    Raises:
        BeforeService: the service had not begun.
    """
    versions = terms_by_version(contract)
    first = versions[min(versions)].service.from_on
    assert first is not None, "terms that were signed say when service begins"
    quarter = find_quarter(on, service_from_on=first)
    assert quarter.from_on is not None, "a quarter begins"
    assert quarter.until_on is not None, "a quarter ends"
    found = ClaimRound.objects.filter(contract=contract, from_on=quarter.from_on).first()
    if found is None:
        number = ClaimRound.objects.filter(contract=contract).count() + 1
        found = ClaimRound.objects.create(
            contract=contract, number=number, from_on=quarter.from_on, until_on=quarter.until_on
        )
    return found
