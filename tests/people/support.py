"""People for tests: the smallest valid ones, made by the acts that make them in life."""

from __future__ import annotations

from datetime import UTC, date, datetime

from allauth.mfa.models import Authenticator
from django.test import Client

from people import operations
from people.models import Organisation, User

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ON = date(2026, 11, 2)
PASSWORD = "quiet-otter-lamp-42"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_user(email: str = "amy@example.org", **fields: object) -> User:
    """Somebody who can sign in."""
    return operations.make_user(email=email, password=PASSWORD, at=AT, **fields)


def make_organisation(slug: str = "hollow-oak", name: str = "Hollow Oak Pub Limited") -> Organisation:
    """An organisation without officers."""
    return operations.found_organisation(slug=slug, name=name, actor="system:tests", at=AT)


def make_officer(
    organisation: Organisation, role: str = "secretary", email: str = "sam@example.org", second_factor: bool = True
) -> User:
    """Somebody who acts for an organisation, with an authenticator app unless told otherwise."""
    user = User.objects.filter(email=email).first() or make_user(email)
    operations.appoint_officer(user=user, organisation=organisation, role=role, from_on=ON, actor="system:tests", at=AT)
    if second_factor and not Authenticator.objects.filter(user=user).exists():
        operations.seed_second_factor(user=user, secret=SECRET)
    return user


def give_particulars(user: User, **changed: object):
    """Particulars of the person of a user."""
    facts = {
        "full_name": "Amy Ash",
        "address_line_1": "1 High Street",
        "town": "Ludlow",
        "postcode": "SY8 1AA",
        "email_for_notices": user.email,
        "email_purposes": ["notices"],
    }
    return operations.record_particulars(person=operations.give_person(user=user), at=AT, **facts | changed)


def sign_in(user: User, *, second_factor: bool = True, recently: bool = True) -> Client:
    """A browser in which somebody signed in: with a code from their app if they have one, just now unless told."""
    import time

    client = Client()
    client.force_login(user)
    session = client.session
    records = [{"method": "password", "at": time.time(), "email": user.email}]
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if second_factor and app is not None:
        records.append({"method": "mfa", "at": time.time(), "id": app.pk, "type": "totp"})
    if recently:
        records.append({"method": "password", "at": time.time(), "reauthenticated": True})
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
