"""Reports to investors: those of a contract, what the next one is about, and who has which copy."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from bonds.models import (
    ContractVersion,
    InvestorReport,
    InvestorReportCopy,
    InvestorReportQuerySet,
    OutcomesContract,
    Party,
)
from bonds.queries.investors import find_investor_terms
from core.errors import NotFound
from documents.models import Document
from people.models import Organisation

REPORT_KIND = "investor_report"


class ReportMissing(NotFound):
    """There is no such report, or none that may be seen here."""

    code = "bonds.no_report"


def reports_of(contract: OutcomesContract) -> InvestorReportQuerySet:
    """The reports of a contract, newest first; those that were taken back included."""
    rows = InvestorReport.objects.filter(contract=contract).select_related("contract__organisation", "withdrawal")
    return rows.order_by("-number")


def get_report(*, contract: OutcomesContract, number: int) -> InvestorReport:
    """Return a report of a contract.

    Raises:
        ReportMissing: there is none of this number.
    """
    found = reports_of(contract).filter(number=number).first()
    if found is None:
        raise ReportMissing(_("There is no such report."), number=number)
    return found


def copies_of(report: InvestorReport) -> list[InvestorReportCopy]:
    """Each investor's copy of a report, with the investor."""
    return list(report.copies.select_related("party__organisation", "report__contract__organisation"))


def find_copy(*, report: InvestorReport, organisation: Organisation) -> InvestorReportCopy | None:
    """An organisation's own copy of a report, or None."""
    rows = InvestorReportCopy.objects.filter(report=report, party__organisation=organisation)
    return rows.select_related("party__organisation", "report__contract__organisation").first()


def get_copy(*, public_id: str) -> InvestorReportCopy:
    """Return a copy by its id.

    Raises:
        ReportMissing: there is none.
    """
    related = ("party__organisation", "report__contract__organisation")
    found = InvestorReportCopy.objects.filter(public_id=public_id).select_related(*related).first()
    if found is None:
        raise ReportMissing(_("There is no such report."), copy=public_id)
    return found


def documents_of(report: InvestorReport) -> dict[str, Document]:
    """The document of each copy by the copy's id, with its file where that is made."""
    rows = Document.objects.in_batch(report.public_id).filter(kind=REPORT_KIND).select_related("file")
    return {one.subject: one for one in rows}


def next_from_on(contract: OutcomesContract) -> date | None:
    """The day on which the next report begins: where the last one that stands ended, else the contract's first day.

    None for a contract that is not signed.
    """
    last = InvestorReport.objects.filter(contract=contract).standing().order_by("until_on").last()
    if last is not None:
        return last.until_on
    starts = ContractVersion.objects.filter(contract=contract).signed().order_by("effective_on", "number")
    return starts.values_list("effective_on", flat=True).first()


def investors_of(contract: OutcomesContract) -> list[Party]:
    """The parties that committed money by the terms in force, each once, in the order of the terms."""
    terms = find_investor_terms(contract)
    if terms is None:
        return []
    codes = list(dict.fromkeys(one.investor for one in terms.commitments))
    rows = Party.objects.filter(contract=contract, code__in=codes).select_related("organisation")
    found = {one.code: one for one in rows}
    return [found[code] for code in codes]
