"""The statement of an investor as a document: a period, to the penny, with everything that moved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from bonds.models import Party
from bonds.policies import Standpoint
from bonds.policies import investors as policies
from bonds.queries.contracts import roles_of
from bonds.queries.investor_statements import PartyStatement, StatementMissing, get_statement
from foundation import clock
from foundation.access import ALLOWED, Actor, Decision, refuse
from people.policies import NO_ROLE
from people.queries import organisations_of

STATEMENT: Final = "investor_statement"
SERIES: Final = "INVEST"
_SEPARATOR: Final = "@"
_DIGEST_LENGTH: Final = 16


def statement_subject(statement: PartyStatement) -> str:
    """Name a statement: whose, of which days, and with which figures.

    What comes into the books later for these days makes another document; asking twice in between gives the same one.
    """
    days = (statement.from_on.isoformat(), statement.until_on.isoformat())
    return _SEPARATOR.join((statement.party.public_id, *days, statement.digest[:_DIGEST_LENGTH]))


def statement_context(subject: str) -> dict[str, Any]:
    """Give what a statement says.

    Args:
        subject: As `statement_subject` makes it.
    """
    party, from_on, until_on = _read(subject)
    statement = get_statement(contract=party.contract, party=party, from_on=from_on, until_on=until_on)
    return {
        "contract": party.contract,
        "holder": party.contract.organisation,
        "investor": party.organisation,
        "statement": statement,
        "last_on": until_on - timedelta(days=1),
    }


def may_download_statement(actor: Actor, document: Any) -> Decision:
    """Decide who may have a statement: officers of the investor, and whoever keeps the investors' side."""
    party, _from_on, _until_on = _read(document.subject)
    for organisation in organisations_of(actor):
        parts = roles_of(contract=party.contract, organisation=organisation, on=clock.today())
        standpoint = Standpoint(organisation.public_id, *parts)
        is_own = organisation.pk == party.organisation_id
        if (is_own or policies.sees_every_investor(actor, standpoint)) and policies.may_see_investors(
            actor, standpoint
        ):
            return ALLOWED
    return refuse(_("There is no such document."), NO_ROLE)


def name_file(document: Any) -> str:
    """Name the file after contract, investor and last day."""
    party, _from_on, until_on = _read(document.subject)
    last_on = until_on - timedelta(days=1)
    return f"{document.reference}-{party.contract.reference}-{party.code}-{last_on.isoformat()}.pdf"


def _read(subject: str) -> tuple[Party, date, date]:
    public_id, from_on, until_on, _digest = subject.split(_SEPARATOR)
    party = Party.objects.filter(public_id=public_id).select_related("contract__organisation", "organisation").first()
    if party is None:
        raise StatementMissing(_("There is no such statement."))
    return party, date.fromisoformat(from_on), date.fromisoformat(until_on)
