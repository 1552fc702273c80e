"""The end of a contract: service ends and results may still be claimed (run-off), then it is closed for good.

Source: specification of outcome contracts, 1.2 (run-off tail to claim what lasts beyond the service) and section 6
(states of a contract).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import OutcomesContract
from bonds.operations.closing_mails import tell_closed, tell_run_off
from bonds.operations.errors import ContractNotFinished, ServiceGoesOn
from bonds.operations.locks import lock_contract
from bonds.operations.records import change_contract_state
from bonds.queries.closing import find_obstacles, newest_terms
from core.periods import legal_day
from foundation.access import Actor


@transaction.atomic
def begin_run_off(*, contract: OutcomesContract, actor: Actor, at: datetime) -> OutcomesContract:
    """Note that the service is over: nobody new starts, and what lasts is claimed until the run-off ends.

    Args:
        contract: Signed or varied.
        actor: Who acts; the system on the day after the service.
        at: Now.

    Raises:
        WrongState: it is a draft, in run-off already, or closed.
        ServiceGoesOn: the service has not ended by its newest terms. To end it earlier, the contract is varied.
    """
    contract = lock_contract(contract.pk)
    until_on = service_end(contract)
    if contract.state != states.ContractState.DRAFT.value and (until_on is None or legal_day(at) < until_on):
        raise ServiceGoesOn(
            _("The service has not ended. To end it earlier, vary the contract."),
            until_on=until_on.isoformat() if until_on else "",
        )
    change_contract_state(
        contract=contract, to=states.ContractState.RUN_OFF, actor=actor.ref, at=at, reason=_("The service has ended.")
    )
    tell_run_off(contract, at=at)
    return contract


@transaction.atomic
def close_contract(*, contract: OutcomesContract, reason: str = "", actor: Actor, at: datetime) -> OutcomesContract:
    """Close a contract for good, once everything is decided and paid and nothing is owned or owed in its books.

    Args:
        contract: In run-off.
        reason: What is to be remembered of the end, if anything.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        WrongState: it is not in run-off.
        ContractNotFinished: something is still to be done; `facts["obstacles"]` lists all of it.
    """
    contract = lock_contract(contract.pk)
    if contract.state == states.ContractState.RUN_OFF.value:
        obstacles = find_obstacles(contract, on=legal_day(at))
        if obstacles:
            raise ContractNotFinished(
                _("The contract cannot be closed yet: %(count)s things are still to be done.")
                % {"count": len(obstacles)},
                obstacles=[{"code": one.code, "words": one.words} for one in obstacles],
            )
    change_contract_state(
        contract=contract, to=states.ContractState.CLOSED, actor=actor.ref, at=at, reason=reason.strip()
    )
    tell_closed(contract, at=at)
    return contract


def service_end(contract: OutcomesContract) -> date | None:
    """The first day after the service by the newest signed terms; None while there are none."""
    terms = newest_terms(contract)
    return terms.service.until_on if terms else None
