"""Working out again what a later version reaches back to. What was accepted is never edited.

A line that comes out otherwise is taken back, as in a clawback, and an adjustment line stands in its place, with the
whole of its own path: what was paid for the first settles the second, so payers are asked for the difference only.

Source: specification of outcome contracts, section 6, invariant 6 (a new version gives an adjustment line, never an
edit); treasury specification A8: V10 (credit note, set-off) and V6 (accepted).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import Claim, ClaimLine, ContractVersion, OutcomesContract, VersionAdjustment
from bonds.operations.adjusting_mails import tell_adjusted
from bonds.operations.assessing import check_running, keep_results
from bonds.operations.clawing import undo_results
from bonds.operations.errors import NothingToAdjust
from bonds.operations.lines import change_lines, lock_lines, read_claim, read_lines
from bonds.operations.locks import lock_contract
from bonds.queries.adjusting import Change, find_changes
from bonds.queries.undoing import plan_undoing
from foundation import audit
from foundation.jobs import Tell, tell_nobody

State = states.LineState


@transaction.atomic
def adjust_lines(
    *, contract: OutcomesContract, actor: str, at: datetime, tell: Tell = tell_nobody
) -> VersionAdjustment:
    """Bring accepted lines into line with the version that holds for their day now.

    Lines that come to the same stay as they are, and so do lines in dispute until that is decided; calling it again
    then adjusts those.

    Args:
        contract: Running.
        actor: Reference of who acts for the contract holder.
        at: Now.
        tell: Is told how far it is.

    Raises:
        NotRunning: the contract is a draft or closed.
        NothingToAdjust: no version reaches back to an accepted line.
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used under the new terms.
    """
    contract = lock_contract(contract.pk)
    check_running(contract)
    found = find_changes(contract, tell=_in_third(0, tell))
    if not found.looked_at:
        raise NothingToAdjust(_("No version reaches back to a line that was accepted under another one."))
    version = ContractVersion.objects.filter(contract=contract).signed().order_by("-number")[0]
    by_claim: dict[int, list[Change]] = defaultdict(list)
    for change in found.changes:
        by_claim[change.line.claim_id].append(change)
    claims = {pk: read_claim(by_claim[pk][0].line.claim, contract) for pk in sorted(by_claim)}
    # All are taken back before the first is worked out again, so that none fills a cap twice.
    for number, (pk, claim) in enumerate(claims.items(), start=1):
        _take_back(contract, claim, by_claim[pk], actor=actor, at=at)
        _in_third(1, tell)(number, len(claims))
    for number, (pk, claim) in enumerate(claims.items(), start=1):
        _accept_again(contract, claim, by_claim[pk], version=version, actor=actor, at=at)
        _in_third(2, tell)(number, len(claims))
    made = VersionAdjustment.objects.create(
        contract=contract,
        version=version,
        looked_at_count=found.looked_at,
        changed_count=len(found.changes),
        change_pence=found.pence,
        by=actor,
        at=at,
    )
    audit.record(
        actor=actor,
        action="bonds.lines_adjusted",
        at=at,
        organisation=contract.organisation.public_id,
        subject=made.public_id,
        after={"version": version.number, "lines": len(found.changes), "change_pence": found.pence},
    )
    if found.changes:
        tell_adjusted(made, list(claims.values()), at=at)
    return made


def _in_third(number: int, tell: Tell) -> Tell:
    """Tell how far a third of the whole is: it is looked for, taken back, and accepted again."""
    return lambda done, whole: tell(number * whole + done, 3 * whole)


def _take_back(
    contract: OutcomesContract, claim: Claim, changes: Sequence[Change], *, actor: str, at: datetime
) -> None:
    found = lock_lines(claim, [change.line.public_id for change in changes])
    by_line = {change.line.pk: change for change in changes}
    said: dict[str, list[ClaimLine]] = {}
    for line in found:
        words = _("Version %(number)s of the terms holds for its day now; it was worked out again.") % {
            "number": by_line[line.pk].becomes.version
        }
        change_lines([line], to=State.CLAWED_BACK, actor=actor, at=at, reason=words)
        said.setdefault(words, []).append(line)
    for words, lines in said.items():
        undo_results(contract, plan_undoing(lines), reason=words, told=words, actor=actor, at=at)


def _accept_again(
    contract: OutcomesContract,
    claim: Claim,
    changes: Sequence[Change],
    *,
    version: ContractVersion,
    actor: str,
    at: datetime,
) -> None:
    again = ClaimLine.objects.bulk_create(
        ClaimLine(
            claim=claim,
            event=change.line.event,
            origin=states.LineOrigin.ADJUSTMENT.value,
            adjusts=change.line,
            state=State.SUBMITTED.value,
            added_at=at,
        )
        for change in changes
    )
    lines = read_lines([line.pk for line in again])
    words = _("Worked out again by version %(number)s of the terms.") % {"number": version.number}
    change_lines(lines, to=State.VALIDATED, actor=actor, at=at, reason=words)
    keep_results(contract=contract, claim=claim, lines=lines, actor=actor, at=at)
