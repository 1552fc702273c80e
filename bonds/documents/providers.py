"""A provider's statement as a document: what was due before, what came, what was paid, and what is due after."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from bonds.models import ProviderStatement
from bonds.operations.telling import tell_officers
from bonds.policies import Standpoint
from bonds.policies import providers as policies
from bonds.queries.contracts import roles_of
from bonds.queries.provider_statements import ONE_DAY, build_statement, get_statement, known_to
from core.money import format_pounds
from foundation import clock
from foundation.access import ALLOWED, Actor, Decision, refuse
from foundation.templatetags.ui import day
from people.policies import NO_ROLE
from people.queries import organisations_of

SERIES: Final = "PAY"


def statement_context(subject: str) -> dict[str, Any]:
    """Give what a statement says, as it was known when it was issued.

    Args:
        subject: Public id of the statement.
    """
    statement = get_statement(public_id=subject)
    report = build_statement(
        statement.provider, from_on=statement.from_on, until_on=statement.until_on, known=known_to(statement)
    )
    return {"statement": statement, "contract": statement.contract, "report": report}


def may_download_statement(actor: Actor, document: Any) -> Decision:
    """Decide who may have a statement: officers of the contract holder and of the provider."""
    statement = get_statement(public_id=document.subject)
    for organisation in organisations_of(actor):
        parts = roles_of(contract=statement.contract, organisation=organisation, on=clock.today())
        standpoint = Standpoint(organisation.public_id, *parts)
        provider = statement.provider.organisation.public_id
        if policies.may_see_account(actor, standpoint, provider=provider):
            return ALLOWED
    return refuse(_("There is no such document."), NO_ROLE)


def name_file(document: Any) -> str:
    """Name the file after contract, provider and last day."""
    statement = get_statement(public_id=document.subject)
    last_on = statement.until_on - ONE_DAY
    return f"{document.reference}-{statement.contract.reference}-{statement.provider.code}-{last_on}.pdf"


def tell_made(*, document: Any, at: datetime) -> None:
    """Tell the officers of the provider that a statement is there: the period, what is due, and a link."""
    statement: ProviderStatement = get_statement(public_id=document.subject)
    contract = statement.contract
    tell_officers(
        statement.provider.organisation,
        "provider_statement",
        contract=contract,
        page="provider-account",
        parts=(statement.provider.code,),
        key=statement.public_id,
        facts={
            "first": day(statement.from_on),
            "last": day(statement.until_on - ONE_DAY),
            "due": format_pounds(statement.due_pence, contract.currency),
            "paid": format_pounds(statement.paid_pence, contract.currency),
            "after": format_pounds(abs(statement.after_pence), contract.currency),
            "is_owed_back": statement.after_pence < 0,
        },
        at=at,
    )
