"""The demo shows one journal in the books, one that waits, and one that was refused."""

import pytest

from config.demo_people import DIRECTOR, TREASURER
from config.seed.journals import write_journals
from ledger import queries
from tests.ledger.support import AT, JAN_5
from tests.treasury.conftest import an_officer
from treasury.models import ManualJournal

pytestmark = pytest.mark.django_db


def test_the_demos_journals(house):
    users = {
        demo.email: an_officer(house.pub, role, demo.email)
        for demo, role in ((TREASURER, "treasurer"), (DIRECTOR, "director"))
    }

    write_journals(organisation=house.pub, users=users, today=JAN_5, at=AT)

    rows = ManualJournal.objects.order_by("pk")
    assert [row.state for row in rows] == ["posted", "refused", "submitted"]
    assert rows[0].attachments.get().file.name == "invoice 118.txt"
    assert queries.account_balance(book=house.book, code="7100") == 18_640
