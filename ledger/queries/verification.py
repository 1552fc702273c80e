"""Whether the books are what they say: every derived figure is worked out again from the transfers."""

from typing import Final

from django.db import connection

_SIDES: Final = """
    WITH side (account_id, owner, fund, effective_on, debit, credit) AS (
        SELECT debit_account_id, debit_owner, fund, effective_on, amount, 0 FROM ledger_transfer WHERE debit_owner <> ''
        UNION ALL SELECT debit_account_id, '', fund, effective_on, amount, 0 FROM ledger_transfer
        UNION ALL SELECT credit_account_id, credit_owner, fund, effective_on, 0, amount FROM ledger_transfer
            WHERE credit_owner <> ''
        UNION ALL SELECT credit_account_id, '', fund, effective_on, 0, amount FROM ledger_transfer
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
        SELECT account_id, owner, fund, effective_on, sum(debit) AS debits, sum(credit) AS credits
        FROM side GROUP BY 1, 2, 3, 4
    )
    SELECT book.slug || '/' || a.code || '/' || owner || ' on ' || effective_on || ': kept '
        || coalesce(d.debits, 0) || ' / ' || coalesce(d.credits, 0) || ', transfers make '
        || coalesce(f.debits, 0) || ' / ' || coalesce(f.credits, 0)
    FROM fresh f FULL JOIN ledger_daytotal d USING (account_id, owner, fund, effective_on)
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
    WHERE b.sign * (b.debits - b.credits) - CASE WHEN b.sign = 1 THEN b.held_credits ELSE b.held_debits END < l.floor
       OR b.sign * (b.debits - b.credits) + CASE WHEN b.sign = 1 THEN b.held_debits ELSE b.held_credits END > l.ceiling
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


_HELD: Final = """
    WITH open AS (
        SELECT h.* FROM ledger_hold h LEFT JOIN ledger_holdend e ON e.hold_id = h.id WHERE e.hold_id IS NULL
    ), side (account_id, owner, debit, credit) AS (
        SELECT debit_account_id, debit_owner, amount, 0 FROM open WHERE debit_owner <> ''
        UNION ALL SELECT debit_account_id, '', amount, 0 FROM open
        UNION ALL SELECT credit_account_id, credit_owner, 0, amount FROM open WHERE credit_owner <> ''
        UNION ALL SELECT credit_account_id, '', 0, amount FROM open
    ), fresh AS (SELECT account_id, owner, sum(debit) AS debits, sum(credit) AS credits FROM side GROUP BY 1, 2)
    SELECT book.slug || '/' || a.code || '/' || owner || ': held ' || coalesce(b.held_debits, 0) || ' / '
        || coalesce(b.held_credits, 0) || ', open holds make '
        || coalesce(f.debits, 0) || ' / ' || coalesce(f.credits, 0)
    FROM fresh f FULL JOIN ledger_balance b USING (account_id, owner)
    JOIN ledger_account a ON a.id = account_id JOIN ledger_book book ON book.id = a.book_id
    WHERE (coalesce(f.debits, 0), coalesce(f.credits, 0)) <> (coalesce(b.held_debits, 0), coalesce(b.held_credits, 0))
    ORDER BY 1
"""

_WRONG_ENDS: Final = """
    SELECT h.public_id || ': ' || e.how || ' with ' || e.amount || ' of ' || h.amount
    FROM ledger_holdend e JOIN ledger_hold h ON h.id = e.hold_id
    WHERE e.amount > h.amount OR (e.how = 'posted') <> (e.entry_id IS NOT NULL)
       OR e.how = 'posted' AND NOT EXISTS (
            SELECT 1 FROM ledger_transfer t WHERE t.entry_id = e.entry_id AND t.amount = e.amount
              AND (t.debit_account_id, t.debit_owner, t.credit_account_id, t.credit_owner, t.fund)
                = (h.debit_account_id, h.debit_owner, h.credit_account_id, h.credit_owner, h.fund))
    ORDER BY 1
"""

# What moved between one period's end and the next, added up, is what the periods say.
_PERIOD_BALANCES: Final = (
    _SIDES  # noqa: S608 - two constants of this module
    + """
    , span AS (
        SELECT p.id, p.book_id, p.end_on, lag(p.end_on) OVER (PARTITION BY p.book_id ORDER BY p.end_on) AS after
        FROM ledger_period p
    ), moved AS (
        SELECT span.id AS period_id, span.end_on, s.account_id, s.owner, s.fund, sum(s.debit) AS debits,
            sum(s.credit) AS credits
        FROM side s JOIN ledger_account a ON a.id = s.account_id
        JOIN span ON span.book_id = a.book_id AND s.effective_on <= span.end_on
            AND (span.after IS NULL OR s.effective_on > span.after)
        GROUP BY 1, 2, 3, 4, 5
    ), fresh AS (
        SELECT period_id, account_id, owner, fund,
            sum(debits) OVER w AS debits, sum(credits) OVER w AS credits
        FROM moved WINDOW w AS (PARTITION BY account_id, owner, fund ORDER BY end_on)
    ), kept AS (
        SELECT b.*, lag(b.debits) OVER w AS debits_before, lag(b.credits) OVER w AS credits_before
        FROM ledger_periodbalance b WINDOW w AS (PARTITION BY b.account_id, b.owner, b.fund ORDER BY b.end_on)
    )
    SELECT book.slug || '/' || a.code || '/' || owner || ' at the end of ' || p.end_on || ': kept '
        || coalesce(k.debits, 0) || ' / ' || coalesce(k.credits, 0) || ', transfers make '
        || coalesce(f.debits, k.debits_before, 0) || ' / ' || coalesce(f.credits, k.credits_before, 0)
    FROM fresh f FULL JOIN kept k USING (period_id, account_id, owner, fund)
    JOIN ledger_period p ON p.id = period_id
    JOIN ledger_account a ON a.id = account_id JOIN ledger_book book ON book.id = a.book_id
    WHERE (coalesce(f.debits, k.debits_before, 0), coalesce(f.credits, k.credits_before, 0))
       <> (coalesce(k.debits, 0), coalesce(k.credits, 0))
    ORDER BY 1
"""
)

_FOREIGN: Final = """
    SELECT b.slug || ': key ' || e.key || ' has ' || count(*) || ' entries'
    FROM ledger_entry e JOIN ledger_book b ON b.id = e.book_id GROUP BY b.slug, e.key HAVING count(*) > 1
    UNION ALL
    SELECT h.public_id || ': holds between accounts of other books'
    FROM ledger_hold h
    JOIN ledger_account d ON d.id = h.debit_account_id JOIN ledger_account c ON c.id = h.credit_account_id
    WHERE d.book_id <> h.book_id OR c.book_id <> h.book_id OR d.currency <> h.currency OR c.currency <> h.currency
    UNION ALL
    SELECT e.public_id || ': reverses an entry of another book'
    FROM ledger_entry e JOIN ledger_entry original ON original.id = e.reverses_id WHERE original.book_id <> e.book_id
    ORDER BY 1
"""

_LATE_ENTRIES: Final = """
    SELECT e.public_id || ': dated ' || e.effective_on || ', which was closed before it was sealed'
    FROM ledger_entry e LEFT JOIN ledger_seal s ON s.entry_id = e.id
    JOIN ledger_period p ON p.book_id = e.book_id AND e.effective_on <= p.end_on
    WHERE coalesce(s.seq, 9223372036854775807) > p.head_seq
    ORDER BY 1
"""

_LOCKS: Final = """
    SELECT b.slug || ': locked through ' || coalesce(b.locked_through::text, 'nothing') || ', last period ends '
        || coalesce(p.last_end::text, 'nowhere')
    FROM ledger_book b
    LEFT JOIN LATERAL (SELECT max(end_on) AS last_end FROM ledger_period WHERE book_id = b.id) p ON true
    WHERE b.locked_through IS DISTINCT FROM p.last_end
    ORDER BY 1
"""

_CLOSED_ACCOUNTS: Final = """
    SELECT DISTINCT book.slug || '/' || a.code || ': closed through ' || c.closed_on || ', moved on ' || d.effective_on
    FROM ledger_accountclosure c JOIN ledger_daytotal d ON d.account_id = c.account_id AND d.effective_on > c.closed_on
    JOIN ledger_account a ON a.id = c.account_id JOIN ledger_book book ON book.id = a.book_id
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


def find_foreign_rows() -> list[str]:
    """List keys used twice in a book, and holds and reversals that reach into another book."""
    return _lines(_FOREIGN)


def find_wrong_holds() -> list[str]:
    """List sides whose held amounts are not their open holds, and holds that ended by more or something else."""
    return [*_lines(_HELD), *_lines(_WRONG_ENDS)]


def find_wrong_periods() -> list[str]:
    """List closed figures that transfers do not make, entries dated in a period after it closed, and wrong locks."""
    return [*_lines(_PERIOD_BALANCES), *_lines(_LATE_ENTRIES), *_lines(_LOCKS), *_lines(_CLOSED_ACCOUNTS)]


def _lines(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
