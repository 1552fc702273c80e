"""What was accepted is taken back: uncharged, credited or set off, by the verifier, a sample or an adjudicator."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bonds import operations
from bonds.models import ClaimLine, Clawback, Invoice, LineResult, Overpayment, SampleItem, SampleRun
from bonds.operations.errors import (
    DisputeDecided,
    FindingUnfit,
    NotADisputant,
    NothingToSample,
    PeriodOpen,
    SampleClosed,
    WrongState,
)
from bonds.operations.sampling import FoundLine
from bonds.queries.overpayments import find_set_offs
from bonds.queries.recomputing import recompute
from bonds.states import LineState
from tests.bonds.invoices.test_invoicing import accepted, approve, balances, issue, receive
from tests.factories.bonds import DECIDED_AT, HOLDER, PROVIDER, VERIFIER, make_contract

pytestmark = pytest.mark.django_db

LATER = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)
# The last of twenty working days after the decisions of 14 July.
DISPUTED_AT = datetime(2025, 8, 11, 9, 0, tzinfo=UTC)
SEED = "drawn-by-lot-2025-09-01"


def take_back(world, *lines, at=LATER):
    found = lines or ClaimLine.objects.all()
    return operations.take_back_lines(
        claim=found[0].claim,
        lines=[line.public_id for line in found],
        reason="The tenancy was never signed.",
        verifier=world.verifier,
        actor=VERIFIER,
        at=at,
    )


def pay_all(invoices):
    for one in invoices.values():
        approve(receive(one, one.open_pence))


def same_again(world):
    found = recompute(world.contract)
    assert (found.differences, found.lines) == ([], LineResult.objects.count())


def test_what_nobody_was_asked_for_is_simply_not_asked():
    world = accepted()
    take_back(world)

    assert ClaimLine.objects.get().state == "clawed_back"
    assert balances() == {}
    assert not Overpayment.objects.exists()
    assert not Invoice.objects.exists()
    same_again(world)


def test_what_is_still_to_be_paid_gets_a_credit_note():
    world = accepted(people=2)
    issue(world)
    first = ClaimLine.objects.order_by("pk").first()
    take_back(world, first)

    notes = Invoice.objects.filter(kind="credit_note").order_by("number")
    assert [(one.payer.code, one.net_pence, one.credits.number, one.facts["BT-3"]) for one in notes] == [
        ("northmoor", 25_000, 1, "381"),
        ("southfell", 15_000, 2, "381"),
        ("topup", 10_000, 3, "381"),
    ]
    assert notes[0].facts["BT-25"] == "BRIGHTWATER-INV-0001"
    assert [one.open_pence for one in Invoice.objects.filter(kind="invoice").order_by("number")] == [
        25_000,
        15_000,
        10_000,
    ]
    assert balances() == {"1100": 50_000, "4000": -40_000, "4010": -10_000}
    assert not Overpayment.objects.exists()
    same_again(world)


def test_what_was_paid_is_set_off_against_the_next_lines():
    world = accepted()
    pay_all(issue(world))
    take_back(world)

    assert find_set_offs(world.contract) == {"northmoor": 25_000, "southfell": 15_000, "topup": 10_000}
    assert balances() == {"1200": 50_000, "2410": -50_000}

    # Three months' stay at £1,500 for somebody else: £750, £450 and £300, less what was paid too much.
    person = world.make_person()
    claim = world.submit(
        world.make_event("moved_in", date(2025, 7, 3), person, "tenancy"),
        world.make_event("moved_in", date(2025, 7, 4), evidence="tenancy"),
        at=LATER,
    )
    run = world.accept(claim, at=LATER)

    first, second = run.results.order_by("place")
    assert (first.gross_pence, first.net_pence) == (50_000, 0)
    assert [(cut.reason, cut.payer.code, cut.pence) for cut in first.reductions.all()] == [
        ("set_off", "northmoor", 25_000),
        ("set_off", "southfell", 15_000),
        ("set_off", "topup", 10_000),
    ]
    assert second.net_pence == 50_000
    assert find_set_offs(world.contract) == {}
    assert balances() == {"1110": 50_000, "1200": 50_000, "4000": -80_000, "4010": -20_000}
    same_again(world)


def test_a_line_that_settled_an_overpayment_owes_it_again_when_it_is_taken_back():
    world = accepted()
    pay_all(issue(world))
    take_back(world)
    claim = world.submit(world.make_event("moved_in", date(2025, 7, 3), evidence="tenancy"), at=LATER)
    world.accept(claim, at=LATER)
    assert find_set_offs(world.contract) == {}

    take_back(world, *claim.lines.all())

    assert find_set_offs(world.contract) == {"northmoor": 25_000, "southfell": 15_000, "topup": 10_000}
    assert balances() == {"1200": 50_000, "2410": -50_000}
    same_again(world)


def test_a_place_that_was_taken_back_is_free_again():
    world = make_contract()
    person = world.make_person()
    world.accept(world.submit(world.make_event("moved_in", date(2025, 4, 10), person, "tenancy")))
    take_back(world)

    again = world.submit(world.make_event("moved_in", date(2025, 7, 10), person, "tenancy"), at=LATER)
    run = world.accept(again, at=LATER)

    assert [(one.net_pence, one.occurrence) for one in run.results.all()] == [(50_000, 2)]
    same_again(world)


@pytest.mark.parametrize(("is_paid", "each"), [(False, 3), (True, 6)])
def test_a_line_more_asks_the_database_only_for_what_it_writes(is_paid, each):
    asked = []
    world = accepted(people=14)
    if is_paid:
        pay_all(issue(world))
    lines = list(ClaimLine.objects.order_by("pk"))

    for some in (lines[:2], lines[2:]):
        with CaptureQueriesContext(connection) as queries:
            take_back(world, *some)
        asked.append(len(queries))

    # Where it was taken back, its entry, its audit line; what each of three payers has paid too much.
    assert asked[1] - asked[0] == 10 * each


def test_what_was_not_accepted_cannot_be_taken_back():
    world = make_contract()
    world.submit(world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy"))

    with pytest.raises(WrongState):
        take_back(world)

    assert not Clawback.objects.exists()


class TestSamples:
    """A fifth of ten paid lines is looked at."""

    @pytest.fixture
    def sampled(self):
        from dataclasses import replace

        from bonds.arithmetic.terms import ClaimRules
        from tests.factories.bonds import small_terms

        terms = replace(small_terms(), claims=ClaimRules(sample_percent=2_000, tolerance_percent=500))
        world = make_contract(terms)
        events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(10)]
        world.accept(world.submit(*events))
        pay_all(issue(world))
        return world, self.draw(world)

    def draw(self, world, **more):
        facts = {"from_on": date(2025, 7, 1), "until_on": date(2025, 9, 1), "seed": SEED}
        return operations.draw_paid_sample(
            contract=world.contract, verifier=world.verifier, actor=VERIFIER, at=LATER, **facts | more
        )

    def find(self, world, item, is_valid):
        found = FoundLine(item.public_id, is_valid, "" if is_valid else "The keys were never handed over.")
        return operations.record_findings(
            sample=item.sample, findings=[found], verifier=world.verifier, actor=VERIFIER, at=LATER
        )

    def close(self, world, sample):
        return operations.close_sample(sample=sample, verifier=world.verifier, actor=VERIFIER, at=LATER)

    def test_the_same_seed_draws_the_same_lines(self, sampled):
        world, sample = sampled
        again = self.draw(world)

        assert (sample.population_count, sample.population_pence) == (10, 500_000)
        assert again.population_digest == sample.population_digest
        assert [item.line_id for item in again.items.all()] == [item.line_id for item in sample.items.all()]
        assert sample.items.count() == 2

    def test_the_error_rate_less_tolerance_is_recovered_for_the_lines_not_drawn(self, sampled):
        world, sample = sampled
        first, second = sample.items.all()
        self.find(world, first, is_valid=True)
        self.find(world, second, is_valid=False)

        closing = self.close(world, sample)

        # Half of what was drawn does not stand; 50 % less 5 % of the £4,000 that were not drawn.
        assert (closing.invalid_count, closing.invalid_pence, closing.extrapolated_pence) == (1, 50_000, 180_000)
        assert find_set_offs(world.contract) == {"northmoor": 115_000, "southfell": 69_000, "topup": 46_000}
        assert balances() == {"1200": 500_000, "2410": -230_000, "4000": -216_000, "4010": -54_000}
        assert ClaimLine.objects.get(pk=second.line_id).state == "clawed_back"
        with pytest.raises(SampleClosed):
            self.close(world, sample)
        same_again(world)

    def test_a_sample_is_closed_only_when_every_line_has_its_finding(self, sampled):
        from bonds.arithmetic.sampling import SampleIncomplete

        world, sample = sampled
        item = sample.items.first()
        self.find(world, item, is_valid=True)
        with pytest.raises(SampleClosed):
            self.find(world, SampleItem.objects.get(pk=item.pk), is_valid=False)

        with pytest.raises(SampleIncomplete):
            self.close(world, sample)

        assert balances() == {"1200": 500_000, "4000": -400_000, "4010": -100_000}

    def test_nothing_paid_nothing_drawn(self, sampled):
        world, _sample = sampled
        with pytest.raises(NothingToSample):
            self.draw(world, from_on=date(2025, 1, 1), until_on=date(2025, 4, 1))

    def test_nothing_is_drawn_from_days_that_are_not_over(self, sampled):
        world, sample = sampled
        with pytest.raises(PeriodOpen):
            self.draw(world, until_on=date(2025, 9, 2))

        assert SampleRun.objects.get() == sample


class TestDisputes:
    """A party does not agree; an adjudicator decides."""

    def dispute(self, world, line, party="hearthside"):
        return operations.raise_dispute(
            line=line, party=world.parties[party], reason="We sent the agreement.", actor=PROVIDER, at=DISPUTED_AT
        )

    def decide(self, dispute, finding, by="holder"):
        return operations.record_adjudication(
            dispute=dispute,
            finding=finding,
            reason="The agreement is there.",
            adjudicator="Ms Vale, expert",
            party=dispute.line.claim.contract.parties.get(code=by),
            actor=HOLDER,
            at=DISPUTED_AT,
        )

    def reject(self, world, claim):
        operations.reject_lines(
            claim=claim,
            lines=[claim.lines.get().public_id],
            reason="No agreement.",
            verifier=world.verifier,
            actor=VERIFIER,
            at=DECIDED_AT,
        )

    def test_a_rejected_line_that_is_accepted_after_all_is_worked_out(self):
        world = make_contract()
        claim = world.submit(world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy"))
        self.reject(world, claim)

        self.decide(self.dispute(world, claim.lines.get()), LineState.VALIDATED)

        assert claim.lines.get().state == "validated"
        assert balances() == {"1110": 50_000, "4000": -40_000, "4010": -10_000}
        same_again(world)

    def test_an_invoiced_line_stands_as_it_stood(self):
        world = accepted()
        issue(world)
        line = ClaimLine.objects.get()
        dispute = self.dispute(world, line, party="northmoor")
        assert ClaimLine.objects.get().state == "disputed"

        self.decide(dispute, LineState.VALIDATED)

        assert ClaimLine.objects.get().state == "invoiced"
        assert balances()["1100"] == 50_000
        with pytest.raises(DisputeDecided):
            self.decide(dispute, LineState.VALIDATED)

    def test_a_line_taken_back_wrongly_is_accepted_by_an_adjustment(self):
        world = accepted()
        take_back(world, at=DECIDED_AT)
        line = ClaimLine.objects.get()

        self.decide(self.dispute(world, line), LineState.VALIDATED)

        adjustment = ClaimLine.objects.get(origin="adjustment")
        assert (adjustment.adjusts, adjustment.state, adjustment.result.net_pence) == (line, "validated", 50_000)
        assert ClaimLine.objects.get(pk=line.pk).state == "clawed_back"
        assert balances() == {"1110": 50_000, "4000": -40_000, "4010": -10_000}
        same_again(world)

    def test_a_payer_may_win(self):
        world = accepted()
        self.decide(self.dispute(world, ClaimLine.objects.get(), party="topup"), LineState.CLAWED_BACK)

        assert ClaimLine.objects.get().state == "clawed_back"
        assert balances() == {}

    def test_a_finding_has_to_fit_and_only_parties_to_the_money_dispute(self):
        world = accepted()
        line = ClaimLine.objects.get()
        for party in ("lanternhouse", "plumbline"):
            with pytest.raises(NotADisputant):
                self.dispute(world, line, party=party)
        dispute = self.dispute(world, line)
        with pytest.raises(FindingUnfit):
            self.decide(dispute, LineState.REJECTED)
        with pytest.raises(WrongState):
            self.dispute(world, ClaimLine.objects.get())

        assert ClaimLine.objects.get().state == "disputed"
        assert balances()["1110"] == 50_000
