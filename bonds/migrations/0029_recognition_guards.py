"""What was recognised early is a fact, and is released whole."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_recognitionpolicy", "bonds_earlyincome")

RELEASED_WHOLE = """
CREATE FUNCTION bonds_early_released_whole() RETURNS trigger LANGUAGE plpgsql AS $whole$
BEGIN
    IF NOT EXISTS (
        SELECT FROM bonds_earlyincome WHERE id = NEW.releases_id AND line_id = NEW.line_id AND payer_id = NEW.payer_id
            AND pence = -NEW.pence AND releases_id IS NULL
    ) THEN
        RAISE EXCEPTION 'what was recognised early is released whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $whole$;
CREATE TRIGGER bonds_early_released_whole BEFORE INSERT ON bonds_earlyincome
    FOR EACH ROW WHEN (NEW.releases_id IS NOT NULL) EXECUTE FUNCTION bonds_early_released_whole();
"""
ANY_RELEASE = """
DROP TRIGGER bonds_early_released_whole ON bonds_earlyincome;
DROP FUNCTION bonds_early_released_whole();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0028_recognition"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(RELEASED_WHOLE, ANY_RELEASE),
    ]
