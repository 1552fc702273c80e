"""The demo's contract of nights at home: an advance used up, a downside share given and paid back, income early."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bonds.models import Invoice
from bonds.queries.advances import sum_unearned
from bonds.queries.overpayments import find_credits, list_owed
from bonds.queries.recognition import sum_early
from bonds.queries.recomputing import recompute
from config.seed.outcome_nights import ROLES, NightsContract
from config.seed.people import make_users
from ledger import queries as ledger_queries
from payments.models import RecordedMoney
from tests.factories.bonds import make_organisation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_contract_with_a_bad_quarter():
    for slug in ROLES:
        make_organisation(slug)

    contract = NightsContract(users=make_users(at=datetime(2024, 10, 1, tzinfo=UTC)), now=NOW).tell()

    invoices = Invoice.objects.filter(contract=contract).order_by("number")
    assert [(one.payer.code, one.kind, one.net_pence, one.state) for one in invoices] == [
        ("northmoor", "invoice", 300_000, "paid"),
        ("kindle", "invoice", 100_000, "paid"),
        ("northmoor", "credit_note", 75_000, "paid"),
        ("kindle", "credit_note", 25_000, "paid"),
    ]
    assert (invoices[0].facts["BT-113"], invoices[0].facts["BT-115"]) == ("1500.00", "1500.00")
    assert sum_unearned(contract) == {}
    assert find_credits(contract) == {"northmoor": 75_000}
    assert {one.payer.code: one.refunded for one in list_owed(contract)} == {"northmoor": 0, "kindle": 25_000}
    # Three fifths of what 1,300 nights come to wait for their decision.
    assert sum_early(contract) == 180_000
    book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
    assert ledger_queries.account_balance(book=book, code="1150") == 200_000
    assert ledger_queries.account_balance(book=book, code="2410") == 75_000
    assert not RecordedMoney.objects.waiting().exists()
    assert recompute(contract).differences == []
