"""The demo's finished contract: a tranche ended early, tax withheld, a guarantee paid, all wound up and closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bonds.models import DistributionPayment, GuaranteeCall, WaterfallRun
from bonds.queries.guarantees import standing_of
from bonds.queries.investors import compute_investor_statements
from bonds.queries.withholding import find_tax_standing
from config.seed.outcome_ending import LENDER, ROLES, EndedContract
from config.seed.people import make_users
from ledger import queries as ledger_queries
from payments.models import RecordedMoney
from tests.factories.bonds import make_organisation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_contract_that_is_over():
    for slug in set(ROLES) - {LENDER}:
        make_organisation(slug)
    users = make_users(at=datetime(2024, 10, 1, tzinfo=UTC))

    contract = EndedContract(users=users, now=NOW).tell()

    assert contract.state == "closed"
    runs = WaterfallRun.objects.filter(contract=contract).order_by("number")
    assert [one.kind for one in runs] == ["redemption", "final"]
    taxed = DistributionPayment.objects.get(tax_pence__gt=0)
    # 5 % of £2,500 for 263 days, of which a fifth is withheld.
    assert (taxed.pence, taxed.tax_pence) == (9_007, 1_801)
    assert find_tax_standing(contract, on=date(2026, 11, 22)).open == 0
    owed = standing_of(GuaranteeCall.objects.get())
    assert (owed.open, owed.held, owed.call.pence > 0) == (0, 0, True)
    lines = compute_investor_statements(contract=contract, from_on=date(2025, 3, 1), until_on=date(2026, 11, 23))
    assert [(one.investor, one.principal_after, one.undrawn) for one in lines] == [
        ("slow-tide", 0, 0), ("tansy-hale", 0, 0), ("kestrel-lane", 0, 0),
    ]  # fmt: skip
    assert all(one.written_off > 0 for one in lines)
    assert not RecordedMoney.objects.waiting().exists()
    for slug in (contract.book_slug, contract.memo_slug):
        book = ledger_queries.get_book_by_slug(slug=slug)
        rows = ledger_queries.trial_balance(book=book)
        assert [row.account.code for row in rows if row.net and row.account.type in {"asset", "liability"}] == []
