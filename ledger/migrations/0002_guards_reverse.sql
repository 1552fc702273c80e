DROP TRIGGER ledger_accountclosure_empty ON ledger_accountclosure;
DROP TRIGGER ledger_account_opens_balance ON ledger_account;
DROP TRIGGER ledger_narration_erase_only ON ledger_narration;
DROP TRIGGER ledger_book_lock_forward ON ledger_book;
DO $append_only$
DECLARE
    fact text;
BEGIN
    FOREACH fact IN ARRAY ARRAY['account', 'accountclosure', 'entry', 'transfer', 'hold', 'holdend', 'period',
                                'periodbalance', 'seal', 'anchor']
    LOOP
        EXECUTE format('DROP TRIGGER ledger_%1$s_append_only ON ledger_%1$s', fact);
    END LOOP;
    FOREACH fact IN ARRAY ARRAY['book', 'narration'] LOOP
        EXECUTE format('DROP TRIGGER ledger_%1$s_no_delete ON ledger_%1$s', fact);
    END LOOP;
    FOREACH fact IN ARRAY ARRAY['book', 'account', 'accountclosure', 'entry', 'narration', 'transfer', 'hold', 'holdend',
                                'period', 'periodbalance', 'seal', 'anchor', 'balance', 'daytotal', 'sealqueue']
    LOOP
        EXECUTE format('DROP TRIGGER ledger_%1$s_no_truncate ON ledger_%1$s', fact);
    END LOOP;
END $append_only$;

DROP FUNCTION ledger_check_closure();
DROP FUNCTION ledger_open_balance();
DROP FUNCTION ledger_erase_narration(bigint, timestamptz);
DROP FUNCTION ledger_guard_narration();
DROP FUNCTION ledger_guard_book();
DROP FUNCTION ledger_refuse_change();

ALTER TABLE ledger_hold DROP CONSTRAINT ledger_hold_credit_in_book;
ALTER TABLE ledger_hold DROP CONSTRAINT ledger_hold_debit_in_book;
ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_limits;
DROP FUNCTION ledger_within_limits(smallint, bigint, bigint, bigint, bigint, bigint, bigint);
ALTER TABLE ledger_balance RESET (fillfactor);
ALTER TABLE ledger_daytotal RESET (fillfactor);
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_book_currency;
DROP INDEX ledger_entry_reverses_id_key;
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_reverses_id_key UNIQUE (reverses_id);
