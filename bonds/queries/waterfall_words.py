"""A run of the waterfall in sentences: what each stage was due, what it got, why, and what was left after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from bonds.arithmetic.tranches import Beneficiary, StageKind
from bonds.queries.run_words import say_stage
from core.money import format_pounds
from foundation.templatetags.ui import day

Facts = Mapping[str, Any]
# What stages pay that is nobody's among the investors: shown by its sum, party by party to the contract's holder only.
_OTHERS: Final = frozenset({StageKind.COSTS.value, StageKind.PROVIDER_FEES.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShown:
    """What one party got at a stage, in pence; `who` is empty for all others together."""

    who: str
    what: str
    due: int
    cut: int
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageShown:
    """One stage in words, in pence.

    Attributes:
        kind: Its lasting word.
        title: What people call it.
        why: Sentences.
        due: What was due at it; None where that is no question, as for what there is.
        cut: What caps cut off; it is not due.
        paid: What it got.
        left: What was left for the stages after it.
        parts: Who got it.
    """

    kind: str
    title: str
    why: tuple[str, ...]
    due: int | None
    cut: int
    paid: int
    left: int
    parts: tuple[PartShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What codes stand for, and what may be named.

    Attributes:
        currency: ISO 4217.
        parties: Names by code.
        tranches: Names by code.
        only: Code of the one party whose parts are shown by name; empty: everybody's.
    """

    currency: str
    parties: Mapping[str, str]
    tranches: Mapping[str, str]
    only: str = ""

    def money(self, pence: int) -> str:
        """Write an amount."""
        return format_pounds(pence, self.currency)

    def tranche(self, codes: Iterable[str]) -> str:
        """Name tranches."""
        return ", ".join(self.tranches.get(code, code) for code in codes)


def explain_steps(steps: Sequence[Mapping[str, Any]], names: Names) -> list[StageShown]:
    """Say the steps of a run.

    Args:
        steps: As the run keeps them.
        names: What codes stand for, and whose parts are shown; what others got is told as one sum.
    """
    return [_explain(str(step["name"]), int(step["amount"]), step["facts"], names) for step in steps]


def _explain(name: str, left: int, facts: Facts, names: Names) -> StageShown:
    has_due = "due" in facts
    return StageShown(
        kind=name,
        title=_title(name, facts, names),
        why=tuple(_WHY.get(name, _why_paid)(facts, names)),
        due=int(facts["due"]) if has_due else None,
        cut=int(facts.get("cut", 0)),
        paid=int(facts.get("paid", 0)),
        left=left,
        parts=tuple(_parts(name, facts, names)),
    )


def _title(name: str, facts: Facts, names: Names) -> str:
    titles = {
        "available": _("What there is to share out"),
        "recycled": _("Kept for the service"),
        StageKind.COSTS.value: _("Tax and running costs"),
        StageKind.PROVIDER_FEES.value: _("What providers are owed"),
        StageKind.RESERVE.value: _("Reserve"),
        StageKind.INTEREST.value: _("Interest"),
        StageKind.PRINCIPAL.value: _("Repayment"),
        StageKind.UPSIDE.value: _("Share of what results earned"),
        StageKind.SURPLUS.value: _("Surplus"),
    }
    title = titles.get(name, name.replace("_", " ").capitalize())
    codes = facts.get("tranches", ())
    return f"{title}: {names.tranche(codes)}" if codes else title


def _why_available(facts: Facts, names: Names) -> Iterable[str]:
    yield _("%(cash)s is in the bank beside what earlier runs promised.") % {"cash": names.money(facts["cash"])}
    if facts["released"]:
        yield _("%(released)s comes out of the reserve, which held %(held)s.") % {
            "released": names.money(facts["released"]),
            "held": names.money(facts["reserve"]),
        }


def _why_set_aside(facts: Facts, names: Names) -> Iterable[str]:
    if not facts["due"]:
        yield _("Nothing is owed in the books.")
        return
    yield _("It is owed in the books already: its money stays in the bank until it is paid there.")
    yield from _missing(facts, names)


def _why_reserve(facts: Facts, names: Names) -> Iterable[str]:
    if not facts["months"]:
        yield _("The terms ask for none.")
        return
    words = _("It is to hold %(months)s months of cost, %(target)s; after this stage it holds %(held)s.")
    yield words % {
        "months": facts["months"],
        "target": names.money(facts["target"]),
        "held": names.money(facts["reserve"]),
    }
    yield from _missing(facts, names)


def _why_recycled(facts: Facts, names: Names) -> Iterable[str]:
    words = _("Until %(day)s the terms keep what costs leave over for the service: %(kept)s stays in the bank.")
    yield words % {"day": day(date.fromisoformat(facts["until_on"])), "kept": names.money(facts["kept"])}


def _why_upside(facts: Facts, names: Names) -> Iterable[str]:
    if not facts["paid"] and not facts.get("cut"):
        yield _("Nothing was left to share, or the terms share nothing here.")
    yield from _capped(facts, names)


def _why_surplus(facts: Facts, names: Names) -> Iterable[str]:
    if not facts["paid"]:
        yield _("Nothing is given away as a surplus: what is left stays in the bank.")


def _why_paid(facts: Facts, names: Names) -> Iterable[str]:
    if not facts.get("due") and not facts.get("cut"):
        yield _("Nothing is due.")
    elif facts.get("due") and not facts.get("unpaid"):
        yield _("All that is due is paid.")
    yield from _capped(facts, names)
    yield from _missing(facts, names)


def _capped(facts: Facts, names: Names) -> Iterable[str]:
    if facts.get("cut"):
        words = _("%(cut)s is not due, because the cap on what an investor may get is reached.")
        yield words % {"cut": names.money(facts["cut"])}


def _missing(facts: Facts, names: Names) -> Iterable[str]:
    if facts.get("unpaid"):
        words = _("There was not enough for %(unpaid)s, and nobody after this stage is paid.")
        yield words % {"unpaid": names.money(facts["unpaid"])}


def _parts(name: str, facts: Facts, names: Names) -> Iterable[PartShown]:
    given = facts.get("parts", ())
    if names.only and name in _OTHERS:
        return
    shown = [one for one in given if names.only in {"", one["party"]}]
    for one in shown:
        yield PartShown(
            who=names.parties.get(one["party"], one["party"]),
            what=_what(one, names),
            due=one["due"],
            cut=one["cut"],
            paid=one["paid"],
        )
    others = [one for one in given if one not in shown]
    if others:
        due, cut, paid = (sum(one[key] for one in others) for key in ("due", "cut", "paid"))
        yield PartShown(who="", what="", due=due, cut=cut, paid=paid)


def _what(part: Facts, names: Names) -> str:
    capacities = {
        Beneficiary.COMMISSIONER.value: _("as commissioner"),
        Beneficiary.PROVIDER.value: _("as provider"),
        Beneficiary.ASSET_LOCK.value: _("kept under the asset lock"),
    }
    if part.get("tranche"):
        return names.tranche([part["tranche"]])
    return capacities.get(part.get("to", ""), "")


def _why_guaranteed(facts: Facts, names: Names) -> Iterable[str]:
    yield say_stage({"name": "guarantees", "facts": facts}, currency=names.currency, tranches=names.tranches)


def _why_lost(facts: Facts, names: Names) -> Iterable[str]:
    yield say_stage({"name": "written_off", "facts": facts}, currency=names.currency, tranches=names.tranches)


_WHY: Final = {
    "guarantees": _why_guaranteed,
    "written_off": _why_lost,
    "available": _why_available,
    "recycled": _why_recycled,
    StageKind.COSTS.value: _why_set_aside,
    StageKind.PROVIDER_FEES.value: _why_set_aside,
    StageKind.RESERVE.value: _why_reserve,
    StageKind.UPSIDE.value: _why_upside,
    StageKind.SURPLUS.value: _why_surplus,
}
