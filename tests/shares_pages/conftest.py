"""A frozen day on which an offer is open, browsers for applicant and secretary, and no provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from payments.models import Payment
from people import operations as people_operations
from people.models import Organisation, User
from shares.models import Application, ShareOffer
from shares.operations import paying
from tests.factories import shares as make
from tests.people.support import SECRET, sign_in

CHECKOUT = "https://checkout.example/c/pay"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    """The tenth of March 2026, noon; tests move on from there."""
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def offer(db) -> ShareOffer:
    """Shares of 10 pounds; 1,000 to 10,000 pounds; holdings from 50 to 5,000 pounds."""
    return make.open_offer()


@pytest.fixture
def resident(db) -> User:
    return make.make_user("ada")


@pytest.fixture
def web(resident: User) -> Client:
    """The browser of the resident."""
    return sign_in(resident)


@pytest.fixture
def application(offer: ShareOffer, resident: User) -> Application:
    """The resident's application, complete, for 10 shares."""
    return make.complete(offer, 10, user=resident)


@pytest.fixture
def started(offer: ShareOffer, resident: User) -> Application:
    """The resident's application, empty."""
    return make.started(offer, user=resident)


@pytest.fixture
def checkouts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The payments for which a checkout was asked, instead of asking the provider."""
    asked: list[int] = []

    def start_checkout(*, payment_id: int, success_url: str, cancel_url: str, at: object) -> str:
        asked.append(payment_id)
        return f"{CHECKOUT}/{Payment.objects.get(pk=payment_id).public_id}"

    monkeypatch.setattr(paying, "start_checkout", start_checkout)
    return asked


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The payments about which the provider was asked."""
    found: list[int] = []
    monkeypatch.setattr(
        "payments.operations.refresh_payment", lambda *, payment_id, at: found.append(payment_id) or None
    )
    return found


def officer(organisation: Organisation, role: str) -> User:
    """Somebody with a role in an organisation."""
    user = make.make_user(role)
    people_operations.appoint_officer(
        user=user,
        organisation=organisation,
        role=role,
        from_on=make.OPENS_AT.date(),
        actor=make.STAFF.ref,
        at=make.OPENS_AT,
    )
    people_operations.seed_second_factor(user=user, secret=SECRET)
    return user


@pytest.fixture
def secretary(offer: ShareOffer) -> Client:
    """The web of the society's secretary, with the second factor."""
    return sign_in(officer(offer.organisation, "secretary"))


def where(application: Application, page: str = "") -> str:
    return f"/applications/{application.public_id}/{page}/".replace("//", "/")


DETAILS = {
    "full_name": "Ada Okafor",
    "date_of_birth": "1980-02-29",
    "address_line_1": "3 Mill Lane",
    "address_line_2": "",
    "town": "Ashcombe",
    "postcode": "EX7 0QD",
    "country": "GB",
    "email_for_notices": "ada@example.org",
    "email_purposes": ["notices"],
}


def ticks(*, without: str = "") -> dict[str, str]:
    """Every box ticked, but for one code."""
    from shares.models import ConsentWording

    rows = ConsentWording.objects.in_force(make.NOW.date())
    return {f"wording_{row.pk}": "on" for row in rows if row.code != without}
