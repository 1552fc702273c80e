"""An invoice is added up once for all the lines that come with it, not once for each of them."""

from django.db import migrations

# Checking at each line adds up n lines n times: invoices for a large quarter took half a minute. A line after which
# the same transaction (or savepoint) wrote the next one leaves the check to that one; `xmin` tells who wrote a row.
INVOICE_ADDS_UP = """
CREATE OR REPLACE FUNCTION bonds_invoice_adds_up() RETURNS trigger LANGUAGE plpgsql AS $adds$
DECLARE
    invoice bonds_invoice;
    listed bigint;
BEGIN
{once}
    SELECT * INTO STRICT invoice FROM bonds_invoice
    WHERE id = (CASE WHEN TG_TABLE_NAME = 'bonds_invoice' THEN to_jsonb(NEW) ->> 'id'
                     ELSE to_jsonb(NEW) ->> 'invoice_id' END)::bigint;
    SELECT coalesce((SELECT sum(pence) FROM bonds_invoiceline WHERE invoice_id = invoice.id), 0)
        + coalesce((SELECT sum(pence) FROM bonds_referralcompensation WHERE invoice_id = invoice.id), 0)
        INTO listed;
    IF listed <> invoice.net_pence THEN
        RAISE EXCEPTION 'invoice %: its lines come to %, it asks for %', invoice.number, listed, invoice.net_pence
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_invoice_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $adds$;
"""
ONCE = """
    IF TG_TABLE_NAME = 'bonds_invoiceline' AND EXISTS (
        SELECT FROM bonds_invoiceline mine JOIN bonds_invoiceline later
            ON later.invoice_id = mine.invoice_id AND later.place = mine.place + 1 AND later.xmin = mine.xmin
        WHERE mine.id = (to_jsonb(NEW) ->> 'id')::bigint
    ) THEN
        RETURN NULL;
    END IF;"""


class Migration(migrations.Migration):
    """The function alone."""

    dependencies = [("bonds", "0024_tax_guards")]

    operations = [
        migrations.RunSQL(INVOICE_ADDS_UP.replace("{once}", ONCE), INVOICE_ADDS_UP.replace("{once}", "")),
    ]
