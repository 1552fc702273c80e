"""The demo's users, with their persons, roles and second factors."""

from __future__ import annotations

from datetime import date, datetime

from config.demo_people import FAMILY_NAMES, GIVEN_NAMES, PASSWORD, USERS, DemoUser
from people import operations
from people.models import Particulars, Person, User

BORN = date(1978, 4, 9)
ROLES_SINCE = date(2024, 1, 1)


def make_users(*, at: datetime) -> dict[str, User]:
    """Make everybody who can sign in, with verified addresses; roles come with the organisations.

    Args:
        at: When they joined.

    Returns:
        Users by e-mail address.
    """
    made = {}
    for demo in USERS:
        user = _make_user(demo.email, at=at, is_staff=demo.is_staff, password=PASSWORD)
        if demo.secret:
            operations.seed_second_factor(user=user, secret=demo.secret)
        operations.give_person(user=user, given_name=demo.given_name, family_name=demo.family_name, date_of_birth=BORN)
        made[demo.email] = user
    return made


def make_applicant(number: int, *, place: str, postcode: str, at: datetime) -> tuple[User, Person, Particulars]:
    """Make one of the many who apply, with the particulars that the register needs.

    Args:
        number: Counts up; gives the name.
        place: The village.
        postcode: A postcode of the district.
        at: When they signed up.
    """
    given = GIVEN_NAMES[number % len(GIVEN_NAMES)]
    family = FAMILY_NAMES[(number // len(GIVEN_NAMES) + number) % len(FAMILY_NAMES)]
    email = f"{given}.{family}.{number}@example.org".lower()
    user = User.objects.filter(email=email).first() or _make_user(email, at=at)
    person = operations.give_person(
        user=user, given_name=given, family_name=family, date_of_birth=date(1950 + number % 50, 5, 17)
    )
    return user, person, give_particulars(person, f"{given} {family}", number, place=place, postcode=postcode, at=at)


def give_particulars(
    person: Person, full_name: str, number: int, *, place: str, postcode: str, at: datetime
) -> Particulars:
    """Record a fictional address."""
    return operations.record_particulars(
        person=person,
        full_name=full_name,
        address_line_1=f"{number + 1} Pudding Lane End",
        town=place,
        postcode=postcode,
        email_for_notices=person.user.email if person.user else "",
        email_purposes=["notices", "statements"],
        at=at,
    )


def _make_user(email: str, *, at: datetime, is_staff: bool = False, password: str | None = None) -> User:
    return operations.make_user(email=email, password=password, at=at, is_staff=is_staff)


def roles_in(slug: str) -> list[tuple[DemoUser, str]]:
    """List who has which role in an organisation."""
    return [(demo, role) for demo in USERS for organisation, role in demo.roles if organisation == slug]
