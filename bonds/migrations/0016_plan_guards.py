"""A plan is a fact: it never changes, and the payers' parts of each of its rows sum to it."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_paymentplan", "bonds_planrow", "bonds_planpart")

ROW_ADDS_UP = """
CREATE FUNCTION bonds_planrow_adds_up() RETURNS trigger LANGUAGE plpgsql AS $adds$
DECLARE
    wanted bonds_planrow;
    parts bigint;
BEGIN
    SELECT * INTO STRICT wanted FROM bonds_planrow
    WHERE id = (CASE WHEN TG_TABLE_NAME = 'bonds_planrow' THEN to_jsonb(NEW) ->> 'id'
                     ELSE to_jsonb(NEW) ->> 'row_id' END)::bigint;
    SELECT coalesce(sum(pence), 0) INTO parts FROM bonds_planpart WHERE row_id = wanted.id;
    IF parts <> wanted.pence THEN
        RAISE EXCEPTION 'plan row %: its parts come to %, it says %', wanted.id, parts, wanted.pence
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_planrow_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $adds$;
CREATE CONSTRAINT TRIGGER bonds_planrow_adds_up AFTER INSERT ON bonds_planrow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_planrow_adds_up();
CREATE CONSTRAINT TRIGGER bonds_planpart_adds_up AFTER INSERT ON bonds_planpart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_planrow_adds_up();
"""
ANY_SUM = """
DROP TRIGGER bonds_planpart_adds_up ON bonds_planpart;
DROP TRIGGER bonds_planrow_adds_up ON bonds_planrow;
DROP FUNCTION bonds_planrow_adds_up();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0015_payment_plans"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(ROW_ADDS_UP, ANY_SUM),
    ]
