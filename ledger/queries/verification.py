"""Whether the books are what they say: every derived figure is worked out again from the transfers."""

from collections.abc import Iterator
from typing import Final

from django.db import connection

from ledger.arithmetic.content import (
    EntryContent,
    UnknownHashVersion,
    compute_content_hash,
    compute_narration_digest,
)
from ledger.models import Entry
from ledger.queries.entries import content_of, whole

_SIDES: Final = """
    WITH side (account_id, owner, effective_on, debit, credit) AS (
        SELECT debit_account_id, debit_owner, effective_on, amount, 0 FROM ledger_transfer WHERE debit_owner <> ''
        UNION ALL SELECT debit_account_id, '', effective_on, amount, 0 FROM ledger_transfer
        UNION ALL SELECT credit_account_id, credit_owner, effective_on, 0, amount FROM ledger_transfer
            WHERE credit_owner <> ''
        UNION ALL SELECT credit_account_id, '', effective_on, 0, amount FROM ledger_transfer
    )
"""

_BALANCES: Final = (
    _SIDES  # noqa: S608 - two constants of this module
    + """
    , fresh AS (SELECT account_id, owner, sum(debit) AS debits, sum(credit) AS credits FROM side GROUP BY 1, 2)
    SELECT book.slug || '/' || a.code || '/' || coalesce(f.owner, b.owner) || ': kept '
        || coalesce(b.debits, 0) || ' / ' || coalesce(b.credits, 0) || ', transfers make '
        || coalesce(f.debits, 0) || ' / ' || coalesce(f.credits, 0)
    FROM fresh f FULL JOIN ledger_balance b USING (account_id, owner)
    JOIN ledger_account a ON a.id = account_id JOIN ledger_book book ON book.id = a.book_id
    WHERE (coalesce(f.debits, 0), coalesce(f.credits, 0)) <> (coalesce(b.debits, 0), coalesce(b.credits, 0))
    ORDER BY 1
"""
)

_DAY_TOTALS: Final = (
    _SIDES  # noqa: S608 - two constants of this module
    + """
    , fresh AS (
        SELECT account_id, owner, effective_on, sum(debit) AS debits, sum(credit) AS credits FROM side GROUP BY 1, 2, 3
    )
    SELECT book.slug || '/' || a.code || '/' || owner || ' on ' || effective_on || ': kept '
        || coalesce(d.debits, 0) || ' / ' || coalesce(d.credits, 0) || ', transfers make '
        || coalesce(f.debits, 0) || ' / ' || coalesce(f.credits, 0)
    FROM fresh f FULL JOIN ledger_daytotal d USING (account_id, owner, effective_on)
    JOIN ledger_account a ON a.id = account_id JOIN ledger_book book ON book.id = a.book_id
    WHERE (coalesce(f.debits, 0), coalesce(f.credits, 0)) <> (coalesce(d.debits, 0), coalesce(d.credits, 0))
    ORDER BY 1
"""
)

_OWNERS: Final = """
    SELECT book.slug || '/' || a.code || ': the account has ' || whole.debits - whole.credits
        || ', its owners ' || coalesce(sum(part.debits - part.credits), 0)
    FROM ledger_account a
    JOIN ledger_book book ON book.id = a.book_id
    JOIN ledger_balance whole ON whole.account_id = a.id AND whole.owner = ''
    LEFT JOIN ledger_balance part ON part.account_id = a.id AND part.owner <> ''
    WHERE a.is_control
    GROUP BY book.slug, a.code, whole.debits, whole.credits
    HAVING whole.debits - whole.credits <> coalesce(sum(part.debits - part.credits), 0)
    ORDER BY 1
"""

_LIMITS: Final = """
    SELECT book.slug || '/' || a.code || '/' || b.owner || ': ' || b.sign * (b.debits - b.credits) || ' is outside '
        || coalesce(l.floor::text, '-') || ' to ' || coalesce(l.ceiling::text, '-')
    FROM ledger_balance b
    JOIN ledger_account a ON a.id = b.account_id
    JOIN ledger_book book ON book.id = a.book_id
    CROSS JOIN LATERAL (SELECT
        CASE WHEN b.owner = '' THEN a.floor ELSE a.owner_floor END AS floor,
        CASE WHEN b.owner = '' THEN a.ceiling ELSE a.owner_ceiling END AS ceiling) l
    WHERE b.sign * (b.debits - b.credits) < l.floor OR b.sign * (b.debits - b.credits) > l.ceiling
       OR b.floor IS DISTINCT FROM l.floor OR b.ceiling IS DISTINCT FROM l.ceiling
    ORDER BY 1
"""

_UNBALANCED: Final = """
    SELECT book.slug || ': debits less credits make ' || sum(b.debits - b.credits)
    FROM ledger_balance b
    JOIN ledger_account a ON a.id = b.account_id
    JOIN ledger_book book ON book.id = a.book_id
    WHERE b.owner = ''
    GROUP BY book.slug, a.currency
    HAVING sum(b.debits) <> sum(b.credits)
    ORDER BY 1
"""

_WRONG_TRANSFERS: Final = """
    SELECT e.public_id || '/' || t.line_no || ': not one positive amount between two sides of this book and currency'
    FROM ledger_transfer t
    JOIN ledger_entry e ON e.id = t.entry_id
    JOIN ledger_account d ON d.id = t.debit_account_id
    JOIN ledger_account c ON c.id = t.credit_account_id
    WHERE t.amount <= 0 OR (t.debit_account_id, t.debit_owner) = (t.credit_account_id, t.credit_owner)
       OR t.book_id <> e.book_id OR d.book_id <> e.book_id OR c.book_id <> e.book_id
       OR d.currency <> t.currency OR c.currency <> t.currency OR t.effective_on <> e.effective_on
       OR d.is_control <> (t.debit_owner <> '') OR c.is_control <> (t.credit_owner <> '')
    ORDER BY 1
"""

_PARTIAL_ENTRIES: Final = """
    SELECT e.public_id || ': announced ' || e.line_count || ' transfers, has ' || count(t.id)
    FROM ledger_entry e LEFT JOIN ledger_transfer t ON t.entry_id = e.id
    GROUP BY e.id HAVING count(t.id) <> e.line_count OR max(t.line_no) <> e.line_count
    ORDER BY 1
"""

_REVERSALS: Final = """
    SELECT DISTINCT e.public_id || ': does not mirror ' || original.public_id
    FROM ledger_entry e
    JOIN ledger_entry original ON original.id = e.reverses_id
    LEFT JOIN ledger_transfer t ON t.entry_id = e.id
    LEFT JOIN ledger_transfer o ON o.entry_id = original.id AND o.line_no = t.line_no
    WHERE e.line_count <> original.line_count OR original.reverses_id IS NOT NULL
       OR (t.debit_account_id, t.debit_owner, t.credit_account_id, t.credit_owner, t.amount, t.fund)
          IS DISTINCT FROM (o.credit_account_id, o.credit_owner, o.debit_account_id, o.debit_owner, o.amount, o.fund)
    ORDER BY 1
"""


def find_wrong_balances() -> list[str]:
    """List balances that are not the sum of their transfers."""
    return _lines(_BALANCES)


def find_wrong_day_totals() -> list[str]:
    """List day totals that are not the sum of that day's transfers."""
    return _lines(_DAY_TOTALS)


def find_owners_off_control() -> list[str]:
    """List control accounts whose owners do not sum to them."""
    return _lines(_OWNERS)


def find_passed_limits() -> list[str]:
    """List balances outside their floor or ceiling, or whose limits are not their account's."""
    return _lines(_LIMITS)


def find_unbalanced_books() -> list[str]:
    """List books whose debits and credits differ."""
    return _lines(_UNBALANCED)


def find_wrong_transfers() -> list[str]:
    """List transfers that are not one positive amount between two different sides of one book and currency."""
    return _lines(_WRONG_TRANSFERS)


def find_partial_entries() -> list[str]:
    """List entries that have other transfers than they were announced with."""
    return _lines(_PARTIAL_ENTRIES)


def find_wrong_reversals() -> list[str]:
    """List reversals that are not the exact mirror of their original."""
    return _lines(_REVERSALS)


def find_altered_entries(*, book: str | None = None) -> Iterator[str]:
    """Go through entries whose content is not what was hashed when they were written.

    Erased words are no alteration: the hash covers their digest, which stays.

    Args:
        book: Only this book, by slug.
    """
    entries = whole(Entry.objects.all())
    if book is not None:
        entries = entries.filter(book__slug=book)
    for entry in entries.order_by("id").iterator(chunk_size=1_000):
        if not _hash_holds(entry):
            yield f"{entry.public_id}: the entry or its transfers are not what was posted"
        elif not _words_hold(entry):
            yield f"{entry.public_id}: the narration is not what was posted"


def _hash_holds(entry: Entry) -> bool:
    content = EntryContent(
        book=entry.book.slug,
        public_id=entry.public_id,
        key=entry.key,
        kind=entry.kind,
        effective_on=entry.effective_on,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
        source=entry.source,
        reason=entry.reason,
        batch=entry.batch,
        reverses=entry.reverses.public_id if entry.reverses else "",
        narration_digest=entry.narration_digest,
        transfers=[content_of(transfer) for transfer in entry.transfers.all()],
    )
    try:
        return compute_content_hash(content, version=entry.hash_version) == entry.content_hash
    except UnknownHashVersion:
        return False


def _words_hold(entry: Entry) -> bool:
    narration = getattr(entry, "narration", None)
    if narration is None:
        return entry.narration_digest == ""
    if narration.erased_at is not None:
        return True
    return compute_narration_digest(narration.text, salt=narration.salt) == entry.narration_digest


def _lines(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
