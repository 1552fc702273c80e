"""Who may do what under an outcomes contract: pure answers on an actor and a standpoint, without a query."""

from bonds.policies.standing import OTHER_PARTY, ROLE_ENDED, Standpoint, may_act_in_contract

__all__ = ["OTHER_PARTY", "ROLE_ENDED", "Standpoint", "may_act_in_contract"]
