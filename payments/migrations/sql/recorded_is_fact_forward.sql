-- What was recorded never changes, because a second person agrees to exactly that: only the decision is added, once.
-- The words of what never came into the books may be erased when nobody needs them any more.
CREATE FUNCTION payments_recorded_is_fact() RETURNS trigger LANGUAGE plpgsql AS $fact$
DECLARE
    decision text[] := ARRAY['state', 'decided_by', 'decided_at', 'entry_id'];
    words text[] := ARRAY['party_name', 'reference', 'note'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'requested' AND to_jsonb(NEW) - decision = to_jsonb(OLD) - decision THEN
            RETURN NEW;
        END IF;
        IF OLD.state IN ('refused', 'withdrawn') AND to_jsonb(NEW) - words = to_jsonb(OLD) - words
            AND NEW.party_name = '' AND NEW.reference = '' AND NEW.note = '' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'recorded money does not change'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $fact$;

CREATE TRIGGER payments_recorded_is_fact BEFORE UPDATE OR DELETE ON payments_recordedmoney
    FOR EACH ROW EXECUTE FUNCTION payments_recorded_is_fact();
