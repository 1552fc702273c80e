"""Issued documents, their files and cancellations are facts, and numbers have no gaps: the database says so itself."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("documents_document", "documents_documentfile", "documents_documentcancellation")

# A row trigger sees the rows that the same statement has already written, so it holds for a batch in one INSERT too.
NEXT_NUMBER = """
CREATE FUNCTION documents_next_number() RETURNS trigger LANGUAGE plpgsql AS $next$
DECLARE expected integer;
BEGIN
    SELECT coalesce(max(number), 0) + 1 INTO expected FROM documents_document
        WHERE organisation_id = NEW.organisation_id AND series = NEW.series;
    IF NEW.number <> expected THEN
        RAISE EXCEPTION 'number % is not the next one (%) in series %', NEW.number, expected, NEW.series
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $next$;
CREATE TRIGGER documents_number_is_next BEFORE INSERT ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_next_number();
"""
ANY_NUMBER = """
DROP TRIGGER documents_number_is_next ON documents_document;
DROP FUNCTION documents_next_number();
"""


class Migration(migrations.Migration):
    """Triggers and rights; see foundation.guards."""

    dependencies = [("documents", "0001_initial"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(NEXT_NUMBER, ANY_NUMBER),
    ]
