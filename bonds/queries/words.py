"""Why this amount, in sentences: a step of the engine's path, with the figures behind it, as people read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.money import format_pounds

Facts = Mapping[str, Any]
Say = Callable[[Facts, str], str]


def say_step(name: str, facts: Facts, *, currency: str) -> str:
    """Say a step, or the reason for a reduction, in one sentence.

    Args:
        name: Its lasting word.
        facts: The figures behind it.
        currency: ISO 4217.

    Returns:
        The sentence; for a step of a formula its name with its figures, so that nothing is ever left out.
    """
    say = _SENTENCES.get(name)
    return say(facts, currency) if say else _say_plainly(name, facts)


def _say_plainly(name: str, facts: Facts) -> str:
    figures = ", ".join(f"{key.replace('_', ' ')}: {_write(value)}" for key, value in facts.items())
    title = name.replace("_", " ").capitalize()
    return f"{title} ({figures})." if figures else f"{title}."


def _write(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_write(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_write(one) for one in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _tariff(facts: Facts, currency: str) -> str:
    bands = facts.get("bands")
    if bands:
        parts = ", ".join(f"{units} at {format_pounds(price, currency)}" for _from, units, price in bands)
        return _("Price by number: %(parts)s, from number %(first)s of this result.") % {
            "parts": parts,
            "first": facts["from"],
        }
    return _("%(units)s at %(price)s each, number %(first)s of this result under the contract.") % {
        "units": facts["units"],
        "price": format_pounds(facts["price"], currency),
        "first": facts["from"],
    }


def _uplift(facts: Facts, currency: str) -> str:
    return _("Uplift “%(name)s” adds %(plus)s.") % {
        "name": facts["uplift"],
        "plus": format_pounds(facts["plus"], currency),
    }


def _cap(what: Promise) -> Say:
    def say(facts: Facts, currency: str) -> str:
        is_money = facts.get("unit") != "number"
        most = format_pounds(facts["limit"], currency) if is_money else str(facts["limit"])
        used = format_pounds(facts["used"], currency) if is_money else str(facts["used"])
        return _("%(what)s “%(cap)s” lets through %(most)s; %(used)s was used before.") % {
            "what": what,
            "cap": facts["cap"],
            "most": most,
            "used": used,
        }

    return say


def _missing(facts: Facts, _currency: str) -> str:
    return _("Evidence is missing: %(missing)s.") % {"missing": _kinds(facts["missing"])}


def _payer_missing(facts: Facts, _currency: str) -> str:
    words = _("This payer asks for evidence that is missing: %(missing)s.")
    return words % {"missing": _kinds(facts["missing"])}


def _kinds(kinds: Any) -> str:
    written = []
    for kind in kinds:
        if kind.startswith("too_many:"):
            written.append(_("too many: %(kind)s") % {"kind": kind.removeprefix("too_many:").replace("_", " ")})
        else:
            written.append(_(" or ").join(one.replace("_", " ") for one in kind.split("|")))
    return ", ".join(written)


def _split(facts: Facts, currency: str) -> str:
    parts = ", ".join(f"{payer} {format_pounds(due, currency)}" for payer, _kind, _amount, due in facts["shares"])
    return _("Divided between the payers: %(parts)s.") % {"parts": parts}


def _respread(facts: Facts, currency: str) -> str:
    parts = ", ".join(f"{payer} {format_pounds(due, currency)}" for payer, due in facts["shares"])
    return _("What one payer's cap cuts goes to those with room: %(parts)s.") % {"parts": parts}


def _set_off(facts: Facts, currency: str) -> str:
    return _("This payer had paid %(owed)s too much before, which is settled first.") % {
        "owed": format_pounds(facts["owed"], currency)
    }


def _most(facts: Facts, _currency: str) -> str:
    return _("Paid at most %(most)s times for one person.") % {"most": facts["most"]}


def _age(facts: Facts, _currency: str) -> str:
    low, high = facts["from"], facts["until"]
    if low is None:
        asked = _("below %(high)s") % {"high": high}
    elif high is None:
        asked = _("%(low)s or older") % {"low": low}
    else:
        asked = _("from %(low)s and below %(high)s") % {"low": low, "high": high}
    return _("The person was %(age)s at the start; this is for people %(asked)s.") % {
        "age": facts["age"],
        "asked": asked,
    }


def _fixed(words: Callable[[], str]) -> Say:
    return lambda facts, _currency: words() % {key: _write(value) for key, value in facts.items()}


_SENTENCES: Final[dict[str, Say]] = {
    "tariff": _tariff,
    "uplift": _uplift,
    "person_cap": _cap(lazy("The cap for one person")),
    "cohort_cap": _cap(lazy("The cap for one group")),
    "metric_cap": _cap(lazy("The cap for this result")),
    "period_cap": _cap(lazy("The cap for the period")),
    "contract_cap": _cap(lazy("The cap of the contract")),
    "payer_cap": _cap(lazy("The cap of this payer")),
    "evidence": _missing,
    "payer_evidence": _payer_missing,
    "split": _split,
    "respread": _respread,
    "set_off": _set_off,
    "most_reached": _most,
    "age": _age,
    "once_only": _fixed(lambda: _("Paid once only for one person, and it has been paid.")),
    "exclusive_variant": _fixed(lambda: _("Another form of this result has been paid for this person: %(had)s.")),
    "age_unknown": _fixed(lambda: _("The age at the start is not known, and the price depends on it.")),
    "subgroup": _fixed(lambda: _("This is for people in one of these groups: %(one_of)s.")),
    "person_unknown": _fixed(lambda: _("No person is named, and this is paid only so often for one person.")),
    "no_clock": _fixed(lambda: _("No start is recorded for “%(ladder)s”.")),
    "too_early": _fixed(lambda: _("Counted from %(clock_from)s, it could not be achieved before %(due_on)s.")),
    "rung_missing": _fixed(lambda: _("The step before it, “%(after)s”, has not been achieved.")),
    "after_run_off": _fixed(lambda: _("Results count only until %(until_on)s.")),
    "before_service": _fixed(lambda: _("Results count only from %(from_on)s.")),
    "claimed_too_soon": _fixed(lambda: _("It was claimed on %(claimed_on)s, before it was achieved.")),
    "achieved_before_start": _fixed(lambda: _("The person started on %(started_on)s, after it was achieved.")),
    "started_outside_service": _fixed(lambda: _("The person started on %(started_on)s, outside of the service.")),
    "no_tariff": _fixed(lambda: _("No price covers it on that day and at that number.")),
    "not_in_version": _fixed(lambda: _("The version in force on that day does not pay for “%(metric)s”.")),
    "no_version": _fixed(lambda: _("No version of the contract was in force on %(achieved_on)s.")),
    "not_measured": _fixed(lambda: _("Nothing was measured.")),
    "worth_nothing": _fixed(lambda: _("By the formula it is worth nothing.")),
    "price_is_nothing": _fixed(lambda: _("Its price is nothing.")),
}
