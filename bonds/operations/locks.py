"""The order in which outcome contracts take locks.

# Note [Lock order]
contract -> claims (by row number) -> lines (by row number) -> payment -> ledger. Everything that uses up a cap, a band
or a once-only place holds the lock of its contract, so runs of the engine stand in one order.
"""

from __future__ import annotations

from bonds.models import OutcomesContract


def lock_contract(contract_id: int) -> OutcomesContract:
    """Lock a contract, and read it as it is now with the organisation whose books it has."""
    OutcomesContract.objects.select_for_update(no_key=True).values_list("pk").get(pk=contract_id)
    return OutcomesContract.objects.select_related("organisation").get(pk=contract_id)
