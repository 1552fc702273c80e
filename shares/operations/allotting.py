"""The board allots the shares of an offer: one resolution, one batch, one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from core.money import to_minor
from core.periods import legal_day
from foundation import audit, outbox
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line, NewEntry
from shares.models import AllotmentBatch, Application, Member, RegisterEntry, ShareOffer, Society
from shares.operations import locks
from shares.operations.deciding import check_minimum, end_all_reservations
from shares.operations.errors import AllotmentMisdated, AlreadyAllotted, NobodyPaid, ReasonMissing
from shares.operations.records import (
    BATCH_SIZE,
    change_many_applications,
    change_offer_state,
    check_offer_may_become,
)
from shares.states import ApplicationState, CapitalClass, EntryKind, HolderKind, OfferState

CERTIFICATES_TOPIC: Final = "shares.issue_certificates"
APPLICATIONS: Final = "2150"
CAPITAL_ACCOUNTS: Final = {CapitalClass.EQUITY.value: "3000", CapitalClass.DEBT.value: "2400"}


@transaction.atomic
def allot_shares(
    *,
    offer: ShareOffer,
    minute_reference: str,
    board_on: date,
    allotted_on: date,
    actor: Actor,
    at: datetime,
) -> AllotmentBatch:
    """Issue the shares of every paid application of an offer: register, members, share capital, certificates.

    Everything happens in one transaction or not at all: the register entries numbered without a gap, the members
    admitted, application money turned into share capital (posting 8). The certificates are made afterwards, by
    workers. Allotting again under the same resolution gives back the batch.

    Args:
        offer: Closed with its minimum cleared, or succeeded.
        minute_reference: Reference of the board's minute.
        board_on: Date of the board meeting.
        allotted_on: Date of issue, as it stands in the register.
        actor: Who acts for the board.
        at: Now.

    Returns:
        The batch.

    Raises:
        WrongState: the offer is not closed or succeeded.
        MinimumMissed: less than the minimum has cleared.
        AlreadyAllotted: the shares were issued under another resolution.
        AllotmentMisdated: the day of issue is before the resolution or a payment, or in the future.
        NobodyPaid: there is nothing to allot.
        ReasonMissing: the minute is not named.

    Source: Community Shares Handbook (allotment by resolution of the board); CCBSA 2014 s.30; posting row 8; HMRC
    VCM14080 (date of issue).
    """
    minute = minute_reference.strip()
    if not minute:
        raise ReasonMissing(_("Give the reference of the board's minute."))
    offer = locks.lock_offer(offer.pk)
    done = AllotmentBatch.objects.filter(offer=offer).first()
    if done is not None:
        return _same_resolution(done, minute=minute, board_on=board_on, allotted_on=allotted_on)
    if offer.state != OfferState.SUCCEEDED.value:
        check_offer_may_become(offer, OfferState.SUCCEEDED)
    end_all_reservations(offer, actor=actor.ref, at=at)
    applications = _lock_paid(offer)
    if not applications:
        raise NobodyPaid(_("Nobody has paid, so there are no shares to allot."))
    check_minimum(offer)
    _check_dates(applications, board_on=board_on, allotted_on=allotted_on, at=at)
    society = locks.lock_society(offer.society_id)
    # From here it must succeed.
    batch = AllotmentBatch.objects.create(
        offer=offer,
        minute_reference=minute,
        board_on=board_on,
        allotted_on=allotted_on,
        recorded_at=at,
        recorded_by=actor.ref,
        number_of_entries=len(applications),
        number_of_shares=sum(application.number_of_shares for application in applications),
    )
    members = _admit(society, applications, on=allotted_on, at=at)
    _enter(society, batch, applications, members, actor=actor)
    change_many_applications(applications=applications, to=ApplicationState.ALLOTTED, actor=actor.ref, at=at)
    if offer.state != OfferState.SUCCEEDED.value:
        change_offer_state(offer=offer, to=OfferState.SUCCEEDED, actor=actor.ref, at=at, reason=minute)
    change_offer_state(offer=offer, to=OfferState.ALLOTTED, actor=actor.ref, at=at, reason=minute)
    _promise_certificates(batch, offer, actor=actor, at=at)
    _post(offer, batch, applications, members, actor=actor)
    return batch


def _same_resolution(done: AllotmentBatch, *, minute: str, board_on: date, allotted_on: date) -> AllotmentBatch:
    """Give back the batch if it rests on the same resolution."""
    if (done.minute_reference, done.board_on, done.allotted_on) != (minute, board_on, allotted_on):
        raise AlreadyAllotted(
            _("The shares of this offer were allotted under minute %(minute)s.") % {"minute": done.minute_reference},
            batch=done.public_id,
        )
    return done


def _lock_paid(offer: ShareOffer) -> list[Application]:
    """Lock the paid applications and give them in the order in which they were paid: that of the numbers."""
    locked = locks.lock_applications(offer, [ApplicationState.PAID.value])
    return sorted(locked, key=lambda application: (application.paid_at or application.started_at, application.pk))


def _check_dates(applications: Sequence[Application], *, board_on: date, allotted_on: date, at: datetime) -> None:
    """Let only a day of issue pass on which the board had resolved and every share was paid for."""
    paid_on = max(legal_day(application.paid_at) for application in applications if application.paid_at)
    if allotted_on < board_on:
        raise AllotmentMisdated(_("Shares cannot be issued before the board has resolved to."))
    if allotted_on < paid_on:
        raise AllotmentMisdated(
            _("Shares cannot be issued before they are paid for: the last payment came on %(day)s.")
            % {"day": paid_on.isoformat()},
            paid_on=paid_on.isoformat(),
        )
    if allotted_on > legal_day(at):
        raise AllotmentMisdated(_("The date of issue lies in the future."))


def _holder_key(row: Application | Member) -> tuple[str, int | str | None]:
    """Tell holders apart: people by person, bodies by registration number."""
    if row.holder_kind == HolderKind.INDIVIDUAL.value:
        return (row.holder_kind, row.person_id)
    return (row.holder_kind, row.body_number)


def _admit(
    society: Society, applications: Sequence[Application], *, on: date, at: datetime
) -> dict[tuple[str, int | str | None], Member]:
    """Admit every holder who is not a member yet, under the next numbers of the locked society."""
    members = {_holder_key(member): member for member in Member.objects.filter(society=society)}
    new: list[Member] = []
    for application in applications:
        key = _holder_key(application)
        if key in members:
            continue
        society.last_member_number += 1
        assert application.person_id is not None, "a paid application has a person"
        member = Member(
            society=society,
            person_id=application.person_id,
            number=society.last_member_number,
            holder_kind=application.holder_kind,
            body_name=application.body_name,
            body_number=application.body_number,
            admitted_on=on,
            recorded_at=at,
        )
        members[key] = member
        new.append(member)
    Member.objects.bulk_create(new, batch_size=BATCH_SIZE)
    return members


def _enter(
    society: Society,
    batch: AllotmentBatch,
    applications: Sequence[Application],
    members: dict[tuple[str, int | str | None], Member],
    *,
    actor: Actor,
) -> None:
    """Write the register entries under the next numbers of the locked society, and keep its counters."""
    entries = []
    for application in applications:
        society.last_entry_number += 1
        assert application.particulars_id is not None, "a paid application has particulars"
        entries.append(
            RegisterEntry(
                society=society,
                number=society.last_entry_number,
                kind=EntryKind.ALLOTMENT.value,
                member=members[_holder_key(application)],
                share_class_id=batch.offer.share_class_id,
                particulars_id=application.particulars_id,
                shares=application.number_of_shares,
                amount_paid=application.amount,
                entered_on=batch.allotted_on,
                recorded_at=batch.recorded_at,
                recorded_by=actor.ref,
                batch=batch,
                application=application,
            )
        )
    RegisterEntry.objects.bulk_create(entries, batch_size=BATCH_SIZE)
    society.save(update_fields=["last_member_number", "last_entry_number"])


def _promise_certificates(batch: AllotmentBatch, offer: ShareOffer, *, actor: Actor, at: datetime) -> None:
    """Promise the certificates, and write the allotment into the audit record."""
    outbox.enqueue(
        topic=CERTIFICATES_TOPIC,
        key=batch.public_id,
        payload={"batch": batch.public_id, "actor": actor.ref},
        at=at,
    )
    audit.record(
        actor=actor.ref,
        action="shares.shares_allotted",
        at=at,
        organisation=offer.organisation.public_id,
        subject=batch.public_id,
        after={
            "minute": batch.minute_reference,
            "entries": batch.number_of_entries,
            "shares": batch.number_of_shares,
            "allotted_on": batch.allotted_on.isoformat(),
        },
    )


def _post(
    offer: ShareOffer,
    batch: AllotmentBatch,
    applications: Sequence[Application],
    members: dict[tuple[str, int | str | None], Member],
    *,
    actor: Actor,
) -> None:
    """Posting 8 for each application: application money becomes the member's share capital. Last, for its locks."""
    capital = CAPITAL_ACCOUNTS[offer.society.capital_class]
    entries = [
        NewEntry(
            key=f"shares:allotment:{application.public_id}",
            kind="shares.allotment",
            effective_on=batch.allotted_on,
            lines=[
                Line(
                    debit=APPLICATIONS,
                    credit=capital,
                    amount=to_minor(application.amount),
                    debit_owner=application.public_id,
                    credit_owner=members[_holder_key(application)].public_id,
                )
            ],
            source=batch.public_id,
            reason=batch.minute_reference,
            batch=batch.public_id,
        )
        for application in applications
    ]
    book = ledger_queries.get_book(organisation=offer.organisation.public_id)
    ledger_operations.post_many(book=book, entries=entries, actor=actor.ref, recorded_at=batch.recorded_at)
