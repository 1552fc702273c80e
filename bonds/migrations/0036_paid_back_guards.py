"""What was paid too much is a fact; no more is used or paid back than is owed, and it is undone whole."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_credituse", "bonds_overpaymentrefund")

# A note for what a sample recovers has no lines: the overpayment says what it is for.
INVOICE_ADDS_UP = """
CREATE OR REPLACE FUNCTION bonds_invoice_adds_up() RETURNS trigger LANGUAGE plpgsql AS $adds$
DECLARE
    invoice bonds_invoice;
    listed bigint;
BEGIN
    IF TG_TABLE_NAME = 'bonds_invoiceline' AND EXISTS (
        SELECT FROM bonds_invoiceline mine JOIN bonds_invoiceline later
            ON later.invoice_id = mine.invoice_id AND later.place = mine.place + 1 AND later.xmin = mine.xmin
        WHERE mine.id = (to_jsonb(NEW) ->> 'id')::bigint
    ) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT invoice FROM bonds_invoice
    WHERE id = (CASE WHEN TG_TABLE_NAME = 'bonds_invoice' THEN to_jsonb(NEW) ->> 'id'
                     ELSE to_jsonb(NEW) ->> 'invoice_id' END)::bigint;
    SELECT coalesce((SELECT sum(pence) FROM bonds_invoiceline WHERE invoice_id = invoice.id), 0)
        + coalesce((SELECT sum(pence) FROM bonds_referralcompensation WHERE invoice_id = invoice.id), 0)
        + coalesce((
            SELECT sum(made.pence) FROM bonds_compensationundoing undoing
                JOIN bonds_referralcompensation made ON made.id = undoing.compensation_id
            WHERE undoing.note_id = invoice.id AND made.invoice_id = invoice.credits_id
        ), 0){more}
        INTO listed;
    IF listed <> invoice.net_pence THEN
        RAISE EXCEPTION 'invoice %: its lines come to %, it asks for %', invoice.number, listed, invoice.net_pence
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_invoice_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $adds$;
"""
OF_SAMPLES = """
        + coalesce((SELECT sum(pence - tax_pence) FROM bonds_overpayment
                    WHERE note_id = invoice.id AND source <> invoice.public_id), 0)"""

# The contract is locked first, as all acts on it do, so that two uses of one credit stand in one order.
WITHIN_CREDIT = """
CREATE FUNCTION bonds_within_credit() RETURNS trigger LANGUAGE plpgsql AS $within$
DECLARE
    wanted bonds_overpayment;
    new_row jsonb := to_jsonb(NEW);
    sign integer := CASE WHEN new_row ->> 'undoes_id' IS NULL THEN 1 ELSE -1 END;
    taken bigint;
BEGIN
    IF sign < 0 AND NOT EXISTS (
        SELECT FROM bonds_overpaymentrefund WHERE id = (new_row ->> 'undoes_id')::bigint AND pence = NEW.pence
            AND payer_id = (new_row ->> 'payer_id')::bigint AND undoes_id IS NULL
            AND credit_id IS NOT DISTINCT FROM (new_row ->> 'credit_id')::bigint
    ) THEN
        RAISE EXCEPTION 'what was paid back is undone whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_TABLE_NAME = 'bonds_overpaymentrefund' AND new_row ->> 'credit_id' IS NULL THEN
        PERFORM FROM bonds_outcomescontract WHERE id = (
            SELECT contract_id FROM bonds_party WHERE id = (new_row ->> 'payer_id')::bigint
        ) FOR NO KEY UPDATE;
        SELECT coalesce((SELECT sum(pence) FROM bonds_overpayment
                         WHERE payer_id = (new_row ->> 'payer_id')::bigint AND NOT is_credit), 0)
            - coalesce((SELECT sum(pence) FROM bonds_linereduction
                        WHERE payer_id = (new_row ->> 'payer_id')::bigint AND reason = 'set_off'), 0)
            - coalesce((SELECT sum(CASE WHEN undoes_id IS NULL THEN pence ELSE -pence END) FROM bonds_overpaymentrefund
                        WHERE payer_id = (new_row ->> 'payer_id')::bigint AND credit_id IS NULL), 0)
            - sign * NEW.pence INTO taken;
        IF taken < 0 THEN
            RAISE EXCEPTION 'more would be paid back than lines still have to settle: %', -taken
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO STRICT wanted FROM bonds_overpayment
    WHERE id = (coalesce(new_row ->> 'overpayment_id', new_row ->> 'credit_id'))::bigint;
    PERFORM FROM bonds_outcomescontract WHERE id = wanted.contract_id FOR NO KEY UPDATE;
    IF NOT wanted.is_credit OR NOT (CASE WHEN TG_TABLE_NAME = 'bonds_credituse'
        THEN EXISTS (SELECT FROM bonds_invoice WHERE id = (new_row ->> 'invoice_id')::bigint
                     AND payer_id = wanted.payer_id AND kind = 'invoice')
        ELSE (new_row ->> 'payer_id')::bigint = wanted.payer_id END)
    THEN
        RAISE EXCEPTION 'a credit is used by its payer'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    SELECT coalesce((SELECT sum(pence) FROM bonds_credituse WHERE overpayment_id = wanted.id), 0)
        + coalesce((SELECT sum(CASE WHEN undoes_id IS NULL THEN pence ELSE -pence END)
                    FROM bonds_overpaymentrefund WHERE credit_id = wanted.id), 0)
        + sign * NEW.pence INTO taken;
    IF taken > wanted.pence THEN
        RAISE EXCEPTION 'credit of %: % would be used', wanted.pence, taken
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $within$;
CREATE TRIGGER bonds_credituse_within BEFORE INSERT ON bonds_credituse
    FOR EACH ROW EXECUTE FUNCTION bonds_within_credit();
CREATE TRIGGER bonds_overpaymentrefund_within BEFORE INSERT ON bonds_overpaymentrefund
    FOR EACH ROW EXECUTE FUNCTION bonds_within_credit();
"""
ANY_USE = """
DROP TRIGGER bonds_overpaymentrefund_within ON bonds_overpaymentrefund;
DROP TRIGGER bonds_credituse_within ON bonds_credituse;
DROP FUNCTION bonds_within_credit();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0035_paid_back"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(INVOICE_ADDS_UP.replace("{more}", OF_SAMPLES), INVOICE_ADDS_UP.replace("{more}", "")),
        migrations.RunSQL(WITHIN_CREDIT, ANY_USE),
    ]
