-- Closing. FOR UPDATE conflicts with the FOR KEY SHARE of posters, which a plain UPDATE would not: a closer waits for
-- every posting under way and makes later ones wait, so nothing slips in behind the figures it writes.

-- Closes a book through a day for good, and writes what every account had seen by then. Answers the period's id.
CREATE FUNCTION ledger_close_period(p_book bigint, p_on date, p_at timestamptz, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    book ledger_book;
    head ledger_seal;
    last_end date;
    made bigint;
    off_balance bigint;
BEGIN
    SELECT * INTO book FROM ledger_book WHERE id = p_book FOR UPDATE;
    IF p_on <= book.locked_through THEN
        RAISE EXCEPTION 'book % can only have its locked date moved forward', book.slug
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_book_lock_forward';
    END IF;
    IF EXISTS (
        SELECT 1 FROM ledger_hold h WHERE h.book_id = p_book
          AND (h.held_at AT TIME ZONE 'Europe/London')::date <= p_on
          AND NOT EXISTS (SELECT 1 FROM ledger_holdend e WHERE e.hold_id = h.id)
    ) THEN
        RAISE EXCEPTION 'book % has open holds', book.slug
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_no_holds';
    END IF;

    PERFORM ledger_seal(p_book, p_at, 2147483647);
    SELECT * INTO head FROM ledger_seal WHERE book_id = p_book ORDER BY seq DESC LIMIT 1;
    SELECT max(end_on) INTO last_end FROM ledger_period WHERE book_id = p_book;
    INSERT INTO ledger_period (book_id, end_on, closed_at, actor, head_seq, head_hash)
    VALUES (p_book, p_on, p_at, p_actor, coalesce(head.seq, 0), coalesce(head.hash, '')) RETURNING id INTO made;

    -- What moved since the last period, and every whole account that ever moved, each on top of its last figure.
    WITH moved AS (
        SELECT d.account_id, d.owner, d.fund, sum(d.debits) AS debits, sum(d.credits) AS credits
        FROM ledger_daytotal d JOIN ledger_account a ON a.id = d.account_id
        WHERE a.book_id = p_book AND d.effective_on <= p_on AND (last_end IS NULL OR d.effective_on > last_end)
        GROUP BY 1, 2, 3
    ), wanted AS (
        SELECT account_id, owner, fund FROM moved
        UNION
        SELECT b.account_id, b.owner, b.fund FROM ledger_periodbalance b JOIN ledger_account a ON a.id = b.account_id
        WHERE a.book_id = p_book AND b.end_on = last_end AND b.owner = ''
    )
    INSERT INTO ledger_periodbalance (period_id, end_on, account_id, owner, fund, debits, credits)
    SELECT made, p_on, w.account_id, w.owner, w.fund, coalesce(before.debits, 0) + coalesce(m.debits, 0),
        coalesce(before.credits, 0) + coalesce(m.credits, 0)
    FROM wanted w
    LEFT JOIN moved m USING (account_id, owner, fund)
    LEFT JOIN LATERAL (
        SELECT b.debits, b.credits FROM ledger_periodbalance b
        WHERE (b.account_id, b.owner, b.fund) = (w.account_id, w.owner, w.fund) ORDER BY b.end_on DESC LIMIT 1
    ) before ON true;

    SELECT coalesce(sum(b.debits - b.credits), 0) INTO off_balance
    FROM ledger_periodbalance b WHERE b.period_id = made AND b.owner = '';
    IF off_balance <> 0 THEN
        RAISE EXCEPTION 'the trial balance of book % is off by %', book.slug, off_balance
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_balances', DETAIL = off_balance::text;
    END IF;
    UPDATE ledger_book SET locked_through = p_on WHERE id = p_book;
    RETURN made;
END $$;

-- Closes softly: what is dated on or before the day needs an entry with authority. NULL opens again what is not locked.
CREATE FUNCTION ledger_close_softly(p_book bigint, p_on date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM ledger_book WHERE id = p_book FOR UPDATE;
    UPDATE ledger_book SET soft_through = p_on WHERE id = p_book;
END $$;

REVOKE ALL ON FUNCTION ledger_close_period(bigint, date, timestamptz, text), ledger_close_softly(bigint, date) FROM PUBLIC;
DO $rights$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonweal_app') THEN
        GRANT EXECUTE ON FUNCTION ledger_close_period(bigint, date, timestamptz, text), ledger_close_softly(bigint, date)
            TO commonweal_app;
    END IF;
END $rights$;
