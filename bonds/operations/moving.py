"""Writing down money between investors and a contract: what it is for, and which batch it belongs to, follows from it.

A second person lets it into the books in the payment room.
"""

from __future__ import annotations

from typing import Unpack

from bonds.models import CallPart, Distribution
from bonds.operations.calling import DRAWDOWN_PURPOSE
from bonds.operations.distributing import DISTRIBUTION_PURPOSE
from bonds.operations.money_moved import Moved, write_down_money
from payments.models import RecordedMoney


def record_drawdown(*, part: CallPart, **moved: Unpack[Moved]) -> RecordedMoney:
    """Write down that an investor paid what it was called for, or a part of it, and ask a second person.

    Args:
        part: Of which call, with its call, contract and commitment.
        **moved: What the statement says: at most what is still to be paid in.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_receipt`.
        TooMuchDrawn, NotRunning, WrittenOff: as `calling.check_drawdown`.
    """
    return write_down_money(
        contract=part.call.contract,
        is_receipt=True,
        purpose=DRAWDOWN_PURPOSE,
        subject=part.public_id,
        batch=part.call.public_id,
        party_name=part.commitment.party.organisation.name,
        party_owner=part.commitment.public_id,
        key_prefix="bonds:",
        **moved,
    )


def record_distribution_paid(*, due: Distribution, **moved: Unpack[Moved]) -> RecordedMoney:
    """Write down that a party was paid what it is due by a run, or a part of it, and ask a second person.

    Args:
        due: With its run, contract and party.
        **moved: What the statement says: at most what is still due, and not on a day before that of the run.

    Raises:
        RecordUnsound, RecordKeyTaken: as `payments.operations.record_payment`.
        WrongMoney, TooMuchPaidOut, NotRunning, WrittenOff: as `paying_out.check_payment`.
    """
    return write_down_money(
        contract=due.run.contract,
        is_receipt=False,
        purpose=DISTRIBUTION_PURPOSE,
        subject=due.public_id,
        batch=due.run.round.public_id,
        party_name=due.party.organisation.name,
        party_owner=due.commitment.public_id if due.commitment else "",
        key_prefix="bonds:",
        **moved,
    )
