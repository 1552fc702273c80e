"""Holds, periods, seals and keys: whatever is changed by hand with the guards off, an invariant shows."""

from datetime import date

import pytest

from ledger import operations
from ledger.models import Seal
from ledger.operations import Line
from tests.ledger.support import AT, JAN_5, pay, post
from tests.ledger.test_verification import broken, unguarded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.breaks_invariants]
FEB_10 = date(2026, 2, 10)


@pytest.fixture(autouse=True)
def books(book):
    """A closed January with a posted hold, and a February with an open one."""
    pay(book, "app_1", 100)
    line = Line("2150", "2155", 60, debit_owner="app_1", credit_owner="app_1")
    taken = operations.hold(book=book, key="h1", kind="refund", line=line, actor="a", held_at=AT)
    operations.post_hold(hold=taken, key="take", effective_on=JAN_5, amount=25, actor="a", recorded_at=AT)
    operations.close_period(book=book, through=date(2026, 1, 31), actor="a", at=AT)
    operations.record_anchor(seal=Seal.objects.get(seq=2), place="mail", at=AT)
    line = Line("2150", "2155", 10, debit_owner="app_1", credit_owner="app_1")
    operations.hold(book=book, key="h2", kind="refund", line=line, actor="a", held_at=AT)
    post(book, "feb", Line("1200", "4000", 5), on=FEB_10)
    other = operations.open_book(slug="shop", organisation="org_shop", name="Shop", at=AT)
    post(other, "theirs", Line("1200", "4000", 5), on=FEB_10)
    assert broken() == set()


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("UPDATE ledger_seal SET hash = 'x' WHERE seq = 1", {"LED-11"}),
        ("DELETE FROM ledger_seal WHERE seq = 2", {"LED-11", "LED-13"}),
        ("DELETE FROM ledger_sealqueue", {"LED-11"}),
        ("UPDATE ledger_anchor SET hash = 'x'", {"LED-11"}),
        ("UPDATE ledger_hold SET amount = 9 WHERE key = 'h2'", {"LED-12"}),
        ("UPDATE ledger_hold SET amount = 9 WHERE key = 'h1'", {"LED-12"}),
        ("UPDATE ledger_holdend SET amount = 24", {"LED-12"}),
        ("DELETE FROM ledger_holdend", {"LED-12"}),
        ("UPDATE ledger_balance SET held_debits = 9 WHERE owner = 'app_1' AND held_debits = 10", {"LED-12"}),
        ("UPDATE ledger_periodbalance SET debits = debits + 1 WHERE owner = 'app_1'", {"LED-13"}),
        ("DELETE FROM ledger_periodbalance WHERE owner = 'app_1'", {"LED-13"}),
        ("UPDATE ledger_book SET locked_through = '2026-02-28' WHERE slug = 'pub'", {"LED-13"}),
        ("UPDATE ledger_period SET head_seq = 1", {"LED-13"}),
        (
            "INSERT INTO ledger_accountclosure (account_id, closed_on, recorded_at, actor)"
            " SELECT id, '2026-02-01', now(), 'x' FROM ledger_account WHERE code = '4000'",
            {"LED-13"},
        ),
        (
            "UPDATE ledger_hold SET debit_account_id = (SELECT a.id FROM ledger_account a JOIN ledger_book b"
            " ON b.id = a.book_id WHERE b.slug = 'shop' AND a.code = '2150') WHERE key = 'h2'",
            {"LED-12", "LED-14"},
        ),
        (
            "UPDATE ledger_entry SET reverses_id = (SELECT id FROM ledger_entry WHERE key = 'theirs')"
            " WHERE key = 'feb'",
            {"LED-8", "LED-10", "LED-14"},
        ),
    ],
)
def test_it_shows(statement, codes):
    with unguarded() as connection:
        connection.execute(statement)

    assert broken() == codes
