"""What of investors' terms cannot be put to the parties of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from bonds.arithmetic.agreements import InvestorTermsUnsound, read_investor_terms
from bonds.arithmetic.calls import compute_facilities
from bonds.arithmetic.positions import compute_positions
from bonds.arithmetic.tranches import InvestorTerms
from bonds.models import CallPart, ContractVersion, OutcomesContract
from bonds.queries.investors import find_investor_terms, list_movements
from bonds.states import PartyRole

Problem = dict[str, str]


def list_investor_problems(version: ContractVersion, roles: Mapping[str, set[str]]) -> list[Problem]:
    """List what keeps a version's investors' terms from being put to the parties, each with its place.

    Args:
        version: Being written.
        roles: Of each party by its code.
    """
    if not version.investor_terms:
        return [_at("", _gone())] if find_investor_terms(version.contract) else []
    try:
        terms = read_investor_terms(version.investor_terms)
    except InvestorTermsUnsound as error:
        return [_at(one["at"], one["problem"]) for one in error.facts["problems"]]
    problems = [*_find_strangers(terms, roles), *find_broken_commitments(version.contract, terms)]
    if terms.currency != version.contract.currency:
        words = _("The contract's money is in %(one)s.") % {"one": version.contract.currency}
        problems.insert(0, _at("/currency", words))
    return problems


def find_broken_commitments(contract: OutcomesContract, terms: InvestorTerms) -> list[Problem]:
    """List commitments that later terms leave out or cut below what was called, or that would earn something else.

    What was called earns by the terms under which it was; other conditions for new money are another tranche.

    Args:
        contract: With the commitments of its signed versions.
        terms: Of the version that is to follow.
    """
    before = find_investor_terms(contract)
    if before is None:
        return []
    after = {(one.investor, one.tranche) for one in terms.commitments}
    missing = [one for one in before.commitments if (one.investor, one.tranche) not in after]
    if missing:
        words = _("“%(investor)s” has a commitment to “%(tranche)s”. Cancel what is not needed; it cannot be left out.")
        return [_at("/commitments", words % {"investor": one.investor, "tranche": one.tranche}) for one in missing]
    other = {one["problem"]: one for one in _find_other_conditions(contract, before, terms)}
    return [*other.values(), *_find_cut_too_far(contract, terms)]


def _find_other_conditions(
    contract: OutcomesContract, before: InvestorTerms, terms: InvestorTerms
) -> Iterator[Problem]:
    parts = CallPart.objects.filter(call__contract=contract)
    called = set(parts.values_list("commitment__party__code", "commitment__tranche"))
    for one in before.commitments:
        key = (one.investor, one.tranche)
        if before.tranche(one.tranche).kind != terms.tranche(one.tranche).kind:
            words = _("“%(tranche)s” is of another kind in the version before. Write it as another tranche.")
            yield _at("/tranches", words % {"tranche": one.tranche})
        elif key in called and _what_it_earns(before, key) != _what_it_earns(terms, key):
            words = _("“%(tranche)s” has been called. Write other conditions for new money as another tranche.")
            yield _at("/tranches", words % {"tranche": one.tranche})


def _what_it_earns(terms: InvestorTerms, key: tuple[str, str]) -> object:
    """What interest, and what can be called again, is worked out from since the beginning.

    Repayment, caps and early redemption look ahead only: they can be varied.
    """
    (rate,) = [one.rate for one in terms.commitments if (one.investor, one.tranche) == key]
    tranche = terms.tranche(key[1])
    coupon = (tranche.coupon_months, tranche.coupon_from_on)
    return (rate, tranche.interest, tranche.rate, coupon, tranche.interest_until_on, tranche.is_recycled)


def _find_cut_too_far(contract: OutcomesContract, terms: InvestorTerms) -> Iterator[Problem]:
    moved, before = list_movements(contract), find_investor_terms(contract)
    on = max((one.on for one in moved), default=date.min)
    amounts = {(one.investor, one.tranche): one.amount for one in before.commitments} if before else {}
    for place, one in enumerate(compute_facilities(compute_positions(terms, moved, on=on))):
        commitment = one.position.commitment
        # After an end a commitment covers nothing that was called any more; only making it smaller cuts it.
        is_cut = commitment.amount < amounts.get((commitment.investor, commitment.tranche), 0)
        if is_cut and one.short:
            words = _("%(pence)s pence more than this were called or cancelled already.") % {"pence": one.short}
            yield _at(f"/commitments/{place}/amount", words)


def _find_strangers(terms: InvestorTerms, roles: Mapping[str, set[str]]) -> Iterator[Problem]:
    for place, one in enumerate(terms.commitments):
        if PartyRole.INVESTOR.value not in roles.get(one.investor, set()):
            words = _("“%(code)s” is no investor of this contract.") % {"code": one.investor}
            yield _at(f"/commitments/{place}/investor", words)
    others = [(f"/surplus/{place}/party", one.party) for place, one in enumerate(terms.surplus)]
    others += [(f"/guarantees/{place}/guarantor", one.guarantor) for place, one in enumerate(terms.guarantees)]
    fees = terms.upside.fees if terms.upside else ()
    others += [(f"/upside/fees/{place}/provider", one.provider) for place, one in enumerate(fees)]
    for at, code in others:
        if code not in roles:
            yield _at(at, _("“%(code)s” is no party of this contract.") % {"code": code})


def _gone() -> str:
    return _("The version before has investors; their terms cannot be left out.")


def _at(at: str, words: str) -> Problem:
    return {"at": f"/investor_terms{at}", "problem": words}
