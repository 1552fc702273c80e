"""The demo shows one gift in the books, one payment that waits, and one receipt that was refused."""

import pytest

from config.demo_people import DIRECTOR, TREASURER
from config.seed.recorded import record_money
from ledger import queries
from payments.models import RecordedMoney
from tests.ledger.support import AT, JAN_5
from tests.treasury.conftest import an_officer

pytestmark = pytest.mark.django_db


def test_the_demos_money_by_bank(house):
    users = {
        demo.email: an_officer(house.pub, role, demo.email)
        for demo, role in ((TREASURER, "treasurer"), (DIRECTOR, "director"))
    }

    record_money(organisation=house.pub, users=users, today=JAN_5, at=AT)

    rows = RecordedMoney.objects.order_by("pk")
    assert [(row.direction, row.state) for row in rows] == [("in", "approved"), ("in", "refused"), ("out", "requested")]
    assert queries.account_balance(book=house.book, code="4200") == 10_000 + 25_000
