DROP FUNCTION ledger_hold(bigint, jsonb);
DROP TRIGGER ledger_holdend_posted ON ledger_holdend;
DROP FUNCTION ledger_hold_needs_transfer();
DROP TRIGGER ledger_holdend_applies ON ledger_holdend;
DROP FUNCTION ledger_end_hold();
DROP FUNCTION ledger_check_end(ledger_hold, ledger_holdend);
DROP TRIGGER ledger_hold_applies ON ledger_hold;
DROP FUNCTION ledger_apply_hold();
DROP FUNCTION ledger_change_held(ledger_hold, integer);
