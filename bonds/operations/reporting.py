"""Telling investors how a contract goes: a report for a period, one copy for each of them, made by workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.small_numbers import find_threshold
from bonds.models import InvestorReport, InvestorReportCopy, InvestorReportWithdrawal, OutcomesContract
from bonds.operations.committing import require_investor_terms
from bonds.operations.errors import ReasonMissing
from bonds.operations.locks import lock_contract
from bonds.operations.report_mails import tell_taken_back
from bonds.queries.investor_reports import (
    REPORT_KIND,
    documents_of,
    investors_of,
    next_from_on,
)
from bonds.queries.report_facts import collect_common_facts, collect_own_facts, expected_by_plan
from bonds.queries.results import metrics_of
from core.errors import DomainError, InvalidInput
from core.periods import legal_day
from documents import operations as document_operations
from foundation import audit
from foundation.access import Actor
from foundation.models import Job

WORDS_LENGTH: Final = 4_000
MOST_EXPECTED: Final = 1_000_000


class ReportUnsound(InvalidInput):
    """The period of a report is not over or is none, or it expects results that the contract does not pay for."""

    code = "bonds.report_unsound"


class ReportPeriodTaken(DomainError):
    """Somebody has issued a report meanwhile: the next one begins on another day."""

    code = "bonds.report_period_taken"


class ReportNotLast(DomainError):
    """A later report builds on this one, or it was taken back before."""

    code = "bonds.report_not_last"


@dataclass(frozen=True, slots=True)
class ReportPreview:
    """What a report would say, before it is issued: what all are told, and each investor by code."""

    from_on: date
    until_on: date
    common: dict[str, object]
    own: dict[str, dict[str, object]]


def preview_report(
    *, contract: OutcomesContract, from_on: date, until_on: date, expected: Mapping[str, int], today: date
) -> ReportPreview:
    """Collect what a report would say. Nothing is kept.

    Args:
        contract: Signed, with investors.
        from_on: First day, as the last report that stands leaves it.
        until_on: The day after the last day; today or before.
        expected: By code of a result, how many were expected in the period; for others the plan says it, if any.
        today: The legal day.

    Raises:
        NoInvestors: nobody invests in it.
        ReportPeriodTaken: the next report begins on another day.
        ReportUnsound: the period is not over or is none, or something else is expected than is paid for.
    """
    require_investor_terms(contract)
    _check_period(contract, from_on, until_on, today)
    _check_expected(contract, expected)
    own = {
        one.code: collect_own_facts(contract, investor=one.code, from_on=from_on, until_on=until_on)
        for one in investors_of(contract)
    }
    planned = expected_by_plan(contract, from_on=from_on, until_on=until_on)
    known = metrics_of(contract)
    wanted = {code: number for code, number in planned.items() if code in known} | dict(expected)
    common = collect_common_facts(
        contract, from_on=from_on, until_on=until_on, expected=wanted, threshold=find_threshold(today)
    )
    return ReportPreview(from_on=from_on, until_on=until_on, common=common, own=own)


@transaction.atomic
def issue_report(
    *,
    contract: OutcomesContract,
    from_on: date,
    until_on: date,
    words: str = "",
    expected: Mapping[str, int],
    actor: Actor,
    at: datetime,
) -> tuple[InvestorReport, Job]:
    """Fix what a period was, give each investor a copy, and have the documents made; each mail follows its document.

    Args:
        contract: Signed, with investors.
        from_on: First day, as whoever issues saw it.
        until_on: The day after the last day; today or before.
        words: What the holder says to it, and expects next; may be empty.
        expected: By code of a result, how many were expected in the period.
        actor: Who acts for the contract holder.
        at: Now.

    Returns:
        The report, and the job that shows how many copies are made.

    Raises:
        NoInvestors, ReportPeriodTaken: as `preview_report`.
        ReportUnsound: as there, or the words are too long.
    """
    on = legal_day(at)
    if len(words.strip()) > WORDS_LENGTH:
        raise ReportUnsound(_("These are too many words."), most=WORDS_LENGTH)
    contract = lock_contract(contract.pk)
    seen = preview_report(contract=contract, from_on=from_on, until_on=until_on, expected=expected, today=on)
    report = InvestorReport.objects.create(
        contract=contract,
        number=InvestorReport.objects.filter(contract=contract).count() + 1,
        from_on=from_on,
        until_on=until_on,
        words=words.strip(),
        facts=seen.common,
        issued_on=on,
        issued_by=actor.ref,
        issued_at=at,
    )
    copies = [
        InvestorReportCopy.objects.create(report=report, party=one, facts=seen.own[one.code])
        for one in investors_of(contract)
    ]
    audit.record(
        actor=actor.ref,
        action="bonds.investor_report_issued",
        at=at,
        organisation=contract.organisation.public_id,
        subject=report.public_id,
        after={"number": report.number, "from_on": from_on.isoformat(), "until_on": until_on.isoformat()},
    )
    return report, _have_made(report, copies, actor=actor, at=at)


@transaction.atomic
def withdraw_report(*, report: InvestorReport, reason: str, actor: Actor, at: datetime) -> InvestorReportWithdrawal:
    """Take back the last report: its documents are cancelled, investors are told, and its period is free again.

    Args:
        report: The last that stands.
        reason: What was wrong; investors read it.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        ReasonMissing: the record has to say why.
        ReportNotLast: a later report builds on it, or it was taken back before.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say what was wrong: investors are told, and the record keeps it."))
    contract = lock_contract(report.contract_id)
    last = InvestorReport.objects.filter(contract=contract).standing().order_by("until_on").last()
    if last is None or last.pk != report.pk:
        raise ReportNotLast(_("Only the last report can be taken back, and only once."))
    made = InvestorReportWithdrawal.objects.create(report=report, reason=reason.strip(), by=actor.ref, at=at)
    for document in documents_of(report).values():
        document_operations.cancel_document(document=document, actor=actor, reason=reason.strip()[:200], at=at)
    audit.record(
        actor=actor.ref,
        action="bonds.investor_report_withdrawn",
        at=at,
        organisation=contract.organisation.public_id,
        subject=report.public_id,
        reason=reason.strip()[:200],
    )
    tell_taken_back(report, at=at)
    return made


def _have_made(report: InvestorReport, copies: list[InvestorReportCopy], *, actor: Actor, at: datetime) -> Job:
    organisation = report.contract.organisation
    document_operations.issue_documents(
        kind=REPORT_KIND,
        organisation=organisation,
        subjects=[one.public_id for one in copies],
        actor=actor,
        at=at,
        issued_on=report.issued_on,
        batch=report.public_id,
    )
    return document_operations.render_later(batch=report.public_id, organisation=organisation, actor=actor, at=at)


def _check_period(contract: OutcomesContract, from_on: date, until_on: date, today: date) -> None:
    wanted = next_from_on(contract)
    if wanted != from_on:
        raise ReportPeriodTaken(
            _("The next report begins on another day: somebody has issued or taken back one meanwhile."),
            from_on=wanted.isoformat() if wanted else None,
        )
    if not from_on < until_on <= today:
        raise ReportUnsound(_("The last day of a report comes after the first, and has passed."), at="until_on")


def _check_expected(contract: OutcomesContract, expected: Mapping[str, int]) -> None:
    known = metrics_of(contract)
    for code, number in expected.items():
        if code not in known or not 0 <= number <= MOST_EXPECTED:
            raise ReportUnsound(_("A report expects a number of results that the contract pays for."), at=code)
