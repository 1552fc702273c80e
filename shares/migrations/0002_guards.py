"""Facts cannot be changed, and the numbers of the register have no gaps: the database says so itself."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = (
    "shares_legalholdinglimit",
    "shares_offerterms",
    "shares_offerstatechange",
    "shares_applicationstatechange",
    "shares_consentwording",
    "shares_consent",
    "shares_allotmentbatch",
    "shares_member",
    "shares_registerentry",
)

# A row trigger sees the rows that the same statement has already written, so it holds for one row and for five
# thousand in one INSERT alike. Two writers at once meet at the unique constraint.
NEXT_NUMBER = """
CREATE FUNCTION shares_next_number() RETURNS trigger LANGUAGE plpgsql AS $next$
DECLARE expected integer;
BEGIN
    EXECUTE format('SELECT coalesce(max(number), 0) + 1 FROM %I WHERE society_id = $1', TG_TABLE_NAME)
        INTO expected USING NEW.society_id;
    IF NEW.number <> expected THEN
        RAISE EXCEPTION 'number % is not the next one (%) in this register', NEW.number, expected
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $next$;
CREATE TRIGGER shares_member_number_is_next BEFORE INSERT ON shares_member
    FOR EACH ROW EXECUTE FUNCTION shares_next_number();
CREATE TRIGGER shares_register_number_is_next BEFORE INSERT ON shares_registerentry
    FOR EACH ROW EXECUTE FUNCTION shares_next_number();
"""
ANY_NUMBER = """
DROP TRIGGER shares_register_number_is_next ON shares_registerentry;
DROP TRIGGER shares_member_number_is_next ON shares_member;
DROP FUNCTION shares_next_number();
"""

# A member cannot hold fewer than no shares, whatever writes the entry.
HOLDING_NOT_NEGATIVE = """
CREATE FUNCTION shares_holding_not_negative() RETURNS trigger LANGUAGE plpgsql AS $holding$
BEGIN
    IF NEW.shares < 0 AND (
        SELECT coalesce(sum(shares), 0) FROM shares_registerentry
        WHERE member_id = NEW.member_id AND share_class_id = NEW.share_class_id
    ) < 0 THEN
        RAISE EXCEPTION 'a holding would fall below zero'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $holding$;
CREATE TRIGGER shares_register_holding_not_negative AFTER INSERT ON shares_registerentry
    FOR EACH ROW EXECUTE FUNCTION shares_holding_not_negative();
"""
ANY_HOLDING = """
DROP TRIGGER shares_register_holding_not_negative ON shares_registerentry;
DROP FUNCTION shares_holding_not_negative();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("shares", "0001_initial"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(NEXT_NUMBER, ANY_NUMBER),
        migrations.RunSQL(HOLDING_NOT_NEGATIVE, ANY_HOLDING),
    ]
