"""Who is told of an advance by mail: the payer's officers, with amount, day and a link; never a person."""

from __future__ import annotations

from datetime import datetime

from bonds.models import Advance
from bonds.operations.telling import tell_officers
from core.money import format_pounds
from payments.models import RecordedMoney


def tell_asked(advance: Advance, *, at: datetime) -> None:
    """Ask the payer for an advance."""
    facts = {"amount": format_pounds(advance.pence, advance.contract.currency), "payable_on": advance.payable_on}
    _tell(advance, "advance_asked", key=advance.public_id, facts=facts, at=at)


def tell_moved(advance: Advance, record: RecordedMoney, *, at: datetime) -> None:
    """Tell the payer that its advance came, or that what was not earned went back."""
    facts = {"amount": format_pounds(record.amount_pence, advance.contract.currency), "moved_on": record.moved_on}
    template = "advance_received" if record.is_receipt else "advance_refunded"
    _tell(advance, template, key=record.public_id, facts=facts, at=at)


def _tell(advance: Advance, template: str, *, key: str, facts: dict[str, object], at: datetime) -> None:
    tell_officers(
        advance.payer.organisation,
        template,
        contract=advance.contract,
        page="advances",
        key=key,
        facts=facts | {"advance": advance.code},
        at=at,
    )
