"""What a provider is due, in sentences: what an amount is for, and why it is what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bonds.arithmetic.figures import show_rounded
from bonds.arithmetic.provider_pay import PayKind
from bonds.models import LineResult, ProviderDue
from bonds.queries.provider_dues import Unbooked
from bonds.queries.provider_pay import Entry
from core.money import format_pounds

Facts = Mapping[str, Any]
Say = Callable[[Facts, str], str]
KIND_WORDS: Final = {
    PayKind.FEE.value: lazy("Fee for the service"),
    PayKind.OUTCOME.value: lazy("Price of a result"),
    PayKind.SUCCESS.value: lazy("Share of what a result earned"),
    PayKind.COMPENSATION.value: lazy("Compensation for people not referred"),
    "run_share": lazy("Share by a run of the waterfall"),
    "run_withdrawn": lazy("A run of the waterfall was taken back"),
    "payment": lazy("Payment"),
    "payment_undone": lazy("A payment was undone"),
}


def say_what(entry: Entry) -> str:
    """Name what changed the balance, in few words."""
    words = str(KIND_WORDS[entry.what])
    is_back = entry.source is not None and entry.due < 0
    return _("%(what)s, taken back") % {"what": words} if is_back else words


def say_about(due: ProviderDue, names: Mapping[str, str]) -> str:
    """Say what an amount is for: which month, whose result, or which referrals.

    Args:
        due: As `queries.provider_pay.dues_of` reads it.
        names: What the terms call the results, by code.
    """
    if due.result is not None:
        return _say_result(due.result, names)
    assert due.from_on is not None, "what comes of no result has a period"
    assert due.until_on is not None, "what comes of no result has a period"
    compensation = due.undoing.compensation if due.undoing is not None else due.compensation
    if compensation is not None:
        words = _("People whom %(who)s did not refer: %(days)s")
        who = compensation.commissioner.organisation.name
        return words % {"who": who, "days": _say_days(due.from_on, due.until_on)}
    return _say_days(due.from_on, due.until_on)


def say_unbooked(one: Unbooked, names: Mapping[str, str], results: Mapping[int, LineResult]) -> str:
    """Say what an amount that is not booked yet is for, as `say_about` will.

    Args:
        one: Of those that `results` was read for.
        names: What the terms call the results.
        results: As `results_of` reads them.
    """
    if one.result_id is not None:
        return _say_result(results[one.result_id], names)
    assert one.month is not None, "what comes of no result is a fee for a month"
    return _say_days(one.month.from_on, one.month.until_on)


def _say_result(result: LineResult, names: Mapping[str, str]) -> str:
    event = result.line.event
    return _("%(result)s: %(who)s, achieved on %(on)s, claim %(claim)s") % {
        "result": names.get(event.metric, event.metric),
        "who": event.participant.pseudonym if event.participant else event.cohort,
        "on": _day(event.achieved_on),
        "claim": result.line.claim.number,
    }


def _say_days(from_on: date, until_on: date) -> str:
    return _("%(first)s to %(last)s") % {"first": _day(from_on), "last": _day(until_on - timedelta(days=1))}


def say_pay_step(name: str, facts: Facts, *, currency: str) -> str:
    """Say a step on the way to an amount in one sentence.

    Args:
        name: Its lasting word.
        facts: The figures behind it.
        currency: ISO 4217.
    """
    return _SENTENCES[name](facts, currency)


def _fee(facts: Facts, currency: str) -> str:
    said = {
        "fee": format_pounds(facts["fee"], currency),
        "first": _day(date.fromisoformat(facts["from"])),
        "last": _day(date.fromisoformat(facts["until"]) - timedelta(days=1)),
        "days": facts["days"],
        "whole": facts["of_days"],
        "version": facts["version"],
    }
    if facts["days"] == facts["of_days"]:
        return _("The fee is %(fee)s a month by version %(version)s of the terms, for the whole month.") % said
    return (
        _(
            "The fee is %(fee)s a month by version %(version)s of the terms; %(days)s of the %(whole)s days, "
            "from %(first)s to %(last)s."
        )
        % said
    )


def _price(facts: Facts, currency: str) -> str:
    words = _("%(units)s accepted at %(price)s each, by version %(version)s of the terms.")
    return words % {**facts, "price": format_pounds(facts["price"], currency)}


def _share(facts: Facts, currency: str) -> str:
    words = _("%(percent)s %% of the %(earned)s that the result earned, by version %(version)s of the terms.")
    percent = show_rounded(Fraction(facts["percent"], 100), places=2)
    return words % {**facts, "percent": percent, "earned": format_pounds(facts["earned"], currency)}


def _back(facts: Facts, currency: str) -> str:
    words = _("The result was taken back, and with it the %(was)s that were due for it.")
    return words % {"was": format_pounds(facts["was"], currency)}


def _booked(facts: Facts, currency: str) -> str:
    words = _("%(booked)s was booked for the month before; a later version of the terms changed what it comes to.")
    return words % {"booked": format_pounds(facts["booked"], currency)}


def _referrals(facts: Facts, currency: str) -> str:
    words = _("At least %(least)s people were guaranteed and %(came)s came: %(too_few)s too few, at %(each)s each.")
    return words % {**facts, "each": format_pounds(facts["each"], currency)}


def _day(on: date) -> str:
    return date_format(on, "j F Y")


_SENTENCES: Final[dict[str, Say]] = {
    "monthly_fee": _fee,
    "per_outcome": _price,
    "success_share": _share,
    "taken_back": _back,
    "booked_before": _booked,
    "referrals_too_few": _referrals,
}
