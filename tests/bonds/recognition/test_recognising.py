"""Income counts when a result is accepted, or a part of it when it is claimed, if the holder says so: exact entries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from bonds import operations
from bonds.arithmetic.recognising import constrain
from bonds.models import ClaimLine, EarlyIncome, RecognitionPolicy
from bonds.operations.errors import RecognitionUnsound
from bonds.queries.overview import gather
from bonds.queries.overview_books import compare_with_books
from bonds.queries.recognition import sum_early
from bonds.states import Recognition
from foundation.models import AuditEvent
from ledger.models import Entry
from tests.bonds.claims.test_taking_back import take_back
from tests.bonds.invoices.test_invoicing import balances, issue
from tests.factories.bonds import CLAIMED_AT, DECIDED_AT, HOLDER, PROVIDER, SIGNED_AT, VERIFIER, make_contract

pytestmark = pytest.mark.django_db

EARLY, APPROVED = Recognition.SUBMITTED_CONSTRAINED, Recognition.APPROVED


def choose(world, *, recognise_at=EARLY, percent=8_000, from_on=date(2025, 7, 1), at=SIGNED_AT, **changed):
    facts = {"reason": "Nine in ten claims were accepted.", "actor": HOLDER} | changed
    return operations.record_recognition(
        contract=world.contract, recognise_at=recognise_at, percent=percent, from_on=from_on, at=at, **facts
    )


def claimed(*, people=2, **policy):
    """A world with a policy, and a claim for so many people who moved in: £500 each."""
    world = make_contract()
    choose(world, **policy)
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(people)]
    return world, world.submit(*events)


def lines_of(entry):
    return [(one.debit_account.code, one.credit_account.code, one.amount) for one in entry.transfers.order_by("pk")]


def entries(*kinds):
    return [(one.kind, lines_of(one)) for one in Entry.objects.filter(book__slug="brightwater").order_by("pk")]


@pytest.mark.parametrize(
    ("expected", "percent", "recognised"),
    [(50_000, 8_000, 40_000), (3, 5_000, 1), (50_000, 10_000, 50_000), (50_000, 0, 0), (-50_000, 8_000, 0)],
)
def test_the_part_is_rounded_down_and_never_below_nothing(expected, percent, recognised):
    assert constrain(expected, percent=percent) == recognised


def test_without_a_policy_nothing_is_income_before_it_is_accepted():
    world = make_contract()
    claim = world.submit(world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy"))
    assert balances() == {}

    world.accept(claim)

    assert [kind for kind, _lines in entries()] == ["bonds.accepted"]
    assert not EarlyIncome.objects.exists()


def test_a_part_is_income_when_it_is_claimed_and_all_of_it_when_it_is_accepted():
    world, claim = claimed()

    assert balances() == {"1110": 80_000, "4000": -64_000, "4010": -16_000}
    assert entries() == [
        ("bonds.recognised_early", [("1110", "4000", 40_000), ("1110", "4000", 24_000), ("1110", "4010", 16_000)])
    ]
    assert Entry.objects.get(kind="bonds.recognised_early").batch == claim.round.public_id
    assert sum_early(world.contract) == 80_000

    world.accept(claim)

    assert balances() == {"1110": 100_000, "4000": -80_000, "4010": -20_000}
    kinds = dict(entries())
    assert kinds["bonds.early_income_released"] == [
        ("4000", "1110", 40_000),
        ("4000", "1110", 24_000),
        ("4010", "1110", 16_000),
    ]
    assert kinds["bonds.accepted"] == [("1110", "4000", 50_000), ("1110", "4000", 30_000), ("1110", "4010", 20_000)]
    assert sum_early(world.contract) == 0
    assert {one.net_pence for one in issue(world).values()} == {50_000, 30_000, 20_000}


def test_accepting_one_line_releases_that_line_alone():
    world, claim = claimed()
    first = ClaimLine.objects.order_by("pk").first()

    operations.accept_lines(
        claim=claim, lines=[first.public_id], verifier=world.verifier, actor=VERIFIER, at=DECIDED_AT
    )

    # One at its full £500, one at 80 % of it.
    assert balances() == {"1110": 90_000, "4000": -72_000, "4010": -18_000}
    assert sum_early(world.contract) == 40_000


def test_what_is_rejected_was_no_income():
    world, claim = claimed()
    operations.reject_lines(
        claim=claim, lines=[line.public_id for line in ClaimLine.objects.all()], reason="No tenancy was signed.",
        verifier=world.verifier, actor=VERIFIER, at=DECIDED_AT,
    )  # fmt: skip

    assert balances() == {}
    assert [one.pence for one in EarlyIncome.objects.order_by("pk")] == [
        20_000, 12_000, 8_000, 20_000, 12_000, 8_000, -20_000, -12_000, -8_000, -20_000, -12_000, -8_000,
    ]  # fmt: skip


def test_what_is_withdrawn_is_released_and_may_be_claimed_again():
    world, claim = claimed(people=1)
    line = ClaimLine.objects.get()
    operations.withdraw_lines(
        claim=claim, lines=[line.public_id], reason="The wrong day.", actor=PROVIDER, at=DECIDED_AT
    )
    assert balances() == {}

    again = world.submit(line.event, at=DECIDED_AT)
    assert balances() == {"1110": 40_000, "4000": -32_000, "4010": -8_000}
    world.accept(again)
    assert balances() == {"1110": 50_000, "4000": -40_000, "4010": -10_000}


def test_what_is_taken_back_after_acceptance_leaves_nothing():
    world, claim = claimed(people=1)
    world.accept(claim)
    take_back(world)

    assert balances() == {}


def test_a_query_releases_nothing_and_silence_releases_as_acceptance_does():
    world, claim = claimed(people=1)
    line = ClaimLine.objects.get()
    operations.query_line(line=line, text="Which street?", verifier=world.verifier, actor=VERIFIER, at=CLAIMED_AT)
    assert sum_early(world.contract) == 40_000
    operations.answer_query(line=line, text="Mill Lane.", party=world.provider, actor=PROVIDER, at=CLAIMED_AT)

    operations.accept_unanswered(claim=claim, at=CLAIMED_AT.replace(month=9))

    assert balances() == {"1110": 50_000, "4000": -40_000, "4010": -10_000}


def test_what_lacks_evidence_is_no_income_early():
    world = make_contract()
    choose(world)
    world.submit(world.make_event("moved_in", date(2025, 4, 10)))

    assert balances() == {}


def test_the_policy_of_the_day_of_the_claim_counts():
    world = make_contract()
    choose(world, from_on=date(2025, 7, 8))
    claim = world.submit(world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy"))
    assert balances() == {}
    choose(world, recognise_at=APPROVED, percent=0, from_on=date(2025, 7, 9))
    world.submit(world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy"), at=CLAIMED_AT.replace(day=8))
    world.submit(world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy"), at=CLAIMED_AT.replace(day=9))

    assert sum_early(world.contract) == 40_000
    assert claim.state == "submitted"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"percent": 0}, "percent"),
        ({"percent": 10_001}, "percent"),
        ({"recognise_at": APPROVED}, "percent"),
        ({"from_on": date(2025, 3, 13)}, "from_on"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(changed, field):
    world = make_contract()

    with pytest.raises(RecognitionUnsound) as refused:
        choose(world, **changed)

    assert refused.value.facts["field"] == field
    assert not RecognitionPolicy.objects.exists()
    assert not AuditEvent.objects.filter(action="bonds.recognition_recorded").exists()


def test_a_policy_is_noted():
    world = make_contract()
    choose(world)

    event = AuditEvent.objects.get(action="bonds.recognition_recorded")
    assert event.after == {"recognise_at": "submitted_constrained", "percent": 8_000, "from_on": "2025-07-01"}
    assert event.reason == "Nine in ten claims were accepted."


def test_the_overview_says_the_same_as_the_books():
    world, claim = claimed()
    for on, early in ((date(2025, 7, 7), 80_000), (date(2025, 7, 14), 0)):
        if early == 0:
            world.accept(claim)
        ties = compare_with_books(gather(contract=world.contract, on=on))
        assert [one.code for one in ties if one.difference] == []
        assert sum_early(world.contract, on=on) == early


@pytest.mark.parametrize("change", ["UPDATE bonds_earlyincome SET pence = 1", "DELETE FROM bonds_recognitionpolicy"])
def test_what_was_recognised_is_fixed(change):
    claimed()

    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(change)


def test_the_database_lets_nothing_be_released_in_part():
    claimed(people=1)
    one = EarlyIncome.objects.order_by("pk").first()

    with pytest.raises(DatabaseError, match="released whole"), transaction.atomic():
        EarlyIncome.objects.create(
            line=one.line, payer=one.payer, releases=one, pence=-1, booked_on=one.booked_on, at=one.at
        )
    assert EarlyIncome.objects.count() == 3
