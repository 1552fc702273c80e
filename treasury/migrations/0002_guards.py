"""Facts cannot be changed, and a posted journal is a fact: the database says so itself."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("treasury_journalstatechange", "treasury_journalthreshold")

# Words may be erased for somebody's sake; nothing else of a posted journal changes.
POSTED_IS_FACT = """
CREATE FUNCTION treasury_journal_is_fact() RETURNS trigger LANGUAGE plpgsql AS $fact$
BEGIN
    IF OLD.state <> 'posted' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'narration' = to_jsonb(OLD) - 'narration' AND NEW.narration = '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a posted journal does not change'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $fact$;
CREATE TRIGGER treasury_posted_journal_is_fact BEFORE UPDATE OR DELETE ON treasury_manualjournal
    FOR EACH ROW EXECUTE FUNCTION treasury_journal_is_fact();

CREATE FUNCTION treasury_journal_part_is_fact() RETURNS trigger LANGUAGE plpgsql AS $part$
DECLARE
    parent bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.journal_id ELSE NEW.journal_id END;
BEGIN
    PERFORM 1 FROM treasury_manualjournal
        WHERE state = 'posted' AND (id = parent OR (TG_OP = 'UPDATE' AND id = OLD.journal_id));
    IF NOT FOUND THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'text' = to_jsonb(OLD) - 'text' AND to_jsonb(NEW) ->> 'text' = '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a posted journal does not change'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $part$;
CREATE TRIGGER treasury_posted_line_is_fact BEFORE INSERT OR UPDATE OR DELETE ON treasury_manualjournalline
    FOR EACH ROW EXECUTE FUNCTION treasury_journal_part_is_fact();
CREATE TRIGGER treasury_posted_attachment_is_fact BEFORE INSERT OR UPDATE OR DELETE ON treasury_journalattachment
    FOR EACH ROW EXECUTE FUNCTION treasury_journal_part_is_fact();
"""
POSTED_MAY_CHANGE = """
DROP TRIGGER treasury_posted_attachment_is_fact ON treasury_journalattachment;
DROP TRIGGER treasury_posted_line_is_fact ON treasury_manualjournalline;
DROP TRIGGER treasury_posted_journal_is_fact ON treasury_manualjournal;
DROP FUNCTION treasury_journal_part_is_fact();
DROP FUNCTION treasury_journal_is_fact();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("treasury", "0001_initial"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(POSTED_IS_FACT, POSTED_MAY_CHANGE),
    ]
