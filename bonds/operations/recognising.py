"""Income before a result is accepted: a constrained part when it is claimed, made good when it is decided.

Source: treasury specification A8, note on V5 and V6 (`recognise_at`); FRS 102 (2026) section 23, unverified for outcome
contracts, so a contract's holder says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.lines import Line as ResultLine
from bonds.arithmetic.recognising import WHOLE_PERCENT, constrain
from bonds.models import Claim, ClaimLine, EarlyIncome, OutcomesContract, Party, RecognitionPolicy
from bonds.operations.errors import RecognitionUnsound
from bonds.operations.locks import lock_contract
from bonds.operations.postings import EARNED, OUTCOME_PAYMENTS, TOP_UP_PAYMENTS, batch_of, top_up_payers
from bonds.queries.recognition import early_of, find_percent
from core.periods import legal_day
from foundation import audit
from foundation.access import Actor
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.operations import Line

EARLY_KIND: Final = "bonds.recognised_early"
RELEASED_KIND: Final = "bonds.early_income_released"


@transaction.atomic
def record_recognition(
    *,
    contract: OutcomesContract,
    recognise_at: states.Recognition,
    percent: int = 0,
    from_on: date,
    reason: str,
    actor: Actor,
    at: datetime,
) -> RecognitionPolicy:
    """Write down when income is recognised, for claims submitted from a day on; earlier ones stay as they are.

    Args:
        contract: For which.
        recognise_at: When a result is accepted, or a part of it when it is claimed.
        percent: That part, in hundredths of a percent, 1 to 10,000; 0 where there is none.
        from_on: The first day of claims, today or later: what was claimed before was booked.
        reason: What it rests on.
        actor: Who acts.
        at: Now.

    Raises:
        RecognitionUnsound: the reason is missing, the part does not fit, or the day has passed.

    Source: FRS 102 (2026) section 23: only what is highly probable not to reverse.
    """
    words = " ".join(reason.split())
    is_early = recognise_at is states.Recognition.SUBMITTED_CONSTRAINED
    if not words:
        raise RecognitionUnsound(_("Say what this rests on: experience with such claims, an auditor."), field="reason")
    if is_early and not 1 <= percent <= WHOLE_PERCENT:
        raise RecognitionUnsound(_("Say which part, above 0 and at most 100 percent."), field="percent")
    if not is_early and percent:
        raise RecognitionUnsound(_("There is no part where income waits for acceptance."), field="percent")
    if from_on < legal_day(at):
        raise RecognitionUnsound(
            _("What was claimed on that day has been booked. Begin today or later."), field="from_on"
        )
    contract = lock_contract(contract.pk)
    made = RecognitionPolicy.objects.create(
        contract=contract,
        recognise_at=recognise_at.value,
        percent=percent,
        from_on=from_on,
        reason=words,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.recognition_recorded",
        at=at,
        organisation=contract.organisation.public_id,
        subject=contract.public_id,
        after={"recognise_at": recognise_at.value, "percent": percent, "from_on": from_on.isoformat()},
        reason=words,
    )
    return made


def recognise_early(
    *, claim: Claim, lines: Sequence[ClaimLine], results: Iterable[ResultLine], actor: str, at: datetime
) -> None:
    """Recognise the part of claimed lines that the policy of the day allows: 1110 to 4000, or 4010 for a top-up fund.

    Args:
        claim: Just submitted, of a contract that the caller has locked.
        lines: Its lines.
        results: What the engine makes of them today.
        actor: Who.
        at: Now.
    """
    on = legal_day(at)
    percent = find_percent(contract=claim.contract, on=on)
    if not percent:
        return
    parties = {party.code: party for party in Party.objects.filter(contract=claim.contract)}
    by_id = {line.pk: line for line in lines}
    early = [
        EarlyIncome(
            line=by_id[result.candidate.id],
            payer=parties[part.payer],
            pence=constrain(part.settled, percent=percent),
            booked_on=on,
            at=at,
        )
        for result in results
        for part in result.shares
    ]
    early = [one for one in early if one.pence]
    EarlyIncome.objects.bulk_create(early)
    _post(claim, _by_payer(early), key=f"bonds:recognised:{claim.public_id}", kind=EARLY_KIND, actor=actor, at=at)


def release_early(*, claim: Claim, lines: Sequence[ClaimLine], key: str, actor: str, at: datetime) -> None:
    """Take back what was recognised of lines when they were claimed: they are decided or withdrawn (V6 or V7 follow).

    Args:
        claim: Whose lines; the caller has locked the contract.
        lines: Just accepted, rejected or withdrawn.
        key: Names the decision, once.
        actor: Who.
        at: Now.
    """
    early = early_of(lines)
    EarlyIncome.objects.bulk_create(
        EarlyIncome(
            line_id=one.line_id, payer=one.payer, releases=one, pence=-one.pence, booked_on=legal_day(at), at=at
        )
        for one in early
    )
    released = {payer: -pence for payer, pence in _by_payer(early).items()}
    _post(claim, released, key=f"bonds:{claim.public_id}:released:{key}", kind=RELEASED_KIND, actor=actor, at=at)


def _by_payer(early: Iterable[EarlyIncome]) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for one in early:
        sums[one.payer.code] = sums.get(one.payer.code, 0) + one.pence
    return sums


def _post(claim: Claim, sums: Mapping[str, int], *, key: str, kind: str, actor: str, at: datetime) -> None:
    if not sums:
        return
    top_up = top_up_payers(claim.contract)
    lines = []
    for payer, pence in sorted(sums.items()):
        income = TOP_UP_PAYMENTS if payer in top_up else OUTCOME_PAYMENTS
        lines.append(Line(EARNED, income, pence) if pence > 0 else Line(income, EARNED, -pence))
    ledger_operations.post(
        book=ledger_queries.get_book_by_slug(slug=claim.contract.book_slug),
        key=key,
        kind=kind,
        effective_on=legal_day(at),
        lines=lines,
        actor=actor,
        source=claim.public_id,
        batch=batch_of(claim),
        recorded_at=at,
    )
