DROP TRIGGER ledger_anchor_is_seal ON ledger_anchor;
DROP FUNCTION ledger_check_anchor();
DROP TRIGGER ledger_seal_continues ON ledger_seal;
DROP FUNCTION ledger_check_seal();
DROP FUNCTION ledger_seal(bigint, timestamptz, integer);
DROP FUNCTION ledger_seal_hash(text, bigint, text, text);
