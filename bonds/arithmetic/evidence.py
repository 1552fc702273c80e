"""What evidence is still missing, by the rules of the terms: for everybody, and for a payer that asks otherwise."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from bonds.arithmetic.months import add_months
from bonds.arithmetic.terms import EvidenceRule, Metric

# Between kinds of which one is enough; before a kind of which there is too much.
OR = "|"
TOO_MANY = "too_many:"


class EvidenceItem(NamedTuple):
    """Something that shows, or speaks against, a result.

    Attributes:
        kind: As in the rules: "landlord_letter", "sighting".
        on: The day of which it speaks; counts for tolerances.
    """

    kind: str
    on: date


class Shown(NamedTuple):
    """What was shown for one result.

    Attributes:
        items: All that there is for the person and the result.
        claim_number: Which of the person's claims on the metric's ladder it is, from 1: chooses among alternating
            rules.
        achieved_on: The day of achievement; tolerances look back from it.
        started_on: The person's start, for tolerances "since the start"; None: as far back as anything is known.
    """

    items: Collection[EvidenceItem]
    claim_number: int
    achieved_on: date
    started_on: date | None = None


def find_missing(rule: EvidenceRule | None, shown: Shown) -> tuple[str, ...]:
    """List what a rule still misses.

    Args:
        rule: None asks for nothing.
        shown: What there is.

    Returns:
        Kinds, in the order of the rule, each once; "a|b" where one of them is enough (the ways to fulfil a rule that
        has several, the one that misses least first); "too_many:kind" where a tolerance is passed. Empty: complete.

    Source: letters that alternate with self-certification: Fair Chance Fund; tolerance of sightings: London rough
    sleeping (GO Lab INDIGO).
    """
    if rule is None:
        return ()
    if rule.all_of:
        return tuple(dict.fromkeys(kind for part in rule.all_of for kind in find_missing(part, shown)))
    if rule.any_of:
        return _find_missing_in_any(rule.any_of, shown)
    if rule.alternating:
        return find_missing(rule.alternating[(shown.claim_number - 1) % len(rule.alternating)], shown)
    if rule.most is not None:
        return (f"{TOO_MANY}{rule.kind}",) if _count_within(rule, shown) > rule.most else ()
    return () if any(item.kind == rule.kind for item in shown.items) else (rule.kind,)


def _find_missing_in_any(rules: Sequence[EvidenceRule], shown: Shown) -> tuple[str, ...]:
    ways = [find_missing(rule, shown) for rule in rules]
    if not all(ways):
        return ()
    if all(len(way) == 1 for way in ways):
        return (OR.join(dict.fromkeys(way[0] for way in ways)),)
    return min(ways, key=len)


def _count_within(rule: EvidenceRule, shown: Shown) -> int:
    """Count items of a kind in so many months, of which the day of achievement is the last; or since the start."""
    days = [item.on for item in shown.items if item.kind == rule.kind and item.on <= shown.achieved_on]
    if rule.within_months:
        before_on = add_months(shown.achieved_on, -rule.within_months)
        return sum(on > before_on for on in days)
    return sum(shown.started_on is None or on >= shown.started_on for on in days)


def collect_missing(metric: Metric, payers: Sequence[str], shown: Shown) -> dict[str, tuple[str, ...]]:
    """List what is missing for a result, by payer: what `Candidate.evidence` holds.

    A payer with a rule of its own is asked by that rule instead of the metric's.

    Args:
        metric: With its rules.
        payers: Codes of those that pay for it.
        shown: What there is: one upload serves all of them.

    Returns:
        Missing kinds by payer, only of those that miss something; under "" all of them where no payer has enough, so
        that nothing is paid and the result can be claimed again.
    """
    by_payer = {payer: find_missing(metric.evidence_by_payer.get(payer, metric.evidence), shown) for payer in payers}
    missing = {payer: kinds for payer, kinds in by_payer.items() if kinds}
    if missing and len(missing) == len(by_payer):
        missing[""] = tuple(dict.fromkeys(kind for kinds in by_payer.values() for kind in kinds))
    return missing
