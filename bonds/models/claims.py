"""Claims and their lines: what is asked for, what was decided, and what the engine made of it, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bonds import states
from bonds.models import choices
from bonds.models.contracts import OutcomesContract
from bonds.models.outcomes import OutcomeEvent, Participant
from bonds.models.parties import Party
from foundation.models import AppendOnlyModel, PublicIdModel

if TYPE_CHECKING:
    from datetime import date

LineState = states.LineState
_DEAD_LINES = [LineState.REJECTED.value, LineState.WITHDRAWN.value]


class Claim(PublicIdModel):
    """What a provider asks to be paid for. Its round ties claim, invoice, receipt and distribution in the books.

    Draft: lines are being put together; nothing is asked for. Submitted: with the verifier, who answers by
    `response_due_on`. Decided: every line has been decided. Withdrawn: taken back before any line was decided.
    """

    public_id_prefix: ClassVar[str] = "clm"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="claims")
    provider = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(max_length=10, choices=choices.CLAIM_STATES, default=states.ClaimState.DRAFT.value)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=80, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    claimed_on = models.DateField(_("claimed on"), null=True, blank=True)
    response_due_on = models.DateField(_("answer due"), null=True, blank=True)
    round = models.ForeignKey(
        "bonds.ClaimRound", on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )

    class Meta:
        """Numbers count up in a contract; a provider puts one claim together at a time."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("state", states.ClaimState, "bonds_claim_state_known"),
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_claim_number_once"),
            models.UniqueConstraint(
                fields=["contract", "provider"],
                condition=Q(state=states.ClaimState.DRAFT.value),
                name="bonds_claim_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[states.ClaimState.DRAFT.value, states.ClaimState.WITHDRAWN.value])
                | Q(
                    submitted_at__isnull=False,
                    claimed_on__isnull=False,
                    response_due_on__isnull=False,
                    round__isnull=False,
                ),
                name="bonds_claim_submitted_is_dated",
            ),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"claim {self.number}"


class ClaimLineQuerySet(models.QuerySet["ClaimLine"]):
    """Lines by where they stand."""

    def in_states(self, *wanted: states.LineState) -> Self:
        """Lines in some states."""
        return self.filter(state__in=[state.value for state in wanted])

    def awaiting_verifier(self) -> Self:
        """Lines that the verifier has to look at."""
        return self.in_states(*states.AWAITING_VERIFIER)

    def accepted(self) -> Self:
        """Lines that have used up caps and once-only places."""
        return self.in_states(*states.ACCEPTED_STATES)

    def deemed_on(self, on: date) -> Self:
        """Lines that nobody has answered in the time there was."""
        return self.in_states(*states.CLOCK_RUNS).filter(claim__response_due_on__lt=on)


class ClaimLine(PublicIdModel):
    """One result that is claimed, or an adjustment of one. `states.LineState` tells each state in prose.

    An adjustment carries what a later version or finding changes of an earlier line; the earlier line stays.
    `indicative_pence` is tariff times count on the day of the claim, before any cap: what the memo book shows.
    """

    public_id_prefix: ClassVar[str] = "cln"

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines")
    event = models.ForeignKey(OutcomeEvent, on_delete=models.PROTECT, related_name="lines")
    origin = models.CharField(max_length=10, choices=choices.LINE_ORIGINS, default=states.LineOrigin.CLAIM.value)
    adjusts = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments")
    state = models.CharField(max_length=12, choices=choices.LINE_STATES, default=LineState.DRAFT.value)
    indicative_pence = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()

    objects = ClaimLineQuerySet.as_manager()

    class Meta:
        """An event is claimed by one living line; an adjustment names what it adjusts."""

        ordering: ClassVar[list[str]] = ["claim_id", "pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state"], name="bonds_line_by_state")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("state", LineState, "bonds_line_state_known"),
            choices.known("origin", states.LineOrigin, "bonds_line_origin_known"),
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(origin=states.LineOrigin.CLAIM.value) & ~Q(state__in=_DEAD_LINES),
                name="bonds_line_event_claimed_once",
            ),
            models.CheckConstraint(
                condition=Q(origin=states.LineOrigin.CLAIM.value, adjusts__isnull=True)
                | Q(origin=states.LineOrigin.ADJUSTMENT.value, adjusts__isnull=False),
                name="bonds_line_adjustment_names_line",
            ),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class LineStateChange(AppendOnlyModel):
    """Who moved a line, when, from where to where, and why. Append-only.

    `claimant` and `decider` are organisations: the database refuses a decision by whoever claims.
    """

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="state_changes")
    from_state = models.CharField(max_length=12, choices=choices.LINE_STATES)
    to_state = models.CharField(max_length=12, choices=choices.LINE_STATES)
    claimant = models.BigIntegerField()
    decider = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.TextField(blank=True)

    class Meta:
        """Whoever claims never verifies."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(to_state__in=[LineState.VALIDATED.value, LineState.REJECTED.value])
                | Q(decider__isnull=True)
                | ~Q(decider=F("claimant")),
                name="bonds_line_claimant_never_verifies",
            ),
        ]

    def __str__(self) -> str:
        """Show the step."""
        return f"{self.from_state} -> {self.to_state}"


class LineMessage(PublicIdModel, AppendOnlyModel):
    """A question about a line, its answer, or a note. Append-only."""

    public_id_prefix: ClassVar[str] = "msg"

    line = models.ForeignKey(ClaimLine, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=choices.MESSAGE_KINDS)
    text = models.TextField()
    by = models.CharField(max_length=80)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were written."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("kind", states.MessageKind, "bonds_message_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="bonds_message_says_something"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class AssessmentRun(PublicIdModel, AppendOnlyModel):
    """One working of the engine over accepted lines, in its place among all of the contract's. Append-only.

    Doing all runs again in this order, each line with the version of its day, gives the same digest.
    """

    public_id_prefix: ClassVar[str] = "run"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="runs")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField()
    line_count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    assessed_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """Numbers count up without a gap."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_run_number_once"),
        ]

    def __str__(self) -> str:
        """Show the number."""
        return f"run {self.number}"


class LineResult(AppendOnlyModel):
    """What the engine made of a line: from count and tariff through every reduction to the payers. Append-only.

    Amounts are whole pence. `occurrence` is which of a person's payable results on the metric it is; null where it
    takes no place. `units` count towards running numbers, `counted` of them towards caps by number. `candidate` is what
    the engine was given, `steps` is what people are shown, `content_digest` is of the line as a whole, to the byte.
    """

    line = models.OneToOneField(ClaimLine, on_delete=models.PROTECT, primary_key=True, related_name="result")
    run = models.ForeignKey(AssessmentRun, on_delete=models.PROTECT, related_name="results")
    place = models.PositiveIntegerField()
    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="results")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="results"
    )
    metric = models.CharField(max_length=60)
    version_number = models.PositiveSmallIntegerField()
    ordinal = models.PositiveIntegerField(default=0)
    occurrence = models.PositiveIntegerField(null=True, blank=True)
    units = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    price_pence = models.BigIntegerField(default=0)
    gross_pence = models.BigIntegerField()
    net_pence = models.BigIntegerField()
    steps = models.JSONField(default=list)
    candidate = models.JSONField(default=dict)
    content_digest = models.CharField(max_length=64)

    class Meta:
        """A once-only result is paid once, whoever claims it and whatever the version."""

        ordering: ClassVar[list[str]] = ["run_id", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "place"], name="bonds_result_place_once"),
            models.UniqueConstraint(
                fields=["contract", "participant", "metric", "occurrence"],
                condition=Q(participant__isnull=False, occurrence__isnull=False),
                name="bonds_result_once_only",
            ),
        ]

    def __str__(self) -> str:
        """Show the place in its run."""
        return f"{self.run_id}/{self.place}"


class LineReduction(AppendOnlyModel):
    """An amount that was cut from a line, by its name; of the whole, or of one payer's part. Append-only."""

    result = models.ForeignKey(LineResult, on_delete=models.PROTECT, related_name="reductions")
    place = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=60)
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pence = models.BigIntegerField()
    facts = models.JSONField(default=dict)

    class Meta:
        """In the order in which the engine cut."""

        ordering: ClassVar[list[str]] = ["result_id", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["result", "place"], name="bonds_reduction_place_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_reduction_named"),
        ]

    def __str__(self) -> str:
        """Show the reason."""
        return self.reason


class LineShare(PublicIdModel, AppendOnlyModel):
    """What one payer pays of a line, in whole pence. Append-only; the shares of a line sum to its net amount.

    `due_pence` is before the payer's own reductions; `settled_pence` counts as paid: what it pays now and what an
    earlier overpayment has paid already.
    """

    public_id_prefix: ClassVar[str] = "shr"

    result = models.ForeignKey(LineResult, on_delete=models.PROTECT, related_name="shares")
    payer = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="line_shares")
    due_pence = models.BigIntegerField()
    settled_pence = models.BigIntegerField()
    net_pence = models.BigIntegerField()

    class Meta:
        """One share a payer."""

        ordering: ClassVar[list[str]] = ["result_id", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["result", "payer"], name="bonds_share_payer_once"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id


class Clawback(PublicIdModel, AppendOnlyModel):
    """An accepted line was taken back: from then on it fills no cap and pays nothing. Append-only.

    `after_run` is the number of the last working before it, so that later ones can be done again as they were.
    """

    public_id_prefix: ClassVar[str] = "cbk"

    result = models.OneToOneField(LineResult, on_delete=models.PROTECT, related_name="clawback")
    after_run = models.PositiveIntegerField()
    reason = models.TextField(_("why"))
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """It says why."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(reason=""), name="bonds_clawback_says_why"),
        ]

    def __str__(self) -> str:
        """Show the opaque id, as in logs."""
        return self.public_id
