-- Holds: money that is reserved counts against the limits of both sides from the moment it is held until the hold ends.

CREATE FUNCTION ledger_apply_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    accounts bigint[] := ARRAY[NEW.debit_account_id, NEW.credit_account_id];
    owners text[] := ARRAY[NEW.debit_owner, NEW.credit_owner];
    ended ledger_holdend;
BEGIN
    PERFORM ledger_check_owners(accounts, owners);
    -- A hold of a log that comes back in ended long ago: its end is written before it, and it reserves nothing now. Such
    -- an end of another transaction is waited for; it fails there, for want of its hold, before this one looks.
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('ledger_holdend', 0));
    SELECT * INTO ended FROM ledger_holdend WHERE hold_id = NEW.id;
    PERFORM ledger_lock_balances(accounts, owners);
    IF ended.hold_id IS NOT NULL THEN
        PERFORM ledger_check_end(NEW, ended);
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM ledger_accountclosure WHERE account_id = ANY (accounts)) THEN
        RAISE EXCEPTION 'an account is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_account_open',
            DETAIL = (SELECT min(a.code) FROM ledger_account a JOIN ledger_accountclosure c ON c.account_id = a.id
                      WHERE a.id = ANY (accounts));
    END IF;
    PERFORM ledger_change_held(NEW, 1);
    RETURN NULL;
END $$;

-- The two sides may be two owners of one account, whose own row then changes on both sides.
CREATE FUNCTION ledger_change_held(p_hold ledger_hold, p_sign integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH side (account_id, owner, debit, credit) AS (
        SELECT p_hold.debit_account_id, p_hold.debit_owner, p_hold.amount, 0::bigint WHERE p_hold.debit_owner <> ''
        UNION ALL SELECT p_hold.debit_account_id, '', p_hold.amount, 0
        UNION ALL SELECT p_hold.credit_account_id, p_hold.credit_owner, 0, p_hold.amount WHERE p_hold.credit_owner <> ''
        UNION ALL SELECT p_hold.credit_account_id, '', 0, p_hold.amount
    ), delta AS (
        SELECT account_id, owner, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit FROM side GROUP BY 1, 2
    )
    UPDATE ledger_balance b
    SET held_debits = b.held_debits + p_sign * d.debit, held_credits = b.held_credits + p_sign * d.credit
    FROM delta d WHERE b.account_id = d.account_id AND b.owner = d.owner
$$;
CREATE TRIGGER ledger_hold_applies AFTER INSERT ON ledger_hold
    FOR EACH ROW EXECUTE FUNCTION ledger_apply_hold();

-- An end fits its hold. Posting may take part of it, never more, and not after it expired.
CREATE FUNCTION ledger_check_end(p_hold ledger_hold, p_end ledger_holdend) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_end.amount > p_hold.amount THEN
        RAISE EXCEPTION 'hold % is for less', p_hold.public_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_covers', DETAIL = p_hold.amount::text;
    END IF;
    IF p_end.how = 'posted' AND p_hold.expires_at <= p_end.ended_at THEN
        RAISE EXCEPTION 'hold % has expired', p_hold.public_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_live', DETAIL = p_hold.public_id;
    END IF;
    IF p_end.how = 'expired' AND (p_hold.expires_at IS NULL OR p_hold.expires_at > p_end.ended_at) THEN
        RAISE EXCEPTION 'hold % has not expired', p_hold.public_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_expired', DETAIL = p_hold.public_id;
    END IF;
END $$;

-- A hold ends once (primary key).
CREATE FUNCTION ledger_end_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held ledger_hold;
BEGIN
    SELECT * INTO held FROM ledger_hold WHERE id = NEW.hold_id;
    IF NOT FOUND THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('ledger_holdend', 0));
        SELECT * INTO held FROM ledger_hold WHERE id = NEW.hold_id;
        IF NOT FOUND THEN
            -- The hold has to follow in this transaction, and looks at this end then.
            RETURN NULL;
        END IF;
    END IF;
    PERFORM ledger_check_end(held, NEW);
    PERFORM ledger_lock_balances(ARRAY[held.debit_account_id, held.credit_account_id],
                                 ARRAY[held.debit_owner, held.credit_owner]);
    PERFORM ledger_change_held(held, -1);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_holdend_applies AFTER INSERT ON ledger_holdend
    FOR EACH ROW EXECUTE FUNCTION ledger_end_hold();

-- What a hold was posted by is one transfer of its own sides, currency and fund, for the amount that was taken.
CREATE FUNCTION ledger_hold_needs_transfer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.how = 'posted' AND NOT EXISTS (
        SELECT 1 FROM ledger_hold h JOIN ledger_transfer t ON t.entry_id = NEW.entry_id
        WHERE h.id = NEW.hold_id AND t.amount = NEW.amount
          AND (t.book_id, t.debit_account_id, t.debit_owner, t.credit_account_id, t.credit_owner, t.currency, t.fund)
            = (h.book_id, h.debit_account_id, h.debit_owner, h.credit_account_id, h.credit_owner, h.currency, h.fund)
    ) THEN
        RAISE EXCEPTION 'the entry of hold % does not move what was held', NEW.hold_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_hold_posted';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_holdend_posted AFTER INSERT ON ledger_holdend
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_hold_needs_transfer();

-- Holding in one round trip; answers {"held": id}, {"replayed": id} or {"refused": ...} as ledger_post does.
CREATE FUNCTION ledger_hold(p_book bigint, p_hold jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    made bigint;
    asked record;
    debit bigint;
    credit bigint;
    refused_constraint text;
    refused_detail text;
    refused_message text;
BEGIN
    SELECT * INTO asked FROM jsonb_to_record(p_hold) AS r (
        public_id text, key text, kind text, currency text, debit text, debit_owner text, credit text, credit_owner text,
        amount bigint, fund text, held_at timestamptz, expires_at timestamptz, actor text, source text);
    SELECT id INTO debit FROM ledger_account WHERE book_id = p_book AND code = asked.debit;
    SELECT id INTO credit FROM ledger_account WHERE book_id = p_book AND code = asked.credit;
    IF debit IS NULL OR credit IS NULL THEN
        RAISE EXCEPTION 'no such account in this book'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_account_known',
                  DETAIL = CASE WHEN debit IS NULL THEN asked.debit ELSE asked.credit END;
    END IF;
    INSERT INTO ledger_hold (book_id, public_id, key, kind, currency, debit_account_id, debit_owner, credit_account_id,
        credit_owner, amount, fund, held_at, expires_at, actor, source)
    VALUES (p_book, asked.public_id, asked.key, asked.kind, asked.currency, debit, asked.debit_owner, credit,
        asked.credit_owner, asked.amount, asked.fund, asked.held_at, asked.expires_at, asked.actor, asked.source)
    ON CONFLICT (book_id, key) DO NOTHING
    RETURNING id INTO made;
    IF made IS NOT NULL THEN
        RETURN jsonb_build_object('held', made);
    END IF;
    RETURN jsonb_build_object('replayed', (SELECT id FROM ledger_hold WHERE book_id = p_book AND key = asked.key));
EXCEPTION WHEN integrity_constraint_violation THEN
    GET STACKED DIAGNOSTICS refused_constraint = CONSTRAINT_NAME, refused_detail = PG_EXCEPTION_DETAIL,
        refused_message = MESSAGE_TEXT;
    RETURN jsonb_build_object('refused', jsonb_build_object(
        'constraint', refused_constraint, 'detail', refused_detail, 'message', refused_message, 'state', SQLSTATE));
END $$;

REVOKE ALL ON FUNCTION ledger_change_held(ledger_hold, integer), ledger_check_end(ledger_hold, ledger_holdend) FROM PUBLIC;
