"""A society, and a kind of document as a higher room would register it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.registry import Registry
from documents import operations
from documents.models import Document
from foundation import registries
from foundation.access import ALLOWED, Actor, Decision, refuse, system_actor
from people.models import Organisation

AT = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
ON = date(2026, 11, 20)
SECRETARY = Actor(ref="user:usr_secretary", user_id=1)
KIND = "test_certificate"

SOCIETY = {
    "name": "The Drovers' Rest (Ashcombe) Limited",
    "registration_number": "8416",
    "legal_form": "A community benefit society",
    "registered_under": "the Co-operative and Community Benefit Societies Act 2014",
    "registered_office": "The Old Forge, Ashcombe, EX7 0QD",
}
HOLDERS = {
    "ent_one": "Siân Ŵyn-Llewellyn",
    "ent_two": "Ada Okafor",
    "ent_long": "The Trustees of the Ashcombe and Upper Teign Valley Village Hall",
}


def certificate_context(subject: str) -> dict[str, Any]:
    """What shares would say of a register entry."""
    return {
        "society": SOCIETY,
        "holder": {
            "name": HOLDERS.get(subject, "Grace Hill"),
            "address": "3 Mill Lane, Ashcombe, Devon EX7 0QD",
            "member_number": 17,
        },
        "shares": {
            "title": "1,250 (one thousand two hundred and fifty) withdrawable ordinary shares",
            "nominal": "£1",
            "amount_paid": "£1,250.00",
            "allotted_on": ON,
            "entry_number": 17,
            "minute_reference": "2026/11-4",
            "terms": "Held under the rules of the society.",
        },
    }


def only_the_secretary(actor: Actor, document: Document) -> Decision:
    return ALLOWED if actor.ref == SECRETARY.ref else refuse("This certificate is not yours.", "test.not_yours")


made_documents: list[str] = []


def note_made(*, document: Document, at: datetime) -> None:
    made_documents.append(document.public_id)


TEST_KIND = registries.DocumentKind(
    template="documents/share_certificate.html",
    series="CERT",
    title="Share certificate",
    context=certificate_context,
    may_download=only_the_secretary,
    made=note_made,
)


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kinds of this folder only."""
    kinds: Registry[registries.DocumentKind] = Registry("document kinds")
    kinds.register(KIND, TEST_KIND)
    kinds.register(
        "test_letter", registries.DocumentKind("documents/share_certificate.html", "LET", "Letter", certificate_context)
    )
    monkeypatch.setattr(registries, "DOCUMENT_KINDS", kinds)
    made_documents.clear()


@pytest.fixture
def society(db: None) -> Organisation:
    return Organisation.objects.create(slug="drovers-rest", name=SOCIETY["name"], created_at=AT)


@pytest.fixture
def other_society(db: None) -> Organisation:
    return Organisation.objects.create(slug="mill-shop", name="Mill Lane Shop Limited", created_at=AT)


def issue(organisation: Organisation, subject: str = "ent_one", kind: str = KIND, **more: Any) -> Document:
    return operations.issue_document(
        kind=kind, organisation=organisation, subject=subject, actor=SECRETARY, at=AT, issued_on=ON, **more
    )


def issue_many(organisation: Organisation, subjects: list[str], batch: str = "bat_one") -> list[Document]:
    return operations.issue_documents(
        kind=KIND, organisation=organisation, subjects=subjects, actor=SECRETARY, at=AT, issued_on=ON, batch=batch
    )


SYSTEM = system_actor("test")
