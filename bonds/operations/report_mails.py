"""Who is told of a report by mail: each investor's officers of their own copy, with a link and no figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from bonds.models import InvestorReport, InvestorReportCopy
from bonds.queries.investor_reports import copies_of, get_copy
from bonds.queries.officers import officers_to_tell
from foundation.mail import queue_mail


def tell_ready(*, document: Any, at: datetime) -> None:
    """Tell an investor's officers that their copy can be read, in the transaction that fixed its file.

    Args:
        document: Of the copy, with its file.
        at: Now.
    """
    _tell(get_copy(public_id=document.subject), "report_ready", at=at)


def tell_taken_back(report: InvestorReport, *, at: datetime) -> None:
    """Tell every investor's officers that a report does not count any more."""
    for copy in copies_of(report):
        _tell(copy, "report_taken_back", at=at)


def _tell(copy: InvestorReportCopy, template: str, *, at: datetime) -> None:
    report, organisation = copy.report, copy.party.organisation
    contract = report.contract
    path = reverse("bonds:investor-report", args=[organisation.slug, contract.reference, report.number])
    facts = {
        "contract": contract.name,
        "number": report.number,
        "holder": contract.organisation.name,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }
    for user in officers_to_tell(organisation):
        person = getattr(user, "person", None)
        queue_mail(
            to=user.email,
            template=f"bonds/mail/{template}",
            context=facts | {"given_name": person.given_name if person else ""},
            key=f"bonds:{template}:{copy.public_id}:{user.public_id}",
            at=at,
            language=person.language if person else "en-gb",
            organisation=organisation.public_id,
        )
