"""Changing a state: the only place that assigns one, and the record of who did it, when and why."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bonds import states
from bonds.models import ContractStateChange, ContractVersion, OutcomesContract
from bonds.operations.errors import WrongState
from foundation import audit

REASON_LENGTH = 200


def change_contract_state(
    *, contract: OutcomesContract, to: states.ContractState, actor: str, at: datetime, reason: str = ""
) -> ContractStateChange:
    """Move a locked contract to a state, with the instants that go with it, and write down who, when and why.

    Args:
        contract: Locked by the caller; its other changed fields are saved with it.
        to: Where to.
        actor: Reference of who acts.
        at: When.
        reason: Why, in words for people.

    Raises:
        WrongState: no act leads from where the contract stands to there.
    """
    before = contract.state
    if not states.may_change(states.CONTRACT_TRANSITIONS, before, to.value):
        raise WrongState(
            _("The contract is %(state)s, so this cannot be done now.") % {"state": contract.get_state_display()},
            state=before,
            wanted=to.value,
        )
    contract.state = to.value
    if to is states.ContractState.SIGNED:
        contract.signed_at = at
    elif to is states.ContractState.RUN_OFF:
        contract.run_off_at = at
    elif to is states.ContractState.CLOSED:
        contract.closed_at = at
    contract.save()
    audit.record(
        actor=actor,
        action=f"bonds.contract_{to.value}",
        at=at,
        organisation=contract.organisation.public_id,
        subject=contract.public_id,
        before={"state": before},
        after={"state": contract.state},
        reason=reason[:REASON_LENGTH],
    )
    return ContractStateChange.objects.create(
        contract=contract, from_state=before, to_state=to.value, at=at, by=actor, reason=reason
    )


def change_version_state(
    *, version: ContractVersion, to: states.VersionState, actor: str, at: datetime, reason: str = ""
) -> None:
    """Move a version of a locked contract to a state, and write down who, when and why.

    Raises:
        WrongState: no act leads from where the version stands to there.
    """
    before = version.state
    if not states.may_change(states.VERSION_TRANSITIONS, before, to.value):
        raise WrongState(
            _("Version %(number)s is %(state)s, so this cannot be done now.")
            % {"number": version.number, "state": version.get_state_display()},
            state=before,
            wanted=to.value,
        )
    version.state = to.value
    version.save()
    audit.record(
        actor=actor,
        action=f"bonds.version_{to.value}",
        at=at,
        organisation=version.contract.organisation.public_id,
        subject=version.public_id,
        before={"state": before},
        after={"state": to.value, "number": version.number, "digest": version.digest},
        reason=reason[:REASON_LENGTH],
    )
