DROP FUNCTION ledger_close_softly(bigint, date);
DROP FUNCTION ledger_close_period(bigint, date, timestamptz, text);
