-- The chain: each entry gets a gapless number in its book and a hash over its content hash and the seal before it.
-- It is made off the hot path. Entries wait in a queue that is written with them, so one that commits late is sealed
-- late and never skipped; ids are not in the order of commits, so no "greater than the last id" would do. The queue is
-- filled where transfers are applied (0003), which every entry needs.

-- Fields are separated by their length in bytes, as in ledger/arithmetic/content.py, which computes the same.
CREATE FUNCTION ledger_seal_hash(p_book text, p_seq bigint, p_previous text, p_content text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(string_agg(octet_length(field) || ':' || field, '' ORDER BY place), 'UTF8')), 'hex')
    FROM unnest(ARRAY['commonweal.seal', '1', p_book, p_seq::text, p_previous, p_content]) WITH ORDINALITY AS f (field, place)
$$;

-- Seals what waits, in the order of the entries' ids. Sealers of one book take turns; posters do not wait for them,
-- for FOR NO KEY UPDATE does not conflict with their FOR KEY SHARE. Answers how many were sealed.
CREATE FUNCTION ledger_seal(p_book bigint, p_at timestamptz, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    book ledger_book;
    last_seq bigint;
    last_hash text;
    waiting record;
    sealed bigint[] := '{}';
    numbers bigint[] := '{}';
    previous text[] := '{}';
    hashes text[] := '{}';
BEGIN
    SELECT * INTO book FROM ledger_book WHERE id = p_book FOR NO KEY UPDATE;
    SELECT seq, hash INTO last_seq, last_hash FROM ledger_seal WHERE book_id = p_book ORDER BY seq DESC LIMIT 1;
    last_seq := coalesce(last_seq, 0);
    last_hash := coalesce(last_hash, '');
    FOR waiting IN
        SELECT q.entry_id, e.content_hash FROM ledger_sealqueue q JOIN ledger_entry e ON e.id = q.entry_id
        WHERE q.book_id = p_book ORDER BY q.entry_id LIMIT p_limit
    LOOP
        last_seq := last_seq + 1;
        sealed := sealed || waiting.entry_id;
        numbers := numbers || last_seq;
        previous := previous || last_hash;
        last_hash := ledger_seal_hash(book.slug, last_seq, last_hash, waiting.content_hash);
        hashes := hashes || last_hash;
    END LOOP;
    INSERT INTO ledger_seal (book_id, seq, entry_id, previous_hash, hash, sealed_at)
    SELECT p_book, one.seq, one.entry_id, one.previous_hash, one.hash, p_at
    FROM unnest(numbers, sealed, previous, hashes) AS one (seq, entry_id, previous_hash, hash) ORDER BY one.seq;
    DELETE FROM ledger_sealqueue WHERE entry_id = ANY (sealed);
    RETURN cardinality(sealed);
END $$;

-- A seal continues the chain, whoever writes it.
CREATE FUNCTION ledger_check_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    previous ledger_seal;
BEGIN
    SELECT * INTO previous FROM ledger_seal WHERE book_id = NEW.book_id ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> coalesce(previous.seq, 0) + 1 OR NEW.previous_hash <> coalesce(previous.hash, '')
       OR NOT EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id AND book_id = NEW.book_id) THEN
        RAISE EXCEPTION 'seal % does not continue the chain', NEW.seq
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_seal_continues';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_seal_continues BEFORE INSERT ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_check_seal();

-- What is said to have been published is a seal of that book.
CREATE FUNCTION ledger_check_anchor() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM ledger_seal WHERE book_id = NEW.book_id AND seq = NEW.seq AND hash = NEW.hash) THEN
        RAISE EXCEPTION 'there is no such head' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_anchor_is_seal';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_anchor_is_seal BEFORE INSERT ON ledger_anchor
    FOR EACH ROW EXECUTE FUNCTION ledger_check_anchor();

REVOKE ALL ON FUNCTION ledger_seal(bigint, timestamptz, integer) FROM PUBLIC;
DO $rights$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonweal_app') THEN
        GRANT EXECUTE ON FUNCTION ledger_seal(bigint, timestamptz, integer) TO commonweal_app;
    END IF;
END $rights$;
