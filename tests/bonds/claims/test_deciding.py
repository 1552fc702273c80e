"""Claims are submitted, accepted and rejected; every penny is in the books, and whoever claims never verifies."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from bonds import operations
from bonds.models import AssessmentRun, ClaimLine, LineReduction, LineResult, LineShare, LineStateChange
from bonds.operations.errors import LinesRefused, NotDue, NothingToClaim, NotTheVerifier, WrongState
from ledger import queries as ledger_queries
from tests.factories.bonds import CLAIMED_AT, DECIDED_AT, PROVIDER, VERIFIER, make_contract

pytestmark = pytest.mark.django_db

MOVED_ON = date(2025, 4, 10)
STAYED_ON = date(2025, 7, 1)


def balances(slug):
    book = ledger_queries.get_book_by_slug(slug=slug)
    return {row.account.code: row.net for row in ledger_queries.trial_balance(book=book) if row.net}


def test_a_submitted_claim_stands_in_the_memo_book_at_tariff_times_count():
    world = make_contract()
    claim = world.submit(
        world.make_event("moved_in", MOVED_ON, evidence="tenancy"), world.make_event("moved_in", MOVED_ON)
    )

    assert claim.state == "submitted"
    assert claim.claimed_on == date(2025, 7, 7)
    # Fifteen working days after 7 July.
    assert claim.response_due_on == date(2025, 7, 28)
    assert balances("brightwater-memo") == {"9110": 100_000, "9111": -100_000}
    assert balances("brightwater") == {}
    assert [line.indicative_pence for line in claim.lines.all()] == [50_000, 50_000]


def test_an_accepted_line_is_earned_payer_by_payer_and_explains_itself():
    world = make_contract()
    claim = world.submit(world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    run = world.accept(claim)

    (line,) = claim.lines.all()
    result = line.result
    assert line.state == "validated"
    assert (result.gross_pence, result.net_pence, result.occurrence, result.ordinal) == (50_000, 50_000, 1, 1)
    assert [(share.payer.code, share.net_pence) for share in result.shares.all()] == [
        ("northmoor", 25_000),
        ("southfell", 15_000),
        ("topup", 10_000),
    ]
    assert [step["name"] for step in result.steps] == ["tariff", "person_cap", "split"]
    assert run.number == 1
    assert balances("brightwater") == {"1110": 50_000, "4000": -40_000, "4010": -10_000}
    assert balances("brightwater-memo") == {}
    claim.refresh_from_db()
    assert claim.state == "decided"
    book = ledger_queries.get_book_by_slug(slug="brightwater")
    (entry,) = book.entries.all()
    assert (entry.batch, entry.source, entry.kind) == (claim.round.public_id, claim.public_id, "bonds.accepted")
    assert (claim.round.from_on, claim.round.until_on) == (date(2025, 7, 1), date(2025, 10, 1))


def test_a_cap_cuts_and_the_cut_has_a_name():
    world = make_contract()
    person = world.make_person()
    claim = world.submit(
        world.make_event("moved_in", MOVED_ON, person, "tenancy"),
        world.make_event("stayed_3m", STAYED_ON, person, "landlord_letter"),
        at=datetime(2025, 7, 7, 9, tzinfo=UTC),
    )
    world.accept(claim)

    moved, stayed = LineResult.objects.order_by("place")
    assert (moved.gross_pence, moved.net_pence) == (50_000, 50_000)
    assert (stayed.gross_pence, stayed.net_pence) == (150_000, 130_000)
    (cut,) = LineReduction.objects.all()
    assert (cut.result_id, cut.reason, cut.pence) == (stayed.pk, "person_cap", 20_000)
    assert balances("brightwater")["1110"] == 180_000


def test_what_a_payer_does_not_get_evidence_for_is_not_paid():
    world = make_contract()
    claim = world.submit(world.make_event("moved_in", MOVED_ON))
    world.accept(claim)

    result = LineResult.objects.get()
    assert (result.gross_pence, result.net_pence, result.occurrence) == (50_000, 0, None)
    assert [cut.reason for cut in result.reductions.all()] == ["evidence"]
    assert balances("brightwater") == {}
    assert balances("brightwater-memo") == {}


def test_a_once_only_result_is_paid_once_across_providers():
    world = make_contract()
    person = world.make_person()
    first = world.submit(world.make_event("moved_in", MOVED_ON, person, "tenancy"))
    world.accept(first)
    again = world.make_event("moved_in", date(2025, 5, 1), person, "tenancy", provider=world.parties["lanternhouse"])
    claim = operations.put_in_claim(
        contract=world.contract, provider=world.parties["lanternhouse"], events=[again], actor=PROVIDER, at=CLAIMED_AT
    )
    world.accept(operations.submit_claim(claim=claim, actor=PROVIDER, at=CLAIMED_AT))

    assert [(one.net_pence, one.occurrence) for one in LineResult.objects.order_by("run__number")] == [
        (50_000, 1),
        (0, None),
    ]
    assert balances("brightwater")["1110"] == 50_000


def test_rejected_and_withdrawn_lines_leave_the_memo_book_and_may_be_claimed_again():
    world = make_contract()
    event, other = world.make_event("moved_in", MOVED_ON), world.make_event("moved_in", MOVED_ON, evidence="tenancy")
    claim = world.submit(event, other)
    first, second = claim.lines.all()
    operations.reject_lines(
        claim=claim,
        lines=[first.public_id],
        reason="No tenancy agreement.",
        verifier=world.verifier,
        actor=VERIFIER,
        at=DECIDED_AT,
    )
    assert balances("brightwater-memo") == {"9110": 50_000, "9111": -50_000}
    operations.withdraw_lines(
        claim=claim, lines=[second.public_id], reason="Wrong person.", actor=PROVIDER, at=DECIDED_AT
    )

    assert balances("brightwater-memo") == {}
    assert balances("brightwater") == {}
    assert world.submit(event, other).lines.count() == 2


def test_whoever_claims_never_verifies():
    world = make_contract()
    claim = world.submit(world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    line = claim.lines.get()

    for party in (world.provider, world.parties["lanternhouse"], world.parties["northmoor"]):
        with pytest.raises(NotTheVerifier):
            operations.accept_lines(claim=claim, lines=[line.public_id], verifier=party, actor=PROVIDER, at=DECIDED_AT)

    assert not AssessmentRun.objects.exists()
    assert balances("brightwater") == {}
    # And behind the application's back: the claimant is read from the claim, whatever is written.
    with pytest.raises(IntegrityError, match="bonds_line_claimant_never_verifies"), transaction.atomic():
        LineStateChange.objects.create(
            line=line,
            from_state="submitted",
            to_state="validated",
            claimant=0,
            decider=world.provider.organisation_id,
            at=DECIDED_AT,
            by="user:usr_x",
        )


def test_a_line_is_decided_once():
    world = make_contract()
    claim = world.submit(world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    line = claim.lines.get()
    world.accept(claim)

    with pytest.raises(WrongState):
        operations.accept_lines(
            claim=claim, lines=[line.public_id], verifier=world.verifier, actor=VERIFIER, at=DECIDED_AT
        )

    assert LineResult.objects.count() == 1
    assert balances("brightwater")["1110"] == 50_000


def test_silence_accepts_the_day_after_the_answer_was_due():
    world = make_contract()
    claim = world.submit(world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    with pytest.raises(NotDue):
        operations.accept_unanswered(claim=claim, at=datetime(2025, 7, 28, 20, 0, tzinfo=UTC))
    assert not LineResult.objects.exists()

    operations.accept_unanswered(claim=claim, at=datetime(2025, 7, 29, 1, 0, tzinfo=UTC))

    change = LineStateChange.objects.get(to_state="validated")
    assert (change.by, change.decider, change.reason) == ("system:deemed-acceptance", None, "deemed accepted")
    assert balances("brightwater")["1110"] == 50_000


def test_a_query_stops_the_clock_and_an_answer_starts_it():
    world = make_contract()
    claim = world.submit(world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    line = claim.lines.select_related("claim").get()
    operations.query_line(line=line, text="Which flat?", verifier=world.verifier, actor=VERIFIER, at=DECIDED_AT)
    late = datetime(2025, 8, 1, 9, 0, tzinfo=UTC)
    assert operations.accept_unanswered(claim=claim, at=late) is None

    operations.answer_query(line=line, text="Number 4.", party=world.provider, actor=PROVIDER, at=late)

    assert operations.accept_unanswered(claim=claim, at=late) is not None
    assert [message.text for message in line.messages.all()] == ["Which flat?", "Number 4."]


def test_what_cannot_be_claimed_is_listed_and_nothing_is_claimed():
    world = make_contract()
    good = world.make_event("moved_in", date(2025, 7, 2), evidence="tenancy")
    early = world.make_event("moved_in", date(2025, 4, 3), evidence="tenancy")
    late_at = datetime(2025, 7, 29, 9, 0, tzinfo=UTC)  # twenty working days after 30 June end on 28 July

    with pytest.raises(LinesRefused) as refused:
        world.submit(good, early, at=late_at)

    assert refused.value.facts["lines"] == [{"event": early.public_id, "reason": "The time for claiming it is over."}]
    assert not ClaimLine.objects.exists()
    with pytest.raises(NothingToClaim):
        world.submit(at=late_at)
    assert balances("brightwater-memo") == {}


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("bonds_lineshare", "net_pence = net_pence + 1"),
        ("bonds_lineresult", "net_pence = net_pence + 1"),
        ("bonds_linereduction", "pence = 0"),
        ("bonds_outcomeevent", "quantity = 2"),
        ("bonds_evidenceitem", "kind = 'x'"),
    ],
)
def test_facts_cannot_be_changed(table, change):
    world = make_contract()
    world.accept(world.submit(world.make_event("moved_in", MOVED_ON, evidence="tenancy")))

    with pytest.raises(Exception, match=r"permission denied|append-only"), transaction.atomic():
        connection.cursor().execute(f"UPDATE {table} SET {change}")


def test_a_share_too_much_is_refused_when_the_transaction_ends():
    world = make_contract()
    world.accept(world.submit(world.make_event("moved_in", MOVED_ON, evidence="tenancy")))
    result = LineResult.objects.get()

    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="is not the sum of the shares"), transaction.atomic():
        LineShare.objects.create(
            result=result, payer=world.parties["holder"], due_pence=1, settled_pence=1, net_pence=1
        )
