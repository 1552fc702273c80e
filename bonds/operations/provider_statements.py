"""Telling a provider what it was due and paid in a period: a numbered statement, its PDF, and a mail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.models import Party, ProviderStatement
from bonds.operations.locks import lock_contract
from bonds.operations.provider_errors import StatementUnsound
from bonds.queries.provider_pay import find_known
from bonds.queries.provider_statements import compute_statement
from core.periods import legal_day
from documents import operations as documents
from foundation import audit
from foundation.access import Actor

STATEMENT: Final = "provider_statement"


@transaction.atomic
def issue_provider_statement(
    *, provider: Party, from_on: date, until_on: date, actor: Actor, at: datetime
) -> ProviderStatement:
    """State what a provider was due before a period, what came and was paid, and what is due after, as known now.

    Its document is made by a worker, and the provider's officers are told by mail when it is there. What is recorded
    later for days of the period changes nothing in it; the holder may issue another one.

    Args:
        provider: With contract and organisation.
        from_on: First day.
        until_on: The day after the last, not after tomorrow.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        StatementUnsound: the period ends before it begins, or has not come yet.
    """
    today = legal_day(at)
    if until_on <= from_on or (until_on - today).days > 1:
        raise StatementUnsound(
            _("Choose a first day, and a last day that is not before it and has come."),
            from_on=from_on.isoformat(),
            until_on=until_on.isoformat(),
        )
    contract = lock_contract(provider.contract_id)
    known = find_known(contract)
    balance, _entries = compute_statement(provider, from_on=from_on, until_on=until_on, known=known)
    made = ProviderStatement.objects.create(
        contract=contract,
        provider=provider,
        number=ProviderStatement.objects.filter(contract=contract).count() + 1,
        from_on=from_on,
        until_on=until_on,
        before_pence=balance.before,
        due_pence=balance.due,
        paid_pence=balance.paid,
        after_pence=balance.after,
        known=asdict(known),
        issued_on=today,
        by=actor.ref,
        at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.provider_statement_issued",
        at=at,
        organisation=contract.organisation.public_id,
        subject=made.public_id,
        after={"number": made.number, "provider": provider.code, "after_pence": made.after_pence},
    )
    documents.issue_documents(
        kind=STATEMENT,
        organisation=contract.organisation,
        subjects=[made.public_id],
        actor=actor,
        at=at,
        issued_on=today,
        batch=made.public_id,
    )
    documents.render_later(batch=made.public_id, organisation=contract.organisation, actor=actor, at=at)
    return made
