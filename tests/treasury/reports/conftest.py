"""The book of the worked example, and short ways to ask it."""

from datetime import date

import pytest
from django.db import transaction

from core.reports import Asked
from ledger import operations
from tests.ledger.support import AT
from tests.treasury.reports import example
from treasury.queries.reports import build_report


@pytest.fixture
def pub(db):
    """The book of the village pub."""
    with transaction.atomic():
        book = operations.open_book(slug="pub", organisation="org_pub", name="Village pub", at=AT)
        example.last_year(book)
        example.this_year(book)
    return book


@pytest.fixture
def ask(pub):
    """Build a report of the example: `ask("balance-sheet", compare=True)`, by default of 2026 until 30 April."""

    def build(slug, from_on=example.JANUARY_1, through_on: date = example.APRIL_30, **more):
        return build_report(book=pub, slug=slug, asked=Asked(from_on, through_on, **more))

    return build
