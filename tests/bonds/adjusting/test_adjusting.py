"""A version that reaches back gives adjustment lines, and payers pay the difference only. Nothing is ever edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bonds import operations
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import EvidenceRule, Tariff
from bonds.models import ClaimLine, Clawback, Invoice, LineResult, LineShare, VersionAdjustment
from bonds.operations import adjusting_long
from bonds.operations.errors import NothingToAdjust, NotRunning
from bonds.queries.adjusting import find_changes, waits_for_adjustment
from bonds.queries.candidates import build_candidates
from bonds.queries.claims import sum_claim
from bonds.queries.explaining import explain_claim
from bonds.queries.overpayments import find_set_offs
from bonds.queries.recomputing import recompute
from bonds.queries.terms import terms_by_version
from bonds.states import LineState
from foundation.models import AuditEvent, Job, MailMessage, OutboxMessage
from tests.bonds.invoices.test_invoicing import approve, balances, issue, receive
from tests.factories.bonds import DECIDED_AT, HOLDER, PROVIDER, make_contract, sign_all, small_terms
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db

VARIED_AT = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)
APRIL, MAY = date(2025, 4, 10), date(2025, 5, 10)
DEARER = (Tariff(metric="moved_in", price=60_000), Tariff(metric="stayed_3m", price=150_000))
CHEAPER = (Tariff(metric="moved_in", price=40_000), Tariff(metric="stayed_3m", price=150_000))


def accepted(terms=None):
    """Two people moved in, one in April and one in May; both are accepted at £500."""
    world = make_contract(terms)
    events = [world.make_event("moved_in", on, evidence="tenancy") for on in (APRIL, MAY)]
    world.accept(world.submit(*events))
    return world


def vary(world, terms, *, effective_on=date(2025, 5, 1), at=VARIED_AT):
    operations.begin_variation(
        contract=world.contract, effective_on=effective_on, reason="The price was wrong.", actor=HOLDER, at=at
    )
    operations.write_terms(contract=world.contract, terms=write_terms(terms), actor=HOLDER, at=at)
    sign_all(world, operations.propose_version(contract=world.contract, actor=HOLDER, at=at), at=at)
    world.contract.refresh_from_db()


def adjust(world, at=VARIED_AT):
    return operations.adjust_lines(contract=world.contract, actor=HOLDER.ref, at=at)


def pay_all(world):
    for one in issue(world).values():
        approve(receive(one, one.open_pence))


def same_again(world):
    found = recompute(world.contract)
    assert (found.differences, found.lines) == ([], LineResult.objects.count())


def nets(line):
    return {share.payer.code: share.net_pence for share in LineShare.objects.filter(result_id=line.pk)}


class TestDearer:
    def test_what_was_paid_settles_the_adjustment_line_and_the_difference_is_asked_for(self):
        world = accepted()
        pay_all(world)
        vary(world, small_terms(tariffs=DEARER))

        made = adjust(world)

        assert (made.looked_at_count, made.changed_count, made.change_pence) == (1, 1, 10_000)
        april, may, again = ClaimLine.objects.order_by("pk")
        assert (april.state, may.state, again.state) == ("paid", "clawed_back", "validated")
        assert (again.origin, again.adjusts, again.claim, again.event) == ("adjustment", may, may.claim, may.event)
        assert (again.result.version_number, again.result.gross_pence, again.result.net_pence) == (2, 60_000, 10_000)
        assert [(cut.reason, cut.pence) for cut in again.result.reductions.all()] == [
            ("set_off", 25_000),
            ("set_off", 15_000),
            ("set_off", 10_000),
        ]
        assert nets(again) == {"northmoor": 5_000, "southfell": 3_000, "topup": 2_000}
        assert find_set_offs(world.contract) == {}
        assert balances() == {"1110": 10_000, "1200": 100_000, "4000": -88_000, "4010": -22_000}
        assert AuditEvent.objects.get(action="bonds.lines_adjusted").after == {
            "version": 2,
            "lines": 1,
            "change_pence": 10_000,
        }
        same_again(world)

        pay_all(world)
        assert balances() == {"1200": 110_000, "4000": -88_000, "4010": -22_000}
        assert set(ClaimLine.objects.exclude(pk=may.pk).values_list("state", flat=True)) == {"paid"}

    def test_what_nobody_was_asked_for_is_simply_asked_anew(self):
        world = accepted()
        vary(world, small_terms(tariffs=DEARER))
        adjust(world)

        claim = ClaimLine.objects.first().claim
        sums = sum_claim(claim)
        assert (sums.accepted, sums.gross, sums.net) == (2, 110_000, 110_000)
        assert (sums.taken_back, sums.taken_back_net) == (1, 50_000)
        explained = explain_claim(claim)
        assert (explained["gross"], explained["net"], explained["taken_back"]) == (110_000, 110_000, 50_000)

        assert balances() == {"1110": 110_000, "4000": -88_000, "4010": -22_000}
        assert sum(one.net_pence for one in issue(world).values()) == 110_000
        same_again(world)

    def test_what_is_still_to_be_paid_is_credited_and_asked_for_anew(self):
        world = accepted()
        issue(world)
        vary(world, small_terms(tariffs=DEARER))
        adjust(world)

        notes = Invoice.objects.filter(kind="credit_note").order_by("number")
        assert [one.net_pence for one in notes] == [25_000, 15_000, 10_000]
        assert balances() == {"1100": 50_000, "1110": 60_000, "4000": -88_000, "4010": -22_000}
        same_again(world)

    def test_a_cap_is_filled_once_by_a_line_and_its_adjustment(self):
        # £1,800 a person: the stay in July fills the cap with the move at £500; £600 leaves it £1,200.
        world = make_contract()
        person = world.make_person()
        first = world.make_event("moved_in", MAY, person, "tenancy")
        world.accept(world.submit(first))
        vary(world, small_terms(tariffs=DEARER))
        adjust(world)
        stayed = world.make_event("stayed_3m", date(2025, 8, 12), person, "landlord_letter")
        run = world.accept(world.submit(stayed, at=VARIED_AT), at=VARIED_AT)

        result = run.results.get()
        assert (result.gross_pence, result.net_pence) == (150_000, 120_000)
        assert [(cut.reason, cut.pence) for cut in result.reductions.all()] == [("person_cap", 30_000)]
        same_again(world)


class TestCheaper:
    def test_what_was_paid_too_much_is_set_off_against_the_next_lines(self):
        world = accepted()
        pay_all(world)
        vary(world, small_terms(tariffs=CHEAPER))

        made = adjust(world)

        assert made.change_pence == -10_000
        again = ClaimLine.objects.order_by("pk").last()
        assert (again.result.gross_pence, again.result.net_pence) == (40_000, 0)
        assert find_set_offs(world.contract) == {"northmoor": 5_000, "southfell": 3_000, "topup": 2_000}
        assert balances() == {"1200": 100_000, "2410": -10_000, "4000": -72_000, "4010": -18_000}
        same_again(world)

    def test_adjusting_an_adjustment_goes_on_from_it(self):
        world = accepted()
        vary(world, small_terms(tariffs=CHEAPER))
        adjust(world)
        later = datetime(2025, 10, 1, 9, 0, tzinfo=UTC)
        vary(world, small_terms(tariffs=DEARER), effective_on=date(2025, 4, 1), at=later)

        made = adjust(world, at=later)

        assert (made.looked_at_count, made.changed_count, made.change_pence) == (2, 2, 30_000)
        living = ClaimLine.objects.filter(state="validated").order_by("pk")
        assert [(line.adjusts.state, line.result.net_pence) for line in living] == [("clawed_back", 60_000)] * 2
        assert balances() == {"1110": 120_000, "4000": -96_000, "4010": -24_000}
        same_again(world)


class TestNothing:
    def test_what_comes_to_the_same_stays_as_it_is(self):
        world = accepted()
        vary(world, small_terms())

        assert waits_for_adjustment(world.contract).number == 2
        made = adjust(world)

        assert (made.looked_at_count, made.changed_count, made.change_pence) == (1, 0, 0)
        assert waits_for_adjustment(world.contract) is None
        assert ClaimLine.objects.count() == 2
        assert not Clawback.objects.exists()
        assert not MailMessage.objects.filter(template="bonds/mail/lines_adjusted").exists()

    @pytest.mark.parametrize("effective_on", [None, date(2025, 5, 11)])
    def test_without_a_version_that_reaches_back_there_is_nothing_to_adjust(self, effective_on):
        world = accepted()
        if effective_on:
            vary(world, small_terms(tariffs=DEARER), effective_on=effective_on)
        before = balances()

        with pytest.raises(NothingToAdjust):
            adjust(world)

        assert waits_for_adjustment(world.contract) is None
        assert balances() == before
        assert not VersionAdjustment.objects.exists()

    def test_the_day_itself_is_reached(self):
        world = accepted()
        vary(world, small_terms(tariffs=DEARER), effective_on=MAY)

        assert adjust(world).changed_count == 1

    def test_nothing_is_adjusted_under_a_draft(self):
        world = make_contract(is_signed=False)

        with pytest.raises(NotRunning):
            adjust(world)

    def test_twice_changes_nothing_the_second_time(self):
        world = accepted()
        vary(world, small_terms(tariffs=DEARER))
        adjust(world)
        before = balances()

        with pytest.raises(NothingToAdjust):
            adjust(world)

        assert balances() == before
        assert VersionAdjustment.objects.count() == 1

    def test_a_line_in_dispute_waits_until_the_dispute_is_decided(self):
        world = accepted()
        line = ClaimLine.objects.get(event__achieved_on=MAY)
        dispute = operations.raise_dispute(
            line=line, party=world.parties["northmoor"], reason="Was it May?", actor=PROVIDER, at=DECIDED_AT
        )
        vary(world, small_terms(tariffs=DEARER))

        found = find_changes(world.contract)
        assert (found.looked_at, found.disputed) == (0, 1)
        with pytest.raises(NothingToAdjust):
            adjust(world)

        operations.record_adjudication(
            dispute=dispute,
            finding=LineState.VALIDATED,
            reason="It was May.",
            adjudicator="A. N. Umpire",
            party=world.parties["holder"],
            actor=HOLDER,
            at=VARIED_AT,
        )
        assert adjust(world).changed_count == 1
        same_again(world)


def test_a_line_and_its_adjustment_are_one_claim_of_a_person():
    # The first and third claims need a letter, the second a self-certificate: an adjustment must not shift them.
    by_turns = EvidenceRule(
        alternating=(EvidenceRule(kind="landlord_letter"), EvidenceRule(kind="self_cert")),
    )
    metrics = small_terms().metrics
    terms = small_terms(metrics=(metrics[0], replace(metrics[1], evidence=by_turns)))
    world = make_contract(terms)
    person = world.make_person()
    world.accept(world.submit(world.make_event("moved_in", MAY, person, "tenancy")))
    vary(world, replace(terms, tariffs=DEARER))
    adjust(world)

    stayed = world.make_event("stayed_3m", date(2025, 8, 12), person, "landlord_letter")
    claim = world.submit(stayed, at=VARIED_AT)
    lines = list(ClaimLine.objects.filter(claim=claim).select_related("event__participant", "event__provider"))
    versions = terms_by_version(world.contract)
    (candidate,) = build_candidates(
        lines, claimed_on=claim.claimed_on, terms_by_version=versions, version_on=lambda _day: 2
    )
    assert candidate.evidence == {}


def test_many_lines_become_a_job_that_can_be_run_again(monkeypatch):
    monkeypatch.setattr(adjusting_long, "LONG_COUNT", 0)
    world = accepted()
    vary(world, small_terms(tariffs=DEARER))

    job = operations.begin_adjustment(contract=world.contract, actor=HOLDER, at=VARIED_AT, result_path="/there/")

    assert isinstance(job, Job)
    assert not VersionAdjustment.objects.exists()
    payload = OutboxMessage.objects.get(topic="bonds.adjustment").payload
    adjusting_long.run_adjustment(payload=payload, at=VARIED_AT)
    job.refresh_from_db()
    assert (job.state, job.result_path) == ("finished", "/there/")
    assert VersionAdjustment.objects.get().changed_count == 1
    same_again(world)


def test_payers_and_the_provider_are_told():
    world = accepted()
    for code in ("northmoor", "hearthside", "lanternhouse"):
        make_officer(world.parties[code].organisation, email=f"{code}@example.org")
    vary(world, small_terms(tariffs=DEARER))
    adjust(world)

    told = MailMessage.objects.filter(template="bonds/mail/lines_adjusted")
    assert sorted(one.to for one in told) == ["hearthside@example.org", "northmoor@example.org"]
    assert all("£100.00 more" in one.text and "P-0" not in one.text for one in told)
