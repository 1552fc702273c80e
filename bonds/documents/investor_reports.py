"""Each investor's copy of a report as a document."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from bonds.policies import Standpoint
from bonds.policies import investor_reports as policies
from bonds.queries.contracts import roles_of
from bonds.queries.investor_reports import REPORT_KIND, get_copy
from bonds.queries.report_view import lay_out_report
from foundation import clock
from foundation.access import ALLOWED, Actor, Decision, refuse
from people.policies import NO_ROLE
from people.queries import organisations_of

REPORT: Final = REPORT_KIND
SERIES: Final = "INVREP"


def report_context(subject: str) -> dict[str, Any]:
    """Give what one investor's copy of a report says: the facts that were kept when it was issued.

    Args:
        subject: Public id of the copy.
    """
    copy = get_copy(public_id=subject)
    return {
        "issued": copy.report,
        "contract": copy.report.contract,
        "investor": copy.party.organisation,
        "last_on": copy.report.until_on - timedelta(days=1),
        "report": lay_out_report(copy.report.facts, copy.facts),
        "words": copy.report.words,
    }


def may_download_report(actor: Actor, document: Any) -> Decision:
    """Decide who may have a copy of a report: the officers of its investor and of the holder."""
    copy = get_copy(public_id=document.subject)
    contract = copy.report.contract
    for organisation in organisations_of(actor):
        parts = roles_of(contract=contract, organisation=organisation, on=clock.today())
        standpoint = Standpoint(organisation.public_id, *parts)
        is_theirs = organisation.pk == copy.party.organisation_id or policies.sees_every_copy(actor, standpoint)
        if is_theirs and policies.may_see_reports(actor, standpoint):
            return ALLOWED
    return refuse(_("There is no such document."), NO_ROLE)


def name_report(document: Any) -> str:
    """Name the file after contract and report."""
    report = get_copy(public_id=document.subject).report
    return f"{document.reference}-{report.contract.reference}-{report.number}.pdf"
