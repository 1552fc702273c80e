-- Refunds that are under way or done never exceed what was charged. A lock for the receipt is taken first, so that two
-- refunds of one receipt are judged one after the other, and each sees the other. (A row lock would need the right to
-- update receipts, which the application does not have.)
CREATE FUNCTION payments_check_refunds_within_charge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    charged bigint;
    refunded bigint;
BEGIN
    IF NEW.state = 'failed' THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(7340155, (NEW.receipt_id % 2147483647)::int);
    SELECT gross_pence INTO charged FROM payments_receipt WHERE id = NEW.receipt_id;
    SELECT coalesce(sum(round(amount * 100)), 0) INTO refunded
        FROM payments_refund
        WHERE receipt_id = NEW.receipt_id AND state <> 'failed' AND id <> NEW.id;
    IF refunded + round(NEW.amount * 100) > charged THEN
        RAISE EXCEPTION 'refunds of receipt % would exceed its charge', NEW.receipt_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refunds_within_charge';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER payments_refunds_within_charge BEFORE INSERT OR UPDATE OF amount, state, receipt_id ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_check_refunds_within_charge();
