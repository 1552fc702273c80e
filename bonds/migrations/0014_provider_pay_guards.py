"""What providers were due and paid is a fact; nobody is paid more than is due; what is taken back was due before."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = (
    "bonds_referralcompensation",
    "bonds_provideraccrual",
    "bonds_providerdue",
    "bonds_providerpayment",
    "bonds_providerstatement",
)

# What goes back is, to the penny, what was due for the line that was taken back.
BACK_WAS_DUE = """
CREATE FUNCTION bonds_back_was_due() RETURNS trigger LANGUAGE plpgsql AS $back$
BEGIN
    IF NEW.clawback_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bonds_providerdue due JOIN bonds_clawback back ON back.result_id = due.result_id
        WHERE back.id = NEW.clawback_id AND due.result_id = NEW.result_id AND due.clawback_id IS NULL
            AND due.kind = NEW.kind AND due.provider_id = NEW.provider_id AND due.pence = -NEW.pence
    ) THEN
        RAISE EXCEPTION 'what goes back was not due before'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $back$;
CREATE TRIGGER bonds_back_was_due BEFORE INSERT ON bonds_providerdue
    FOR EACH ROW EXECUTE FUNCTION bonds_back_was_due();
"""
ANY_BACK = """
DROP TRIGGER bonds_back_was_due ON bonds_providerdue;
DROP FUNCTION bonds_back_was_due();
"""

# The contract is locked first, as all acts on it do, so that two payments of one provider stand in one order.
PROVIDER_PAID_WITHIN_DUE = """
CREATE FUNCTION bonds_provider_paid_within_due() RETURNS trigger LANGUAGE plpgsql AS $within$
DECLARE
    due bigint;
    paid bigint;
BEGIN
    PERFORM FROM bonds_outcomescontract WHERE id = NEW.contract_id FOR NO KEY UPDATE;
    IF NEW.undoes_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bonds_providerpayment
        WHERE id = NEW.undoes_id AND provider_id = NEW.provider_id AND pence = NEW.pence AND undoes_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a payment is undone whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    SELECT coalesce(sum(pence), 0) INTO due FROM bonds_providerdue WHERE provider_id = NEW.provider_id;
    SELECT coalesce(sum(CASE WHEN undoes_id IS NULL THEN pence ELSE -pence END), 0) INTO paid
    FROM bonds_providerpayment WHERE provider_id = NEW.provider_id;
    IF NEW.undoes_id IS NULL AND paid + NEW.pence > due THEN
        RAISE EXCEPTION 'paid % and % of % due', paid, NEW.pence, due
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $within$;
CREATE TRIGGER bonds_provider_paid_within_due BEFORE INSERT ON bonds_providerpayment
    FOR EACH ROW EXECUTE FUNCTION bonds_provider_paid_within_due();
"""
ANY_PAYMENT = """
DROP TRIGGER bonds_provider_paid_within_due ON bonds_providerpayment;
DROP FUNCTION bonds_provider_paid_within_due();
"""

# An invoice asks for what its lines come to, or for the compensation that it is for.
INVOICE_ADDS_UP = """
CREATE OR REPLACE FUNCTION bonds_invoice_adds_up() RETURNS trigger LANGUAGE plpgsql AS $adds$
DECLARE
    invoice bonds_invoice;
    listed bigint;
BEGIN
    SELECT * INTO STRICT invoice FROM bonds_invoice
    WHERE id = (CASE WHEN TG_TABLE_NAME = 'bonds_invoice' THEN to_jsonb(NEW) ->> 'id'
                     ELSE to_jsonb(NEW) ->> 'invoice_id' END)::bigint;
    SELECT coalesce((SELECT sum(pence) FROM bonds_invoiceline WHERE invoice_id = invoice.id), 0)
{compensation}
        INTO listed;
    IF listed <> invoice.net_pence THEN
        RAISE EXCEPTION 'invoice %: its lines come to %, it asks for %', invoice.number, listed, invoice.net_pence
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_invoice_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $adds$;
"""
WITH_COMPENSATION = """
        + coalesce((SELECT sum(pence) FROM bonds_referralcompensation WHERE invoice_id = invoice.id), 0)"""
COMPENSATION_IS_ASKED = """
CREATE CONSTRAINT TRIGGER bonds_compensation_is_asked AFTER INSERT ON bonds_referralcompensation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_invoice_adds_up();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0013_provider_pay"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(BACK_WAS_DUE, ANY_BACK),
        migrations.RunSQL(PROVIDER_PAID_WITHIN_DUE, ANY_PAYMENT),
        migrations.RunSQL(
            INVOICE_ADDS_UP.replace("{compensation}", WITH_COMPENSATION), INVOICE_ADDS_UP.replace("{compensation}", "")
        ),
        migrations.RunSQL(
            COMPENSATION_IS_ASKED, "DROP TRIGGER bonds_compensation_is_asked ON bonds_referralcompensation;"
        ),
    ]
