"""A card holder takes the money back, or only asks; the application follows where the money stands."""

from __future__ import annotations

import pytest

from payments.models import Refund
from payments.operations.disputing import note_dispute
from payments.operations.provider_facts import DisputeFacts
from shares import operations, queries
from shares.models import Application, ShareOffer
from tests.factories import shares as make

pytestmark = pytest.mark.django_db


def _tell(application: Application, *, status: str, took: bool = True, gave_back: bool = False) -> None:
    """What the provider says of a dispute, with the movements of the balance so far."""
    receipt = application.payment.receipts.get()
    pence = receipt.gross_pence
    taken = make.line_of("txn_dp_1", "adjustment", "dp_1", amount=-pence, fee=2_000, at=make.NOW)
    back = make.line_of("txn_dp_2", "adjustment", "dp_1", amount=pence, fee=0, at=make.NOW)
    answer = DisputeFacts(
        dispute_id="dp_1",
        charge_id=receipt.charge_id,
        status=status,
        amount=pence,
        currency="GBP",
        reason="fraudulent",
        is_live=False,
        created_at=make.NOW,
        evidence_due_at=None,
        lines=((taken,) if took else ()) + ((back,) if gave_back else ()),
    )
    note_dispute(receipt=receipt, answer=answer, at=make.NOW)


def _follow(application: Application) -> bool:
    return operations.follow_dispute(application=application, actor=make.SYSTEM, at=make.NOW)


def test_a_payment_taken_back_before_allotment_ends_its_application(offer):
    application = make.paid(offer, 50)

    _tell(application, status="needs_response")

    ended = make.reread(application)
    assert (ended.state, ended.end_reason) == ("charged_back", "charged_back")
    assert make.balance(offer, "2150") == 0
    assert queries.raised_so_far(offer).cleared_pence == 0


def test_a_payment_taken_back_after_allotment_leaves_the_shares(offer):
    application = make.paid(offer, 100)
    make.closed_offer(offer, at=make.NOW)
    make.allot(offer, at=make.NOW)

    _tell(make.reread(application), status="needs_response")

    assert make.reread(application).state == "allotted"
    assert make.balance(offer, "3000") == 100_000
    assert make.balance(offer, "1270") == 100_000


def test_an_inquiry_takes_no_money_and_changes_nothing(offer):
    application = make.paid(offer, 50)

    _tell(application, status="warning_needs_response", took=False)

    assert make.reread(application).state == "paid"
    assert not _follow(application)


def test_an_inquiry_that_becomes_a_dispute_ends_the_application_at_the_next_sweep(offer):
    application = make.paid(offer, 50)
    _tell(application, status="warning_needs_response", took=False)
    _tell(application, status="needs_response")
    assert list(Application.objects.disputed()) == [application]

    assert _follow(application)

    assert make.reread(application).state == "charged_back"


def test_a_won_dispute_makes_the_application_count_again(offer):
    application = make.paid(offer, 50)
    _tell(application, status="needs_response")
    _tell(application, status="won", gave_back=True)

    assert _follow(application)
    assert not _follow(application)

    assert make.reread(application).state == "paid"
    assert make.balance(offer, "2150", application.public_id) == 50_000


@pytest.mark.parametrize("why", ["decided", "full"])
def test_a_won_dispute_that_comes_too_late_gives_the_money_back(offer, why):
    application = make.paid(offer, 500)
    _tell(application, status="needs_response")
    if why == "full":
        make.paid(offer, 500)
        make.paid(offer, 400)
    else:
        _decide(offer)
    _tell(application, status="won", gave_back=True)

    assert _follow(application)

    assert make.reread(application).state == "refund_due"
    assert make.balance(offer, "2155", application.public_id) == 500_000
    assert Refund.objects.filter(receipt__payment=application.payment).count() == 1


def _decide(offer: ShareOffer) -> None:
    make.paid(offer, 100)
    make.closed_offer(offer, at=make.NOW)
    make.allot(offer, at=make.NOW)


def test_the_sweep_follows_disputes(offer, monkeypatch):
    from foundation import clock
    from shares import tasks

    application = make.paid(offer, 50)
    _tell(application, status="needs_response")
    _tell(application, status="won", gave_back=True)
    monkeypatch.setattr(clock, "now", lambda: make.NOW)

    tasks.release_reservations()

    assert make.reread(application).state == "paid"
