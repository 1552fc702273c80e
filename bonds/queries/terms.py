"""The terms of a contract's versions, and what still stands in the way of putting one to the parties."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Q
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.reading import TermsUnsound, read_terms
from bonds.arithmetic.terms import Terms
from bonds.models import ContractVersion, OutcomesContract, Party, PartyRoleHeld
from bonds.queries.investor_problems import list_investor_problems

Problem = dict[str, str]


def terms_of(version: ContractVersion) -> Terms:
    """The terms of a version as data.

    Raises:
        TermsUnsound: they cannot be meant; never of a version that was put to the parties.
    """
    return _read(json.dumps(version.terms, sort_keys=True))


@lru_cache(maxsize=64)
def _read(words: str) -> Terms:
    # The same words always mean the same, and nobody changes what was read from them.
    return read_terms(json.loads(words))


def terms_by_version(contract: OutcomesContract) -> dict[int, Terms]:
    """The terms of every signed version, by its number."""
    return {one.number: terms_of(one) for one in ContractVersion.objects.filter(contract=contract).signed()}


def version_starts(contract: OutcomesContract) -> list[tuple[date, int]]:
    """From which day which version holds, as `version_on` wants them: each signed version, by number."""
    signed = ContractVersion.objects.filter(contract=contract).signed()
    return list(signed.values_list("effective_on", "number"))


def version_on(starts: Iterable[tuple[date, int]], on: date) -> int | None:
    """The number of the version that holds for what was achieved on a day; None before the first.

    The highest of those that have begun: a variation that reaches back replaces all that was said before it.
    """
    return max((number for start, number in starts if start <= on), default=None)


def version_digest(version: ContractVersion) -> str:
    """The SHA-256 of all that the parties sign: contract, number, day, terms and investors' terms."""
    words = {
        "contract": version.contract.reference,
        "number": version.number,
        "effective_on": version.effective_on.isoformat(),
        "terms": version.terms,
        "investor_terms": version.investor_terms,
    }
    return hashlib.sha256(json.dumps(words, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def signing_parties(version: ContractVersion) -> list[Party]:
    """The parties whose signature a version needs: payers and the holder on the day from which it holds, and investors.

    Each investor signs where the version says something else of investors than the last one that was signed: nobody
    is bound to pay in by what others signed.

    Source: treasury specification A8, V1 (commitment signed).
    """
    held = PartyRoleHeld.objects.filter(party__contract=version.contract).of(states.SIGNING_ROLES)
    ids = held.held_on(version.effective_on).values_list("party_id", flat=True)
    asked = Q(pk__in=ids) | Q(contract=version.contract, code__in=_investors_asked(version))
    return list(Party.objects.filter(asked).select_related("organisation").order_by("code"))


def _investors_asked(version: ContractVersion) -> set[str]:
    """Codes of the investors, if what the version says of them is new."""
    if not version.investor_terms:
        return set()
    earlier = ContractVersion.objects.filter(contract=version.contract, number__lt=version.number)
    before = earlier.signed().last()
    if before is not None and before.investor_terms == version.investor_terms:
        return set()
    return {one["investor"] for one in version.investor_terms["commitments"]}


def find_problems(version: ContractVersion) -> list[Problem]:
    """List all that keeps a version from being put to the parties, each with the place in the terms."""
    try:
        terms = terms_of(version)
    except TermsUnsound as error:
        found = [dict(problem) for problem in error.facts["problems"]]
    else:
        found = [*_problems_of_money(version, terms), *_problems_of_parties(version, terms)]
    return [*found, *list_investor_problems(version, _roles_by_code(version))]


def _problems_of_money(version: ContractVersion, terms: Terms) -> list[Problem]:
    if terms.currency == version.contract.currency:
        return []
    return [_problem("/currency", _("The contract's money is in %(one)s.") % {"one": version.contract.currency})]


def _problems_of_parties(version: ContractVersion, terms: Terms) -> list[Problem]:
    roles = _roles_by_code(version)
    problems = []
    for place, code in enumerate(terms.payers):
        if not roles.get(code, set()) & {one.value for one in states.PAYER_ROLES}:
            problems.append(
                _problem(f"/payers/{place}", _("“%(code)s” is no payer of this contract.") % {"code": code})
            )
    for place, one in enumerate(terms.providers):
        if states.PartyRole.PROVIDER.value not in roles.get(one.provider, set()):
            words = _("“%(code)s” is no provider of this contract.") % {"code": one.provider}
            problems.append(_problem(f"/providers/{place}/provider", words))
    held = set().union(*roles.values()) if roles else set()
    for role, words in (
        (states.PartyRole.LEAD_COMMISSIONER, _("No party is the lead commissioner.")),
        (states.PartyRole.HOLDER, _("No party is the contract holder.")),
        (states.PartyRole.PROVIDER, _("No party is a provider.")),
        (states.PartyRole.VERIFIER, _("No party verifies claims.")),
    ):
        if role.value not in held:
            problems.append(_problem("/parties", words))
    return problems


def _roles_by_code(version: ContractVersion) -> dict[str, set[str]]:
    """Roles by party, of those that have not ended when the version begins to hold."""
    roles: dict[str, set[str]] = {}
    held = PartyRoleHeld.objects.filter(party__contract=version.contract).exclude(until_on__lte=version.effective_on)
    for code, role in held.values_list("party__code", "role"):
        roles.setdefault(code, set()).add(role)
    return roles


def _problem(at: str, words: str) -> Problem:
    return {"at": at, "problem": words}
