"""What undoes a compensation is a fact; it goes back whole, and only one that stands makes a period good."""

from django.db import migrations

from foundation.guards import append_only_sql

# The contract is locked first, as all acts on it do, so that two compensations stand in one order.
ONCE = """
CREATE FUNCTION bonds_compensation_once() RETURNS trigger LANGUAGE plpgsql AS $once$
BEGIN
    PERFORM FROM bonds_outcomescontract WHERE id = NEW.contract_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM bonds_referralcompensation made
        WHERE made.commissioner_id = NEW.commissioner_id AND made.provider_id = NEW.provider_id
            AND daterange(made.from_on, made.until_on) && daterange(NEW.from_on, NEW.until_on)
            AND NOT EXISTS (SELECT FROM bonds_compensationundoing WHERE compensation_id = made.id)
    ) THEN
        RAISE EXCEPTION 'a day of this guarantee was made good before'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $once$;
CREATE TRIGGER bonds_compensation_once BEFORE INSERT ON bonds_referralcompensation
    FOR EACH ROW EXECUTE FUNCTION bonds_compensation_once();
"""
ANY = """
DROP TRIGGER bonds_compensation_once ON bonds_referralcompensation;
DROP FUNCTION bonds_compensation_once();
"""

BACK_WHOLE = """
CREATE FUNCTION bonds_compensation_back_whole() RETURNS trigger LANGUAGE plpgsql AS $whole$
BEGIN
    IF NOT EXISTS (
        SELECT FROM bonds_compensationundoing undoing
            JOIN bonds_referralcompensation made ON made.id = undoing.compensation_id
        WHERE undoing.id = NEW.undoing_id AND made.provider_id = NEW.provider_id AND made.pence = -NEW.pence
    ) THEN
        RAISE EXCEPTION 'a compensation goes back whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $whole$;
CREATE TRIGGER bonds_compensation_back_whole BEFORE INSERT ON bonds_providerdue
    FOR EACH ROW WHEN (NEW.undoing_id IS NOT NULL) EXECUTE FUNCTION bonds_compensation_back_whole();
"""
ANY_BACK = """
DROP TRIGGER bonds_compensation_back_whole ON bonds_providerdue;
DROP FUNCTION bonds_compensation_back_whole();
"""

# A credit note takes off what its lines come to, or the compensation that it undoes; a line after which the same
# transaction wrote the next one leaves the check to that one.
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
        + coalesce((SELECT sum(pence) FROM bonds_referralcompensation WHERE invoice_id = invoice.id), 0){undone}
        INTO listed;
    IF listed <> invoice.net_pence THEN
        RAISE EXCEPTION 'invoice %: its lines come to %, it asks for %', invoice.number, listed, invoice.net_pence
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_invoice_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $adds$;
"""
UNDONE = """
        + coalesce((
            SELECT sum(made.pence) FROM bonds_compensationundoing undoing
                JOIN bonds_referralcompensation made ON made.id = undoing.compensation_id
            WHERE undoing.note_id = invoice.id AND made.invoice_id = invoice.credits_id
        ), 0)"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0032_compensation_undoing"), ("foundation", "0001_initial")]

    operations = [
        migrations.RunSQL(*append_only_sql("bonds_compensationundoing")),
        migrations.RunSQL(ONCE, ANY),
        migrations.RunSQL(BACK_WHOLE, ANY_BACK),
        migrations.RunSQL(INVOICE_ADDS_UP.replace("{undone}", UNDONE), INVOICE_ADDS_UP.replace("{undone}", "")),
    ]
