-- Posting. First what happens to every transfer that is inserted, by whatever way; then the one call that posts.

-- The rows of owners that are seen for the first time, empty, in the order of the locks; an upsert later would test the
-- floor on the row as proposed and refuse valid debits.
CREATE FUNCTION ledger_open_owners(p_accounts bigint[], p_owners text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_balance (account_id, owner, sign, debits, credits, held_debits, held_credits, floor, ceiling)
    SELECT a.id, side.owner, CASE WHEN a.type IN ('A', 'X') THEN 1 ELSE -1 END, 0, 0, 0, 0, a.owner_floor, a.owner_ceiling
    FROM (SELECT DISTINCT account_id, owner FROM unnest(p_accounts, p_owners) AS one (account_id, owner)
          WHERE owner <> '') side
    JOIN ledger_account a ON a.id = side.account_id
    ORDER BY a.id, side.owner COLLATE "C"
    ON CONFLICT (account_id, owner) DO NOTHING;
END $$;

-- The locks on balances, always in the same order, so that two postings cannot wait for each other: first the rows of
-- new owners, then all. What exists already is left to ON CONFLICT: asked for by NOT EXISTS, the planner reads every
-- owner of the account for every row. The caller's next statement reads what the last holder of the locks left.
CREATE FUNCTION ledger_lock_balances(p_accounts bigint[], p_owners text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM ledger_open_owners(p_accounts, p_owners);
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
    FROM ledger_entry e LEFT JOIN ledger_entry original ON original.id = e.reverses_id AND original.book_id = e.book_id
    WHERE e.id = ANY (p_entries) AND e.reverses_id IS NOT NULL AND original.id IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % reverses one of another book: ledger_entry_reverses_in_book', offender.public_id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_entry_reverses_in_book';
    END IF;
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

-- Says what is wrong with a transfer of which something is: its entry's book and date, its accounts' book and currency,
-- owners, closed accounts. What it is compared with is never changed or deleted, so none of it needs the lock that a
-- foreign key takes; an account is closed under the lock of its book that waits for posters.
CREATE FUNCTION ledger_refuse_transfer(t ledger_transfer) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    e ledger_entry;
    d ledger_account;
    c ledger_account;
    closed record;
    refused text := 'ledger_transfer_of_entry';
BEGIN
    SELECT * INTO e FROM ledger_entry WHERE id = t.entry_id;
    SELECT * INTO d FROM ledger_account WHERE id = t.debit_account_id;
    SELECT * INTO c FROM ledger_account WHERE id = t.credit_account_id;
    IF e.book_id = t.book_id AND e.effective_on = t.effective_on THEN
        refused := CASE
            WHEN (d.book_id = t.book_id AND d.currency = t.currency) IS NOT TRUE THEN 'ledger_transfer_debit_in_book'
            WHEN (c.book_id = t.book_id AND c.currency = t.currency) IS NOT TRUE THEN 'ledger_transfer_credit_in_book'
        END;
    END IF;
    IF refused IS NOT NULL THEN
        RAISE EXCEPTION 'line % is not of the book, date and currency that it has to be of: %', t.line_no, refused
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = refused;
    END IF;
    PERFORM ledger_check_owners(ARRAY[d.id, c.id], ARRAY[t.debit_owner, t.credit_owner]);
    SELECT a.code, x.closed_on INTO closed FROM ledger_accountclosure x JOIN ledger_account a ON a.id = x.account_id
    WHERE a.id IN (d.id, c.id) AND x.closed_on < t.effective_on LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account % is closed through %', closed.code, closed.closed_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_open', DETAIL = closed.code;
    END IF;
    -- Something was wrong a moment ago, so it is refused even where nothing is found.
    RAISE EXCEPTION 'line % of entry % was refused', t.line_no, t.entry_id
        USING ERRCODE = 'serialization_failure', HINT = 'run the transaction again';
END $$;

CREATE FUNCTION ledger_refuse_partial(p_entry bigint) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    RAISE EXCEPTION 'the transfers of entry % are not the ones it was announced with',
        (SELECT public_id FROM ledger_entry WHERE id = p_entry)
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_whole';
END $$;

-- Every statement that inserts transfers passes here once, whatever its number of rows; only ledger_post_entry, which
-- does the same for the rows of one entry without sets, says that it need not.
CREATE FUNCTION ledger_apply_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    found record;
    accounts bigint[];
    owners text[];
    reversals bigint[];
    expected integer;
    changed integer;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM new_transfer) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(debit_account_id) || array_agg(credit_account_id), array_agg(debit_owner) || array_agg(credit_owner)
    INTO accounts, owners FROM new_transfer;

    -- An entry is whole: all of its transfers come in one statement, numbered 1 to line_count.
    -- Grouped before it is joined: in a new database the planner else joins every entry with every row.
    FOR found IN
        WITH given AS MATERIALIZED (
            SELECT entry_id, book_id, effective_on, count(*) AS lines, min(line_no) AS first_no, max(line_no) AS last_no
            FROM new_transfer GROUP BY 1, 2, 3
        )
        SELECT given.book_id, min(given.effective_on) AS first_on,
            min(given.effective_on) FILTER (WHERE e.authority = '') AS first_without,
            min(e.id) FILTER (WHERE given.lines <> e.line_count OR given.last_no <> e.line_count
                              OR given.first_no <> 1) AS partial,
            array_agg(e.id) FILTER (WHERE e.reverses_id IS NOT NULL) AS reversals
        FROM given JOIN ledger_entry e ON e.id = given.entry_id GROUP BY 1 ORDER BY 1
    LOOP
        IF found.partial IS NOT NULL THEN
            PERFORM ledger_refuse_partial(found.partial);
        END IF;
        PERFORM ledger_check_period(found.book_id, found.first_on, found.first_without);
        reversals := reversals || found.reversals;
    END LOOP;

    PERFORM ledger_refuse_transfer(t)
    FROM new_transfer t
    LEFT JOIN ledger_entry e ON e.id = t.entry_id
    LEFT JOIN ledger_account d ON d.id = t.debit_account_id
    LEFT JOIN ledger_account c ON c.id = t.credit_account_id
    LEFT JOIN ledger_accountclosure dx ON dx.account_id = t.debit_account_id
    LEFT JOIN ledger_accountclosure cx ON cx.account_id = t.credit_account_id
    WHERE (e.book_id = t.book_id AND e.effective_on = t.effective_on
           AND d.book_id = t.book_id AND d.currency = t.currency AND d.is_control = (t.debit_owner <> '')
           AND c.book_id = t.book_id AND c.currency = t.currency AND c.is_control = (t.credit_owner <> '')
           AND coalesce(least(dx.closed_on, cx.closed_on) >= t.effective_on, true)) IS NOT TRUE
    LIMIT 1;

    IF reversals IS NOT NULL THEN
        PERFORM ledger_check_reversals(reversals);
    END IF;

    INSERT INTO ledger_sealqueue (entry_id, book_id)
    SELECT entry_id, book_id FROM new_transfer WHERE line_no = 1 ORDER BY 1;

    PERFORM ledger_lock_balances(accounts, owners);

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
    FOR EACH STATEMENT WHEN (current_setting('commonweal.posting', true) IS DISTINCT FROM 'entry')
    EXECUTE FUNCTION ledger_apply_transfers();

-- An entry announced without its transfers is refused when its transaction commits; ledger_post_entry and ledger_post see
-- to that at once, for less.
CREATE FUNCTION ledger_entry_needs_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.ledger_transfer WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has no transfers', NEW.public_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_not_empty AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (coalesce(current_setting('commonweal.posting', true), '') = '')
    EXECUTE FUNCTION ledger_entry_needs_transfers();

-- Names the first code that is no account of the book, if there is one.
CREATE FUNCTION ledger_refuse_unknown(p_book bigint, p_lines jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    unknown text;
BEGIN
    SELECT min(side.code) INTO unknown
    FROM jsonb_to_recordset(p_lines) AS line (debit text, credit text)
    CROSS JOIN LATERAL (VALUES (line.debit), (line.credit)) AS side (code)
    LEFT JOIN ledger_account a ON a.book_id = p_book AND a.code = side.code
    WHERE a.id IS NULL;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'no account % in this book', unknown
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_account_known', DETAIL = unknown;
    END IF;
END $$;

-- Why a line of an entry was not written, when it was not; accounts that do not exist are named before.
CREATE FUNCTION ledger_refuse_lines(p_book bigint, p_entry bigint, p_on date, p_lines jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    line record;
    t ledger_transfer;
BEGIN
    PERFORM ledger_refuse_unknown(p_book, p_lines);
    IF EXISTS (SELECT 1 FROM jsonb_to_recordset(p_lines) AS l (line_no integer)
               WHERE (l.line_no BETWEEN 1 AND jsonb_array_length(p_lines)) IS NOT TRUE) THEN
        PERFORM ledger_refuse_partial(p_entry);
    END IF;
    FOR line IN
        SELECT l.*, d.id AS debit_id, c.id AS credit_id
        FROM jsonb_to_recordset(p_lines) AS l (
            line_no integer, currency text, debit text, debit_owner text, credit text, credit_owner text)
        JOIN ledger_account d ON d.book_id = p_book AND d.code = l.debit
        JOIN ledger_account c ON c.book_id = p_book AND c.code = l.credit
        WHERE NOT EXISTS (SELECT 1 FROM ledger_transfer w WHERE w.entry_id = p_entry AND w.line_no = l.line_no)
        ORDER BY l.line_no LIMIT 1
    LOOP
        t.book_id := p_book;
        t.entry_id := p_entry;
        t.line_no := line.line_no;
        t.effective_on := p_on;
        t.currency := line.currency;
        t.debit_account_id := line.debit_id;
        t.debit_owner := coalesce(line.debit_owner, '');
        t.credit_account_id := line.credit_id;
        t.credit_owner := coalesce(line.credit_owner, '');
        PERFORM ledger_refuse_transfer(t);
    END LOOP;
    PERFORM ledger_refuse_partial(p_entry);
END $$;

-- What the lines of one entry change. Each side counts twice: for its owner, if it names one, and for the whole account
-- (owner ''). Answers whether every balance was there.
CREATE FUNCTION ledger_apply_lines(p_entry bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    side record;
    is_found boolean := true;
BEGIN
    -- New rows before any lock on a balance, as in ledger_lock_balances.
    PERFORM ledger_open_owners(array_agg(one.account_id), array_agg(one.owner))
    FROM (SELECT debit_account_id, debit_owner FROM ledger_transfer WHERE entry_id = p_entry AND debit_owner <> ''
          UNION SELECT credit_account_id, credit_owner FROM ledger_transfer WHERE entry_id = p_entry AND credit_owner <> '')
        AS one (account_id, owner)
    WHERE NOT EXISTS (SELECT 1 FROM ledger_balance b WHERE b.account_id = one.account_id AND b.owner = one.owner)
    HAVING count(*) > 0;
    -- A balance changes once, whatever the funds, for its limits are meant for what the entry does as a whole.
    FOR side IN
        SELECT one.account_id, one.owner, sum(one.debit)::bigint AS debit, sum(one.credit)::bigint AS credit
        FROM ledger_transfer t CROSS JOIN LATERAL ledger_sides_of(t) one
        WHERE t.entry_id = p_entry GROUP BY 1, 2 ORDER BY one.account_id, one.owner COLLATE "C"
    LOOP
        UPDATE ledger_balance b SET debits = b.debits + side.debit, credits = b.credits + side.credit
        WHERE b.account_id = side.account_id AND b.owner = side.owner;
        is_found := is_found AND FOUND;
    END LOOP;
    INSERT INTO ledger_daytotal AS day (account_id, owner, fund, effective_on, debits, credits)
    SELECT one.account_id, one.owner, t.fund, t.effective_on, sum(one.debit), sum(one.credit)
    FROM ledger_transfer t CROSS JOIN LATERAL ledger_sides_of(t) one
    WHERE t.entry_id = p_entry GROUP BY 1, 2, 3, 4
    ON CONFLICT (account_id, owner, effective_on, fund)
        DO UPDATE SET debits = day.debits + EXCLUDED.debits, credits = day.credits + EXCLUDED.credits;
    RETURN is_found;
END $$;

-- What a transfer changes: up to two balances on each of its sides.
CREATE FUNCTION ledger_sides_of(t ledger_transfer)
RETURNS TABLE (account_id bigint, owner varchar, debit bigint, credit bigint) LANGUAGE sql IMMUTABLE AS $$
    SELECT * FROM (VALUES
        (t.debit_account_id, ''::varchar, t.amount, 0::bigint), (t.debit_account_id, nullif(t.debit_owner, ''), t.amount, 0),
        (t.credit_account_id, '', 0, t.amount), (t.credit_account_id, nullif(t.credit_owner, ''), 0, t.amount)
    ) AS one (account_id, owner, debit, credit) WHERE one.owner IS NOT NULL
$$;

-- What the one line of an entry changes between two accounts. The order of the locks: lower account first, in it the
-- whole account (owner '') before the owner. Answers whether every balance was there.
CREATE FUNCTION ledger_apply_line(t ledger_transfer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    is_debit boolean := t.debit_account_id < t.credit_account_id;
    is_found boolean := true;
BEGIN
    IF t.debit_owner <> '' OR t.credit_owner <> '' THEN
        -- New rows before any lock on a balance, as in ledger_lock_balances.
        IF t.debit_owner <> '' AND NOT EXISTS (
               SELECT 1 FROM ledger_balance WHERE account_id = t.debit_account_id AND owner = t.debit_owner)
           OR t.credit_owner <> '' AND NOT EXISTS (
               SELECT 1 FROM ledger_balance WHERE account_id = t.credit_account_id AND owner = t.credit_owner) THEN
            PERFORM ledger_open_owners(ARRAY[t.debit_account_id, t.credit_account_id],
                                       ARRAY[t.debit_owner, t.credit_owner]);
        END IF;
    END IF;
    FOR turn IN 1 .. 2 LOOP
        IF is_debit THEN
            UPDATE ledger_balance b SET debits = b.debits + t.amount
            WHERE b.account_id = t.debit_account_id AND b.owner = '';
            is_found := is_found AND FOUND;
            IF t.debit_owner <> '' THEN
                UPDATE ledger_balance b SET debits = b.debits + t.amount
                WHERE b.account_id = t.debit_account_id AND b.owner = t.debit_owner;
                is_found := is_found AND FOUND;
            END IF;
        ELSE
            UPDATE ledger_balance b SET credits = b.credits + t.amount
            WHERE b.account_id = t.credit_account_id AND b.owner = '';
            is_found := is_found AND FOUND;
            IF t.credit_owner <> '' THEN
                UPDATE ledger_balance b SET credits = b.credits + t.amount
                WHERE b.account_id = t.credit_account_id AND b.owner = t.credit_owner;
                is_found := is_found AND FOUND;
            END IF;
        END IF;
        is_debit := NOT is_debit;
    END LOOP;
    -- Day totals are additive and are only touched under the balance locks above, so their order cannot deadlock.
    INSERT INTO ledger_daytotal AS day (account_id, owner, fund, effective_on, debits, credits)
    VALUES (t.debit_account_id, '', t.fund, t.effective_on, t.amount, 0),
           (t.credit_account_id, '', t.fund, t.effective_on, 0, t.amount)
    ON CONFLICT (account_id, owner, effective_on, fund)
        DO UPDATE SET debits = day.debits + EXCLUDED.debits, credits = day.credits + EXCLUDED.credits;
    IF t.debit_owner <> '' OR t.credit_owner <> '' THEN
        INSERT INTO ledger_daytotal AS day (account_id, owner, fund, effective_on, debits, credits)
        SELECT one.account_id, one.owner, t.fund, t.effective_on, one.debits, one.credits
        FROM (VALUES (t.debit_account_id, t.debit_owner, t.amount, 0::bigint),
                     (t.credit_account_id, t.credit_owner, 0, t.amount)) AS one (account_id, owner, debits, credits)
        WHERE one.owner <> ''
        ON CONFLICT (account_id, owner, effective_on, fund)
            DO UPDATE SET debits = day.debits + EXCLUDED.debits, credits = day.credits + EXCLUDED.credits;
    END IF;
    RETURN is_found;
END $$;

-- One entry, as nearly every posting is: single rows looked up by key, no sets, no trigger; each statement's plan is
-- always the same. The steps and the order of the locks are those of ledger_apply_transfers.
--
-- p_hold ends a hold by this posting: {"hold": id, "amount": ..., "ended_at": ..., "actor": ...}. It is let go before
-- the transfers are written and in the same savepoint, so the money is never counted twice and never free in between.
-- Answers {"posted": id}, {"replayed": id of the entry that has the key}, or {"refused": ...} as ledger_post does.
CREATE FUNCTION ledger_post_entry(p_book bigint, p_entry jsonb, p_lines jsonb, p_hold jsonb DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    made bigint;
    dated date := (p_entry ->> 'effective_on')::date;
    lines integer := jsonb_array_length(p_lines);
    line jsonb := p_lines -> 0;
    debit_owner text := coalesce(line ->> 'debit_owner', '');
    credit_owner text := coalesce(line ->> 'credit_owner', '');
    closed_through date;
    written integer;
    t ledger_transfer;
    refused_constraint text;
    refused_detail text;
    refused_message text;
    setting text;
BEGIN
    setting := set_config('commonweal.posting', 'entry', true);
    WITH made_now AS (
        INSERT INTO ledger_entry (book_id, public_id, key, kind, effective_on, recorded_at, actor, source, reason, batch,
            authority, reverses_id, line_count, fingerprint, narration_digest, hash_version, content_hash)
        VALUES (p_book, p_entry ->> 'public_id', p_entry ->> 'key', p_entry ->> 'kind', dated,
            (p_entry ->> 'recorded_at')::timestamptz, p_entry ->> 'actor', coalesce(p_entry ->> 'source', ''), coalesce(p_entry ->> 'reason', ''),
            coalesce(p_entry ->> 'batch', ''), coalesce(p_entry ->> 'authority', ''), (p_entry ->> 'reverses')::bigint, lines,
            p_entry ->> 'fingerprint', coalesce(p_entry ->> 'narration_digest', ''), (p_entry ->> 'hash_version')::integer,
            p_entry ->> 'content_hash')
        ON CONFLICT (book_id, key) DO NOTHING
        RETURNING id
    ), queued AS (
        INSERT INTO ledger_sealqueue (entry_id, book_id) SELECT id, p_book FROM made_now
    ), told AS (
        INSERT INTO ledger_narration (entry_id, text, salt, erased_at)
        SELECT id, coalesce(p_entry ->> 'narration', ''), coalesce(p_entry ->> 'salt', ''),
            (p_entry ->> 'erased_at')::timestamptz
        FROM made_now WHERE p_entry ->> 'narration' <> '' OR p_entry ->> 'erased_at' IS NOT NULL
    )
    SELECT id INTO made FROM made_now;
    IF made IS NULL THEN
        setting := set_config('commonweal.posting', '', true);
        -- A statement of its own: it sees the entry that won the key while this call waited for it.
        RETURN jsonb_build_object('replayed',
            (SELECT id FROM ledger_entry WHERE book_id = p_book AND key = p_entry ->> 'key'));
    END IF;
    -- FOR KEY SHARE lets posters work side by side; who closes takes FOR UPDATE and waits for all of them. What comes
    -- after it is a statement of its own: it sees what a closer wrote that this one waited for.
    SELECT greatest(locked_through, soft_through) INTO closed_through FROM ledger_book WHERE id = p_book FOR KEY SHARE;
    IF p_hold IS NOT NULL THEN
        INSERT INTO ledger_holdend (hold_id, how, amount, entry_id, ended_at, actor)
        VALUES ((p_hold ->> 'hold')::bigint, 'posted', (p_hold ->> 'amount')::bigint, made,
            (p_hold ->> 'ended_at')::timestamptz, p_hold ->> 'actor');
    END IF;
    IF dated <= closed_through THEN
        PERFORM ledger_check_period(p_book, dated, CASE WHEN coalesce(p_entry ->> 'authority', '') = '' THEN dated END);
    END IF;
    IF lines = 1 THEN
        INSERT INTO ledger_transfer (book_id, entry_id, line_no, effective_on, currency, debit_account_id, debit_owner,
            credit_account_id, credit_owner, amount, fund)
        SELECT p_book, made, 1, dated, d.currency, d.id, debit_owner, c.id, credit_owner,
            (line ->> 'amount')::bigint, coalesce(line ->> 'fund', '')
        FROM ledger_account d, ledger_account c
        WHERE line ->> 'line_no' = '1'
          AND d.book_id = p_book AND d.code = line ->> 'debit' AND d.currency = line ->> 'currency'
          AND d.is_control = (debit_owner <> '')
          AND c.book_id = p_book AND c.code = line ->> 'credit' AND c.currency = line ->> 'currency'
          AND c.is_control = (credit_owner <> '')
          AND NOT EXISTS (SELECT 1 FROM ledger_accountclosure x
                          WHERE x.account_id IN (d.id, c.id) AND x.closed_on < dated)
        RETURNING * INTO t;
    ELSE
        INSERT INTO ledger_transfer (book_id, entry_id, line_no, effective_on, currency, debit_account_id, debit_owner,
            credit_account_id, credit_owner, amount, fund)
        SELECT p_book, made, l.line_no, dated, l.currency, d.id, coalesce(l.debit_owner, ''), c.id,
            coalesce(l.credit_owner, ''), l.amount, coalesce(l.fund, '')
        FROM jsonb_to_recordset(p_lines) AS l (line_no integer, currency text, debit text, debit_owner text, credit text,
            credit_owner text, amount bigint, fund text)
        JOIN ledger_account d ON d.book_id = p_book AND d.code = l.debit AND d.currency = l.currency
            AND d.is_control = (coalesce(l.debit_owner, '') <> '')
        JOIN ledger_account c ON c.book_id = p_book AND c.code = l.credit AND c.currency = l.currency
            AND c.is_control = (coalesce(l.credit_owner, '') <> '')
        WHERE l.line_no BETWEEN 1 AND lines
          AND NOT EXISTS (SELECT 1 FROM ledger_accountclosure x
                          WHERE x.account_id IN (d.id, c.id) AND x.closed_on < dated)
        ORDER BY l.line_no;
    END IF;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written <> lines OR lines = 0 THEN
        PERFORM ledger_refuse_lines(p_book, made, dated, p_lines);
    END IF;
    IF p_entry ->> 'reverses' IS NOT NULL THEN
        PERFORM ledger_check_reversals(ARRAY[made]);
    END IF;

    IF NOT (CASE WHEN lines = 1 AND t.debit_account_id <> t.credit_account_id THEN ledger_apply_line(t)
                 ELSE ledger_apply_lines(made) END) THEN
        RAISE EXCEPTION 'a balance row of entry % is missing', made
            USING ERRCODE = 'serialization_failure', HINT = 'run the transaction again';
    END IF;
    setting := set_config('commonweal.posting', '', true);
    RETURN jsonb_build_object('posted', made);
EXCEPTION WHEN integrity_constraint_violation THEN
    GET STACKED DIAGNOSTICS refused_constraint = CONSTRAINT_NAME, refused_detail = PG_EXCEPTION_DETAIL,
        refused_message = MESSAGE_TEXT;
    RETURN jsonb_build_object('refused', jsonb_build_object(
        'constraint', refused_constraint, 'detail', refused_detail, 'message', refused_message, 'state', SQLSTATE));
END $$;

-- Many entries in one round trip. The body runs in a block with a handler, that is in a savepoint made on the server: a
-- refusal undoes the whole call, comes back as data, and the caller's transaction goes on.
--
-- p_in_order numbers the entries in the order given, for a journal that comes back in; otherwise they are taken by key,
-- so that two calls with overlapping keys meet in the same order.
--
-- Answers {"posted": [[public_id, id, effective_on], ...], "replayed": [[public_id, id of the entry that has the key], ...]}
--      or {"refused": {"constraint": ..., "detail": ..., "message": ..., "state": ...}}.
CREATE FUNCTION ledger_post(p_book bigint, p_entries jsonb, p_lines jsonb, p_in_order boolean DEFAULT false)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    posted jsonb;
    whole integer;
    replayed jsonb := '[]';
    refused_constraint text;
    refused_detail text;
    refused_message text;
    setting text;
BEGIN
    setting := set_config('commonweal.posting', 'entries', true);
    PERFORM ledger_refuse_unknown(p_book, p_lines);

    WITH wanted AS MATERIALIZED (
        SELECT * FROM ROWS FROM (jsonb_to_recordset(p_entries) AS (
            public_id text, key text, kind text, effective_on date, recorded_at timestamptz, actor text, source text,
            reason text, batch text, authority text, reverses bigint, line_count integer, fingerprint text,
            narration_digest text, hash_version integer, content_hash text, narration text, salt text,
            erased_at timestamptz)) WITH ORDINALITY AS r (public_id, key, kind, effective_on, recorded_at, actor, source,
            reason, batch, authority, reverses, line_count, fingerprint, narration_digest, hash_version, content_hash,
            narration, salt, erased_at, place)
    ), written AS (
        INSERT INTO ledger_entry (book_id, public_id, key, kind, effective_on, recorded_at, actor, source, reason, batch,
            authority, reverses_id, line_count, fingerprint, narration_digest, hash_version, content_hash)
        SELECT p_book, public_id, key, kind, effective_on, recorded_at, actor, coalesce(source, ''), coalesce(reason, ''),
            coalesce(batch, ''), coalesce(authority, ''), reverses, line_count, fingerprint,
            coalesce(narration_digest, ''), hash_version, content_hash
        FROM wanted ORDER BY CASE WHEN p_in_order THEN place END, key
        ON CONFLICT (book_id, key) DO NOTHING
        RETURNING id, public_id, effective_on
    ), told AS (
        INSERT INTO ledger_narration (entry_id, text, salt, erased_at)
        SELECT written.id, coalesce(wanted.narration, ''), coalesce(wanted.salt, ''), wanted.erased_at FROM written JOIN wanted USING (public_id)
        WHERE wanted.narration <> '' OR wanted.erased_at IS NOT NULL
    )
    SELECT coalesce(jsonb_agg(jsonb_build_array(public_id, id, effective_on)), '[]') INTO posted FROM written;

    WITH lines AS (
        INSERT INTO ledger_transfer (book_id, entry_id, line_no, effective_on, currency, debit_account_id, debit_owner,
            credit_account_id, credit_owner, amount, fund)
        SELECT p_book, w.id, l.line_no, w.effective_on, l.currency, d.id, coalesce(l.debit_owner, ''), c.id,
            coalesce(l.credit_owner, ''), l.amount, coalesce(l.fund, '')
        FROM jsonb_to_recordset(p_lines) AS l (
            entry text, line_no integer, currency text, debit text, debit_owner text, credit text, credit_owner text,
            amount bigint, fund text)
        JOIN (SELECT value ->> 0 AS public_id, (value ->> 1)::bigint AS id, (value ->> 2)::date AS effective_on
              FROM jsonb_array_elements(posted)) w
            ON w.public_id = l.entry
        JOIN ledger_account d ON d.book_id = p_book AND d.code = l.debit
        JOIN ledger_account c ON c.book_id = p_book AND c.code = l.credit
        ORDER BY 2, 3
        RETURNING line_no
    )
    SELECT count(*) INTO whole FROM lines WHERE line_no = 1;
    IF whole <> jsonb_array_length(posted) THEN
        RAISE EXCEPTION 'an entry has no transfers'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_whole';
    END IF;
    setting := set_config('commonweal.posting', '', true);

    IF jsonb_array_length(posted) < jsonb_array_length(p_entries) THEN
        -- A statement of its own: it sees the entry that won the key while this call waited for it.
        SELECT coalesce(jsonb_agg(jsonb_build_array(r.public_id, e.id)), '[]') INTO replayed
        FROM jsonb_to_recordset(p_entries) AS r (public_id text, key text)
        JOIN ledger_entry e ON e.book_id = p_book AND e.key = r.key AND e.public_id <> r.public_id;
    END IF;

    RETURN jsonb_build_object('posted', posted, 'replayed', replayed);
EXCEPTION WHEN integrity_constraint_violation THEN
    GET STACKED DIAGNOSTICS refused_constraint = CONSTRAINT_NAME, refused_detail = PG_EXCEPTION_DETAIL,
        refused_message = MESSAGE_TEXT;
    RETURN jsonb_build_object('refused', jsonb_build_object(
        'constraint', refused_constraint, 'detail', refused_detail, 'message', refused_message, 'state', SQLSTATE));
END $$;

-- The application writes no entry, line or words itself: it calls ledger_post_entry and ledger_post, which are the only
-- door. The setting that they make lets nobody else past the triggers.
REVOKE ALL ON FUNCTION ledger_lock_balances(bigint[], text[]), ledger_open_owners(bigint[], text[]),
    ledger_apply_lines(bigint), ledger_apply_line(ledger_transfer), ledger_check_owners(bigint[], text[]),
    ledger_check_period(bigint, date, date), ledger_check_reversals(bigint[]),
    ledger_post_entry(bigint, jsonb, jsonb, jsonb), ledger_post(bigint, jsonb, jsonb, boolean),
    ledger_erase_narration(bigint, timestamptz) FROM PUBLIC;
DO $rights$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonweal_app') THEN
        REVOKE INSERT ON ledger_entry, ledger_transfer, ledger_narration FROM commonweal_app;
        GRANT EXECUTE ON FUNCTION ledger_post_entry(bigint, jsonb, jsonb, jsonb),
            ledger_post(bigint, jsonb, jsonb, boolean), ledger_erase_narration(bigint, timestamptz) TO commonweal_app;
    END IF;
END $rights$;
