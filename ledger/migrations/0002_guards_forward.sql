-- The guards of the ledger's facts. Read with ledger/invariants.py, which says what each of them holds up.
-- Functions that write derived figures run as their owner (SECURITY DEFINER, search_path fixed), because the
-- application role can read those tables and do nothing else to them.

-- Composite keys: a hold repeats book and currency, and the database holds the copies equal. On transfers the trigger
-- does so (0003): a foreign key would lock the accounts, which never change, and cost a query for each row.
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_book_currency UNIQUE (id, book_id, currency);
ALTER TABLE ledger_hold ADD CONSTRAINT ledger_hold_debit_in_book
    FOREIGN KEY (debit_account_id, book_id, currency) REFERENCES ledger_account (id, book_id, currency);
ALTER TABLE ledger_hold ADD CONSTRAINT ledger_hold_credit_in_book
    FOREIGN KEY (credit_account_id, book_id, currency) REFERENCES ledger_account (id, book_id, currency);

-- Limits: money that is held counts as gone at the floor and as come at the ceiling, and no sum of holds is negative.
-- One function, not an expression: PostgreSQL reads the text of every CHECK again for each statement.
CREATE FUNCTION ledger_within_limits(sign smallint, debits bigint, credits bigint, held_debits bigint,
                                     held_credits bigint, floor bigint, ceiling bigint) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF held_debits < 0 OR held_credits < 0 THEN
        RETURN false;
    ELSIF sign = 1 THEN
        RETURN coalesce(debits - credits - held_credits >= floor, true)
           AND coalesce(debits - credits + held_debits <= ceiling, true);
    ELSIF sign = -1 THEN
        RETURN coalesce(credits - debits - held_debits >= floor, true)
           AND coalesce(credits - debits + held_credits <= ceiling, true);
    END IF;
    RETURN false;
END $$;
ALTER TABLE ledger_balance ADD CONSTRAINT ledger_balance_limits
    CHECK (ledger_within_limits(sign, debits, credits, held_debits, held_credits, floor, ceiling));

-- One reversal of an entry. Only reversals are in the index: nearly every posting is none and need not write to it.
ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_reverses_id_key;
CREATE UNIQUE INDEX ledger_entry_reverses_id_key ON ledger_entry (reverses_id) WHERE reverses_id IS NOT NULL;

-- Room on the page for the next version of a row, so that an update need not touch the indexes.
ALTER TABLE ledger_balance SET (fillfactor = 50);
ALTER TABLE ledger_daytotal SET (fillfactor = 70);

-- Append-only: facts are never edited, whoever asks.
CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: ledger rows are never changed, correct by reversal', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_append_only';
END $$;

DO $append_only$
DECLARE
    fact text;
BEGIN
    FOREACH fact IN ARRAY ARRAY['account', 'accountclosure', 'entry', 'transfer', 'hold', 'holdend', 'period',
                                'periodbalance', 'seal', 'anchor']
    LOOP
        EXECUTE format('CREATE TRIGGER ledger_%1$s_append_only BEFORE UPDATE OR DELETE ON ledger_%1$s '
                       'FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()', fact);
    END LOOP;
    FOREACH fact IN ARRAY ARRAY['book', 'narration'] LOOP
        EXECUTE format('CREATE TRIGGER ledger_%1$s_no_delete BEFORE DELETE ON ledger_%1$s '
                       'FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()', fact);
    END LOOP;
    FOREACH fact IN ARRAY ARRAY['book', 'account', 'accountclosure', 'entry', 'narration', 'transfer', 'hold', 'holdend',
                                'period', 'periodbalance', 'seal', 'anchor', 'balance', 'daytotal', 'sealqueue']
    LOOP
        EXECUTE format('CREATE TRIGGER ledger_%1$s_no_truncate BEFORE TRUNCATE ON ledger_%1$s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', fact);
    END LOOP;
END $append_only$;

-- A book changes in two ways only: the locked date moves forward, the softly closed date moves anywhere after it.
CREATE FUNCTION ledger_guard_book() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    otherwise ledger_book;
BEGIN
    otherwise := NEW;
    otherwise.locked_through := OLD.locked_through;
    otherwise.soft_through := OLD.soft_through;
    IF otherwise IS DISTINCT FROM OLD
       OR NEW.locked_through IS NULL AND OLD.locked_through IS NOT NULL
       OR NEW.locked_through < OLD.locked_through THEN
        RAISE EXCEPTION 'book % can only have its locked date moved forward', OLD.slug
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_book_lock_forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_book_lock_forward BEFORE UPDATE ON ledger_book
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_book();

-- A narration changes in one way only: it is erased, once.
CREATE FUNCTION ledger_guard_narration() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.entry_id <> OLD.entry_id OR OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL THEN
        RAISE EXCEPTION 'a narration can only be erased, and only once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_narration_erase_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_narration_erase_only BEFORE UPDATE ON ledger_narration
    FOR EACH ROW EXECUTE FUNCTION ledger_guard_narration();

-- Erasing takes the salt with the words: what stays, the digest, cannot then be tried against guesses.
CREATE FUNCTION ledger_erase_narration(p_entry bigint, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE ledger_narration SET text = '', salt = '', erased_at = p_at WHERE entry_id = p_entry AND erased_at IS NULL;
    RETURN FOUND;
END $$;

-- The balance row of an account exists from its first moment, so a posting never has to create it under contention.
CREATE FUNCTION ledger_open_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_balance (account_id, owner, sign, debits, credits, held_debits, held_credits, floor, ceiling)
    VALUES (NEW.id, '', CASE WHEN NEW.type IN ('A', 'X') THEN 1 ELSE -1 END, 0, 0, 0, 0, NEW.floor, NEW.ceiling);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_account_opens_balance AFTER INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_open_balance();

-- An account is closed when it holds nothing, and nothing is dated later. The lock on its book makes a posting that is
-- under way finish first, and one that comes later finds the closure (see ledger_apply_few); the lock on its balance
-- does the same for holds.
CREATE FUNCTION ledger_check_closure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM ledger_book WHERE id = (SELECT book_id FROM ledger_account WHERE id = NEW.account_id) FOR UPDATE;
    PERFORM 1 FROM ledger_balance WHERE account_id = NEW.account_id AND owner = '' FOR UPDATE;
    IF EXISTS (SELECT 1 FROM ledger_balance WHERE account_id = NEW.account_id
               AND (debits <> credits OR held_debits <> 0 OR held_credits <> 0))
       OR EXISTS (SELECT 1 FROM ledger_daytotal WHERE account_id = NEW.account_id AND effective_on > NEW.closed_on) THEN
        RAISE EXCEPTION 'account % still holds something or has later movements', NEW.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_empty';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_accountclosure_empty BEFORE INSERT ON ledger_accountclosure
    FOR EACH ROW EXECUTE FUNCTION ledger_check_closure();

-- What the application may do: insert facts, read everything, nothing more. SELECT ... FOR KEY SHARE and the updates of
-- derived figures happen inside functions, as their owner.
DO $rights$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonweal_app') THEN
        REVOKE ALL ON ledger_book, ledger_account, ledger_accountclosure, ledger_entry, ledger_transfer,
            ledger_narration, ledger_hold, ledger_holdend, ledger_balance, ledger_daytotal, ledger_period,
            ledger_periodbalance, ledger_sealqueue, ledger_seal, ledger_anchor FROM commonweal_app;
        GRANT SELECT, INSERT ON ledger_book, ledger_account, ledger_accountclosure, ledger_entry, ledger_transfer,
            ledger_narration, ledger_hold, ledger_holdend, ledger_anchor TO commonweal_app;
        GRANT SELECT ON ledger_balance, ledger_daytotal, ledger_period, ledger_periodbalance, ledger_sealqueue,
            ledger_seal TO commonweal_app;
    END IF;
END $rights$;
