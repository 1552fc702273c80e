"""Calling on investors, and what they pay in: through receipts that a second person lets into the books.

Source: treasury specification A8: V3. The notice itself (V2) is optional there: it is posted only where the contract's
holder chose to (`noticing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.calls import CallPart as PlannedPart
from bonds.arithmetic.calls import compute_facilities, share_call
from bonds.arithmetic.positions import RepaidMoreThanDrawn, compute_positions
from bonds.models import CallPart, CapitalCall, Drawdown, OutcomesContract
from bonds.operations.assessing import check_running
from bonds.operations.committing import check_not_wound_up, digest_of_parts, require_investor_terms
from bonds.operations.errors import WrongMoney
from bonds.operations.investor_errors import CallUnsound, DrawdownInUse, TooMuchDrawn, check_seen
from bonds.operations.investor_mails import tell_called
from bonds.operations.investor_postings import drawdown_line, post_undrawn
from bonds.operations.locks import lock_contract
from bonds.operations.noticing import post_call
from bonds.queries.investors import (
    compute_standing,
    get_call_part,
    list_commitments,
    list_movements,
    open_of_part,
)
from bonds.queries.notices import is_ended, is_posted
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger.operations import Line
from payments.models import RecordedMoney

DRAWDOWN_PURPOSE: Final = "bonds.drawdown"


def work_out_call(*, contract: OutcomesContract, amount_pence: int, on: date) -> tuple[PlannedPart, ...]:
    """Work out what each commitment would be asked for. Nothing is kept.

    Args:
        contract: Running, with investors.
        amount_pence: Above zero; at most what is left to call.
        on: The day.

    Raises:
        NotRunning, NoInvestors, WrittenOff, CallNotPositive, CallAboveUndrawn: as `call_capital`.
    """
    check_running(contract)
    terms = require_investor_terms(contract)
    check_not_wound_up(contract)
    return share_call(terms, compute_facilities(compute_standing(contract, terms, on=on)), amount=amount_pence)


@transaction.atomic
def call_capital(
    *,
    contract: OutcomesContract,
    amount_pence: int,
    due_on: date,
    reason: str,
    seen: str = "",
    actor: Actor,
    at: datetime,
) -> CapitalCall:
    """Call on the investors: each commitment is asked in proportion to what it has left, group after group.

    Their officers are told by mail. It is posted where the contract's holder chose that (V2).

    Args:
        contract: Running, with investors.
        amount_pence: Above zero; at most what is left to call.
        due_on: By when it is wanted; today or later.
        reason: What the money is for, as the notice says it.
        seen: Digest of the parts that were looked at before; if given, they have to be the same still.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        CallUnsound: it does not say what for, or was due before today.
        NotRunning: the contract is a draft or closed.
        NoInvestors: nobody invests in it.
        WrittenOff, WoundUp: the investors' side is over.
        CallNotPositive, CallAboveUndrawn: nothing, or more than is left to call.
        PreviewOutdated: something has moved since it was looked at.
    """
    on = legal_day(at)
    if not reason.strip() or due_on < on:
        raise CallUnsound(_("A call says what the money is for, and by which day it is wanted: today or later."))
    contract = lock_contract(contract.pk)
    parts = work_out_call(contract=contract, amount_pence=amount_pence, on=on)
    check_seen(seen, digest_of_parts(parts))
    commitments = list_commitments(contract)
    call = CapitalCall.objects.create(
        contract=contract,
        number=CapitalCall.objects.filter(contract=contract).count() + 1,
        pence=amount_pence,
        called_on=on,
        due_on=due_on,
        reason=reason.strip(),
        made_by=actor.ref,
        made_at=at,
    )
    for part in parts:
        CallPart.objects.create(call=call, commitment=commitments[part.investor, part.tranche], pence=part.amount)
    audit.record(
        actor=actor.ref,
        action="bonds.capital_called",
        at=at,
        organisation=contract.organisation.public_id,
        subject=call.public_id,
        after={"number": call.number, "pence": amount_pence, "due_on": due_on.isoformat()},
    )
    post_call(call, actor=actor, at=at)
    tell_called(call, at=at)
    return call


def drawdown_lines(record: RecordedMoney) -> Sequence[Line]:
    """V3: what came to the bank is owed to the investor, under its commitment, or was since it was called."""
    part = get_call_part(public_id=record.subject)
    return [drawdown_line(part.commitment, bank=record.account, pence=record.amount_pence, is_posted=is_posted(part))]


def check_drawdown(record: RecordedMoney) -> None:
    """Refuse money that was not called, and to undo what has been repaid or lost since.

    Raises:
        CallPartMissing: there is no such part of a call.
        WrongMoney: it is in another book, or does not carry the batch of its call.
        NotRunning: the contract is closed.
        WrittenOff, WoundUp: the investors' side is over.
        TooMuchDrawn: more than is still to be paid in; or its tranche was ended, and nothing is.
        DrawdownInUse: a reversal would leave more repaid than was drawn.
    """
    part = get_call_part(public_id=record.subject)
    contract = part.call.contract
    if record.book.slug != contract.book_slug:
        raise WrongMoney(_("This money is not for a call of this book."))
    if record.batch != part.call.public_id:
        raise WrongMoney(_("Money that was called carries the batch of its call."), batch=part.call.public_id)
    if record.reverses is not None:
        _check_not_in_use(contract, record.reverses)
        return
    check_running(contract)
    check_not_wound_up(contract)
    still_open = 0 if is_ended(part.commitment) else open_of_part(part)
    if record.amount_pence > still_open:
        raise TooMuchDrawn(
            _("Only part of this was called and is still to be paid in. Record the rest for what it is for."),
            open_pence=still_open,
        )


def lock_for_drawdown(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(get_call_part(public_id=subject).call.contract_id)


def note_drawn(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let the receipt into the books: so much less of the commitment is undrawn (V3, memo side)."""
    part = get_call_part(public_id=record.subject)
    made = Drawdown.objects.create(
        part=part, record=record.public_id, drawn_on=record.moved_on, pence=record.amount_pence, at=at
    )
    _post_memo(made, -made.pence, record=record, at=at)


def note_drawdown_undone(*, record: RecordedMoney, at: datetime) -> None:
    """A receipt was undone: the money is wanted again."""
    assert record.reverses is not None, "only a reversal undoes something"
    before = Drawdown.objects.get(record=record.reverses.public_id)
    made = Drawdown.objects.create(
        part=get_call_part(public_id=record.subject),
        record=record.public_id,
        drawn_on=record.moved_on,
        pence=before.pence,
        undoes=before,
        at=at,
    )
    _post_memo(made, made.pence, record=record, at=at)


def _check_not_in_use(contract: OutcomesContract, original: RecordedMoney) -> None:
    drawn = Drawdown.objects.get(record=original.public_id)
    moved = list_movements(contract, without=drawn, with_promised=True)
    try:
        compute_positions(require_investor_terms(contract), moved, on=max(one.on for one in moved))
    except RepaidMoreThanDrawn as error:
        raise DrawdownInUse(_("This money has been paid back or lost since; it cannot be undone.")) from error


def _post_memo(drawdown: Drawdown, pence: int, *, record: RecordedMoney, at: datetime) -> None:
    post_undrawn(
        drawdown.part.call.contract,
        {drawdown.part.commitment: pence},
        key=f"bonds:drawn:{drawdown.public_id}",
        kind="bonds.drawn",
        on=record.moved_on,
        batch=record.batch,
        source=drawdown.public_id,
        actor=record.decided_by,
        at=at,
    )
