"""A book for the tests of the ledger."""

import pytest
from django.db import transaction

from ledger import operations
from ledger.models import Book
from tests.ledger.support import AT


@pytest.fixture
def book(db) -> Book:
    """The main book of a village pub."""
    with transaction.atomic():
        return operations.open_book(slug="pub", organisation="org_pub", name="Village pub", at=AT)


@pytest.fixture
def shop(db) -> Book:
    """The main book of another society."""
    with transaction.atomic():
        return operations.open_book(slug="shop", organisation="org_shop", name="Village shop", at=AT)
