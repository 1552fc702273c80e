-- The guards of the ledger. Read with ledger/invariants.py, which says what each of them holds up.
-- Functions that write derived figures run as their owner (SECURITY DEFINER, search_path fixed), because the
-- application role can read those tables and do nothing else to them.

-- Composite keys: a transfer repeats book, date and currency, and the database holds the copies equal.
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_book_currency UNIQUE (id, book_id, currency);
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_book_date UNIQUE (id, book_id, effective_on);
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_in_book UNIQUE (id, book_id);

ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_debit_in_book
    FOREIGN KEY (debit_account_id, book_id, currency) REFERENCES ledger_account (id, book_id, currency);
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_credit_in_book
    FOREIGN KEY (credit_account_id, book_id, currency) REFERENCES ledger_account (id, book_id, currency);
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_of_entry
    FOREIGN KEY (entry_id, book_id, effective_on) REFERENCES ledger_entry (id, book_id, effective_on);
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_reverses_in_book
    FOREIGN KEY (reverses_id, book_id) REFERENCES ledger_entry (id, book_id);

-- Append-only: facts are never edited, whoever asks.
CREATE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: ledger rows are never changed, correct by reversal', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_append_only';
END $$;

CREATE TRIGGER ledger_account_append_only BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_no_truncate BEFORE TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_no_truncate BEFORE TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_book_no_delete BEFORE DELETE ON ledger_book
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_book_no_truncate BEFORE TRUNCATE ON ledger_book
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_narration_no_delete BEFORE DELETE ON ledger_narration
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_narration_no_truncate BEFORE TRUNCATE ON ledger_narration
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- A book changes in one way only: the locked date moves forward.
CREATE FUNCTION ledger_guard_book() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    unlocked ledger_book;
BEGIN
    unlocked := NEW;
    unlocked.locked_through := OLD.locked_through;
    IF unlocked IS DISTINCT FROM OLD
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

-- The balance row of an account exists from its first moment, so a posting never has to create it under contention.
CREATE FUNCTION ledger_open_balance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_balance (account_id, owner, sign, debits, credits, floor, ceiling)
    VALUES (NEW.id, '', CASE WHEN NEW.type IN ('A', 'X') THEN 1 ELSE -1 END, 0, 0, NEW.floor, NEW.ceiling);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_account_opens_balance AFTER INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_open_balance();

-- Every statement that inserts transfers passes here once, whatever its number of rows.
CREATE FUNCTION ledger_apply_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    offender record;
    expected integer;
    changed integer;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM new_transfer) THEN
        RETURN NULL;
    END IF;

    -- The period. FOR KEY SHARE lets posters work side by side; a closer takes FOR UPDATE and waits for all of them,
    -- and a poster that waited for a closer reads the date the closer wrote.
    FOR offender IN
        SELECT b.slug, b.locked_through FROM ledger_book b
        WHERE b.id IN (SELECT book_id FROM new_transfer) ORDER BY b.id FOR KEY SHARE
    LOOP
        IF EXISTS (
            SELECT 1 FROM new_transfer t JOIN ledger_book b ON b.id = t.book_id
            WHERE b.slug = offender.slug AND t.effective_on <= offender.locked_through
        ) THEN
            RAISE EXCEPTION 'book % is closed through %', offender.slug, offender.locked_through
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_open',
                      DETAIL = offender.locked_through::text;
        END IF;
    END LOOP;

    -- An entry is whole: all of its transfers come in one statement, numbered 1 to line_count.
    SELECT e.public_id INTO offender
    FROM new_transfer t JOIN ledger_entry e ON e.id = t.entry_id
    GROUP BY e.id, e.public_id, e.line_count
    HAVING count(*) <> e.line_count OR max(t.line_no) <> e.line_count OR min(t.line_no) <> 1
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the transfers of entry % are not the ones it was announced with', offender.public_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_whole';
    END IF;

    -- A side names an owner exactly when its account is a control account.
    SELECT a.code, a.is_control INTO offender
    FROM new_transfer t
    CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.debit_owner), (t.credit_account_id, t.credit_owner))
        AS side (account_id, owner)
    JOIN ledger_account a ON a.id = side.account_id
    WHERE a.is_control <> (side.owner <> '')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account % %', offender.code,
            CASE WHEN offender.is_control THEN 'needs an owner' ELSE 'takes no owner' END
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_owner', DETAIL = offender.code;
    END IF;

    -- A reversal mirrors its original line by line and is not itself reversed.
    IF EXISTS (SELECT 1 FROM new_transfer t JOIN ledger_entry e ON e.id = t.entry_id WHERE e.reverses_id IS NOT NULL) THEN
        SELECT e.public_id INTO offender
        FROM ledger_entry e JOIN ledger_entry original ON original.id = e.reverses_id
        WHERE e.id IN (SELECT entry_id FROM new_transfer) AND original.reverses_id IS NOT NULL
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'entry % would reverse a reversal', offender.public_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_not_reversed';
        END IF;
        SELECT e.public_id INTO offender
        FROM ledger_entry e
        JOIN ledger_entry original ON original.id = e.reverses_id
        LEFT JOIN new_transfer t ON t.entry_id = e.id
        LEFT JOIN ledger_transfer o ON o.entry_id = e.reverses_id AND o.line_no = t.line_no
        WHERE e.id IN (SELECT entry_id FROM new_transfer)
          AND (e.line_count <> original.line_count
               OR (o.debit_account_id, o.debit_owner, o.credit_account_id, o.credit_owner, o.amount, o.fund, o.currency)
                  IS DISTINCT FROM
                  (t.credit_account_id, t.credit_owner, t.debit_account_id, t.debit_owner, t.amount, t.fund, t.currency))
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'entry % does not mirror what it reverses', offender.public_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_mirror';
        END IF;
    END IF;

    -- Rows of owners seen for the first time, in the order in which all posters take their locks. They are made empty
    -- and then updated: an upsert would test the floor on the row as proposed and refuse valid debits. What exists is
    -- left to ON CONFLICT: asked for by NOT EXISTS, the planner reads every owner of the account for every row.
    INSERT INTO ledger_balance (account_id, owner, sign, debits, credits, floor, ceiling)
    SELECT a.id, side.owner, CASE WHEN a.type IN ('A', 'X') THEN 1 ELSE -1 END, 0, 0, a.owner_floor, a.owner_ceiling
    FROM (SELECT debit_account_id AS account_id, debit_owner AS owner FROM new_transfer WHERE debit_owner <> ''
          UNION
          SELECT credit_account_id, credit_owner FROM new_transfer WHERE credit_owner <> '') side
    JOIN ledger_account a ON a.id = side.account_id
    ORDER BY a.id, side.owner COLLATE "C"
    ON CONFLICT (account_id, owner) DO NOTHING;

    -- The locks, sorted, in a statement of their own: the next statement then reads what the last holder left.
    PERFORM 1 FROM ledger_balance b
    WHERE (b.account_id, b.owner) IN (
        SELECT debit_account_id, debit_owner FROM new_transfer
        UNION SELECT debit_account_id, '' FROM new_transfer
        UNION SELECT credit_account_id, credit_owner FROM new_transfer
        UNION SELECT credit_account_id, '' FROM new_transfer)
    ORDER BY b.account_id, b.owner COLLATE "C"
    FOR NO KEY UPDATE;

    -- Each side counts twice: for its owner and for the whole account (owner ''). The CHECKs on the rows are the limits.
    WITH side (account_id, owner, debit, credit) AS (
        SELECT debit_account_id, debit_owner, amount, 0::bigint FROM new_transfer WHERE debit_owner <> ''
        UNION ALL SELECT debit_account_id, '', amount, 0 FROM new_transfer
        UNION ALL SELECT credit_account_id, credit_owner, 0, amount FROM new_transfer WHERE credit_owner <> ''
        UNION ALL SELECT credit_account_id, '', 0, amount FROM new_transfer
    ), delta AS (
        SELECT account_id, owner, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit FROM side GROUP BY 1, 2
    ), updated AS (
        UPDATE ledger_balance b SET debits = b.debits + d.debit, credits = b.credits + d.credit
        FROM delta d WHERE b.account_id = d.account_id AND b.owner = d.owner
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM delta), (SELECT count(*) FROM updated) INTO expected, changed;
    IF expected <> changed THEN
        RAISE EXCEPTION 'expected % balance rows, found %', expected, changed
            USING ERRCODE = 'serialization_failure', HINT = 'run the transaction again';
    END IF;

    -- Day totals are additive and are only touched under the balance locks above, so their order cannot deadlock.
    WITH side (account_id, owner, effective_on, debit, credit) AS (
        SELECT debit_account_id, debit_owner, effective_on, amount, 0::bigint FROM new_transfer WHERE debit_owner <> ''
        UNION ALL SELECT debit_account_id, '', effective_on, amount, 0 FROM new_transfer
        UNION ALL SELECT credit_account_id, credit_owner, effective_on, 0, amount FROM new_transfer WHERE credit_owner <> ''
        UNION ALL SELECT credit_account_id, '', effective_on, 0, amount FROM new_transfer
    )
    INSERT INTO ledger_daytotal AS day (account_id, owner, effective_on, debits, credits)
    SELECT account_id, owner, effective_on, sum(debit)::bigint, sum(credit)::bigint FROM side GROUP BY 1, 2, 3
    ON CONFLICT (account_id, owner, effective_on)
        DO UPDATE SET debits = day.debits + EXCLUDED.debits, credits = day.credits + EXCLUDED.credits;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_transfer_applies AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS new_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_apply_transfers();

-- An entry announced without its transfers is refused when its transaction commits.
CREATE FUNCTION ledger_entry_needs_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM ledger_transfer WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has no transfers', NEW.public_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_not_empty AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_needs_transfers();

-- What the application may do: insert facts, read everything, nothing more. SELECT ... FOR KEY SHARE and the updates of
-- derived figures happen inside the functions above, as their owner.
DO $rights$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonweal_app') THEN
        REVOKE ALL ON ledger_book, ledger_account, ledger_entry, ledger_transfer, ledger_narration,
            ledger_balance, ledger_daytotal FROM commonweal_app;
        GRANT SELECT, INSERT ON ledger_book, ledger_account, ledger_entry, ledger_transfer, ledger_narration
            TO commonweal_app;
        GRANT SELECT ON ledger_balance, ledger_daytotal TO commonweal_app;
    END IF;
END $rights$;
