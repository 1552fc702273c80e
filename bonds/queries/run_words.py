"""A run of the waterfall in sentences: what was there, what each stage was due and given, and what was left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from core.money import format_pounds

Facts = Mapping[str, Any]
Pounds = Callable[[int], str]


def say_stage(step: Facts, *, currency: str, tranches: Mapping[str, str]) -> str:
    """Say one step of a run in words.

    Args:
        step: As a run keeps it: `name`, what was left after it, and the figures behind it.
        currency: ISO 4217.
        tranches: What the terms call each tranche, by code.

    Returns:
        One or more sentences; a step without words or figures of its own gives its name.
    """

    def pounds(pence: int) -> str:
        return format_pounds(pence, currency)

    name, facts = step["name"], step["facts"]
    say = _SENTENCES.get(name)
    if say is not None:
        return say(facts, pounds)
    return _say_paid(facts, pounds) if "paid" in facts else f"{name_stage(step, tranches=tranches)}."


def name_stage(step: Facts, *, tranches: Mapping[str, str]) -> str:
    """Name a step in few words, with the tranches that it is about."""
    name = step["name"]
    words = str(_STAGES.get(name, name.replace("_", " ").capitalize()))
    codes = step["facts"].get("tranches", ())
    about = _(" and ").join(tranches.get(code, code) for code in codes)
    return _("%(stage)s, %(tranches)s") % {"stage": words, "tranches": about} if about else words


def _say_paid(facts: Facts, pounds: Pounds) -> str:
    if not facts["due"] and not facts.get("cut"):
        return _("Nothing was due.")
    said = [_("%(due)s was due and %(paid)s was given.")]
    if facts.get("cut"):
        said.append(_("A cap on returns cut %(cut)s."))
    if facts.get("unpaid"):
        said.append(_("The money did not reach for %(unpaid)s."))
    named = {name: pounds(facts.get(name, 0)) for name in ("due", "paid", "cut", "unpaid")}
    return " ".join(said) % named


def _say_available(facts: Facts, pounds: Pounds) -> str:
    if facts.get("released"):
        words = _("%(cash)s was in the bank and not promised before, and %(released)s came out of the reserve.")
    else:
        words = _("%(cash)s was in the bank and not promised before.")
    return words % {"cash": pounds(facts["cash"]), "released": pounds(facts.get("released", 0))}


def _say_reserve(facts: Facts, pounds: Pounds) -> str:
    months = facts.get("months", 0)
    if not facts["target"]:
        return _("It need not hold anything.")
    words = ngettext(
        "It is to hold %(months)s month of cost, %(target)s. %(paid)s went into it; it holds %(reserve)s.",
        "It is to hold %(months)s months of cost, %(target)s. %(paid)s went into it; it holds %(reserve)s.",
        months,
    )
    named = {name: pounds(facts[name]) for name in ("target", "paid", "reserve")}
    return words % ({"months": months} | named)


def _say_recycled(facts: Facts, pounds: Pounds) -> str:
    until = date_format(date.fromisoformat(facts["until_on"]), "j F Y")
    words = _("Until %(day)s nothing is paid to investors: %(kept)s stays for the service.")
    return words % {"day": until, "kept": pounds(facts["kept"])}


def _say_guaranteed(facts: Facts, pounds: Pounds) -> str:
    if not facts["called"]:
        return _("No guarantor owes anything.")
    words = _("%(missing)s of the principal is missing; guarantors are asked for %(called)s.")
    return words % {"missing": pounds(facts["missing"]), "called": pounds(facts["called"])}


def _say_lost(facts: Facts, pounds: Pounds) -> str:
    if not facts["principal"] and not facts["interest"]:
        return _("Nothing is lost.")
    words = _("%(principal)s of principal and %(interest)s of interest are lost.")
    return words % {name: pounds(facts[name]) for name in ("principal", "interest")}


# Who got, owes or lost how much at a step: between each party and the holder, so nobody else is shown it.
PARTS: Final = frozenset({"parts", "calls", "losses"})
_STAGES: Final[Mapping[str, str | Promise]] = {
    "available": lazy("What was there"),
    "costs": lazy("Running costs and tax, set aside"),
    "provider_fees": lazy("Fees of providers, set aside"),
    "reserve": lazy("Reserve"),
    "interest": lazy("Interest"),
    "principal": lazy("Money paid in, returned"),
    "upside": lazy("Share of what results earned"),
    "surplus": lazy("Surplus"),
    "recycled": lazy("Kept for the service"),
    "guarantees": lazy("Guarantees"),
    "written_off": lazy("Written off"),
}
_SENTENCES: Final[Mapping[str, Callable[[Facts, Pounds], str]]] = {
    "available": _say_available,
    "reserve": _say_reserve,
    "recycled": _say_recycled,
    "guarantees": _say_guaranteed,
    "written_off": _say_lost,
}
