"""A society with a book, a treasurer, a director and a secretary; and another society."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from ledger import operations
from ledger.operations import Line
from people.models import Organisation, User
from people.operations import make_user
from tests.ledger.support import AT, pay, post
from tests.people.support import make_officer, make_organisation, sign_in


def an_officer(organisation: Organisation, role: str, email: str, **more: bool) -> User:
    """Somebody with a role; without a password, because making one takes longer than the rest of a test."""
    make_user(email=email, password=None, at=AT)
    return make_officer(organisation, role, email, **more)


@pytest.fixture
def house(db) -> SimpleNamespace:
    """Everybody who may come to the books, and some who may not."""
    with transaction.atomic():
        pub = make_organisation("hollow-oak", "Hollow Oak Pub Limited")
        shop = make_organisation("ash-shop", "Ash Shop Limited")
        people = SimpleNamespace(
            treasurer=an_officer(pub, "treasurer", "tess@example.org"),
            director=an_officer(pub, "director", "dora@example.org"),
            secretary=an_officer(pub, "secretary", "sam@example.org"),
            unproven=an_officer(pub, "treasurer", "una@example.org", second_factor=False),
            stranger=an_officer(shop, "treasurer", "ash@example.org"),
            resident=make_user(email="rae@example.org", password=None, at=AT),
        )
        book = operations.open_book(slug="hollow-oak", organisation=pub.public_id, name="Main book", at=AT)
        pay(book, "app_1", 50_000, 770)
        pay(book, "app_2", 25_000, 395)
        post(book, "allot", Line("2150", "3000", 50_000, debit_owner="app_1", credit_owner="mem_1"), kind="allotment")
        post(book, "float", Line("1200", "4200", 10_000), narration="=HYPERLINK(x) a gift", kind="donation")
    return SimpleNamespace(pub=pub, shop=shop, book=book, people=people)


@pytest.fixture
def visit(house):
    """A browser for each of them, by name."""
    return lambda name: sign_in(getattr(house.people, name))
