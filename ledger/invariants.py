"""What must always hold of the books."""

from core.invariants import Invariant
from ledger.queries.guards import find_missing_guards
from ledger.queries.verification import (
    find_altered_entries,
    find_owners_off_control,
    find_partial_entries,
    find_passed_limits,
    find_unbalanced_books,
    find_wrong_balances,
    find_wrong_day_totals,
    find_wrong_reversals,
    find_wrong_transfers,
)

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        code="LED-1",
        statement="Every transfer moves one positive amount between two different sides of one book and one currency.",
        source="Double entry; transfers instead of free legs",
        enforced_by=(
            "ledger_transfer_amount",
            "ledger_transfer_sides_differ",
            "ledger_transfer_debit_in_book",
            "ledger_transfer_credit_in_book",
            "ledger_transfer_of_entry",
            "ledger_transfer_applies",
        ),
        find_violations=find_wrong_transfers,
    ),
    Invariant(
        code="LED-2",
        statement="The debits of a book equal its credits.",
        source="Double entry",
        enforced_by=("ledger_transfer_amount", "ledger_transfer_applies"),
        find_violations=find_unbalanced_books,
    ),
    Invariant(
        code="LED-3",
        statement="An entry has exactly the transfers it was announced with, and at least one.",
        source="An entry is one event: it is written whole or not at all",
        enforced_by=(
            "ledger_entry_has_lines",
            "ledger_transfer_line_once",
            "ledger_entry_not_empty",
            "ledger_transfer_applies",
        ),
        find_violations=find_partial_entries,
    ),
    Invariant(
        code="LED-4",
        statement="A balance, of an account or of one of its owners, is the sum of its transfers.",
        source="A derived figure equals what it is derived from",
        enforced_by=("ledger_transfer_applies", "ledger_balance_once"),
        find_violations=find_wrong_balances,
    ),
    Invariant(
        code="LED-5",
        statement="A day total is the sum of the day's transfers.",
        source="A derived figure equals what it is derived from",
        enforced_by=("ledger_transfer_applies", "ledger_day_total_once"),
        find_violations=find_wrong_day_totals,
    ),
    Invariant(
        code="LED-6",
        statement="The owners of a control account sum to the account.",
        source="Control accounts: sub-ledger equals control",
        enforced_by=("ledger_transfer_applies",),
        find_violations=find_owners_off_control,
    ),
    Invariant(
        code="LED-7",
        statement="No balance lies below its floor or above its ceiling; nobody owns less than nothing.",
        source="Nobody can be paid or refunded money that is not theirs",
        enforced_by=("ledger_balance_floor", "ledger_balance_ceiling"),
        find_violations=find_passed_limits,
    ),
    Invariant(
        code="LED-8",
        statement="A reversal mirrors its original exactly, and an entry is reversed at most once.",
        source="Correction of any entry: exact reversal and a new entry, never an edit",
        enforced_by=("ledger_entry_reverses_id_key", "ledger_entry_reverses_in_book", "ledger_transfer_applies"),
        find_violations=find_wrong_reversals,
    ),
    Invariant(
        code="LED-9",
        statement="Entries, transfers and accounts are never changed, and the guards that see to it are in place.",
        source="Books are kept by adding to them",
        enforced_by=(
            "ledger_account_append_only",
            "ledger_entry_append_only",
            "ledger_transfer_append_only",
            "ledger_book_lock_forward",
            "ledger_narration_erase_only",
        ),
        find_violations=find_missing_guards,
    ),
    Invariant(
        code="LED-10",
        statement="Every entry is what was hashed when it was posted, its words unless erased included.",
        source="Tampering with a stored row shows",
        enforced_by=("audit only",),
        find_violations=find_altered_entries,
    ),
)
