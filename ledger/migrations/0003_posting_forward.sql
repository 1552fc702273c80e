-- Posting in one round trip. The body runs in a block with a handler, that is in a savepoint made on the server: a
-- refusal undoes the whole call, comes back as data, and the caller's transaction goes on.
--
-- Answers {"posted": [[public_id, id], ...], "replayed": [[public_id, id of the entry that has the key], ...]}
--      or {"refused": {"constraint": ..., "detail": ..., "message": ..., "state": ...}}.
CREATE FUNCTION ledger_post(p_book bigint, p_entries jsonb, p_lines jsonb) RETURNS jsonb
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

    -- Sorted by key, so that two calls with overlapping keys meet in the same order.
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(p_entries) AS r (
            public_id text, key text, kind text, effective_on date, recorded_at timestamptz, actor text, source text,
            reason text, batch text, reverses bigint, line_count integer, fingerprint text, narration_digest text,
            hash_version integer, content_hash text)
    ), written AS (
        INSERT INTO ledger_entry (book_id, public_id, key, kind, effective_on, recorded_at, actor, source, reason, batch,
            reverses_id, line_count, fingerprint, narration_digest, hash_version, content_hash)
        SELECT p_book, public_id, key, kind, effective_on, recorded_at, actor, source, reason, batch, reverses,
            line_count, fingerprint, narration_digest, hash_version, content_hash
        FROM wanted ORDER BY key
        ON CONFLICT (book_id, key) DO NOTHING
        RETURNING id, public_id
    )
    SELECT coalesce(jsonb_agg(jsonb_build_array(public_id, id)), '[]') INTO posted FROM written;

    INSERT INTO ledger_narration (entry_id, text, salt)
    SELECT (w.value ->> 1)::bigint, r.narration, r.salt
    FROM jsonb_to_recordset(p_entries) AS r (public_id text, narration text, salt text)
    JOIN jsonb_array_elements(posted) w ON w.value ->> 0 = r.public_id
    WHERE r.narration <> '';

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

-- Closing a period: FOR UPDATE conflicts with the FOR KEY SHARE of posters, which a plain UPDATE would not, so this
-- waits for every posting under way and makes later ones wait. Answers the date the book is then locked through.
CREATE FUNCTION ledger_lock_through(p_book bigint, p_on date) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM ledger_book WHERE id = p_book FOR UPDATE;
    UPDATE ledger_book SET locked_through = p_on WHERE id = p_book;
    RETURN (SELECT locked_through FROM ledger_book WHERE id = p_book);
END $$;

-- Erasing takes the salt with the words: what stays, the digest, cannot then be tried against guesses.
CREATE FUNCTION ledger_erase_narration(p_entry bigint, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE ledger_narration SET text = '', salt = '', erased_at = p_at WHERE entry_id = p_entry AND erased_at IS NULL;
    RETURN FOUND;
END $$;

REVOKE ALL ON FUNCTION ledger_lock_through(bigint, date), ledger_erase_narration(bigint, timestamptz) FROM PUBLIC;
DO $rights$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonweal_app') THEN
        GRANT EXECUTE ON FUNCTION ledger_lock_through(bigint, date), ledger_erase_narration(bigint, timestamptz)
            TO commonweal_app;
    END IF;
END $rights$;
