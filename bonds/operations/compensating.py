"""Compensation for people who were not referred: asked of the commissioner, and passed on to the provider.

Source: domain notes 1.2 (referral floor with compensation). The treasury specification has no row for it: what the
commissioner owes is income from service (4020), what the provider is owed a fee (5000); ask your accountant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.provider_pay import PayDue, PayKind, compute_compensation
from bonds.arithmetic.records import write_steps
from bonds.models import Invoice, OutcomesContract, Party, ProviderDue, ReferralCompensation
from bonds.operations.assessing import check_running
from bonds.operations.investor_postings import PROVIDERS
from bonds.operations.invoice_papers import publish
from bonds.operations.invoicing import due_on_for
from bonds.operations.locks import lock_contract
from bonds.operations.postings import DEBTORS
from bonds.operations.provider_dues import PROVIDER_FEES
from bonds.operations.provider_errors import GuaranteeMissing, NothingToCompensate
from bonds.operations.rounds import open_round
from bonds.queries.invoices import find_purchase_order, next_number, number_of, write_facts
from bonds.queries.people import GuaranteeStanding, guarantee_standings
from bonds.queries.terms import version_on, version_starts
from core.money import from_minor
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line

SERVICE_INCOME: Final = "4020"


@dataclass(frozen=True, slots=True)
class _Owed:
    """What was found to be owed."""

    standing: GuaranteeStanding
    commissioner: Party
    provider: Party
    due: PayDue
    from_on: date
    until_on: date


@transaction.atomic
def accept_compensation(
    *,
    contract: OutcomesContract,
    commissioner: str,
    provider: str,
    from_on: date,
    actor: Actor,
    at: datetime,
) -> ReferralCompensation:
    """Accept, for the contract holder, what a commissioner owes for people it did not refer in a period that is over.

    The commissioner is invoiced, and the provider is due the same amount. Referrals that are recorded later change
    nothing any more.

    Args:
        contract: Running.
        commissioner: Code of the party.
        provider: Code of the party.
        from_on: First day of the guarantee's period.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        NotRunning: the contract is a draft or closed.
        GuaranteeMissing: the terms in force have no such guarantee.
        NothingToCompensate: the period has not ended, enough came, or it was made good before.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    owed = _find_owed(contract, commissioner, provider, from_on, on=legal_day(at))
    invoice = _invoice(contract, owed, actor=actor, at=at)
    made = _keep(contract, owed, invoice, actor=actor, at=at)
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=contract.book_slug),
        key=f"bonds:compensation:{made.public_id}",
        kind="bonds.compensation",
        effective_on=made.accepted_on,
        lines=[
            Line(DEBTORS, SERVICE_INCOME, made.pence, debit_owner=owed.commissioner.public_id),
            Line(PROVIDER_FEES, PROVIDERS, made.pence, credit_owner=owed.provider.public_id),
        ],
        actor=actor.ref,
        source=made.public_id,
        batch=invoice.round.public_id,
        recorded_at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.compensation_accepted",
        at=at,
        organisation=contract.organisation.public_id,
        subject=made.public_id,
        after={"came": made.came, "least": made.least, "pence": made.pence, "invoice": number_of(invoice)},
    )
    publish([invoice], actor=actor.ref, at=at)
    return made


def _find_owed(contract: OutcomesContract, commissioner: str, provider: str, from_on: date, *, on: date) -> _Owed:
    for standing in guarantee_standings(contract=contract, on=on):
        one = standing.guarantee
        if (one.commissioner, one.provider, one.period.from_on) == (commissioner, provider, from_on):
            break
    else:
        raise GuaranteeMissing(_("The terms in force have no such guarantee."), from_on=from_on.isoformat())
    due, until_on = compute_compensation(one, standing.came), one.period.until_on
    if not standing.is_over or not due.pence or until_on is None:
        raise NothingToCompensate(
            _("Nothing is due: the period has not ended, enough people came, or the terms give nothing."),
            came=standing.came,
            least=one.least,
        )
    parties = {party.code: party for party in Party.objects.filter(contract=contract).select_related("organisation")}
    if standing.accepted is not None:
        raise NothingToCompensate(_("This period has been made good before."), compensation=standing.accepted.public_id)
    return _Owed(standing, parties[commissioner], parties[provider], due, from_on, until_on)


def _invoice(contract: OutcomesContract, owed: _Owed, *, actor: Actor, at: datetime) -> Invoice:
    """An invoice of its own: what is owed for is no result."""
    on = legal_day(at)
    invoice = Invoice(
        contract=contract,
        round=open_round(contract, on=on),
        payer=owed.commissioner,
        number=next_number(contract),
        issued_on=on,
        due_on=due_on_for(contract, owed.commissioner, on),
        net_pence=owed.due.pence,
        purchase_order=find_purchase_order(payer=owed.commissioner, on=on),
        issued_by=actor.ref,
        issued_at=at,
    )
    invoice.facts = write_facts(invoice, []) | {"BG-25": [_write_line(owed, invoice)]}
    invoice.save()
    return invoice


def _write_line(owed: _Owed, invoice: Invoice) -> dict[str, Any]:
    """The one line of the invoice, by EN 16931 names."""
    guarantee = owed.standing.guarantee
    words = _("Compensation for people not referred to %(provider)s")
    amounts = {
        name: f"{from_minor(pence, invoice.contract.currency).amount:.2f}"
        for name, pence in (("BT-131", invoice.net_pence), ("BT-146", guarantee.compensation))
    }
    return {
        "BT-126": "1",
        "BT-129": str(owed.standing.too_few),
        "BT-134": owed.from_on.isoformat(),
        "BT-135": (owed.until_on - timedelta(days=1)).isoformat(),
        "BT-151": "O",
        "BT-153": words % {"provider": owed.provider.organisation.name},
    } | amounts


def _keep(
    contract: OutcomesContract, owed: _Owed, invoice: Invoice, *, actor: Actor, at: datetime
) -> ReferralCompensation:
    made = ReferralCompensation.objects.create(
        contract=contract,
        commissioner=owed.commissioner,
        provider=owed.provider,
        from_on=owed.from_on,
        until_on=owed.until_on,
        least=owed.standing.guarantee.least,
        came=owed.standing.came,
        each_pence=owed.standing.guarantee.compensation,
        pence=owed.due.pence,
        version_number=version_on(version_starts(contract), invoice.issued_on) or 0,
        invoice=invoice,
        accepted_on=invoice.issued_on,
        by=actor.ref,
        at=at,
    )
    ProviderDue.objects.create(
        contract=contract,
        provider=owed.provider,
        round=invoice.round,
        kind=PayKind.COMPENSATION.value,
        from_on=owed.from_on,
        until_on=owed.until_on,
        compensation=made,
        pence=made.pence,
        steps=write_steps(owed.due.steps),
        booked_on=made.accepted_on,
        by=made.by,
        at=at,
    )
    return made
