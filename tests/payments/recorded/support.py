"""Short ways to record money and to decide on it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet

from core.errors import DomainError
from foundation.models import MailMessage
from foundation.registries import RecordedPurpose
from ledger.operations import Line
from payments import operations
from payments.models import RecordedMoney
from payments.operations import MoneyFacts
from tests.ledger.support import AT, JAN_5

GIFT = MoneyFacts(
    moved_on=JAN_5, amount_pence=12_500, party_name="Ashby Quarry Limited", reference="ASHBY GIFT", against="4200",
    note="A gift towards the roof",
)  # fmt: skip
RENT = MoneyFacts(
    moved_on=JAN_5, amount_pence=8_000, party_name="Mill Estates", reference="RENT JAN", against="7100",
    note="Rent of January",
)  # fmt: skip


def receive(desk, facts: MoneyFacts = GIFT, *, who: str = "treasurer", key: str = "", **more: Any) -> RecordedMoney:
    """Record a receipt."""
    return operations.record_receipt(**asked(desk, facts, who, key) | more)


def pay(desk, facts: MoneyFacts = RENT, *, who: str = "treasurer", key: str = "", **more: Any) -> RecordedMoney:
    """Record a payment."""
    return operations.record_payment(**asked(desk, facts, who, key) | more)


def asked(desk, facts: MoneyFacts, who: str, key: str) -> dict[str, Any]:
    """What both of them are asked."""
    return {
        "organisation": desk.pub, "book": desk.book, "facts": facts, "key": key or uuid4().hex,
        "actor": getattr(desk.actors, who), "at": AT, "today": JAN_5,
    }  # fmt: skip


def approve(desk, record: RecordedMoney, *, who: str = "director", today: date = JAN_5) -> RecordedMoney:
    """Agree as the second person."""
    return operations.approve_recorded(record=record, actor=getattr(desk.actors, who), at=AT, today=today)


def refuse(desk, record: RecordedMoney, *, who: str = "director", reason: str = "Not ours") -> RecordedMoney:
    """Say no as the second person."""
    return operations.refuse_recorded(record=record, reason=reason, actor=getattr(desk.actors, who), at=AT)


def withdraw(desk, record: RecordedMoney, *, who: str = "treasurer") -> RecordedMoney:
    """Take it back."""
    return operations.withdraw_recorded(record=record, actor=getattr(desk.actors, who), at=AT)


def reverse(
    desk, record: RecordedMoney, *, on: date = JAN_5, reason: str = "Wrong amount", who: str = "treasurer"
) -> RecordedMoney:
    """Ask to undo it."""
    return operations.reverse_recorded(
        record=record, moved_on=on, reason=reason, actor=getattr(desk.actors, who), at=AT, today=JAN_5
    )


def state_of(record: RecordedMoney) -> str:
    """Where it stands in the database."""
    return RecordedMoney.objects.get(pk=record.pk).state


class NotOwed(DomainError):
    """The room says no."""

    code = "test.not_owed"


@dataclass
class Room:
    """A room that waits for money: it books it in two lines, writes down what it is told, and may refuse."""

    told: list[tuple[str, str, str]] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    refuses: bool = False
    fails_when_told: bool = False

    def lines(self, record: RecordedMoney) -> list[Line]:
        fee = 100
        return [
            Line(debit="1200", credit="1100", credit_owner=record.subject, amount=record.amount_pence + fee),
            Line(debit="7900", credit="1200", amount=fee),
        ]

    def check(self, record: RecordedMoney) -> None:
        self.checked.append("reversal" if record.reverses else "record")
        if self.refuses:
            raise NotOwed("This is not owed any more.")

    def settled(self, *, record: RecordedMoney, at: Any) -> None:
        self.told.append(("settled", record.subject, record.state))
        if self.fails_when_told:
            raise NotOwed("The room could not take it.")

    def reversed(self, *, record: RecordedMoney, at: Any) -> None:
        self.told.append(("reversed", record.subject, record.state))

    def as_purpose(self) -> RecordedPurpose:
        """As it is registered."""
        return RecordedPurpose(
            title="Invoice of tests", directions=frozenset({"in"}), lines=self.lines, check=self.check,
            settled=self.settled, reversed=self.reversed, lock_first=self.locked.append,
        )  # fmt: skip


def mails() -> QuerySet[MailMessage]:
    """Mails of this room, in their order."""
    return MailMessage.objects.filter(key__startswith="payments:").order_by("id")
