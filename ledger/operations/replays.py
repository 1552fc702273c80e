"""The same key again: the same request gets the first answer, another one is told what differs."""

from collections.abc import Sequence

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from ledger.arithmetic.content import TransferContent, compute_narration_digest
from ledger.models import Entry, Narration
from ledger.operations.errors import IdempotencyConflict
from ledger.queries import transfers_of


def check_same_request(stored: Entry, *, asked: Entry, narration: str, transfers: Sequence[TransferContent]) -> None:
    """Compare what is asked under a key with what was posted under it.

    Raises:
        IdempotencyConflict: something differs; `facts["fields"]` names each field.
    """
    if stored.fingerprint == asked.fingerprint and _same_words(stored, narration):
        return
    plain = ("kind", "effective_on", "source", "reason", "batch", "reverses_id")
    fields = [name.removesuffix("_id") for name in plain if getattr(stored, name) != getattr(asked, name)]
    if transfers_of(stored) != list(transfers):
        fields.append("lines")
    if not _same_words(stored, narration):
        fields.append("narration")
    raise IdempotencyConflict(
        _("This has been posted before, with another %(fields)s. Nothing was posted.") % {"fields": ", ".join(fields)},
        key=stored.key,
        entry=stored.public_id,
        fields=fields,
    )


def _same_words(stored: Entry, narration: str) -> bool:
    try:
        kept: Narration = stored.narration
    except ObjectDoesNotExist:
        return narration == ""
    # Erased words cannot be compared, and asking again with them must not fail.
    return kept.erased_at is not None or compute_narration_digest(narration, salt=kept.salt) == stored.narration_digest
