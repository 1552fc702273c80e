"""Money arrives in time, late, twice, for nothing: it is held or goes back, once, and the books say so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation.models import MailMessage
from payments.models import Payment, Refund
from payments.operations import expire_checkout
from shares import operations, queries
from shares.models import Application, ShareOffer
from tests.factories import shares as make

pytestmark = pytest.mark.django_db
LATER = make.NOW + timedelta(minutes=45)


def _lapsed(offer: ShareOffer, shares: int) -> tuple[Application, Payment]:
    """An application whose time to pay is over, and the payment that may still come."""
    application = make.complete(offer, shares)
    payment = make.reserve(application)
    operations.release_reservation(application=application, actor=make.SYSTEM, at=LATER)
    return make.reread(application), payment


def _mails() -> list[str]:
    return [row.template.removeprefix("shares/mail/") for row in MailMessage.objects.order_by("pk")]


def test_a_payment_is_held_under_its_application_and_told_once(offer):
    application = make.complete(offer, 50)
    payment = make.reserve(application)

    make.pay(payment)
    make.pay(payment)

    fee = make.fee_of(50_000)
    assert make.balances(offer) == {"1250": 50_000 - fee, "7420": fee, "2150": 50_000}
    assert make.balance(offer, "2150", application.public_id) == 50_000
    assert (make.reread(application).state, make.reread(application).paid_at) == ("paid", make.NOW)
    [mail] = MailMessage.objects.all()
    assert mail.to == application.user.email
    assert "held until the offer succeeds" in mail.text


@pytest.mark.parametrize("act", ["nothing", "close", "pause"])
def test_what_was_reserved_in_time_counts_until_the_board_decides(offer, act):
    at = make.CLOSES_AT - timedelta(minutes=1)
    application = make.complete(offer, 50, at=at)
    payment = make.reserve(application, at=at)
    if act == "close":
        make.closed_offer(offer, at=make.CLOSES_AT)
    if act == "pause":
        operations.pause_offer(offer=offer, reason="flood", actor=make.SECRETARY, at=at)

    make.pay(payment, at=make.CLOSES_AT + timedelta(seconds=1))

    assert make.reread(application).state == "paid"


def test_late_money_is_accepted_while_there_is_room(offer):
    application, payment = _lapsed(offer, 500)

    make.pay(payment, at=LATER)

    assert make.reread(application).state == "paid"
    assert not Refund.objects.exists()


def test_late_money_for_shares_that_others_bought_goes_back_once(offer):
    application, payment = _lapsed(offer, 500)
    make.paid(offer, 500)
    make.paid(offer, 400)

    make.pay(payment, at=LATER)
    make.pay(payment, at=LATER)

    refused = make.reread(application)
    assert (refused.state, refused.end_reason) == ("refund_due", "sold_out")
    assert make.balance(offer, "2150", application.public_id) == 0
    assert make.balance(offer, "2155", application.public_id) == 500_000
    [refund] = Refund.objects.all()
    assert refund.amount == make.pounds(5_000)
    assert _mails() == ["paid", "paid", "not_accepted"]
    assert queries.raised_so_far(offer).cleared_pence == 900_000


def test_release_before_and_after_the_payment_give_the_same_end(offer):
    """The other order: the money is here when the sweep comes."""
    application = make.complete(offer, 500)
    payment = make.reserve(application)
    make.pay(payment, at=LATER)

    assert not operations.release_reservation(application=application, actor=make.SYSTEM, at=LATER)

    assert make.reread(application).state == "paid"


def test_late_money_that_would_pass_the_largest_holding_goes_back(offer):
    user = make.make_user()
    first = make.complete(offer, 300, user=user)
    payment = make.reserve(first)
    operations.release_reservation(application=first, actor=make.SYSTEM, at=LATER)
    make.paid(offer, 300, user=user, at=LATER)

    make.pay(payment, at=LATER)

    refused = make.reread(first)
    assert (refused.state, refused.end_reason) == ("refund_due", "holding_limit")


@pytest.mark.parametrize("decision", ["failed", "allotted"])
def test_money_after_the_decision_goes_back(offer, decision):
    at = make.CLOSES_AT - timedelta(minutes=1)
    if decision == "allotted":
        make.paid(offer, 100)
    application = make.complete(offer, 50, at=at)
    payment = make.reserve(application, at=at)
    make.closed_offer(offer, at=make.CLOSES_AT)
    if decision == "allotted":
        make.allot(offer)
    else:
        operations.fail_offer(
            offer=offer, reason="minimum missed", is_contingency=False, actor=make.SECRETARY, at=make.AFTER
        )

    make.pay(payment, at=make.AFTER + timedelta(minutes=1))

    refused = make.reread(application)
    assert (refused.state, refused.end_reason) == ("refund_due", "offer_closed")
    assert make.balance(offer, "2155", application.public_id) == 50_000
    if decision == "failed":
        make.drive("shares.refund_offer", at=make.AFTER)


def test_money_for_a_cancelled_application_goes_back(offer):
    application = make.complete(offer, 50)
    payment = make.reserve(application)
    operations.cancel_application(application=application, actor=make.actor_of(application.user), at=make.NOW)

    make.pay(payment, at=LATER)

    assert (make.reread(application).state, make.reread(application).end_reason) == ("refund_due", "cancelled")
    assert make.balance(offer, "2155", application.public_id) == 50_000


@pytest.mark.parametrize("first_to_arrive", ["old payment", "new payment"])
def test_of_two_payments_for_one_application_one_counts_and_one_goes_back(offer, first_to_arrive):
    application, old = _lapsed(offer, 50)
    new = make.reserve(application, at=LATER)
    order = [old, new] if first_to_arrive == "old payment" else [new, old]

    for payment in order:
        make.pay(payment, at=LATER)

    held = make.reread(application)
    assert (held.state, held.payment) == ("paid", order[0])
    assert make.balance(offer, "2150", application.public_id) == 50_000
    assert make.balance(offer, "2155", application.public_id) == 50_000
    [refund] = Refund.objects.all()
    assert refund.receipt.payment == order[1]
    assert _mails() == ["paid", "paid_twice"]

    make.all_refunds_arrive(at=LATER)

    assert make.reread(application).state == "paid"
    assert make.balance(offer, "2155") == 0


def test_late_money_for_another_number_of_shares_goes_back(offer):
    application, old = _lapsed(offer, 50)
    operations.set_number_of_shares(
        application=application, number_of_shares=60, actor=make.actor_of(application.user), at=LATER
    )
    new = make.reserve(application, at=LATER)

    make.pay(old, at=LATER)

    ended = make.reread(application)
    assert (ended.state, ended.end_reason, ended.payment) == ("refund_due", "reservation_ended", old)
    make.pay(new, at=LATER)
    assert make.balance(offer, "2155", application.public_id) == 110_000
    assert Refund.objects.count() == 2


def test_when_the_page_ends_the_reservation_ends(offer):
    application = make.complete(offer, 50)
    payment = make.reserve(application)

    expire_checkout_without_network(payment)

    assert (make.reread(application).state, make.reread(application).end_reason) == ("lapsed", "reservation_ended")


def expire_checkout_without_network(payment: Payment) -> None:
    """No page was opened for this payment, so nothing is asked of the provider."""
    expire_checkout(payment_id=payment.pk, at=LATER)


# --- Changing one's mind ----------------------------------------------------------------------


def test_in_the_days_of_cooling_off_all_the_money_goes_back(offer):
    application = make.paid(offer, 50)
    before_the_end = make.NOW + timedelta(days=14) - timedelta(seconds=1)

    operations.cancel_application(application=application, actor=make.SYSTEM, at=before_the_end)
    operations.cancel_application(application=application, actor=make.SYSTEM, at=before_the_end)
    assert make.reread(application).state == "refund_due"
    make.all_refunds_arrive(at=before_the_end)

    ended = make.reread(application)
    fee = make.fee_of(50_000)
    assert (ended.state, ended.end_reason) == ("refunded", "cooled_off")
    # The provider keeps its fee, so the society's balance there is short by it.
    assert make.balances(offer) == {"7420": fee, "1250": -fee}
    assert _mails() == ["paid", "refund_under_way", "refunded"]
    assert queries.raised_so_far(offer).shares_left == 1000


def test_after_the_days_of_cooling_off_the_money_stays(offer):
    application = make.paid(offer, 50)
    before = make.balances(offer)

    with pytest.raises(operations.CoolingOffOver):
        operations.cancel_application(application=application, actor=make.SYSTEM, at=make.NOW + timedelta(days=14))

    assert make.reread(application).state == "paid"
    assert make.balances(offer) == before
    assert not Refund.objects.exists()


def test_the_days_of_cooling_off_are_the_offers_own(db):
    offer = make.open_offer(terms=make.Terms(cooling_off_days=0))
    application = make.paid(offer, 50)

    with pytest.raises(operations.CoolingOffOver):
        operations.cancel_application(application=application, actor=make.SYSTEM, at=make.NOW)


def test_allotted_shares_cannot_be_cancelled(offer):
    application = make.paid(offer, 100)
    make.closed_offer(offer, at=make.NOW)
    make.allot(offer, at=make.NOW)

    with pytest.raises(operations.WrongState):
        operations.cancel_application(application=application, actor=make.SYSTEM, at=make.NOW)

    assert make.balance(offer, "3000") == 100_000


def test_cancelling_before_payment_needs_no_reason_and_moves_no_money(offer):
    application = make.complete(offer, 50)
    make.reserve(application)

    operations.cancel_application(application=application, actor=make.SYSTEM, at=make.NOW)
    operations.cancel_application(application=application, actor=make.SYSTEM, at=make.NOW)

    assert make.reread(application).state == "cancelled"
    assert make.balances(offer) == {}
    assert queries.raised_so_far(offer).applied_pence == 0


# --- The board ------------------------------------------------------------------------------


def test_a_refused_application_gets_all_its_money_back(offer):
    application = make.paid(offer, 50)

    operations.refuse_application(application=application, reason="not eligible", actor=make.SECRETARY, at=make.NOW)
    operations.refuse_application(application=application, reason="not eligible", actor=make.SECRETARY, at=make.NOW)
    make.all_refunds_arrive(at=make.NOW)

    assert (make.reread(application).state, make.reread(application).end_reason) == ("refunded", "refused")
    assert make.balance(offer, "2155") == 0
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_refusing_without_a_reason_is_refused(offer, reason):
    application = make.paid(offer, 50)

    with pytest.raises(operations.ReasonMissing):
        operations.refuse_application(application=application, reason=reason, actor=make.SECRETARY, at=make.NOW)

    assert make.reread(application).state == "paid"


@pytest.mark.parametrize("build", [make.started, make.complete])
def test_what_is_not_paid_cannot_be_refused_by_the_board(offer, build):
    with pytest.raises(operations.WrongState):
        operations.refuse_application(application=build(offer), reason="no", actor=make.SECRETARY, at=make.NOW)
