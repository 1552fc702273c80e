"""Everything that is kept on one person, as JSON files in a zip."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from foundation.models import AuditEvent, MailMessage
from foundation.registries import PERSONAL_DATA_HOLDERS
from people.models import ApiKey, OfficerRole, Particulars, Person, User


def collect(person: Person) -> dict[str, Any]:
    """Ask every room what it keeps on a person; the answer is by the name of the room."""
    return {name: holder.export(person.public_id) for name, holder in PERSONAL_DATA_HOLDERS.items()}


def pack(collected: Mapping[str, Any], at: datetime) -> bytes:
    """Put what the rooms keep into a zip, one JSON file for each, and a page that says what is what.

    Args:
        collected: What `collect` gave.
        at: When it was asked for; the same data and the same instant give the same bytes.
    """
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {f"{name}.json": _as_json(facts) for name, facts in sorted(collected.items())}
        files["README.txt"] = (
            f"Everything that Commonweal keeps on you, as of {at.isoformat(timespec='seconds')}.\n"
            "One file for each part of the service. Amounts are in pence where a name ends in _pence.\n"
        )
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return stream.getvalue()


def _as_json(facts: Any) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def export_own(person: str) -> dict[str, Any]:
    """Give what this room keeps on a person: profile, particulars, sign-in, roles, keys, mails, acts.

    Args:
        person: Public id of the person.
    """
    row = Person.objects.select_related("user").get(public_id=person)
    return {
        "person": {
            "id": row.public_id,
            "given_name": row.given_name,
            "family_name": row.family_name,
            "date_of_birth": row.date_of_birth,
            "language": row.language,
        },
        "particulars": [_particulars(found) for found in Particulars.objects.for_person(row)],
        "sign_in": _sign_in(row.user) if row.user else None,
    }


def _particulars(row: Particulars) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "full_name": row.full_name,
        "address": row.address_lines,
        "country": row.country,
        "email_for_notices": row.email_for_notices,
        "email_purposes": row.email_purposes,
        "valid_from": row.valid_from_on,
        "recorded_at": row.recorded_at,
    }


def _sign_in(user: User) -> dict[str, Any]:
    return {
        "id": user.public_id,
        "email": user.email,
        "joined_at": user.joined_at,
        "last_signed_in_at": user.last_login,
        "works_for_the_platform": user.is_staff,
        "email_addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        "roles": [
            {"organisation": role.organisation.name, "role": role.role, "from": role.from_on, "until": role.until_on}
            for role in OfficerRole.objects.filter(user=user).select_related("organisation")
        ],
        "api_keys": list(
            ApiKey.objects.of_user(user).values("public_id", "name", "scopes", "created", "last_used_on", "revoked")
        ),
        "mails": list(
            MailMessage.objects.filter(to__iexact=user.email).values("subject", "text", "queued_at", "sent_at")
        ),
        "acts": list(AuditEvent.objects.filter(actor=f"user:{user.public_id}").values("at", "action", "subject")),
    }
