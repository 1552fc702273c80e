"""The demo's contract: two years of three councils, a fund and five providers; every figure follows from evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bonds.models import (
    Adjudication,
    Claim,
    ClaimLine,
    Clawback,
    Dispute,
    Invoice,
    OutcomesContract,
    Participant,
    ProviderDue,
    ProviderStatement,
    Publication,
    SampleClosing,
)
from bonds.queries.people import guarantee_standings
from bonds.queries.provider_pay import balances_of
from bonds.queries.recomputing import recompute
from config.seed.outcomes import Outcomes
from config.seed.people import make_users
from ledger import queries as ledger_queries
from ledger.models import Transfer
from payments.models import RecordedMoney

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_two_years_of_a_contract():
    said = []

    contract = Outcomes(users=make_users(at=datetime(2024, 10, 1, tzinfo=UTC)), now=NOW).tell(said.append)

    assert OutcomesContract.objects.get() == contract
    assert (contract.state, contract.versions.get().effective_on) == ("signed", date(2024, 11, 1))
    assert Participant.objects.count() == 45
    states = set(Claim.objects.values_list("state", flat=True))
    assert states == {"draft", "submitted", "decided"}
    assert {"paid", "invoiced", "rejected", "submitted", "draft"} <= set(
        ClaimLine.objects.values_list("state", flat=True)
    )
    found = recompute(contract)
    assert (found.differences, found.runs > 30) == ([], True)
    book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
    owed = sum(one.open_pence for one in Invoice.objects.all())
    assert ledger_queries.account_balance(book=book, code="1100") == owed > 0
    assert len(said) == 8
    late = Invoice.objects.unpaid().get(payer__code="kindle")
    assert (late.reminders.count(), late.credit_notes.count(), late.due_on < NOW.date()) == (1, 1, True)
    assert RecordedMoney.objects.waiting().get(purpose="bonds.invoice").subject == late.public_id
    assert {one.facts["BT-13"] for one in Invoice.objects.filter(payer__code="northmoor")} == {
        "NM-HSG-20417",
        "NM-HSG-22083",
    }
    assert (
        SampleClosing.objects.get().invalid_count,
        Clawback.objects.filter(result__line__sampled__finding__is_valid=False).count(),
    ) == (1, 1)
    assert (Dispute.objects.count(), Adjudication.objects.get().finding) == (2, "validated")
    assert Publication.objects.get().is_public


def test_providers_are_paid_in_three_ways_and_never_from_an_empty_bank():
    contract = Outcomes(users=make_users(at=datetime(2024, 10, 1, tzinfo=UTC)), now=NOW).tell([].append)

    found = {one.provider.code: one for one in balances_of(contract)}
    kinds = ProviderDue.objects.values_list("provider__code", "kind").distinct().order_by()
    assert set(kinds) == {
        ("hearthside", "fee"),
        ("hearthside", "success"),
        ("hearthside", "compensation"),
        ("lantern-yard", "fee"),
        ("lantern-yard", "compensation"),
        ("kettle-and-key", "outcome"),
        ("second-field", "fee"),
        ("second-field", "outcome"),
        ("the-long-table", "success"),
    }
    # One payment waits for its second person, some of what is due is not paid yet.
    assert found["hearthside"].waiting == found["hearthside"].open > 0
    assert found["second-field"].open > 0
    assert min(one.paid for one in found.values()) > 300_000
    assert [one.accepted is not None for one in guarantee_standings(contract=contract, on=NOW.date())] == [
        True, False, False, True, False, False,
    ]  # fmt: skip
    assert ProviderStatement.objects.count() == 5
    moved = Transfer.objects.filter(entry__book__slug=contract.book_slug).order_by("entry__effective_on", "pk")
    held = 0
    for debit, credit, amount in moved.values_list("debit_account__code", "credit_account__code", "amount"):
        held += amount * ((debit == "1200") - (credit == "1200"))
        assert held >= 0
