"""What working earlier results again would change: worked out for whoever looks, or by a worker where it is much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Max

from bonds import states
from bonds.models import AdjustmentPreview, AssessmentRun, Clawback, ContractVersion, OutcomesContract
from bonds.queries.adjusting import Change, find_changes, reached_back

LOOKED_AT_ONCE: Final = 1_000
"""With more accepted lines than this somebody would wait for the page: a worker works them out first."""
MOST_KEPT: Final = 500
"""So many changed lines a worker keeps, the first by day of achievement; the sums are of all."""


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line before and after, in pence.

    Attributes:
        line: Public id.
        metric: Which result.
        person: The pseudonym; empty for a group.
        cohort: The group; empty for a person.
        on: Day of achievement, as ISO 8601.
        version_before: That priced it when it was accepted.
        version_after: That prices it now.
        before_pence: What counts as paid for it.
        after_pence: What payers would pay for it now.
    """

    line: str
    metric: str
    person: str
    cohort: str
    on: str
    version_before: int
    version_after: int
    before_pence: int
    after_pence: int

    @property
    def achieved_on(self) -> date:
        """The day of achievement."""
        return date.fromisoformat(self.on)

    @property
    def pence(self) -> int:
        """By how much more, or less, payers pay."""
        return self.after_pence - self.before_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustments:
    """What there is to adjust, as it is shown.

    Attributes:
        looked_at: How many accepted lines an earlier version priced than the one that holds for their day.
        disputed: How many more are left out because they are in dispute.
        changed: How many come out otherwise; None where a worker has to find out first.
        pence: By how much more, or less, payers pay for all of them.
        changes: These lines, or the first of them.
        preview: Where a worker found it out: what it kept.
    """

    looked_at: int = 0
    disputed: int = 0
    changed: int | None = 0
    pence: int = 0
    changes: tuple[ChangedLine, ...] = ()
    preview: AdjustmentPreview | None = None


def look_at_adjustments(contract: OutcomesContract) -> Adjustments:
    """Say what working earlier results again would change; where it is much, what a worker found, if that still holds.

    Args:
        contract: Running.

    Raises:
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used under the new terms.
    """
    count = reached_back(contract).count()
    if count <= LOOKED_AT_ONCE:
        found = find_changes(contract)
        return Adjustments(
            looked_at=found.looked_at,
            disputed=found.disputed,
            changed=len(found.changes),
            pence=found.pence,
            changes=tuple(describe_change(change) for change in found.changes),
        )
    preview = find_preview(contract)
    if preview is None:
        disputed = count_disputed(contract)
        looked_at = count - disputed
        return Adjustments(looked_at=looked_at, disputed=disputed, changed=None if looked_at else 0)
    return Adjustments(
        looked_at=preview.looked_at_count,
        disputed=preview.disputed_count,
        changed=preview.changed_count,
        pence=preview.change_pence,
        changes=tuple(ChangedLine(**row) for row in preview.changes),
        preview=preview,
    )


def find_preview(contract: OutcomesContract) -> AdjustmentPreview | None:
    """The newest preview, if nothing was signed, accepted, taken back or disputed since."""
    found = AdjustmentPreview.objects.filter(contract=contract).select_related("version").last()
    newest = ContractVersion.objects.filter(contract=contract).signed().last()
    if found is None or found.version != newest or found.disputed_count != count_disputed(contract):
        return None
    seen = {"through_run": found.through_run, "through_clawback": found.through_clawback}
    return found if seen == seen_through(contract) else None


def seen_through(contract: OutcomesContract) -> dict[str, int]:
    """Name the last working and the last line taken back: as long as they are the last, nothing has moved."""
    runs = AssessmentRun.objects.filter(contract=contract).aggregate(last=Max("number"))
    backs = Clawback.objects.filter(result__contract=contract).aggregate(last=Max("pk"))
    return {"through_run": runs["last"] or 0, "through_clawback": backs["last"] or 0}


def count_disputed(contract: OutcomesContract) -> int:
    """How many lines that a version reaches back to are left out because they are in dispute."""
    accepted = [state.value for state in states.ACCEPTED_STATES]
    return reached_back(contract).exclude(line__state__in=accepted).count()


def describe_change(change: Change) -> ChangedLine:
    """Write down one line before and after."""
    event = change.line.event
    return ChangedLine(
        line=change.line.public_id,
        metric=event.metric,
        person=event.participant.pseudonym if event.participant else "",
        cohort="" if event.participant else event.cohort,
        on=event.achieved_on.isoformat(),
        version_before=change.was.version_number,
        version_after=change.becomes.version,
        before_pence=change.before,
        after_pence=change.after,
    )


def write_change(change: Change) -> Mapping[str, Any]:
    """The same as JSON that `ChangedLine` reads back."""
    return asdict(describe_change(change))
