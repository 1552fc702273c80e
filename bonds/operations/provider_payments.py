"""Paying providers what is booked for them: through recorded payments that a second person lets into the books.

Source: treasury specification A8: V4 (provider fee paid).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from django.utils.translation import gettext as _

from bonds.models import Party, ProviderPayment
from bonds.operations.assessing import check_running
from bonds.operations.errors import WrongMoney
from bonds.operations.investor_postings import PROVIDERS
from bonds.operations.locks import lock_contract
from bonds.operations.money_moved import Moved, write_down_money
from bonds.operations.provider_errors import TooMuchPaidToProvider
from bonds.operations.telling import tell_officers
from bonds.queries.provider_pay import PAYMENT_PURPOSE, balance_of, batch_for, get_paid_provider, is_round_of
from core.money import format_pounds
from ledger.operations import Line
from payments.models import RecordedMoney


def pay_provider(*, provider: Party, **moved: Unpack[Moved]) -> RecordedMoney:
    """Write down that a provider was paid, and ask a second person to let it into the books.

    Args:
        provider: Who was paid, with organisation and contract.
        **moved: What the statement says: at most what is still due.

    Raises:
        NotRunning: the contract is closed.
        TooMuchPaidToProvider: less than this is due.
        RecordUnsound: the day, the amount or the account cannot be right; each is listed.
        RecordKeyTaken: the key was used for something else.
    """
    return write_down_money(
        contract=provider.contract,
        is_receipt=False,
        purpose=PAYMENT_PURPOSE,
        subject=provider.public_id,
        batch=batch_for(provider),
        party_name=provider.organisation.name,
        party_owner=provider.public_id,
        **moved,
    )


def payment_lines(record: RecordedMoney) -> Sequence[Line]:
    """V4: what the provider is owed goes down by what left the bank."""
    return [Line(PROVIDERS, record.account, record.amount_pence, debit_owner=record.subject)]


def check_payment(record: RecordedMoney) -> None:
    """Refuse money that no provider is due, or not so much of.

    Raises:
        ProviderMissing: there is no such party.
        WrongMoney: it is in another book, or does not carry the batch of a round in which something was booked.
        NotRunning: the contract is closed.
        TooMuchPaidToProvider: less is due.
    """
    provider = get_paid_provider(public_id=record.subject)
    if record.book.slug != provider.contract.book_slug:
        raise WrongMoney(_("This money is not for a provider of this book."))
    if record.reverses is not None:
        return
    check_running(provider.contract)
    balance = balance_of(provider)
    if record.amount_pence > balance.open:
        raise TooMuchPaidToProvider(
            _("Less than this is due to the provider. Book what it is due first, or pay less."), open_pence=balance.open
        )
    if not is_round_of(provider, record.batch):
        raise WrongMoney(_("Money for a provider carries the batch of a round."), batch=batch_for(provider))


def lock_for_payment(subject: str) -> None:
    """Take the contract's lock before the payment room takes its own."""
    lock_contract(get_paid_provider(public_id=subject).contract_id)


def note_paid(*, record: RecordedMoney, at: datetime) -> None:
    """A second person let the payment into the books."""
    provider = get_paid_provider(public_id=record.subject)
    ProviderPayment.objects.create(
        contract=provider.contract,
        provider=provider,
        record=record.public_id,
        paid_on=record.moved_on,
        pence=record.amount_pence,
        at=at,
    )


def note_payment_undone(*, record: RecordedMoney, at: datetime) -> None:
    """A payment was undone: the provider is due the money again, and is told by mail."""
    assert record.reverses is not None, "only a reversal undoes something"
    before = ProviderPayment.objects.get(record=record.reverses.public_id)
    made = ProviderPayment.objects.create(
        contract=before.contract,
        provider=before.provider,
        record=record.public_id,
        paid_on=record.moved_on,
        pence=before.pence,
        undoes=before,
        at=at,
    )
    provider = get_paid_provider(public_id=record.subject)
    tell_officers(
        provider.organisation,
        "provider_payment_undone",
        contract=provider.contract,
        page="provider-account",
        parts=(provider.code,),
        key=made.public_id,
        facts={
            "amount": format_pounds(made.pence, provider.contract.currency),
            "paid_on": made.paid_on,
            "reason": record.note,
        },
        at=at,
    )
