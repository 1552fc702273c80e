"""From the payment to the register: postings, numbers, members, certificates, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from documents.models import Document
from foundation.models import MailMessage, OutboxMessage
from people import operations as people_operations
from shares import operations, queries
from shares.models import AllotmentBatch, Application, Member, RegisterEntry, ShareOffer, Society
from tests.factories import shares as make

pytestmark = pytest.mark.django_db


def _filled(offer: ShareOffer) -> list[Application]:
    return [make.paid(offer, shares) for shares in (50, 30, 20)]


def test_allotment_turns_application_money_into_share_capital_per_member(offer):
    applications = _filled(offer)
    make.closed_offer(offer)
    before = make.balances(offer)

    batch = make.allot(offer)

    fees = sum(make.fee_of(pence) for pence in (50_000, 30_000, 20_000))
    assert before == {"1250": 100_000 - fees, "7420": fees, "2150": 100_000}
    assert make.balances(offer) == {"1250": 100_000 - fees, "7420": fees, "3000": 100_000}
    for application in applications:
        entry = RegisterEntry.objects.get(application=application)
        assert make.balance(offer, "2150", application.public_id) == 0
        assert make.balance(offer, "3000", entry.member.public_id) == application.number_of_shares * 1000
    assert (batch.number_of_entries, batch.number_of_shares) == (3, 100)


def test_register_entries_and_members_are_numbered_in_the_order_of_payment(offer):
    late = make.complete(offer, 50, at=make.NOW)
    early = make.paid(offer, 60, at=make.NOW + timedelta(minutes=1))
    make.pay(make.reserve(late, at=make.NOW + timedelta(minutes=2)), at=make.NOW + timedelta(minutes=2))
    make.closed_offer(offer)

    make.allot(offer)

    entries = list(RegisterEntry.objects.order_by("number").values_list("number", "application", "member__number"))
    assert entries == [(1, early.pk, 1), (2, late.pk, 2)]
    society = Society.objects.get(pk=offer.society_id)
    assert (society.last_member_number, society.last_entry_number) == (2, 2)


def test_allotting_twice_gives_back_the_same_batch_and_posts_nothing_more(offer):
    _filled(offer)
    make.closed_offer(offer)
    first = make.allot(offer)
    before = make.balances(offer)

    second = make.allot(offer)

    assert second == first
    assert make.balances(offer) == before
    assert (RegisterEntry.objects.count(), Member.objects.count(), AllotmentBatch.objects.count()) == (3, 3, 1)


def test_allotting_under_another_minute_is_refused(offer):
    _filled(offer)
    make.closed_offer(offer)
    make.allot(offer)

    with pytest.raises(operations.AlreadyAllotted):
        make.allot(offer, minute="B/2026/08")

    assert RegisterEntry.objects.count() == 3


def test_offer_application_and_history_end_allotted(offer):
    application = _filled(offer)[0]
    make.closed_offer(offer)

    make.allot(offer)

    steps = [change.to_state for change in queries.history_of_offer(offer)]
    assert steps == ["submitted", "approved", "open", "closed", "succeeded", "allotted"]
    assert [change.to_state for change in queries.history_of_application(application)] == [
        "awaiting_payment",
        "paid",
        "allotted",
    ]
    assert make.reread(application).allotted_at == make.AFTER


def test_member_of_an_earlier_offer_keeps_the_number_and_gets_another_entry(offer):
    user = make.make_user()
    make.paid(offer, 100, user=user)
    make.closed_offer(offer)
    make.allot(offer)
    later = make.open_offer(society=offer.society, opens_at=make.AFTER, closes_at=make.AFTER + timedelta(days=90))
    at = make.AFTER + timedelta(days=1)

    make.paid(later, 100, user=user, at=at)
    operations.close_offer(offer=later, actor=make.SECRETARY, at=at)
    make.allot(later, at=at, minute="B/2026/12")

    assert Member.objects.get().number == 1
    assert list(RegisterEntry.objects.order_by("number").values_list("number", "shares")) == [(1, 100), (2, 100)]
    [holding] = queries.holdings_of_person(person=user.person, on=at.date())
    assert (holding.shares, holding.paid_pence) == (200, 200_000)


def test_allotment_below_the_minimum_is_refused_and_leaves_everything(offer):
    make.paid(offer, 99)
    make.closed_offer(offer)
    before = make.balances(offer)

    with pytest.raises(operations.MinimumMissed) as refusal:
        make.allot(offer)

    assert refusal.value.facts == {"cleared_pence": 99_000, "minimum_pence": 100_000}
    assert make.balances(offer) == before
    assert not RegisterEntry.objects.exists()
    assert make.reread_offer(offer).state == "closed"


def test_allotment_of_nothing_is_refused(offer):
    operations.close_offer(offer=offer, actor=make.SECRETARY, at=make.AFTER)

    with pytest.raises(operations.NobodyPaid):
        make.allot(offer)


@pytest.mark.parametrize(
    ("board_days", "issue_days"),
    [(0, 1), (1, 0), (0, -1), (-200, -190)],
    ids=["issue in the future", "issue before the board", "board after issue", "issue before the last payment"],
)
def test_misdated_allotment_is_refused(offer, board_days, issue_days):
    _filled(offer)
    make.closed_offer(offer)
    today = make.AFTER.date()

    with pytest.raises(operations.AllotmentMisdated):
        operations.allot_shares(
            offer=offer,
            minute_reference="B/2026/07",
            board_on=today + timedelta(days=board_days),
            allotted_on=today + timedelta(days=issue_days),
            actor=make.SECRETARY,
            at=make.AFTER,
        )

    assert not AllotmentBatch.objects.exists()


def test_allotment_without_a_minute_is_refused(offer):
    _filled(offer)
    make.closed_offer(offer)

    with pytest.raises(operations.ReasonMissing):
        make.allot(offer, minute="  ")


def test_a_reservation_that_nobody_paid_for_lapses_with_the_allotment(offer):
    _filled(offer)
    reserved = make.complete(offer, 10, at=make.CLOSES_AT - timedelta(minutes=5))
    make.reserve(reserved, at=make.CLOSES_AT - timedelta(minutes=5))
    make.closed_offer(offer, at=make.CLOSES_AT)

    make.allot(offer)

    lapsed = make.reread(reserved)
    assert (lapsed.state, lapsed.end_reason) == ("lapsed", "offer_closed")
    assert OutboxMessage.objects.filter(topic="payments.expire_checkout").count() == 1


def test_debt_shares_go_to_the_liability_account(db):
    from shares.states import CapitalClass

    offer = make.open_offer(society=make.make_society(capital_class=CapitalClass.DEBT))
    make.paid(offer, 100)
    make.closed_offer(offer)

    make.allot(offer)

    assert make.balance(offer, "2400") == 100_000
    assert make.balance(offer, "3000") == 0


def test_certificates_are_numbered_by_entry_and_issued_once(offer):
    _filled(offer)
    make.closed_offer(offer)
    batch = make.allot(offer)

    make.drive("shares.issue_certificates", at=make.AFTER)
    operations.issue_certificates(batch=batch, actor=make.SECRETARY, at=make.AFTER)

    entries = [entry.public_id for entry in RegisterEntry.objects.order_by("number")]
    issued = list(Document.objects.order_by("number").values_list("number", "subject"))
    assert issued == list(enumerate(entries, start=1))
    job = queries.job_of_batch(batch)
    assert job is not None
    assert job.total == 3


def test_a_certificate_that_was_made_is_mailed_once(offer):
    _filled(offer)
    make.closed_offer(offer)
    make.allot(offer)
    make.drive("shares.issue_certificates", at=make.AFTER)

    from documents.operations import render_document

    document = Document.objects.order_by("number").first()
    assert document is not None
    render_document(document_id=document.pk, at=make.AFTER)
    render_document(document_id=document.pk, at=make.AFTER)

    mail = MailMessage.objects.get(template="shares/mail/certificate")
    assert len(mail.attachments) == 1
    assert "50 shares" in mail.text


def test_the_register_shows_the_columns_of_the_act_and_the_inspection_view_only_some(offer):
    user = make.make_user()
    make.paid(offer, 100, user=user)
    make.closed_offer(offer)
    make.allot(offer)

    [row] = queries.register_of_members(society=offer.society, on=make.AFTER.date())
    [shown] = queries.inspection_view(society=offer.society, on=make.AFTER.date())

    assert (row.name, row.address[0]) == (f"Ada Tester{user.pk}", f"{user.pk} Green Lane")
    assert (row.email, row.email_purposes) == (user.email, ("notices",))
    assert (row.shares, row.paid_pence, row.other_property) == (100, 100_000, ())
    assert (row.entered_on, row.ceased_on) == (make.AFTER.date(), None)
    assert (shown.number, shown.name, shown.address) == (row.number, row.name, row.address)
    assert not {"shares", "paid_pence", "email", "other_property"} & set(type(shown).__slots__)


def test_the_register_of_a_day_before_the_allotment_is_empty(offer):
    _filled(offer)
    make.closed_offer(offer)
    make.allot(offer)

    assert queries.register_of_members(society=offer.society, on=make.AFTER.date() - timedelta(days=1)) == []


def test_the_register_keeps_the_particulars_of_the_day_of_entry(offer):
    user = make.make_user()
    make.paid(offer, 100, user=user)
    make.closed_offer(offer)
    make.allot(offer)

    people_operations.record_particulars(
        person=user.person,
        full_name="Ada Moved",
        address_line_1="1 New Street",
        town="Elsewhere",
        postcode="AB1 2CD",
        at=make.AFTER + timedelta(days=10),
    )

    [row] = queries.register_of_members(society=offer.society, on=make.AFTER.date())
    assert row.address[0] == f"{user.pk} Green Lane"
    [row] = queries.register_of_members(society=offer.society, on=make.AFTER.date() + timedelta(days=11))
    assert row.address[0] == "1 New Street"
