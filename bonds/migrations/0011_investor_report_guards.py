"""A report is a fact, and two that stand never tell of the same day."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_investorreport", "bonds_investorreportcopy", "bonds_investorreportwithdrawal")

# The contract is locked first, as all acts on it do, so that two reports stand in one order.
NO_OVERLAP = """
CREATE FUNCTION bonds_report_no_overlap() RETURNS trigger LANGUAGE plpgsql AS $overlap$
BEGIN
    PERFORM FROM bonds_outcomescontract WHERE id = NEW.contract_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM bonds_investorreport other
        WHERE other.contract_id = NEW.contract_id AND other.from_on < NEW.until_on AND other.until_on > NEW.from_on
          AND NOT EXISTS (SELECT FROM bonds_investorreportwithdrawal gone WHERE gone.report_id = other.id)
    ) THEN
        RAISE EXCEPTION 'another report tells of some of these days'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $overlap$;
CREATE TRIGGER bonds_report_no_overlap BEFORE INSERT ON bonds_investorreport
    FOR EACH ROW EXECUTE FUNCTION bonds_report_no_overlap();
"""
ANY_REPORT = """
DROP TRIGGER bonds_report_no_overlap ON bonds_investorreport;
DROP FUNCTION bonds_report_no_overlap();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0010_investor_reports"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(NO_OVERLAP, ANY_REPORT),
    ]
