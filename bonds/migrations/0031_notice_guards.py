"""What was posted of calls is a fact, and never more than was called."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_noticepolicy", "bonds_noticeposting")

WITHIN_PART = """
CREATE FUNCTION bonds_noticeposting_within_part() RETURNS trigger LANGUAGE plpgsql AS $within$
DECLARE
    stands bigint;
BEGIN
    SELECT coalesce(sum(pence), 0) INTO stands FROM bonds_noticeposting WHERE part_id = NEW.part_id;
    IF stands < 0 OR stands > (SELECT pence FROM bonds_callpart WHERE id = NEW.part_id) THEN
        RAISE EXCEPTION 'more was posted, or taken back, than was called'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $within$;
CREATE TRIGGER bonds_noticeposting_within_part AFTER INSERT ON bonds_noticeposting
    FOR EACH ROW EXECUTE FUNCTION bonds_noticeposting_within_part();
"""
ANY_NOTICE = """
DROP TRIGGER bonds_noticeposting_within_part ON bonds_noticeposting;
DROP FUNCTION bonds_noticeposting_within_part();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0030_notices"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(WITHIN_PART, ANY_NOTICE),
    ]
