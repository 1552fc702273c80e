"""Whether terms as a whole can be meant: days, payers and their shares, claims, guarantees, what providers are paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from bonds.arithmetic.pricing import WHOLE_PERCENT
from bonds.arithmetic.shapes import Problem, point
from bonds.arithmetic.sharing import shares_on
from bonds.arithmetic.soundness.metrics import check_metrics
from bonds.arithmetic.soundness.parts import (
    check_between,
    check_code,
    check_hundredths,
    check_known,
    check_least,
    check_one_known,
    check_period,
)
from bonds.arithmetic.soundness.prices import check_caps, check_formulas, check_tariffs, check_uplifts
from bonds.arithmetic.terms import PayerShare, ShareKind, Terms
from core.money import MINOR_UNITS

# More of any of these than a contract ever had: what compares each with each would take minutes.
_MOST = 200
_MOST_TARIFFS = 1_000
# Two years: nobody waits longer for an answer or a payment.
_MOST_DAYS = 730


def find_problems(terms: Terms) -> list[Problem]:
    """List everything in terms that cannot be meant, in the order in which people read them.

    Args:
        terms: As they were read.

    Returns:
        Each problem with its place; none where the terms are sound: then every result on every day of the contract
        has a price of 0 or more, or says that it has none, and payers whose shares make up the whole.
    """
    too_many = list(_check_lengths(terms))
    return too_many or list(
        chain(
            _check_frame(terms),
            _check_payers(terms),
            check_metrics(terms),
            check_tariffs(terms),
            check_uplifts(terms),
            check_caps(terms),
            check_formulas(terms),
            _check_shares(terms),
            _check_claims(terms),
            _check_guarantees(terms),
            _check_providers(terms),
            _check_advances(terms),
        )
    )


def _check_lengths(terms: Terms) -> Iterator[Problem]:
    names = (
        "payers",
        "metrics",
        "tariffs",
        "shares",
        "subgroups",
        "uplifts",
        "caps",
        "formulas",
        "guarantees",
        "providers",
        "advances",
    )
    for name in names:
        most = _MOST_TARIFFS if name == "tariffs" else _MOST
        if len(getattr(terms, name)) > most:
            yield Problem(f"/{name}", f"There are {len(getattr(terms, name))} of these; {most} can be kept.")


def _check_frame(terms: Terms) -> Iterator[Problem]:
    if terms.currency not in MINOR_UNITS:
        yield Problem("/currency", f"We keep books in {', '.join(MINOR_UNITS)} (ISO 4217), not in “{terms.currency}”.")
    for name in ("from_on", "until_on"):
        if getattr(terms.service, name) is None:
            yield Problem(f"/service/{name}", "The service has a first day, and a day after its last.")
    yield from check_period(terms.service, "/service")
    if terms.service.until_on is not None and terms.run_off_until < terms.service.until_on:
        yield Problem("/run_off_until", "Results can be achieved at least until the service ends.")
    for code, name in terms.subgroups.items():
        yield from check_code(code, point("/subgroups", code))
        if not name.strip():
            yield Problem(point("/subgroups", code), "A subgroup needs a name.")


def _check_payers(terms: Terms) -> Iterator[Problem]:
    if not terms.payers:
        yield Problem("/payers", "Somebody has to pay: at least one payer is needed.")
    for place, payer in enumerate(terms.payers):
        if not payer.strip():
            yield Problem(f"/payers/{place}", "This cannot be empty.")
        if payer in terms.payers[:place]:
            yield Problem(f"/payers/{place}", f"“{payer}” is there already: each payer is named once.")


def _check_shares(terms: Terms) -> Iterator[Problem]:
    codes = {metric.code for metric in terms.metrics}
    before: list[Problem] = []
    for place, share in enumerate(terms.shares):
        at = f"/shares/{place}"
        before += check_one_known(share.payer, terms.payers, point(at, "payer"), "payer")
        before += check_known(share.metrics, codes, point(at, "metrics"), "metric")
        before += check_period(share.period, point(at, "period"))
        if share.kind is ShareKind.PERCENT:
            before += check_hundredths(share.amount, point(at, "amount"))
        before += check_least(share.amount, 1, point(at, "amount"))
    yield from before
    if not before:
        for metric in terms.metrics:
            yield from _check_shares_of(metric.code, terms)


def _check_shares_of(metric: str, terms: Terms) -> Iterator[Problem]:
    """Look at each stretch of days in which the shares of a metric stay the same; one word for what repeats."""
    told: set[str] = set()
    for on in _days_of_change(terms):
        problem = _find_wrong_shares(shares_on(terms.shares, metric, on))
        if problem and problem not in told:
            told.add(problem)
            yield Problem("/shares", f"For “{metric}”, achieved on {on.isoformat()}: {problem}")


def _days_of_change(terms: Terms) -> list[date]:
    """The first day on which something can be achieved, and each later one on which a share begins or ends."""
    first = terms.service.from_on or date.min
    changes = {day for share in terms.shares for day in (share.period.from_on, share.period.until_on) if day}
    return [first, *sorted(day for day in changes if first < day < terms.run_off_until)]


def _find_wrong_shares(shares: Sequence[PayerShare]) -> str:
    if not shares:
        return "nobody pays."
    payers = [share.payer for share in shares]
    if twice := next((payer for payer in payers if payers.count(payer) > 1), None):
        return f"“{twice}” has two shares."
    percents = [share.amount for share in shares if share.kind is ShareKind.PERCENT]
    commitments = [share for share in shares if share.kind is ShareKind.COMMITMENT]
    if percents and commitments:
        return "some share by percent and some by what they committed; they have to do it in one way."
    if not percents and not commitments:
        return "all pay fixed amounts, so nobody pays the rest; somebody has to share by percent or commitment."
    if percents and sum(percents) != WHOLE_PERCENT:
        whole, rest = divmod(sum(percents), 100)
        return f"the percentages add up to {whole}.{rest:02d} %, not to 100 %."
    return ""


def _check_claims(terms: Terms) -> Iterator[Problem]:
    claims = terms.claims
    for name in ("window_days", "response_days", "dispute_days"):
        yield from check_between(getattr(claims, name), 0, _MOST_DAYS, f"/claims/{name}")
    yield from check_between(claims.payment_days, 1, _MOST_DAYS, "/claims/payment_days")
    for name in ("sample_percent", "tolerance_percent"):
        yield from check_hundredths(getattr(claims, name), f"/claims/{name}")


def _check_guarantees(terms: Terms) -> Iterator[Problem]:
    for place, each in enumerate(terms.guarantees):
        at = f"/guarantees/{place}"
        for name in ("commissioner", "provider"):
            if not getattr(each, name).strip():
                yield Problem(point(at, name), "This cannot be empty.")
        yield from check_least(each.least, 0, point(at, "least"))
        if each.most is not None and each.most < each.least:
            yield Problem(point(at, "most"), "The most cannot be less than the least.")
        yield from check_least(each.compensation, 0, point(at, "compensation"))
        yield from check_period(each.period, point(at, "period"))


def _check_providers(terms: Terms) -> Iterator[Problem]:
    codes = {metric.code for metric in terms.metrics}
    for place, each in enumerate(terms.providers):
        at = f"/providers/{place}"
        if not each.provider.strip():
            yield Problem(point(at, "provider"), "This cannot be empty.")
        yield from check_least(each.fee, 0, point(at, "fee"))
        for code, pence in each.per_outcome.items():
            here = point(point(at, "per_outcome"), code)
            yield from check_one_known(code, codes, here, "metric")
            yield from check_least(pence, 0, here)
        yield from check_hundredths(each.success_percent, point(at, "success_percent"))
        yield from check_period(each.period, point(at, "period"))


def _check_advances(terms: Terms) -> Iterator[Problem]:
    codes = [each.code for each in terms.advances]
    for place, each in enumerate(terms.advances):
        at = f"/advances/{place}"
        yield from check_code(each.code, point(at, "code"))
        if each.code in codes[:place]:
            yield Problem(point(at, "code"), f"“{each.code}” is there already: each advance has a name of its own.")
        yield from check_one_known(each.payer, terms.payers, point(at, "payer"), "payer")
        yield from check_least(each.amount, 1, point(at, "amount"))
        if each.payable_on >= terms.run_off_until:
            yield Problem(point(at, "payable_on"), "Nothing can be earned of it any more on that day.")
