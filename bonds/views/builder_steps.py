"""The steps in which a contract is written: what each asks, which part of the terms it changes, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds import states
from bonds.arithmetic.editing import EVIDENCE, EntriesPart, ListPart, NamesPart, ObjectPart, Part, PartUnreadable, Row
from bonds.arithmetic.shapes import read_shape
from bonds.arithmetic.tranches import Tranche, typical_order
from bonds.forms.formulas import FORMULA_FORMS
from bonds.forms.investors_written import say_order
from bonds.forms.payers import (
    AdvanceForm,
    BasicsForm,
    ClaimRulesForm,
    GuaranteeForm,
    PayersForm,
    ProviderPayForm,
    ShareForm,
)
from bonds.forms.prices import CapForm, TariffForm, UpliftForm
from bonds.forms.results_defined import EvidenceForm, GroupForm, MetricForm
from bonds.forms.rows import RowForm, Vocabulary
from bonds.models import ContractVersion, OutcomesContract, Party
from bonds.queries.parties import parties_in
from bonds.states import PartyRole
from bonds.views.builder_investor_steps import INVESTOR_STEPS, LENDING, STEP_OF_INVESTORS
from bonds.views.builder_step import Documents, Step, by, named


def _referral(row: Row, vocabulary: Vocabulary) -> str:
    return _("%(one)s to %(other)s") % {
        "one": by("payers", "commissioner")(row, vocabulary),
        "other": by("providers", "provider")(row, vocabulary),
    }


CONTRACT_STEPS: Final = (
    Step(
        "days",
        gettext_lazy("Days"),
        gettext_lazy("When service begins and ends, and until when results count."),
        EntriesPart(("currency", "service", "run_off_until")),
        BasicsForm,
        is_needed=True,
    ),
    Step(
        "groups",
        gettext_lazy("Groups of people"),
        gettext_lazy("Only if something else holds for some people, such as a higher price for those leaving care."),
        NamesPart("subgroups"),
        GroupForm,
        named("name", "code"),
        gettext_lazy("group"),
    ),
    Step(
        "results",
        gettext_lazy("Results"),
        gettext_lazy("What is paid for, so clearly that two people would judge the same case alike."),
        ListPart("metrics"),
        MetricForm,
        named("name", "code"),
        gettext_lazy("result"),
        is_needed=True,
    ),
    Step(
        "evidence",
        gettext_lazy("Evidence"),
        gettext_lazy("What a provider shows for each result. A result without a rule is paid on the claim alone."),
        EVIDENCE,
        EvidenceForm,
        by("metrics", "metric"),
        gettext_lazy("rule"),
    ),
    Step(
        "formulas",
        gettext_lazy("Formulas for groups"),
        gettext_lazy("Only if a whole group is measured, for example beside a comparison group."),
        ListPart("formulas"),
        RowForm,
        named("code"),
        gettext_lazy("formula"),
        kinds=FORMULA_FORMS,
    ),
    Step(
        "prices",
        gettext_lazy("Prices"),
        gettext_lazy("The rate card: what one result is worth, by number, group and day if that makes a difference."),
        ListPart("tariffs"),
        TariffForm,
        by("metrics", "metric"),
        gettext_lazy("price"),
        is_needed=True,
    ),
    Step(
        "uplifts",
        gettext_lazy("On top of the price"),
        gettext_lazy("Only if some results are worth more: for a group, after a number, or for a time."),
        ListPart("uplifts"),
        UpliftForm,
        named("label", "code"),
        gettext_lazy("uplift"),
    ),
    Step(
        "caps",
        gettext_lazy("Caps"),
        gettext_lazy("The most that is paid for a person, a result, a year, by a payer or in all."),
        ListPart("caps"),
        CapForm,
        named("code"),
        gettext_lazy("cap"),
    ),
    Step(
        "payers",
        gettext_lazy("Payers"),
        gettext_lazy("Who pays, who leads, and what becomes of odd pennies."),
        EntriesPart(("payers", "rounding", "is_excess_respread")),
        PayersForm,
        is_needed=True,
    ),
    Step(
        "shares",
        gettext_lazy("Payers' parts"),
        gettext_lazy("How much of each amount each payer pays."),
        ListPart("shares"),
        ShareForm,
        by("payers", "payer"),
        gettext_lazy("part"),
        is_needed=True,
    ),
    Step(
        "claims",
        gettext_lazy("Claims and payment"),
        gettext_lazy("How long there is to claim, to answer and to pay, and how much is looked at afterwards."),
        ObjectPart("claims"),
        ClaimRulesForm,
    ),
    Step(
        "referrals",
        gettext_lazy("Referral guarantees"),
        gettext_lazy("Only if a commissioner promises a provider so many people."),
        ListPart("guarantees"),
        GuaranteeForm,
        _referral,
        gettext_lazy("guarantee"),
    ),
    Step(
        "pay",
        gettext_lazy("Providers' pay"),
        gettext_lazy("What the contract holder pays each provider: a fee, an amount for each result, or a share."),
        ListPart("providers"),
        ProviderPayForm,
        by("providers", "provider"),
        gettext_lazy("agreement"),
    ),
    Step(
        "advances",
        gettext_lazy("Advance payments"),
        gettext_lazy("Only if a payer pays before results, to be set against its later invoices."),
        ListPart("advances"),
        AdvanceForm,
        named("code"),
        gettext_lazy("advance"),
    ),
)
STEPS: Final = (*CONTRACT_STEPS, *INVESTOR_STEPS)
BY_SLUG: Final[Mapping[str, Step]] = {step.slug: step for step in STEPS}
PARTIES: Final = "parties"
_STEP_OF: Final[Mapping[str, str]] = {
    "currency": "days", "service": "days", "run_off_until": "days", "subgroups": "groups", "metrics": "results",
    "formulas": "formulas", "tariffs": "prices", "uplifts": "uplifts", "caps": "caps", "payers": "payers",
    "rounding": "payers", "is_excess_respread": "payers", "shares": "shares", "claims": "claims",
    "guarantees": "referrals", "providers": "pay", "advances": "advances", "parties": PARTIES,
}  # fmt: skip
_EVIDENCE_ENTRIES: Final = {"evidence", "evidence_by_payer"}


def step_of_problem(at: str) -> tuple[str, int | None]:
    """Give the step in which a problem is put right, and the row, from its place in the terms (a JSON Pointer)."""
    parts = at.strip("/").split("/")
    if parts[0] == "investor_terms":
        parts = parts[1:] or [""]
        slug = STEP_OF_INVESTORS.get(parts[0], "investors")
    else:
        slug = _STEP_OF.get(parts[0], "")
    if slug == "results" and _EVIDENCE_ENTRIES & set(parts):
        return "evidence", None
    is_row = slug in BY_SLUG and isinstance(BY_SLUG[slug].part, ListPart) and len(parts) > 1
    has_place = is_row and parts[1].isascii() and parts[1].isdigit()
    return slug, int(parts[1]) if has_place else None


def documents_of(version: ContractVersion) -> Documents:
    """Give what a version says, by the names that steps know."""
    return {"terms": version.terms, "investor_terms": version.investor_terms}


def vocabulary_of(contract: OutcomesContract, documents: Documents, parties: list[Party]) -> Vocabulary:
    """Collect what rows of the terms can point to; what cannot be read is left out, and told on the review page."""
    terms, investor_terms = documents["terms"], documents["investor_terms"]
    tranches = _read(investor_terms, ListPart("tranches"))
    return Vocabulary(
        currency=contract.currency,
        metrics=_pairs(terms, ListPart("metrics")),
        payers=tuple(parties_in(parties, states.PAYER_ROLES)),
        providers=tuple(parties_in(parties, frozenset({PartyRole.PROVIDER}))),
        groups=_pairs(terms, NamesPart("subgroups")),
        formulas=_pairs(terms, ListPart("formulas")),
        parties=tuple(parties_in(parties, frozenset(PartyRole))),
        investors=tuple(parties_in(parties, frozenset({PartyRole.INVESTOR}))),
        tranches=_named_pairs(tranches),
        lending=_named_pairs([row for row in tranches if row.get("kind") in LENDING]),
        typical_order=say_order(typical_order(_read_tranches(tranches))),
    )


def _pairs(terms: Mapping[str, Any], part: Part) -> tuple[tuple[str, str], ...]:
    return _named_pairs(_read(terms, part))


def _named_pairs(rows: list[Row]) -> tuple[tuple[str, str], ...]:
    return tuple((str(row["code"]), str(row.get("name") or row["code"])) for row in rows if row.get("code"))


def _read(terms: Mapping[str, Any], part: Part) -> list[Row]:
    try:
        return part.read(terms)
    except PartUnreadable:
        return []


def _read_tranches(rows: list[Row]) -> list[Tranche]:
    read = [read_shape(Tranche, row, []) for row in rows]
    return [tranche for tranche in read if tranche is not None]
