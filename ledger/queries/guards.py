"""Which guards the database should have, and which of them are missing or switched off."""

from typing import Final

from django.db import connection

from foundation.guards import APP_ROLE

#: Trigger, and the table it stands on.
TRIGGERS: Final = {
    "ledger_account_append_only": "ledger_account",
    "ledger_account_no_truncate": "ledger_account",
    "ledger_account_opens_balance": "ledger_account",
    "ledger_accountclosure_append_only": "ledger_accountclosure",
    "ledger_accountclosure_empty": "ledger_accountclosure",
    "ledger_accountclosure_no_truncate": "ledger_accountclosure",
    "ledger_anchor_append_only": "ledger_anchor",
    "ledger_anchor_is_seal": "ledger_anchor",
    "ledger_anchor_no_truncate": "ledger_anchor",
    "ledger_balance_no_truncate": "ledger_balance",
    "ledger_book_lock_forward": "ledger_book",
    "ledger_book_no_delete": "ledger_book",
    "ledger_book_no_truncate": "ledger_book",
    "ledger_daytotal_no_truncate": "ledger_daytotal",
    "ledger_entry_append_only": "ledger_entry",
    "ledger_entry_no_truncate": "ledger_entry",
    "ledger_entry_not_empty": "ledger_entry",
    "ledger_hold_append_only": "ledger_hold",
    "ledger_hold_applies": "ledger_hold",
    "ledger_hold_no_truncate": "ledger_hold",
    "ledger_holdend_append_only": "ledger_holdend",
    "ledger_holdend_applies": "ledger_holdend",
    "ledger_holdend_no_truncate": "ledger_holdend",
    "ledger_holdend_posted": "ledger_holdend",
    "ledger_narration_erase_only": "ledger_narration",
    "ledger_narration_no_delete": "ledger_narration",
    "ledger_narration_no_truncate": "ledger_narration",
    "ledger_period_append_only": "ledger_period",
    "ledger_period_no_truncate": "ledger_period",
    "ledger_periodbalance_append_only": "ledger_periodbalance",
    "ledger_periodbalance_no_truncate": "ledger_periodbalance",
    "ledger_seal_append_only": "ledger_seal",
    "ledger_seal_continues": "ledger_seal",
    "ledger_seal_no_truncate": "ledger_seal",
    "ledger_sealqueue_no_truncate": "ledger_sealqueue",
    "ledger_transfer_append_only": "ledger_transfer",
    "ledger_transfer_applies": "ledger_transfer",
    "ledger_transfer_no_truncate": "ledger_transfer",
}

#: Constraints that Django does not know of.
COMPOSITE_KEYS: Final = {
    "ledger_balance_limits": "ledger_balance",
    "ledger_hold_credit_in_book": "ledger_hold",
    "ledger_hold_debit_in_book": "ledger_hold",
}

_TABLES: Final = sorted(set(TRIGGERS.values()))

#: What only the database's own functions write: postings, and the figures and links made of them.
_WRITTEN_BY_FUNCTIONS: Final = (
    "ledger_entry",
    "ledger_narration",
    "ledger_transfer",
    "ledger_balance",
    "ledger_daytotal",
    "ledger_period",
    "ledger_periodbalance",
    "ledger_seal",
    "ledger_sealqueue",
)


def find_missing_guards() -> list[str]:
    """List triggers that are missing or switched off, missing composite keys, and rights the application has too many.

    Each line names the guard and its table.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relname = ANY(%s)",
            [_TABLES],
        )
        triggers = dict(cursor.fetchall())
        cursor.execute(
            "SELECT o.conname, c.relname FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid"
            " WHERE o.convalidated AND c.relname = ANY(%s)",
            [_TABLES],
        )
        constraints = dict(cursor.fetchall())
        cursor.execute(
            "SELECT p_right.name, t.name FROM unnest(%s::text[]) AS t (name)"
            " CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p_right (name)"
            " JOIN pg_roles p ON p.rolname = %s"
            " WHERE has_table_privilege(p.rolname, t.name, p_right.name)"
            " UNION ALL SELECT 'INSERT', t.name FROM unnest(%s::text[]) AS t (name)"
            " JOIN pg_roles p ON p.rolname = %s WHERE has_table_privilege(p.rolname, t.name, 'INSERT')"
            " ORDER BY 2, 1",
            [_TABLES, APP_ROLE, list(_WRITTEN_BY_FUNCTIONS), APP_ROLE],
        )
        rights = cursor.fetchall()
    return [
        *(f"trigger {name} on {table} is missing" for name, table in TRIGGERS.items() if triggers.get(name) != table),
        *(
            f"constraint {name} on {table} is missing"
            for name, table in COMPOSITE_KEYS.items()
            if constraints.get(name) != table
        ),
        *(f"role {APP_ROLE} has {right} on {table}" for right, table in rights),
    ]
