"""The steps in which a contract is written: what each asks, which part of the terms it changes, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds import states
from bonds.arithmetic.editing import EVIDENCE, EntriesPart, ListPart, NamesPart, ObjectPart, Part, PartUnreadable, Row
from bonds.forms.formulas import FORMULA_FORMS
from bonds.forms.payers import BasicsForm, ClaimRulesForm, GuaranteeForm, PayersForm, ProviderPayForm, ShareForm
from bonds.forms.prices import CapForm, TariffForm, UpliftForm
from bonds.forms.results_defined import EvidenceForm, GroupForm, MetricForm
from bonds.forms.rows import RowForm, Vocabulary
from bonds.models import OutcomesContract, Party
from bonds.queries.parties import parties_in
from bonds.states import PartyRole

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the builder.

    Attributes:
        slug: In its address.
        title: What it is called.
        hint: What it is about, for somebody who does it for the first time.
        part: What it changes.
        form: What it asks for a row.
        name: What a row is called in a list; the vocabulary has the names that codes stand for.
        one: What one row is called, as in "Add a price"; empty where there is only one.
        is_needed: Whether a contract cannot be without it.
    """

    slug: str
    title: Text
    hint: Text
    part: Part
    form: type[RowForm]
    name: Callable[[Row, Vocabulary], str] = lambda _row, _vocabulary: ""
    one: Text = ""
    is_needed: bool = False
    kinds: Mapping[str, type[RowForm]] = field(default_factory=dict)

    @property
    def has_rows(self) -> bool:
        """Whether there can be several."""
        return bool(self.one)

    def form_of(self, row: Mapping[str, Any] | None, kind: str = "") -> type[RowForm]:
        """Give the form for a row, which for formulas hangs on their kind."""
        return self.kinds.get(str((row or {}).get("kind", kind)), self.form)


def _names(which: str) -> Callable[[Row, Vocabulary], Callable[[str], str]]:
    def find(_row: Row, vocabulary: Vocabulary) -> Callable[[str], str]:
        names = dict(getattr(vocabulary, which))
        return lambda code: names.get(code) or code

    return find


def _by(which: str, key: str) -> Callable[[Row, Vocabulary], str]:
    find = _names(which)
    return lambda row, vocabulary: find(row, vocabulary)(str(row.get(key, "")))


def _named(*keys: str) -> Callable[[Row, Vocabulary], str]:
    return lambda row, _vocabulary: next((str(row[key]) for key in keys if row.get(key)), "")


def _referral(row: Row, vocabulary: Vocabulary) -> str:
    return _("%(one)s to %(other)s") % {
        "one": _by("payers", "commissioner")(row, vocabulary),
        "other": _by("providers", "provider")(row, vocabulary),
    }


STEPS: Final = (
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
        _named("name", "code"),
        gettext_lazy("group"),
    ),
    Step(
        "results",
        gettext_lazy("Results"),
        gettext_lazy("What is paid for, so clearly that two people would judge the same case alike."),
        ListPart("metrics"),
        MetricForm,
        _named("name", "code"),
        gettext_lazy("result"),
        is_needed=True,
    ),
    Step(
        "evidence",
        gettext_lazy("Evidence"),
        gettext_lazy("What a provider shows for each result. A result without a rule is paid on the claim alone."),
        EVIDENCE,
        EvidenceForm,
        _by("metrics", "metric"),
        gettext_lazy("rule"),
    ),
    Step(
        "formulas",
        gettext_lazy("Formulas for groups"),
        gettext_lazy("Only if a whole group is measured, for example beside a comparison group."),
        ListPart("formulas"),
        RowForm,
        _named("code"),
        gettext_lazy("formula"),
        kinds=FORMULA_FORMS,
    ),
    Step(
        "prices",
        gettext_lazy("Prices"),
        gettext_lazy("The rate card: what one result is worth, by number, group and day if that makes a difference."),
        ListPart("tariffs"),
        TariffForm,
        _by("metrics", "metric"),
        gettext_lazy("price"),
        is_needed=True,
    ),
    Step(
        "uplifts",
        gettext_lazy("On top of the price"),
        gettext_lazy("Only if some results are worth more: for a group, after a number, or for a time."),
        ListPart("uplifts"),
        UpliftForm,
        _named("label", "code"),
        gettext_lazy("uplift"),
    ),
    Step(
        "caps",
        gettext_lazy("Caps"),
        gettext_lazy("The most that is paid for a person, a result, a year, by a payer or in all."),
        ListPart("caps"),
        CapForm,
        _named("code"),
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
        _by("payers", "payer"),
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
        _by("providers", "provider"),
        gettext_lazy("agreement"),
    ),
)
BY_SLUG: Final[Mapping[str, Step]] = {step.slug: step for step in STEPS}
PARTIES: Final = "parties"
_STEP_OF: Final[Mapping[str, str]] = {
    "currency": "days", "service": "days", "run_off_until": "days", "subgroups": "groups", "metrics": "results",
    "formulas": "formulas", "tariffs": "prices", "uplifts": "uplifts", "caps": "caps", "payers": "payers",
    "rounding": "payers", "is_excess_respread": "payers", "shares": "shares", "claims": "claims",
    "guarantees": "referrals", "providers": "pay", "parties": PARTIES,
}  # fmt: skip
_EVIDENCE_ENTRIES: Final = {"evidence", "evidence_by_payer"}


def step_of_problem(at: str) -> tuple[str, int | None]:
    """Give the step in which a problem is put right, and the row, from its place in the terms (a JSON Pointer)."""
    parts = at.strip("/").split("/")
    slug = _STEP_OF.get(parts[0], "")
    if slug == "results" and _EVIDENCE_ENTRIES & set(parts):
        return "evidence", None
    is_row = slug in BY_SLUG and isinstance(BY_SLUG[slug].part, ListPart) and len(parts) > 1
    has_place = is_row and parts[1].isascii() and parts[1].isdigit()
    return slug, int(parts[1]) if has_place else None


def vocabulary_of(contract: OutcomesContract, terms: Mapping[str, Any], parties: list[Party]) -> Vocabulary:
    """Collect what rows of the terms can point to; what cannot be read is left out, and told on the review page."""
    return Vocabulary(
        currency=contract.currency,
        metrics=_pairs(terms, ListPart("metrics")),
        payers=tuple(parties_in(parties, states.PAYER_ROLES)),
        providers=tuple(parties_in(parties, frozenset({PartyRole.PROVIDER}))),
        groups=_pairs(terms, NamesPart("subgroups")),
        formulas=_pairs(terms, ListPart("formulas")),
    )


def _pairs(terms: Mapping[str, Any], part: Part) -> tuple[tuple[str, str], ...]:
    try:
        rows = part.read(terms)
    except PartUnreadable:
        return ()
    return tuple((str(row["code"]), str(row.get("name") or row["code"])) for row in rows if row.get("code"))
