"""Labels for the stored values of `bonds.states`, and the constraint that only those are stored."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bonds import states
from bonds.arithmetic.deadlines import Nation

# Short names in addresses and terms: of contracts, parties, results and caps.
CODE: Final = r"^[a-z0-9][a-z0-9_-]{0,39}$"
# Addresses beside those of contracts.
RESERVED: Final = frozenset({"new"})

Choices = list[tuple[str, str | Promise]]

PARTY_ROLES: Choices = [
    (states.PartyRole.LEAD_COMMISSIONER.value, _("lead commissioner")),
    (states.PartyRole.COMMISSIONER.value, _("commissioner")),
    (states.PartyRole.TOP_UP_FUND.value, _("top-up fund")),
    (states.PartyRole.HOLDER.value, _("contract holder")),
    (states.PartyRole.PROVIDER.value, _("provider")),
    (states.PartyRole.VERIFIER.value, _("verifier")),
    (states.PartyRole.INVESTOR.value, _("investor")),
    (states.PartyRole.INTERMEDIARY.value, _("intermediary")),
    (states.PartyRole.EVALUATOR.value, _("evaluator")),
]
CONTRACT_STATES: Choices = [
    (states.ContractState.DRAFT.value, _("draft")),
    (states.ContractState.SIGNED.value, _("signed")),
    (states.ContractState.VARIED.value, _("signed, varied since")),
    (states.ContractState.RUN_OFF.value, _("in run-off: service has ended, results may still be claimed")),
    (states.ContractState.CLOSED.value, _("closed")),
]
VERSION_STATES: Choices = [
    (states.VersionState.DRAFT.value, _("being written")),
    (states.VersionState.PROPOSED.value, _("with the parties for signature")),
    (states.VersionState.SIGNED.value, _("signed")),
    (states.VersionState.WITHDRAWN.value, _("withdrawn")),
]
LINE_STATES: Choices = [
    (states.LineState.DRAFT.value, _("not yet claimed")),
    (states.LineState.SUBMITTED.value, _("with the verifier")),
    (states.LineState.QUERIED.value, _("queried: the provider has to answer")),
    (states.LineState.RESUBMITTED.value, _("answered, with the verifier again")),
    (states.LineState.FLAGGED.value, _("put aside with a doubt")),
    (states.LineState.VALIDATED.value, _("accepted")),
    (states.LineState.REJECTED.value, _("rejected")),
    (states.LineState.INVOICED.value, _("invoiced")),
    (states.LineState.PAID.value, _("paid")),
    (states.LineState.CLAWED_BACK.value, _("taken back")),
    (states.LineState.DISPUTED.value, _("in dispute")),
    (states.LineState.ADJUDICATED.value, _("decided by the adjudicator")),
    (states.LineState.WITHDRAWN.value, _("withdrawn")),
]
CLAIM_STATES: Choices = [
    (states.ClaimState.DRAFT.value, _("being put together")),
    (states.ClaimState.SUBMITTED.value, _("with the verifier")),
    (states.ClaimState.DECIDED.value, _("every line decided")),
    (states.ClaimState.WITHDRAWN.value, _("withdrawn")),
]
CLOCK_EVENTS: Choices = [
    (states.ClockEvent.START.value, _("started")),
    (states.ClockEvent.RESTART.value, _("started again")),
]
MESSAGE_KINDS: Choices = [
    (states.MessageKind.QUERY.value, _("question")),
    (states.MessageKind.ANSWER.value, _("answer")),
    (states.MessageKind.NOTE.value, _("note")),
]
LINE_ORIGINS: Choices = [
    (states.LineOrigin.CLAIM.value, _("claimed")),
    (states.LineOrigin.ADJUSTMENT.value, _("adjustment")),
]
INVOICE_KINDS: Choices = [
    (states.InvoiceKind.INVOICE.value, _("invoice")),
    (states.InvoiceKind.CREDIT_NOTE.value, _("credit note")),
]
INVOICE_STATES: Choices = [
    (states.InvoiceState.ISSUED.value, _("to be paid")),
    (states.InvoiceState.PAID.value, _("settled")),
]
VAT_CATEGORIES: Choices = [
    (states.VatCategory.OUTSIDE.value, _("outside the scope of VAT")),
    (states.VatCategory.EXEMPT.value, _("exempt from VAT")),
    (states.VatCategory.STANDARD.value, _("VAT at the standard rate")),
]
RECOGNITIONS: Choices = [
    (states.Recognition.APPROVED.value, _("when a result is accepted")),
    (states.Recognition.SUBMITTED_CONSTRAINED.value, _("when a result is claimed, a part of it")),
]
NATIONS: Choices = [
    (Nation.ENGLAND_AND_WALES.value, _("England and Wales")),
    (Nation.SCOTLAND.value, _("Scotland")),
    (Nation.NORTHERN_IRELAND.value, _("Northern Ireland")),
]


def known(field: str, values: type[StrEnum], name: str) -> models.CheckConstraint:
    """Make the constraint that a column holds one of the values of an enumeration."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": [value.value for value in values]}), name=name)
