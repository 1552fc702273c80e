"""An invoice that was issued changes only in what was settled of it, and its lines sum to it."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_claimround", "bonds_purchaseorder", "bonds_invoiceline")

INVOICE_IS_FIXED = """
CREATE FUNCTION bonds_invoice_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $fixed$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - '{state,settled_pence}'::text[])
            IS DISTINCT FROM (to_jsonb(NEW) - '{state,settled_pence}'::text[]) THEN
        RAISE EXCEPTION 'invoice % was issued', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $fixed$;
CREATE TRIGGER bonds_invoice_is_fixed BEFORE UPDATE OR DELETE ON bonds_invoice
    FOR EACH ROW EXECUTE FUNCTION bonds_invoice_is_fixed();
"""
ANY_INVOICE = """
DROP TRIGGER bonds_invoice_is_fixed ON bonds_invoice;
DROP FUNCTION bonds_invoice_is_fixed();
"""

INVOICE_ADDS_UP = """
CREATE FUNCTION bonds_invoice_adds_up() RETURNS trigger LANGUAGE plpgsql AS $adds$
DECLARE
    invoice bonds_invoice;
    listed bigint;
BEGIN
    SELECT * INTO STRICT invoice FROM bonds_invoice
    WHERE id = (CASE WHEN TG_TABLE_NAME = 'bonds_invoice' THEN to_jsonb(NEW) ->> 'id'
                     ELSE to_jsonb(NEW) ->> 'invoice_id' END)::bigint;
    SELECT coalesce(sum(pence), 0) INTO listed FROM bonds_invoiceline WHERE invoice_id = invoice.id;
    IF listed <> invoice.net_pence THEN
        RAISE EXCEPTION 'invoice %: its lines come to %, it asks for %', invoice.number, listed, invoice.net_pence
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_invoice_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $adds$;
CREATE CONSTRAINT TRIGGER bonds_invoice_adds_up AFTER INSERT ON bonds_invoice
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_invoice_adds_up();
CREATE CONSTRAINT TRIGGER bonds_invoiceline_adds_up AFTER INSERT ON bonds_invoiceline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_invoice_adds_up();
"""
ANY_SUM = """
DROP TRIGGER bonds_invoiceline_adds_up ON bonds_invoiceline;
DROP TRIGGER bonds_invoice_adds_up ON bonds_invoice;
DROP FUNCTION bonds_invoice_adds_up();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0004_rounds_and_invoices"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(INVOICE_IS_FIXED, ANY_INVOICE),
        migrations.RunSQL(INVOICE_ADDS_UP, ANY_SUM),
    ]
