DROP FUNCTION ledger_erase_narration(bigint, timestamptz);
DROP FUNCTION ledger_lock_through(bigint, date);
DROP FUNCTION ledger_post(bigint, jsonb, jsonb);
