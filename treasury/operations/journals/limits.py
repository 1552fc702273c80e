"""Up to how much one person may post alone: set by the board, never by the one whom it limits."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import audit
from foundation.access import Actor
from foundation.approvals import NotAPerson
from ledger.models import MAX_AMOUNT
from people.models import Organisation
from treasury.models import JournalThreshold
from treasury.operations.journals.errors import LimitUnusable
from treasury.operations.journals.records import check_reason
from treasury.queries.journals import find_limit


@transaction.atomic
def set_limit(*, organisation: Organisation, pence: int, reason: str, actor: Actor, at: datetime) -> JournalThreshold:
    """Set the limit from now on; what waits for a second person goes on waiting. The same limit again is no news.

    Args:
        organisation: Whose.
        pence: The largest amount that one person may post alone; 0 for none.
        reason: What it rests on, such as a minute of the board.
        actor: Who.
        at: Now.

    Raises:
        LimitUnusable: less than nothing, or more than a book can hold.
        WhyMissing: no reason was given.
        NotAPerson: a key wants to set it.
    """
    if actor.scopes is not None:
        raise NotAPerson(_("Please sign in to decide this."))
    if type(pence) is not int or not 0 <= pence <= MAX_AMOUNT:
        raise LimitUnusable(_("Give the limit in pounds and pence, from nothing up."), pence=pence)
    why = check_reason(reason)
    before = find_limit(organisation)
    if before.row is not None and before.pence == pence:
        return before.row
    audit.record(
        actor=actor.ref,
        action="treasury.journal_limit_set",
        at=at,
        organisation=organisation.public_id,
        before={"pence": before.pence, "is_set": before.row is not None},
        after={"pence": pence},
        reason=why,
    )
    return JournalThreshold.objects.create(
        organisation=organisation, threshold_pence=pence, set_by=actor.ref, set_at=at, reason=why
    )
