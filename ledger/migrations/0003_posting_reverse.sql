DROP FUNCTION ledger_post(bigint, jsonb, jsonb, jsonb, boolean);
DROP TRIGGER ledger_entry_not_empty ON ledger_entry;
DROP FUNCTION ledger_entry_needs_transfers();
DROP TRIGGER ledger_transfer_applies ON ledger_transfer;
DROP FUNCTION ledger_apply_transfers();
DROP FUNCTION ledger_check_reversals(bigint[]);
DROP FUNCTION ledger_check_period(bigint, date, date);
DROP FUNCTION ledger_check_owners(bigint[], text[]);
DROP FUNCTION ledger_lock_balances(bigint[], text[]);
