"""Making a payment that somebody is to make, and closing it when nobody did."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from moneyed import Money

from foundation.registries import PAYMENT_PURPOSES
from payments.models import Payment, ProviderAccount
from payments.operations.changes import move_payment
from payments.operations.errors import NoProviderAccount, UnknownPayment
from payments.operations.journal import purpose_of
from payments.states import LIVE_ATTEMPT_STATES, PaymentState
from people.models import Organisation


def create_payment(
    *,
    organisation: Organisation,
    purpose: str,
    subject: str,
    amount: Money,
    payer_email: str,
    description: str,
    expires_at: datetime,
    at: datetime,
) -> Payment:
    """Write down what somebody is to pay, in the caller's transaction. Nothing is sent to the provider.

    Args:
        organisation: Who is paid.
        purpose: Key of a registered `PaymentPurpose`.
        subject: Opaque id of what is paid for; it owns the money in the books.
        amount: Sterling, more than nothing, whole pence.
        payer_email: Filled in on the provider's page; the payer may change it there.
        description: What the payer reads on the provider's page.
        expires_at: Until when it may be paid.
        at: Now.

    Raises:
        NoProviderAccount: the organisation cannot take money by card.
        NotRegistered: nobody knows the purpose (our own mistake).
    """
    PAYMENT_PURPOSES.get(purpose)
    account_of(organisation=organisation)
    return Payment.objects.create(
        organisation=organisation,
        purpose=purpose,
        subject=subject,
        amount=amount,
        payer_email=payer_email,
        description=description,
        expires_at=expires_at,
        created_at=at,
    )


def open_provider_account(*, organisation: Organisation, account_id: str, at: datetime) -> ProviderAccount:
    """Note the connected account on which an organisation's charges are made; a second time gives back the first.

    Args:
        organisation: Whose account it is.
        account_id: The provider's id, "acct_...".
        at: Now.
    """
    account, _created = ProviderAccount.objects.get_or_create(
        organisation=organisation, defaults={"account_id": account_id, "opened_at": at}
    )
    return account


def account_of(*, organisation: Organisation) -> ProviderAccount:
    """Return an organisation's account at the provider.

    Raises:
        NoProviderAccount: it has none.
    """
    account = ProviderAccount.objects.filter(organisation=organisation).first()
    if account is None:
        raise NoProviderAccount(_("This organisation cannot take card payments yet."))
    return account


def get_payment(*, payment_id: int) -> Payment:
    """Return a payment with its organisation.

    Raises:
        UnknownPayment: there is none.
    """
    payment = Payment.objects.select_related("organisation").filter(pk=payment_id).first()
    if payment is None:
        raise UnknownPayment(_("There is no such payment."))
    return payment


def lock_payment(*, payment_id: int) -> Payment:
    """Return a payment, locked until the caller's transaction ends: everything about its money waits in line here.

    For transactions that call nobody back, and for those of the purpose itself, which holds its locks already.

    Raises:
        UnknownPayment: there is none.
    """
    rows = Payment.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    payment = rows.filter(pk=payment_id).first()
    if payment is None:
        raise UnknownPayment(_("There is no such payment."))
    return payment


def lock_payment_and_purpose(*, payment_id: int) -> Payment:
    """Let the purpose take its locks, then lock the payment: for every transaction that may call the purpose back.

    The purpose's rows are locked before ours in each of its own acts, so the other order could deadlock.

    Raises:
        UnknownPayment: there is none.
    """
    payment = get_payment(payment_id=payment_id)
    lock_first = purpose_of(payment=payment).lock_first
    if lock_first is not None:
        lock_first(payment.subject)
    return lock_payment(payment_id=payment_id)


def end_payment(*, payment: Payment, at: datetime, reason: str) -> None:
    """Ask for no more money, and tell the purpose. Nothing happens where a checkout may still bring money.

    Args:
        payment: The row, locked by the caller.
        at: Now.
        reason: Why, as a code.
    """
    is_asking = payment.state in {PaymentState.CREATED, PaymentState.CHECKOUT_OPEN}
    if not is_asking or payment.attempts.filter(state__in=LIVE_ATTEMPT_STATES).exists():
        return
    move_payment(payment=payment, to_state=PaymentState.ENDED, at=at, reason=reason)
    purpose_of(payment=payment).checkout_ended(payment=payment, at=at)
