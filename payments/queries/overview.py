"""What an organisation's officers see of its payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from core.errors import NotFound
from payments.models import AttentionItem, BalanceSnapshot, Payment, ProviderAccount, Receipt, Refund, RefundRun
from payments.queries.words import Advice, Text, advice_for, readable_facts
from payments.states import OPEN_REFUND_STATES, RefundState, RunState
from people.models import Organisation


class NoSuchPayment(NotFound):
    """There is no such payment, or it belongs to another organisation."""

    code = "payments.unknown_payment"


class NoSuchRun(NotFound):
    """There is no such run of refunds, or it belongs to another organisation."""

    code = "payments.unknown_run"


class NoSuchItem(NotFound):
    """There is no such matter, or it belongs to another organisation."""

    code = "payments.unknown_attention"


@dataclass(frozen=True)
class Totals:
    """Sums over an organisation's payments, in pence."""

    received_pence: int
    fees_pence: int
    refunded_pence: int
    on_the_way_pence: int


@dataclass(frozen=True)
class Matter:
    """Something that needs a person, with its words."""

    item: AttentionItem
    advice: Advice
    facts: list[tuple[Text, Any, bool]]


def payments_of(organisation: Organisation) -> QuerySet[Payment]:
    """Payments to an organisation, the newest first."""
    return Payment.objects.for_organisation(organisation)


def receipts_of(organisation: Organisation) -> QuerySet[Receipt]:
    """Receipts of an organisation, the newest first, with what was sent back of each."""
    return (
        Receipt.objects.filter(organisation=organisation)
        .select_related("payment")
        .annotate(
            refunded_pence=Cast(
                Sum("refunds__amount", filter=Q(refunds__state=RefundState.SUCCEEDED)) * 100, BigIntegerField()
            )
        )
        .order_by("-settled_at", "-pk")
    )


def refunds_of(organisation: Organisation) -> QuerySet[Refund]:
    """Refunds by an organisation, the newest first."""
    return Refund.objects.for_organisation(organisation).select_related("receipt__payment", "run_item__run")


def runs_of(organisation: Organisation) -> QuerySet[RefundRun]:
    """Runs of refunds of an organisation, the newest first, with how many have gone out and failed."""
    return RefundRun.objects.filter(organisation=organisation).annotate(
        succeeded=Count("items", filter=Q(items__refund__state=RefundState.SUCCEEDED)),
        with_provider=Count("items", filter=Q(items__refund__state=RefundState.PENDING)),
        failed=Count("items", filter=Q(items__refund__state=RefundState.FAILED)),
    )


def totals_of(organisation: Organisation) -> Totals:
    """Add up an organisation's receipts, fees and refunds, in pence."""
    received = Receipt.objects.filter(organisation=organisation).aggregate(
        gross=Sum("gross_pence", default=0), fees=Sum("fee_pence", default=0)
    )
    refunds = Refund.objects.filter(organisation=organisation, amount_currency="GBP").aggregate(
        done=Sum("amount", filter=Q(state=RefundState.SUCCEEDED), default=0),
        under_way=Sum("amount", filter=Q(state__in=OPEN_REFUND_STATES), default=0),
    )
    return Totals(
        received_pence=received["gross"],
        fees_pence=received["fees"],
        refunded_pence=int(refunds["done"] * 100),
        on_the_way_pence=int(refunds["under_way"] * 100),
    )


def last_balance_of(organisation: Organisation) -> BalanceSnapshot | None:
    """Return what the provider last said was in the organisation's account."""
    return BalanceSnapshot.objects.filter(account__organisation=organisation).order_by("-at", "-pk").first()


def has_account(organisation: Organisation) -> bool:
    """Tell whether an organisation can take card payments."""
    return ProviderAccount.objects.filter(organisation=organisation).exists()


def open_matters(organisation: Organisation | None) -> list[Matter]:
    """List what needs a person, the newest first; for no organisation, what the platform's staff has to see to."""
    items = AttentionItem.objects.open().filter(organisation=organisation)
    return [Matter(item=item, advice=advice_for(item.code), facts=readable_facts(item.facts)) for item in items[:200]]


def get_payment(*, organisation: Organisation, public_id: str) -> Payment:
    """Return a payment to an organisation.

    Raises:
        NoSuchPayment: it has none under this id.
    """
    payment = payments_of(organisation).filter(public_id=public_id).first()
    if payment is None:
        raise NoSuchPayment(_("There is no such payment."))
    return payment


def get_run(*, organisation: Organisation, public_id: str) -> RefundRun:
    """Return a run of refunds of an organisation, with its counts.

    Raises:
        NoSuchRun: it has none under this id.
    """
    run = runs_of(organisation).filter(public_id=public_id).first()
    if run is None:
        raise NoSuchRun(_("There is no such run of refunds."))
    return run


def get_item(*, organisation: Organisation, public_id: str) -> Matter:
    """Return a matter of an organisation, open or resolved.

    Raises:
        NoSuchItem: it has none under this id.
    """
    item = AttentionItem.objects.filter(organisation=organisation, public_id=public_id).first()
    if item is None:
        raise NoSuchItem(_("There is no such matter."))
    return Matter(item=item, advice=advice_for(item.code), facts=readable_facts(item.facts))


def can_start(run: RefundRun) -> bool:
    """Tell whether a person may confirm or resume a run."""
    return run.state in {RunState.PREPARED, RunState.PAUSED}
