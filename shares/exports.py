"""What this room keeps on one person, ready for JSON."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from core.money import to_minor
from shares.models import Application, Consent, Member, RegisterEntry


def export_shares(person: str) -> dict[str, Any]:
    """Give a person's applications with their consents and history, and their memberships with the entries behind.

    Args:
        person: Public id of the person.
    """
    theirs = Q(person__public_id=person) | Q(user__person__public_id=person)
    applications = Application.objects.filter(theirs).select_related("offer__organisation", "terms").distinct()
    members = Member.objects.filter(person__public_id=person).select_related("society__organisation")
    return {
        "applications": [_application(row) for row in applications.order_by("pk")],
        "memberships": [_membership(member) for member in members.order_by("pk")],
    }


def _application(row: Application) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "offer": row.offer.slug,
        "society": row.offer.organisation.name,
        "terms_version": row.terms.version,
        "number_of_shares": row.number_of_shares,
        "amount_pence": to_minor(row.amount),
        "state": row.state,
        "end_reason": row.end_reason,
        "for": {"kind": row.holder_kind, "name": row.body_name, "number": row.body_number},
        "started_at": row.started_at,
        "paid_at": row.paid_at,
        "ended_at": row.ended_at,
        "history": list(row.state_changes.values("at", "from_state", "to_state", "reason")),
        "consents": [
            {"wording": str(consent.wording), "text": consent.wording.text, "given": consent.is_given, "at": consent.at}
            for consent in Consent.objects.filter(application=row).select_related("wording")
        ],
    }


def _membership(member: Member) -> dict[str, Any]:
    entries = RegisterEntry.objects.filter(member=member).order_by("number")
    return {
        "id": member.public_id,
        "society": member.society.organisation.name,
        "number": member.number,
        "admitted_on": member.admitted_on,
        "entries": [
            {
                "id": entry.public_id,
                "number": entry.number,
                "kind": entry.kind,
                "shares": entry.shares,
                "paid_pence": to_minor(entry.amount_paid),
                "entered_on": entry.entered_on,
            }
            for entry in entries
        ],
    }
