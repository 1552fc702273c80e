"""Manual journals: what a treasurer writes down by hand, and who let it into the books."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.models import AppendOnlyModel, Approval, PublicIdModel, StoredFile
from ledger.models import MAX_AMOUNT, OWNER_LENGTH, Book, Entry
from people.models import Organisation, OrganisationOwned, User
from treasury.states import JournalState

NARRATION_LENGTH = 500
TEXT_LENGTH = 200
FUND_LENGTH = 64
CODE_LENGTH = 16
REASON_LENGTH = 200

JOURNAL_STATES = [
    (JournalState.DRAFT.value, _("draft")),
    (JournalState.SUBMITTED.value, _("waiting for a second person")),
    (JournalState.APPROVED.value, _("approved")),
    (JournalState.REFUSED.value, _("refused")),
    (JournalState.POSTED.value, _("posted")),
    (JournalState.WITHDRAWN.value, _("withdrawn")),
]


class ManualJournalQuerySet(models.QuerySet["ManualJournal"]):
    """Journals by what may be done with them."""

    def for_organisation(self, organisation: Organisation) -> Self:
        """Journals of one organisation and of no other."""
        return self.filter(organisation=organisation)

    def waiting(self) -> Self:
        """Journals that wait for a second person."""
        return self.filter(state=JournalState.SUBMITTED.value)

    def written_by(self, person: str) -> Self:
        """Journals of which a person (public id) wrote some."""
        users = list(User.objects.filter(person__public_id=person).values_list("pk", flat=True))
        return self.filter(writer_ids__overlap=users).order_by("pk")

    def to_be_reversed(self) -> Self:
        """Posted journals that say on which day they are to be reversed, and are not yet."""
        return self.filter(
            state=JournalState.POSTED.value, reverse_on__isnull=False, entry__reversed_by__isnull=True
        ).exclude(reversals__state=JournalState.POSTED.value)

    def with_everything(self) -> Self:
        """Journals with book, entry and both ends of a reversal read in the same query."""
        return self.select_related(
            "organisation", "book", "entry", "entry__reversed_by", "reverses", "reverses__entry", "approval"
        )


class ManualJournal(PublicIdModel, OrganisationOwned):
    """A journal that a treasurer writes: lines of debit and credit under one date and one narration.

    Draft: it may be changed, also while something in it is wrong.
    Submitted: it waits for a second person. Changing it makes it a draft again, and the request void.
    Approved: a second person agreed; it is posted in the same moment.
    Refused: a second person said no, with a reason. It may be changed and submitted again, or withdrawn.
    Posted: it is in the books as one entry, and never changes again. A reversal is a journal of its own.
    Withdrawn: nothing came of it.

    `version` grows with every change, so that two people do not write over each other. `writer_ids` names everybody
    (by row number) who wrote any of it: none of them can be its second person. `reverse_on` asks for the reversal of
    an accrual on that day.
    """

    public_id_prefix: ClassVar[str] = "mjn"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField(_("date"), null=True, blank=True)
    narration = models.CharField(_("what it is for"), max_length=NARRATION_LENGTH, blank=True, default="")
    reverse_on = models.DateField(_("reverse on"), null=True, blank=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversals")
    state = models.CharField(_("state"), max_length=10, choices=JOURNAL_STATES, default=JournalState.DRAFT.value)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    writer_ids = ArrayField(models.BigIntegerField(), default=list)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    posted_at = models.DateTimeField(null=True, blank=True)

    objects = ManualJournalQuerySet.as_manager()

    class Meta:
        """A state and what belongs to it come together; a journal has one live reversal at most."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "state"], name="treasury_journal_by_state"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in JournalState]), name="treasury_journal_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="posted", entry__isnull=False, posted_at__isnull=False, effective_on__isnull=False)
                | (~Q(state="posted") & Q(entry__isnull=True, posted_at__isnull=True)),
                name="treasury_journal_posted_has_entry",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved", "refused"])
                | Q(approval__isnull=False, submitted_at__isnull=False, effective_on__isnull=False),
                name="treasury_journal_waiting_has_request",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=~Q(state__in=["withdrawn", "refused"]),
                name="treasury_journal_one_live_reversal",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class ManualJournalLine(models.Model):
    """One line: an amount debited to an account, or credited to it. Not both; neither only in a draft."""

    journal = models.ForeignKey(ManualJournal, on_delete=models.PROTECT, related_name="lines", db_index=False)
    number = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=CODE_LENGTH, blank=True, default="")
    owner = models.CharField(max_length=OWNER_LENGTH, blank=True, default="")
    fund = models.CharField(max_length=FUND_LENGTH, blank=True, default="")
    debit_pence = models.BigIntegerField(null=True, blank=True)
    credit_pence = models.BigIntegerField(null=True, blank=True)
    text = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")

    class Meta:
        """Numbered from 1 in their order."""

        ordering: ClassVar[list[str]] = ["journal_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["journal", "number"], name="treasury_journal_line_once"),
            models.CheckConstraint(
                condition=(Q(debit_pence__isnull=True) | Q(debit_pence__gte=0, debit_pence__lte=MAX_AMOUNT))
                & (Q(credit_pence__isnull=True) | Q(credit_pence__gte=0, credit_pence__lte=MAX_AMOUNT)),
                name="treasury_journal_line_amounts",
            ),
        ]

    def __str__(self) -> str:
        """Show the place."""
        return f"{self.journal_id}/{self.number}"


class JournalAttachment(PublicIdModel):
    """A file that shows why: an invoice, a minute, a working paper."""

    public_id_prefix: ClassVar[str] = "jat"

    journal = models.ForeignKey(ManualJournal, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    attached_by = models.CharField(max_length=80)
    attached_at = models.DateTimeField()

    class Meta:
        """A file is attached to a journal once."""

        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["journal", "file"], name="treasury_journal_attachment_once"),
        ]

    def __str__(self) -> str:
        """Show the opaque id: a file name may name a person."""
        return self.public_id


class JournalStateChange(AppendOnlyModel):
    """Who moved a journal, when, from where to where, and why. Append-only.

    A row that stays in its state says that the journal's words were erased.
    """

    journal = models.ForeignKey(ManualJournal, on_delete=models.PROTECT, related_name="state_changes")
    from_state = models.CharField(max_length=10, choices=JOURNAL_STATES, blank=True)
    to_state = models.CharField(max_length=10, choices=JOURNAL_STATES)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        """In the order in which they happened."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Show the step."""
        return f"{self.from_state} -> {self.to_state}"

    @property
    def is_erasure(self) -> bool:
        """Whether the journal stayed where it was and lost its words."""
        return self.from_state == self.to_state


class JournalThreshold(AppendOnlyModel, OrganisationOwned):
    """Up to which amount one person may post a journal alone, from the moment it was set; the newest row holds.

    0 means that every journal needs a second person, and so does having no row.
    """

    threshold_pence = models.BigIntegerField()
    set_by = models.CharField(max_length=80)
    set_at = models.DateTimeField()
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(threshold_pence__gte=0, threshold_pence__lte=MAX_AMOUNT),
                name="treasury_threshold_not_negative",
            ),
        ]

    def __str__(self) -> str:
        """Show the amount."""
        return str(self.threshold_pence)
