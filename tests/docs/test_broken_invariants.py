"""Rows that no act writes, put in with the guards taken away: the check of the invariant finds each."""

from __future__ import annotations

import pytest

from foundation.registries import INVARIANTS
from payments.models import Refund
from shares import operations
from tests.factories import shares as make
from tests.support.broken import break_and_find

pytestmark = pytest.mark.django_db(transaction=True)
ALL = {one.code: one for _, invariants in INVARIANTS.items() for one in invariants}

BREAKS = {
    "PAY-1": """
        ALTER TABLE payments_providerposting DROP CONSTRAINT payments_posting_once;
        UPDATE payments_providerposting SET kind = 'receipt', object_id = 'ch_one'
    """,
    "PAY-2": "UPDATE payments_providerposting SET entry_key = 'nowhere'",
    "PAY-3": "DELETE FROM payments_providerposting WHERE kind = 'receipt'",
    "PAY-4": "UPDATE payments_refund SET amount = amount + 0.01",
    "PAY-5": "DELETE FROM payments_receipt",
    "PAY-6": "DELETE FROM payments_providerposting WHERE kind = 'refund'",
    "PAY-7": "UPDATE payments_providerposting SET net_minor = net_minor + 1",
    "PAY-8": "UPDATE payments_payment SET state = 'needs_attention', settled_at = NULL",
    "PEO-1": """
        DROP INDEX people_user_email_any_case;
        UPDATE people_user SET email = CASE WHEN id % 2 = 0 THEN 'ada@example.org' ELSE 'ADA@example.org' END
    """,
    "PEO-2": """
        ALTER TABLE people_particulars DROP CONSTRAINT people_particulars_name_and_address;
        UPDATE people_particulars SET address_line_1 = ''
    """,
    "LED-2": "UPDATE ledger_balance SET debits = debits + 1 WHERE owner = ''",
    "LED-9": "ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_applies",
}


@pytest.fixture
def _history(db) -> None:
    """Somebody who paid, and somebody who paid and was paid back."""
    offer = make.open_offer()
    make.paid(offer, 10)
    left = make.paid(offer, 20)
    operations.cancel_application(application=left, actor=make.actor_of(left.user), at=make.NOW)
    assert make.all_refunds_arrive(at=make.NOW) == 1
    assert Refund.objects.get().state == "succeeded"


def found(code: str) -> list[str]:
    return list(ALL[code].find_violations())


@pytest.mark.usefixtures("_history", "_as_superuser")
@pytest.mark.parametrize("code", BREAKS)
def test_it_is_found(code):
    assert found(code) == []

    assert break_and_find(ALL[code].find_violations, BREAKS[code]) != []
    assert found(code) == []
