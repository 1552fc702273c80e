-- Posting. First what happens to every transfer that is inserted, by whatever way; then the one call that posts.

-- The locks on balances, always in the same order, so that two postings cannot wait for each other. Rows of owners seen
-- for the first time are made empty here and updated later: an upsert would test the floor on the row as proposed and
-- refuse valid debits. What exists is left to ON CONFLICT: asked for by NOT EXISTS, the planner reads every owner of
-- the account for every row. The caller's next statement then reads what the last holder of the locks left.
CREATE FUNCTION ledger_lock_balances(p_accounts bigint[], p_owners text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_balance (account_id, owner, sign, debits, credits, held_debits, held_credits, floor, ceiling)
    SELECT a.id, side.owner, CASE WHEN a.type IN ('A', 'X') THEN 1 ELSE -1 END, 0, 0, 0, 0, a.owner_floor, a.owner_ceiling
    FROM (SELECT DISTINCT account_id, owner FROM unnest(p_accounts, p_owners) AS one (account_id, owner)
          WHERE owner <> '') side
    JOIN ledger_account a ON a.id = side.account_id
    ORDER BY a.id, side.owner COLLATE "C"
    ON CONFLICT (account_id, owner) DO NOTHING;

    PERFORM 1 FROM ledger_balance b
    WHERE (b.account_id, b.owner) IN (
        SELECT account_id, owner FROM unnest(p_accounts, p_owners) AS one (account_id, owner)
        UNION SELECT account_id, '' FROM unnest(p_accounts) AS one (account_id))
    ORDER BY b.account_id, b.owner COLLATE "C"
    FOR NO KEY UPDATE;
END $$;

-- A side names an owner exactly when its account is a control account.
CREATE FUNCTION ledger_check_owners(p_accounts bigint[], p_owners text[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    offender record;
BEGIN
    SELECT a.code, a.is_control INTO offender
    FROM unnest(p_accounts, p_owners) AS side (account_id, owner)
    JOIN ledger_account a ON a.id = side.account_id
    WHERE a.is_control <> (side.owner <> '')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account % %', offender.code,
            CASE WHEN offender.is_control THEN 'needs an owner' ELSE 'takes no owner' END
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_owner', DETAIL = offender.code;
    END IF;
END $$;

-- The period. FOR KEY SHARE lets posters work side by side; a closer takes FOR UPDATE and waits for all of them, and a
-- poster that waited for a closer reads the date the closer wrote.
CREATE FUNCTION ledger_check_period(p_book bigint, p_first date, p_first_without_authority date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    book ledger_book;
BEGIN
    SELECT * INTO book FROM ledger_book WHERE id = p_book FOR KEY SHARE;
    IF p_first <= book.locked_through THEN
        RAISE EXCEPTION 'book % is closed through %', book.slug, book.locked_through
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_open', DETAIL = book.locked_through::text;
    END IF;
    IF p_first_without_authority <= book.soft_through THEN
        RAISE EXCEPTION 'book % is softly closed through %', book.slug, book.soft_through
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_soft', DETAIL = book.soft_through::text;
    END IF;
END $$;

-- A reversal mirrors its original line by line and is not itself reversed.
CREATE FUNCTION ledger_check_reversals(p_entries bigint[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    offender record;
BEGIN
    SELECT e.public_id INTO offender
    FROM ledger_entry e JOIN ledger_entry original ON original.id = e.reverses_id
    WHERE e.id = ANY (p_entries) AND original.reverses_id IS NOT NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % would reverse a reversal', offender.public_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_not_reversed';
    END IF;
    SELECT e.public_id INTO offender
    FROM ledger_entry e
    JOIN ledger_entry original ON original.id = e.reverses_id
    LEFT JOIN ledger_transfer t ON t.entry_id = e.id
    LEFT JOIN ledger_transfer o ON o.entry_id = e.reverses_id AND o.line_no = t.line_no
    WHERE e.id = ANY (p_entries)
      AND (e.line_count <> original.line_count
           OR (o.debit_account_id, o.debit_owner, o.credit_account_id, o.credit_owner, o.amount, o.fund, o.currency)
              IS DISTINCT FROM
              (t.credit_account_id, t.credit_owner, t.debit_account_id, t.debit_owner, t.amount, t.fund, t.currency))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not mirror what it reverses', offender.public_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_mirror';
    END IF;
END $$;

-- Every statement that inserts transfers passes here once, whatever its number of rows.
CREATE FUNCTION ledger_apply_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    offender record;
    accounts bigint[];
    owners text[];
    reversals bigint[];
    expected integer;
    changed integer;
BEGIN
    SELECT array_agg(debit_account_id) || array_agg(credit_account_id), array_agg(debit_owner) || array_agg(credit_owner)
    INTO accounts, owners FROM new_transfer;
    IF accounts IS NULL THEN
        RETURN NULL;
    END IF;

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

    PERFORM ledger_check_period(given.book_id, given.first_on, given.first_without)
    FROM (SELECT e.book_id, min(e.effective_on) AS first_on,
                 min(e.effective_on) FILTER (WHERE e.authority = '') AS first_without
          FROM ledger_entry e WHERE e.id IN (SELECT entry_id FROM new_transfer) GROUP BY 1 ORDER BY 1) given;
    PERFORM ledger_check_owners(accounts, owners);
    SELECT array_agg(e.id) INTO reversals
    FROM ledger_entry e WHERE e.id IN (SELECT entry_id FROM new_transfer) AND e.reverses_id IS NOT NULL;
    IF reversals IS NOT NULL THEN
        PERFORM ledger_check_reversals(reversals);
    END IF;

    PERFORM ledger_lock_balances(accounts, owners);

    SELECT a.code, c.closed_on INTO offender
    FROM ledger_accountclosure c
    JOIN new_transfer t ON c.account_id IN (t.debit_account_id, t.credit_account_id) AND t.effective_on > c.closed_on
    JOIN ledger_account a ON a.id = c.account_id
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account % is closed through %', offender.code, offender.closed_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_open', DETAIL = offender.code;
    END IF;

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
    WITH side (account_id, owner, fund, effective_on, debit, credit) AS (
        SELECT debit_account_id, debit_owner, fund, effective_on, amount, 0::bigint FROM new_transfer
            WHERE debit_owner <> ''
        UNION ALL SELECT debit_account_id, '', fund, effective_on, amount, 0 FROM new_transfer
        UNION ALL SELECT credit_account_id, credit_owner, fund, effective_on, 0, amount FROM new_transfer
            WHERE credit_owner <> ''
        UNION ALL SELECT credit_account_id, '', fund, effective_on, 0, amount FROM new_transfer
    )
    INSERT INTO ledger_daytotal AS day (account_id, owner, fund, effective_on, debits, credits)
    SELECT account_id, owner, fund, effective_on, sum(debit)::bigint, sum(credit)::bigint FROM side GROUP BY 1, 2, 3, 4
    ON CONFLICT (account_id, owner, effective_on, fund)
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

-- Posting in one round trip. The body runs in a block with a handler, that is in a savepoint made on the server: a
-- refusal undoes the whole call, comes back as data, and the caller's transaction goes on.
--
-- p_hold ends a hold by this posting: {"hold": id, "amount": ..., "ended_at": ..., "actor": ...}. It is let go before
-- the transfers are written and in the same savepoint, so the money is never counted twice and never free in between.
-- p_in_order numbers the entries in the order given, for a journal that comes back in; otherwise they are taken by key,
-- so that two calls with overlapping keys meet in the same order.
--
-- Answers {"posted": [[public_id, id], ...], "replayed": [[public_id, id of the entry that has the key], ...]}
--      or {"refused": {"constraint": ..., "detail": ..., "message": ..., "state": ...}}.
CREATE FUNCTION ledger_post(p_book bigint, p_entries jsonb, p_lines jsonb, p_hold jsonb DEFAULT NULL,
                            p_in_order boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    posted jsonb;
    replayed jsonb;
    unknown text;
    refused_constraint text;
    refused_detail text;
    refused_message text;
BEGIN
    SELECT min(side.code) INTO unknown
    FROM jsonb_to_recordset(p_lines) AS line (debit text, credit text)
    CROSS JOIN LATERAL (VALUES (line.debit), (line.credit)) AS side (code)
    WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.book_id = p_book AND a.code = side.code);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'no account % in this book', unknown
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_account_known', DETAIL = unknown;
    END IF;

    WITH wanted AS (
        SELECT r.*, e.place FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e (value, place)
        CROSS JOIN LATERAL jsonb_to_record(e.value) AS r (
            public_id text, key text, kind text, effective_on date, recorded_at timestamptz, actor text, source text,
            reason text, batch text, authority text, reverses bigint, line_count integer, fingerprint text,
            narration_digest text, hash_version integer, content_hash text)
    ), written AS (
        INSERT INTO ledger_entry (book_id, public_id, key, kind, effective_on, recorded_at, actor, source, reason, batch,
            authority, reverses_id, line_count, fingerprint, narration_digest, hash_version, content_hash)
        SELECT p_book, public_id, key, kind, effective_on, recorded_at, actor, source, reason, batch, authority, reverses,
            line_count, fingerprint, narration_digest, hash_version, content_hash
        FROM wanted ORDER BY CASE WHEN p_in_order THEN place END, key
        ON CONFLICT (book_id, key) DO NOTHING
        RETURNING id, public_id
    )
    SELECT coalesce(jsonb_agg(jsonb_build_array(public_id, id)), '[]') INTO posted FROM written;

    INSERT INTO ledger_narration (entry_id, text, salt)
    SELECT (w.value ->> 1)::bigint, r.narration, r.salt
    FROM jsonb_to_recordset(p_entries) AS r (public_id text, narration text, salt text)
    JOIN jsonb_array_elements(posted) w ON w.value ->> 0 = r.public_id
    WHERE r.narration <> '';

    INSERT INTO ledger_holdend (hold_id, how, amount, entry_id, ended_at, actor)
    SELECT (p_hold ->> 'hold')::bigint, 'posted', (p_hold ->> 'amount')::bigint, (w.value ->> 1)::bigint,
        (p_hold ->> 'ended_at')::timestamptz, p_hold ->> 'actor'
    FROM jsonb_array_elements(posted) w WHERE p_hold IS NOT NULL;

    INSERT INTO ledger_transfer (book_id, entry_id, line_no, effective_on, currency, debit_account_id, debit_owner,
        credit_account_id, credit_owner, amount, fund)
    SELECT p_book, (w.value ->> 1)::bigint, l.line_no, l.effective_on, l.currency, d.id, l.debit_owner, c.id,
        l.credit_owner, l.amount, l.fund
    FROM jsonb_to_recordset(p_lines) AS l (
        entry text, line_no integer, effective_on date, currency text, debit text, debit_owner text, credit text,
        credit_owner text, amount bigint, fund text)
    JOIN jsonb_array_elements(posted) w ON w.value ->> 0 = l.entry
    JOIN ledger_account d ON d.book_id = p_book AND d.code = l.debit
    JOIN ledger_account c ON c.book_id = p_book AND c.code = l.credit
    ORDER BY 2, 3;

    -- A statement of its own: it sees the entry that won the key while this call waited for it.
    SELECT coalesce(jsonb_agg(jsonb_build_array(r.public_id, e.id)), '[]') INTO replayed
    FROM jsonb_to_recordset(p_entries) AS r (public_id text, key text)
    JOIN ledger_entry e ON e.book_id = p_book AND e.key = r.key AND e.public_id <> r.public_id;

    RETURN jsonb_build_object('posted', posted, 'replayed', replayed);
EXCEPTION WHEN integrity_constraint_violation THEN
    GET STACKED DIAGNOSTICS refused_constraint = CONSTRAINT_NAME, refused_detail = PG_EXCEPTION_DETAIL,
        refused_message = MESSAGE_TEXT;
    RETURN jsonb_build_object('refused', jsonb_build_object(
        'constraint', refused_constraint, 'detail', refused_detail, 'message', refused_message, 'state', SQLSTATE));
END $$;

REVOKE ALL ON FUNCTION ledger_lock_balances(bigint[], text[]), ledger_check_owners(bigint[], text[]),
    ledger_check_period(bigint, date, date), ledger_check_reversals(bigint[]),
    ledger_erase_narration(bigint, timestamptz) FROM PUBLIC;
DO $rights$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonweal_app') THEN
        GRANT EXECUTE ON FUNCTION ledger_erase_narration(bigint, timestamptz) TO commonweal_app;
    END IF;
END $rights$;
