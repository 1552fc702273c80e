"""What the outbox brings to outcome contracts: long files, and much to accept; what entries come from, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bonds.models import Claim
from bonds.operations.accepting import run_acceptance
from bonds.operations.adjusting import run_adjustment
from bonds.operations.uploads import run_upload
from foundation.registries import EntrySource


def upload_results(*, payload: dict[str, Any], at: datetime) -> None:
    """Record a long file. A file is recorded once, so a second message changes nothing."""
    run_upload(payload=payload, at=at)


def adjust_lines(*, payload: dict[str, Any], at: datetime) -> None:
    """Work many lines out again. A second message finds nothing left to change."""
    run_adjustment(payload=payload, at=at)


def accept_waiting(*, payload: dict[str, Any], at: datetime) -> None:
    """Accept all that waited when somebody looked. What was accepted waits no longer: a second message is harmless."""
    run_acceptance(payload=payload, at=at)


def give_claim_labels(refs: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Name claims as owners in the books, with the claim's page as the contract holder sees it."""
    return {ref: {"label": source.label, "url": source.url} for ref, source in give_claim_sources(refs).items()}


def give_claim_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the claims that entries come from, with the claim's page as the contract holder sees it."""
    rows = Claim.objects.filter(public_id__in=refs).select_related("contract__organisation", "provider__organisation")
    return {row.public_id: EntrySource(_claim_words(row), _claim_address(row)) for row in rows}


def _claim_words(claim: Claim) -> str:
    words = _("Claim %(number)s of %(provider)s")
    return words % {"number": claim.number, "provider": claim.provider.organisation.name}


def _claim_address(claim: Claim) -> str:
    contract = claim.contract
    return reverse("bonds:claim", args=[contract.organisation.slug, contract.reference, claim.number])
