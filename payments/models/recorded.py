"""Money that came or went by bank or in cash, as an officer recorded it and a second person let it into the books."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.models import AppendOnlyModel, Approval, PublicIdModel
from ledger.models import MAX_AMOUNT, OWNER_LENGTH, Book, Entry
from payments.models.payments import KEY_LENGTH
from payments.states import DIRECTIONS, RECORDED_STATES, Direction, RecordedState
from people.models import OrganisationOwned

CODE_LENGTH = 16
NAME_LENGTH = 120
REFERENCE_LENGTH = 140
NOTE_LENGTH = 200
SUBJECT_LENGTH = 60
BATCH_LENGTH = 100
FUND_LENGTH = 64

DIRECTION_WORDS = [(Direction.IN, _("receipt")), (Direction.OUT, _("payment"))]
STATE_WORDS = [
    (RecordedState.REQUESTED, _("waiting for a second person")),
    (RecordedState.APPROVED, _("in the books")),
    (RecordedState.REFUSED, _("refused")),
    (RecordedState.WITHDRAWN, _("withdrawn")),
]


class RecordedMoneyQuerySet(models.QuerySet["RecordedMoney"]):
    """Recorded money of every organisation; pages start from `for_organisation`."""

    def for_organisation(self, organisation: object) -> Self:
        """What one organisation recorded, and no other."""
        return self.filter(organisation=organisation)

    def waiting(self) -> Self:
        """What waits for a second person."""
        return self.filter(state=RecordedState.REQUESTED)

    def live(self) -> Self:
        """What waits or is in the books."""
        return self.filter(state__in=[RecordedState.REQUESTED, RecordedState.APPROVED])

    def for_subject(self, *, purpose: str, subject: str) -> Self:
        """What was recorded for one thing of another room, such as an invoice."""
        return self.filter(purpose=purpose, subject=subject)

    def with_everything(self) -> Self:
        """With book, approval, entry and both ends of a reversal read in the same query."""
        return self.select_related("organisation", "book", "approval", "entry", "reverses", "reverses__entry")


class RecordedMoney(PublicIdModel, OrganisationOwned):
    """One receipt or one payment that an officer saw on a bank statement or in the cash box, and wrote down.

    requested: written down, and somebody else is asked; nothing is posted. approved: a second person agreed, and in
    the same transaction it came into the books as one entry. refused: the second person said no. withdrawn: it was
    taken back before anybody decided. What it says never changes; a mistake is undone by a reversal, which is a record
    of its own and goes the same way.

    `moved_on` is the day on the statement; `account` the bank account; `party_name` who paid or was paid, and
    `party_owner` the same as an owner in the books where there is one. `against` is the other account where the
    purpose lets the treasurer name it. `batch` ties the entry to others of the same event. Amounts are whole minor
    units of `currency`, the book's.
    """

    public_id_prefix: ClassVar[str] = "rec"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=DIRECTION_WORDS)
    purpose = models.CharField(max_length=40)
    subject = models.CharField(max_length=SUBJECT_LENGTH, blank=True, default="")
    moved_on = models.DateField()
    amount_pence = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    account = models.CharField(max_length=CODE_LENGTH)
    against = models.CharField(max_length=CODE_LENGTH, blank=True, default="")
    party_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    party_owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    reference = models.CharField(max_length=REFERENCE_LENGTH, blank=True, default="")
    note = models.CharField(max_length=NOTE_LENGTH, blank=True, default="")
    batch = models.CharField(max_length=BATCH_LENGTH, blank=True, default="")
    key = models.CharField(max_length=KEY_LENGTH)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversals")
    state = models.CharField(max_length=20, choices=STATE_WORDS, default=RecordedState.REQUESTED)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="+")
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = RecordedMoneyQuerySet.as_manager()

    class Meta:
        """One record for each key; in the books with an entry or not at all; at most one live reversal."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state"], name="payments_recorded_org_state"),
            models.Index(fields=["purpose", "subject"], name="payments_recorded_subject"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "key"], name="payments_recorded_key_once"),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(state__in=[RecordedState.REQUESTED, RecordedState.APPROVED]),
                name="payments_recorded_one_live_reversal",
            ),
            models.CheckConstraint(condition=Q(state__in=RECORDED_STATES), name="payments_recorded_state_known"),
            models.CheckConstraint(condition=Q(direction__in=DIRECTIONS), name="payments_recorded_direction_known"),
            models.CheckConstraint(
                condition=Q(amount_pence__gt=0, amount_pence__lte=MAX_AMOUNT), name="payments_recorded_amount"
            ),
            models.CheckConstraint(
                condition=Q(state=RecordedState.APPROVED, entry__isnull=False)
                | (~Q(state=RecordedState.APPROVED) & Q(entry__isnull=True)),
                name="payments_recorded_approved_has_entry",
            ),
            models.CheckConstraint(
                condition=Q(state=RecordedState.REQUESTED, decided_at__isnull=True, decided_by="")
                | (~Q(state=RecordedState.REQUESTED) & Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="payments_recorded_decided_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=RecordedState.APPROVED) | ~Q(decided_by=F("requested_by")),
                name="payments_recorded_second_person",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id

    @property
    def is_receipt(self) -> bool:
        """Whether the money came in; of a reversal, whether that of what it undoes did."""
        return self.direction == Direction.IN


class RecordedLine(AppendOnlyModel):
    """One transfer that recorded money posts, as the second person sees it. Append-only."""

    record = models.ForeignKey(RecordedMoney, on_delete=models.PROTECT, related_name="lines", db_index=False)
    number = models.PositiveSmallIntegerField()
    debit = models.CharField(max_length=CODE_LENGTH)
    debit_owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    credit = models.CharField(max_length=CODE_LENGTH)
    credit_owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    fund = models.CharField(max_length=FUND_LENGTH, blank=True, default="")
    amount_pence = models.BigIntegerField()

    class Meta:
        """Numbered from 1."""

        ordering: ClassVar[list[str]] = ["record_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["record", "number"], name="payments_recordedline_once"),
            models.CheckConstraint(
                condition=Q(amount_pence__gt=0, amount_pence__lte=MAX_AMOUNT), name="payments_recordedline_amount"
            ),
        ]

    def __str__(self) -> str:
        """Show the place."""
        return f"{self.record_id}/{self.number}"
