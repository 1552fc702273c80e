"""The end of a contract as the API shows it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from bonds.models import OutcomesContract
from bonds.queries.closing import Obstacle, newest_terms


class ObstacleSerializer(serializers.Serializer[Any]):
    """Something that has to be done first."""

    code = serializers.CharField()
    words = serializers.CharField()


class ContractEndSerializer(serializers.Serializer[Any]):
    """When a contract ends, and what still stands in the way."""

    state = serializers.CharField()
    service_until = serializers.DateField(allow_null=True, help_text="The first day after the service.")
    results_until = serializers.DateField(allow_null=True, help_text="The first day on which results count no more.")
    run_off_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    obstacles = ObstacleSerializer(many=True, allow_null=True, help_text="Null to those who are not told.")


class CloseContractSerializer(serializers.Serializer[Any]):
    """What is to be remembered of the end."""

    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


def describe_closing(contract: OutcomesContract, obstacles: list[Obstacle] | None) -> dict[str, Any]:
    """Write down when a contract ends.

    Args:
        contract: Any.
        obstacles: What is still to be done; None where it is not told.
    """
    terms = newest_terms(contract)
    facts = {
        "state": contract.state,
        "service_until": terms.service.until_on if terms else None,
        "results_until": terms.run_off_until if terms else None,
        "run_off_at": contract.run_off_at,
        "closed_at": contract.closed_at,
        "obstacles": None if obstacles is None else [{"code": one.code, "words": one.words} for one in obstacles],
    }
    shown: dict[str, Any] = ContractEndSerializer(facts).data
    return shown
