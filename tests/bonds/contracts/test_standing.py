"""A part that ended lets nobody write, sign or verify; it lets a provider claim what was achieved before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bonds import operations
from bonds.policies import OTHER_PARTY, ROLE_ENDED, Standpoint, claims, contracts, results
from bonds.queries.contracts import roles_of
from bonds.states import PartyRole
from foundation.access import Actor, Decision
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, make_contract, make_organisation

HOW = {"actor": HOLDER, "at": SIGNED_AT}
SOMEBODY = Actor(ref="user:usr_x", roles={"org_x": frozenset({"director"})}, second_factor=True)
WRITING = (
    (contracts.may_write_contract, "lead_commissioner"),
    (contracts.may_sign, "lead_commissioner"),
    (contracts.may_sign, "investor"),
    (contracts.may_describe_approach, "provider"),
    (claims.may_verify, "verifier"),
)
READING = (
    (contracts.may_see_contract, "lead_commissioner"),
    (claims.may_see_claims, "verifier"),
    (claims.may_claim, "provider"),
    (results.may_record_results, "provider"),
)


def _stand(*roles: str, ended: frozenset[str] = frozenset()) -> Standpoint:
    return Standpoint("org_x", frozenset(roles), ended)


@pytest.mark.parametrize(("policy", "role"), WRITING)
def test_who_was_once_a_party_writes_no_more(policy: Callable[[Actor, Standpoint], Decision], role: str) -> None:
    assert policy(SOMEBODY, _stand(role))
    assert policy(SOMEBODY, _stand(role, ended=frozenset({role}))).code == ROLE_ENDED
    # Another part that goes on does not stand in for the one that ended, and the other way round.
    assert policy(SOMEBODY, _stand(role, "evaluator", ended=frozenset({role}))).code == ROLE_ENDED
    assert policy(SOMEBODY, _stand(role, "evaluator", ended=frozenset({"evaluator"})))
    assert policy(SOMEBODY, _stand("evaluator")).code == OTHER_PARTY


@pytest.mark.parametrize(("policy", "role"), READING)
def test_what_was_seen_stays_seen_and_what_was_achieved_can_be_claimed(
    policy: Callable[[Actor, Standpoint], Decision], role: str
) -> None:
    assert policy(SOMEBODY, _stand(role, ended=frozenset({role})))


@pytest.mark.django_db
def test_a_role_that_ended_is_told_apart_from_one_that_goes_on_or_is_to_come() -> None:
    world, organisation = make_contract(is_signed=False), make_organisation("in-and-out")
    party = operations.add_party(contract=world.contract, organisation=organisation, code="comes-and-goes", **HOW)
    evaluator = operations.give_role(party=party, role=PartyRole.EVALUATOR, from_on=SERVICE_FROM, **HOW)
    operations.give_role(party=party, role=PartyRole.INVESTOR, from_on=date(2027, 1, 1), **HOW)
    operations.end_role(held=evaluator, until_on=date(2026, 1, 1), **HOW)

    both = {"evaluator", "investor"}
    where = {"contract": world.contract, "organisation": organisation}
    assert roles_of(**where, on=date(2025, 12, 31)) == (both, frozenset())
    assert roles_of(**where, on=date(2026, 1, 1)) == (both, {"evaluator"})
