"""People under a contract, known by pseudonym only, and what they achieved, with what shows it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bonds import states
from bonds.models import choices
from bonds.models.contracts import OutcomesContract
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel, StoredFile


class Participant(PublicIdModel, AppendOnlyModel):
    """A person under a contract: a pseudonym, and a keyed digest that recognises them if they come again.

    Who they are is known to the provider alone. The digest is an HMAC over normalised identifiers that are not kept;
    its key belongs to the contract. Append-only.
    """

    public_id_prefix: ClassVar[str] = "ptc"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="participants")
    pseudonym = models.CharField(_("pseudonym"), max_length=20)
    identity_digest = models.CharField(max_length=64)
    digest_version = models.PositiveSmallIntegerField(default=1)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """A person is there once, however many providers meet them."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "pseudonym"], name="bonds_participant_pseudonym_once"),
            models.UniqueConstraint(fields=["contract", "identity_digest"], name="bonds_participant_person_once"),
            models.CheckConstraint(
                condition=Q(identity_digest__regex=r"^[0-9a-f]{64}$"), name="bonds_participant_digest_shape"
            ),
        ]

    def __str__(self) -> str:
        """Show the pseudonym."""
        return self.pseudonym


class Referral(PublicIdModel, AppendOnlyModel):
    """A commissioner sent somebody to a provider. Append-only; who it was is known once they start."""

    public_id_prefix: ClassVar[str] = "ref"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="referrals")
    commissioner = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="referrals_made")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="referrals_received")
    referred_on = models.DateField(_("referred on"))
    reference = models.CharField(_("reference"), max_length=40)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """A commissioner's reference names one referral."""

        ordering: ClassVar[list[str]] = ["referred_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["contract", "commissioner", "reference"], name="bonds_referral_reference_once"
            ),
        ]

    def __str__(self) -> str:
        """Show the reference."""
        return self.reference


class Start(PublicIdModel, AppendOnlyModel):
    """A person began with a provider: the facts that decide which prices and results are theirs. Append-only.

    The age is in whole years on that day; the date of birth is not kept.
    """

    public_id_prefix: ClassVar[str] = "sta"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="starts")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="starts")
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="start")
    started_on = models.DateField(_("started on"))
    age = models.PositiveSmallIntegerField(_("age on that day"), null=True, blank=True)
    subgroups = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """A person starts with a provider once a day."""

        ordering: ClassVar[list[str]] = ["started_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["participant", "provider", "started_on"], name="bonds_start_once_a_day"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class Clock(PublicIdModel, AppendOnlyModel):
    """The clock of something that has to last was started, or started again after it was lost. Append-only."""

    public_id_prefix: ClassVar[str] = "clk"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="clocks")
    ladder = models.CharField(_("what has to last"), max_length=60)
    event = models.CharField(max_length=10, choices=choices.CLOCK_EVENTS)
    started_on = models.DateField(_("from"))
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """A clock starts once a day."""

        ordering: ClassVar[list[str]] = ["started_on", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("event", states.ClockEvent, "bonds_clock_event_known"),
            models.UniqueConstraint(fields=["participant", "ladder", "started_on"], name="bonds_clock_once_a_day"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class OutcomeEvent(PublicIdModel, AppendOnlyModel):
    """Somebody achieved something, or a group was measured. Append-only; what was wrong is withdrawn by a fact.

    `batch` is the upload that it came with, if any.
    """

    public_id_prefix: ClassVar[str] = "oev"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="events")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="events")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    cohort = models.CharField(_("group"), max_length=40, blank=True)
    metric = models.CharField(_("result"), max_length=60)
    achieved_on = models.DateField(_("achieved on"))
    quantity = models.PositiveIntegerField(_("how many"), default=1)
    measurement = models.JSONField(default=dict, blank=True)
    batch = models.CharField(max_length=40, blank=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        """One person achieves one result once a day; a group is measured once."""

        ordering: ClassVar[list[str]] = ["achieved_on", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["contract", "metric", "achieved_on"], name="bonds_event_by_metric"),
            models.Index(fields=["participant", "metric", "achieved_on"], name="bonds_event_by_person"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(Q(participant__isnull=False) & Q(cohort="")) | (Q(participant__isnull=True) & ~Q(cohort="")),
                name="bonds_event_of_person_or_group",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="bonds_event_quantity"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class EventWithdrawal(PublicIdModel, AppendOnlyModel):
    """An event turned out not to be so. Append-only."""

    public_id_prefix: ClassVar[str] = "evw"

    event = models.OneToOneField(OutcomeEvent, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(_("why"), max_length=300)
    withdrawn_by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class EvidenceItem(PublicIdModel, AppendOnlyModel):
    """What shows a result, or speaks against it: kept once, by the hash of its bytes, for all payers. Append-only.

    A form number without a file is evidence as well where the rules ask for it. What concerns the person, such as a
    sighting, names no event.
    """

    public_id_prefix: ClassVar[str] = "evi"

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    event = models.ForeignKey(OutcomeEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    kind = models.CharField(_("what it is"), max_length=60)
    dated_on = models.DateField(_("dated"))
    reference = models.CharField(_("form or reference number"), max_length=60, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_redacted = models.BooleanField(_("names are blacked out"), default=False)
    provided_by = models.CharField(max_length=80)
    provided_at = models.DateTimeField()

    class Meta:
        """It belongs to somebody or something, and is a file or a number."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(participant__isnull=False) | Q(event__isnull=False), name="bonds_evidence_of_something"
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(reference=""), name="bonds_evidence_file_or_number"
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
