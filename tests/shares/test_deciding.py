"""Closing, succeeding, failing: and when an offer fails, every penny goes back, once, however often we begin again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation.models import MailMessage
from payments.models import Refund, RefundRun
from shares import operations, queries
from shares.models import Application
from shares.operations import deciding
from tests.factories import shares as make

pytestmark = pytest.mark.django_db


def _fail(offer, *, reason="The minimum was missed.", is_contingency=False):
    return operations.fail_offer(
        offer=offer, reason=reason, is_contingency=is_contingency, actor=make.SECRETARY, at=make.AFTER
    )


def test_an_offer_that_failed_returns_exactly_what_was_held(offer):
    applications = [make.paid(offer, shares) for shares in (5, 50, 44)]
    make.closed_offer(offer)
    held = make.balance(offer, "2150")

    _fail(offer)
    make.drive("shares.refund_offer", at=make.AFTER)
    owed = {row.public_id: make.balance(offer, "2155", row.public_id) for row in applications}
    arrived = make.all_refunds_arrive(at=make.AFTER)
    make.drive("shares.follow_refunds", at=make.AFTER)

    fees = sum(make.fee_of(pence) for pence in (5_000, 50_000, 44_000))
    assert held == 99_000
    assert owed == {row.public_id: row.number_of_shares * 1000 for row in applications}
    assert arrived == 3
    assert sum(int(refund.amount.amount * 100) for refund in Refund.objects.all()) == held
    assert make.balances(offer) == {"7420": fees, "1250": -fees}
    assert {make.reread(row).state for row in applications} == {"refunded"}
    assert make.reread_offer(offer).state == "refunded"
    assert not offer.society.members.exists()
    templates = sorted(row.template for row in MailMessage.objects.all())
    assert templates == sorted(
        ["shares/mail/paid"] * 3 + ["shares/mail/offer_failed"] * 3 + ["shares/mail/refunded"] * 3
    )


def test_refunding_again_refunds_nothing_more(offer):
    make.paid(offer, 50)
    make.closed_offer(offer)
    _fail(offer)
    operations.refund_failed_offer(offer=offer, actor="system:sweep", at=make.AFTER)
    make.all_refunds_arrive(at=make.AFTER)
    before = make.balances(offer)

    operations.refund_failed_offer(offer=offer, actor="system:sweep", at=make.AFTER)
    make.drive("shares.refund_offer", at=make.AFTER)

    assert make.balances(offer) == before
    assert (Refund.objects.count(), RefundRun.objects.count()) == (1, 1)


def test_a_crash_between_two_chunks_loses_and_doubles_nothing(offer, monkeypatch):
    for _ in range(5):
        make.paid(offer, 10)
    make.closed_offer(offer)
    _fail(offer)
    monkeypatch.setattr(deciding, "CHUNK", 2)
    real, calls = deciding._owe_back_chunk, []

    def die_after_the_first(*args, **kwargs):
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("the worker was killed")
        return real(*args, **kwargs)

    monkeypatch.setattr(deciding, "_owe_back_chunk", die_after_the_first)
    with pytest.raises(RuntimeError):
        make.drive("shares.refund_offer", at=make.AFTER)
    assert Application.objects.refund_due().count() == 2
    monkeypatch.setattr(deciding, "_owe_back_chunk", real)

    make.drive("shares.refund_offer", at=make.AFTER)

    assert (make.balance(offer, "2150"), make.balance(offer, "2155")) == (0, 50_000)
    assert Refund.objects.count() == 5


def test_failing_twice_changes_nothing(offer):
    make.paid(offer, 50)
    make.closed_offer(offer)
    first = _fail(offer)

    second = _fail(offer)

    assert first.failed_at == second.failed_at
    assert make.drive("shares.refund_offer", at=make.AFTER) == 1


def test_an_offer_whose_minimum_cleared_fails_only_by_a_contingency(offer):
    make.paid(offer, 100)
    make.closed_offer(offer)

    with pytest.raises(operations.MinimumReached):
        _fail(offer)
    assert make.reread_offer(offer).state == "closed"

    _fail(offer, reason="The landlord sold to somebody else.", is_contingency=True)
    make.drive("shares.refund_offer", at=make.AFTER)
    assert make.balance(offer, "2155") == 100_000


def test_a_contingency_may_fail_after_the_success(offer):
    make.paid(offer, 100)
    make.closed_offer(offer)
    operations.succeed_offer(offer=offer, actor=make.SECRETARY, at=make.AFTER)

    _fail(offer, reason="The purchase fell through.", is_contingency=True)
    make.drive("shares.refund_offer", at=make.AFTER)

    assert make.balance(offer, "2155") == 100_000


@pytest.mark.parametrize("shares", [0, 99])
def test_an_offer_below_its_minimum_cannot_succeed(offer, shares):
    if shares:
        make.paid(offer, shares)
    make.closed_offer(offer)

    with pytest.raises(operations.MinimumMissed):
        operations.succeed_offer(offer=offer, actor=make.SECRETARY, at=make.AFTER)

    assert make.reread_offer(offer).state == "closed"


def test_money_that_is_only_reserved_does_not_count_towards_the_minimum(offer):
    at = make.CLOSES_AT - timedelta(minutes=1)
    make.paid(offer, 99)
    make.reserve(make.complete(offer, 50, at=at), at=at)
    make.closed_offer(offer, at=make.CLOSES_AT)

    with pytest.raises(operations.MinimumMissed):
        operations.succeed_offer(offer=offer, actor=make.SECRETARY, at=make.CLOSES_AT)

    # The refusal rolled back: whoever is paying may still finish.
    assert Application.objects.awaiting_payment().count() == 1


def test_an_offer_without_money_that_failed_is_refunded_at_once(offer):
    make.closed_offer(offer)
    _fail(offer)

    make.drive("shares.refund_offer", at=make.AFTER)

    assert make.reread_offer(offer).state == "refunded"
    assert not RefundRun.objects.exists()


@pytest.mark.parametrize("reason", ["", " "])
def test_failing_needs_a_reason(offer, reason):
    make.closed_offer(offer)

    with pytest.raises(operations.ReasonMissing):
        _fail(offer, reason=reason)


# --- Closing --------------------------------------------------------------------------------


def test_an_offer_whose_minimum_cleared_may_be_closed_early(offer):
    make.paid(offer, 100)

    closed = operations.close_offer(offer=offer, actor=make.SECRETARY, at=make.NOW)

    assert (closed.state, closed.closed_at) == ("closed", make.NOW)


def test_an_offer_below_its_minimum_is_closed_early_only_with_a_reason(offer):
    make.paid(offer, 99)

    with pytest.raises(operations.OfferNotOver):
        operations.close_offer(offer=offer, actor=make.SECRETARY, at=make.NOW)
    closed = operations.close_offer(offer=offer, reason="The pub burnt down.", actor=make.SECRETARY, at=make.NOW)

    assert closed.state == "closed"


def test_begun_applications_lapse_when_the_offer_closes(offer):
    begun, paid = make.started(offer), make.paid(offer, 100)

    make.closed_offer(offer)

    assert (make.reread(begun).state, make.reread(begun).end_reason) == ("lapsed", "offer_closed")
    assert make.reread(paid).state == "paid"


def test_the_sweep_closes_what_is_due_and_releases_what_is_over(offer, monkeypatch):
    from foundation import clock
    from shares import tasks

    reserved = make.complete(offer, 10)
    make.reserve(reserved)
    monkeypatch.setattr(clock, "now", lambda: make.CLOSES_AT)

    tasks.release_reservations()
    tasks.close_due_offers()

    assert make.reread(reserved).state == "lapsed"
    assert make.reread_offer(offer).state == "closed"


def test_the_sweep_drives_on_a_failed_offer(offer, monkeypatch):
    from foundation import clock
    from shares import tasks

    make.paid(offer, 50)
    make.closed_offer(offer)
    _fail(offer)
    monkeypatch.setattr(clock, "now", lambda: make.AFTER)

    tasks.release_reservations()

    assert make.balance(offer, "2155") == 50_000


# --- Before and while it is open -----------------------------------------------------------


def test_extending_moves_the_closing_and_is_recorded(offer):
    later = make.CLOSES_AT + timedelta(days=30)

    extended = operations.extend_offer(
        offer=offer, closes_at=later, reason="slow start", actor=make.SECRETARY, at=make.NOW
    )

    assert (extended.state, extended.closes_at) == ("open", later)
    last = queries.history_of_offer(offer)[-1]
    assert (last.from_state, last.to_state, last.closes_at, last.reason) == (
        "open",
        "open",
        later,
        "slow start",
    )


@pytest.mark.parametrize(
    ("closes_at", "at", "error"),
    [
        (make.CLOSES_AT, make.NOW, operations.TermsUnsound),
        (make.CLOSES_AT - timedelta(days=1), make.NOW, operations.TermsUnsound),
        (make.OPENS_AT + timedelta(days=200), make.NOW, operations.TermsUnsound),
        (make.CLOSES_AT + timedelta(days=30), make.CLOSES_AT, operations.WrongState),
    ],
    ids=["same", "earlier", "beyond six months", "closed already"],
)
def test_an_extension_that_cannot_be_is_refused(offer, closes_at, at, error):
    with pytest.raises(error):
        operations.extend_offer(offer=offer, closes_at=closes_at, reason="x", actor=make.SECRETARY, at=at)

    assert make.reread_offer(offer).closes_at == make.CLOSES_AT


def test_a_paused_offer_resumes(offer):
    operations.pause_offer(offer=offer, reason="flood", actor=make.SECRETARY, at=make.NOW)

    assert operations.resume_offer(offer=offer, actor=make.SECRETARY, at=make.NOW).state == "open"
    with pytest.raises(operations.WrongState):
        operations.resume_offer(offer=offer, actor=make.SECRETARY, at=make.NOW)


@pytest.mark.parametrize("field", ["risk_capital", "withdrawal_terms", "gap_plan", "complaints", "board_interests"])
def test_an_offer_whose_document_lacks_a_part_is_not_submitted(db, field):
    offer = make.draft_offer()
    make.write_terms(offer, make.Terms(), **{field: "  "})

    with pytest.raises(operations.ContentMissing) as refusal:
        operations.submit_offer(offer=offer, actor=make.SECRETARY, at=make.NOW)

    assert refusal.value.facts == {"fields": [field]}


def test_a_society_that_has_traded_shows_its_accounts(db):
    offer = make.draft_offer(society=make.make_society(has_traded=True))
    make.write_terms(offer, make.Terms(), accounts_summary="")

    with pytest.raises(operations.ContentMissing) as refusal:
        operations.submit_offer(offer=offer, actor=make.SECRETARY, at=make.NOW)

    assert refusal.value.facts == {"fields": ["accounts_summary"]}


UNSOUND = {
    "minimum above optimum": {"minimum": make.pounds(6_000)},
    "optimum above maximum": {"optimum": make.pounds(20_000)},
    "smallest above largest": {"smallest": make.pounds(6_000)},
    "smallest not a multiple": {"smallest": make.pounds(55)},
    "largest not a multiple": {"largest": make.pounds("4999.99")},
    "maximum not a multiple": {"maximum": make.pounds(10_005)},
    "smallest below the rules": {"nominal": make.pounds(1), "smallest": make.pounds(5)},
    "largest above the rules": {"largest": make.pounds(200_000), "maximum": make.pounds(300_000)},
    "minimum of nothing": {"minimum": make.pounds(0)},
}


@pytest.mark.parametrize("figures", UNSOUND.values(), ids=UNSOUND.keys())
def test_terms_that_contradict_themselves_or_the_rules_are_refused(db, figures):
    with pytest.raises(operations.TermsUnsound):
        make.draft_offer(terms=make.Terms(**figures))


def test_terms_of_a_submitted_offer_cannot_be_changed(db):
    offer = make.submitted_offer()

    with pytest.raises(operations.WrongState):
        make.write_terms(offer, make.Terms())


def test_an_offer_that_was_sent_back_can_be_changed_and_submitted_again(db):
    offer = make.approved_offer()

    operations.return_offer(offer=offer, reason="say more on risks", actor=make.STAFF, at=make.NOW)
    make.write_terms(offer, make.Terms(), risk_business="More.")
    again = operations.submit_offer(offer=offer, actor=make.SECRETARY, at=make.NOW)

    assert (again.state, again.approved_at, again.current_terms.version) == ("submitted", None, 2)


@pytest.mark.parametrize(
    ("opens_at", "closes_at"),
    [
        (make.OPENS_AT, make.OPENS_AT),
        (make.OPENS_AT, make.OPENS_AT - timedelta(days=1)),
        (make.OPENS_AT, make.OPENS_AT + timedelta(days=185)),
    ],
)
def test_a_period_that_cannot_be_is_refused(db, opens_at, closes_at):
    with pytest.raises(operations.TermsUnsound):
        make.draft_offer(opens_at=opens_at, closes_at=closes_at)


def test_an_offer_whose_closing_has_passed_is_not_opened(db):
    offer = make.approved_offer()

    with pytest.raises(operations.TermsUnsound):
        operations.open_offer(offer=offer, actor=make.SECRETARY, at=make.CLOSES_AT)


def test_the_same_society_is_not_registered_twice(db):
    make.make_society(number="27093R")

    with pytest.raises(operations.SocietyExists):
        make.make_society(number="027093r")
