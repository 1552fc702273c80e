"""What the payment room keeps on a person."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from payments.models import Payment
from people.models import Person


def payments_by_person(*, person: str) -> QuerySet[Payment]:
    """Payments that carry a person's e-mail: the only thing that ties them to anybody here.

    Args:
        person: Public id of the person.
    """
    row = Person.objects.select_related("user").filter(public_id=person).first()
    if row is None or row.user is None:
        return Payment.objects.none()
    return Payment.objects.filter(payer_email__iexact=row.user.email)


def export_payments(person: str) -> dict[str, Any]:
    """Give what this room keeps on a person.

    Args:
        person: Public id of the person.
    """
    return {
        "payments": [
            {
                "id": payment.public_id,
                "to": payment.organisation.name,
                "description": payment.description,
                "amount_pence": payment.amount_pence,
                "state": payment.state,
                "payer_email": payment.payer_email,
                "created_at": payment.created_at,
                "settled_at": payment.settled_at,
            }
            for payment in payments_by_person(person=person).select_related("organisation")
        ]
    }
