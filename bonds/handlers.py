"""What the outbox brings to outcome contracts: long files, and much to accept; what entries come from, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bonds.models import Advance, Claim, Invoice, OutcomesContract, Party, ProviderAccrual, ReferralCompensation
from bonds.operations.accepting import run_acceptance
from bonds.operations.adjusting_long import run_adjustment, run_adjustment_preview
from bonds.operations.closing_samples import run_sample_closing
from bonds.operations.issuing import run_issuing
from bonds.operations.provider_dues import run_booking
from bonds.operations.sharing_out import run_sharing_out
from bonds.operations.submitting import run_submission
from bonds.operations.uploads import run_upload
from bonds.queries.invoices import number_of
from foundation.registries import EntrySource


def upload_results(*, payload: dict[str, Any], at: datetime) -> None:
    """Record a long file. A file is recorded once, so a second message changes nothing."""
    run_upload(payload=payload, at=at)


def adjust_lines(*, payload: dict[str, Any], at: datetime) -> None:
    """Work many lines out again. A second message finds nothing left to change."""
    run_adjustment(payload=payload, at=at)


def preview_adjustment(*, payload: dict[str, Any], at: datetime) -> None:
    """Find out what working earlier results again would change. A job that ended is left alone."""
    run_adjustment_preview(payload=payload, at=at)


def submit_claim(*, payload: dict[str, Any], at: datetime) -> None:
    """Submit a claim of many lines. A job that ended is left alone, and a claim is submitted once."""
    run_submission(payload=payload, at=at)


def close_sample(*, payload: dict[str, Any], at: datetime) -> None:
    """Close a sample in which many lines do not stand. A job that ended is left alone, and it is closed once."""
    run_sample_closing(payload=payload, at=at)


def accept_waiting(*, payload: dict[str, Any], at: datetime) -> None:
    """Accept all that waited when somebody looked. What was accepted waits no longer: a second message is harmless."""
    run_acceptance(payload=payload, at=at)


def book_provider_dues(*, payload: dict[str, Any], at: datetime) -> None:
    """Book what providers are due. A job that ended is left alone, and nothing is booked twice."""
    run_booking(payload=payload, at=at)


def issue_invoices(*, payload: dict[str, Any], at: datetime) -> None:
    """Issue many invoices, or long ones. A job that ended is left alone, and nothing is invoiced twice."""
    run_issuing(payload=payload, at=at)


def share_out(*, payload: dict[str, Any], at: datetime) -> None:
    """Share out cash. A job that ended is left alone; one whose cash moved meanwhile says so and does nothing."""
    run_sharing_out(payload=payload, at=at)


def give_claim_labels(refs: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Name claims as owners in the books, with the claim's page as the contract holder sees it."""
    return {ref: {"label": source.label, "url": source.url} for ref, source in give_claim_sources(refs).items()}


def give_claim_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the claims that entries come from, with the claim's page as the contract holder sees it."""
    rows = Claim.objects.filter(public_id__in=refs).select_related("contract__organisation", "provider__organisation")
    return {row.public_id: EntrySource(_claim_words(row), _claim_address(row)) for row in rows}


def give_party_labels(refs: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Name parties as owners in the books: a provider with its account, anybody else with the contract's parties."""
    rows = Party.objects.filter(public_id__in=refs).select_related("contract__organisation", "organisation")
    paid = set(rows.filter(dues__isnull=False).values_list("pk", flat=True))
    return {
        row.public_id: {
            "label": row.organisation.name,
            "url": _address("provider-account", row.contract, row.code)
            if row.pk in paid
            else _address("parties", row.contract),
        }
        for row in rows
    }


def give_accrual_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the bookings of what providers are due, with the page of their pay."""
    rows = ProviderAccrual.objects.filter(public_id__in=refs).select_related("contract__organisation")
    words = _("What providers are due, booking %(number)s")
    return {
        row.public_id: EntrySource(words % {"number": row.number}, _address("provider-pay", row.contract))
        for row in rows
    }


def give_compensation_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name compensations for people not referred, with the page of referrals."""
    related = ("contract__organisation", "provider__organisation")
    rows = ReferralCompensation.objects.filter(public_id__in=refs).select_related(*related)
    words = _("People not referred to %(provider)s")
    return {
        row.public_id: EntrySource(
            words % {"provider": row.provider.organisation.name}, _address("referrals", row.contract)
        )
        for row in rows
    }


def _address(name: str, contract: OutcomesContract, *more: str) -> str:
    """Give a page of a contract as its holder sees it."""
    return reverse(f"bonds:{name}", args=[contract.organisation.slug, contract.reference, *more])


def give_invoice_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the invoices that entries and receipts come from, with the invoice's page as the contract holder sees it."""
    rows = Invoice.objects.filter(public_id__in=refs).select_related("contract__organisation")
    return {
        row.public_id: EntrySource(number_of(row), _address("invoice", row.contract, str(row.number))) for row in rows
    }


def give_advance_sources(refs: Sequence[str]) -> Mapping[str, EntrySource]:
    """Name the advances that money was recorded for, with the page of advances."""
    rows = Advance.objects.filter(public_id__in=refs).select_related("contract__organisation", "payer__organisation")
    words = _("Advance of %(payer)s")
    return {
        row.public_id: EntrySource(words % {"payer": row.payer.organisation.name}, _address("advances", row.contract))
        for row in rows
    }


def _claim_words(claim: Claim) -> str:
    words = _("Claim %(number)s of %(provider)s")
    return words % {"number": claim.number, "provider": claim.provider.organisation.name}


def _claim_address(claim: Claim) -> str:
    contract = claim.contract
    return reverse("bonds:claim", args=[contract.organisation.slug, contract.reference, claim.number])
