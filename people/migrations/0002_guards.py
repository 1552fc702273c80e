"""The database keeps particulars and roles from being rewritten.

# Note [Erasing particulars]
Particulars are facts that register entries point to, so the application may add rows and nothing else. A person
may still ask for erasure of rows that no register relies on (UK GDPR Art 17). `people_erase_particulars` is the
only door: it runs as the owner of the tables, and the foreign keys of the register refuse a row that is in use.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

GUARD_PARTICULARS = """
CREATE FUNCTION people_particulars_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('commonweal.erasing_particulars', true) = 'yes' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'people_particulars is append-only: record a new row instead'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER people_particulars_append_only BEFORE UPDATE OR DELETE ON people_particulars
    FOR EACH ROW EXECUTE FUNCTION people_particulars_guard();

CREATE FUNCTION people_erase_particulars(wanted bigint[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    erased integer;
BEGIN
    PERFORM set_config('commonweal.erasing_particulars', 'yes', true);
    DELETE FROM people_particulars WHERE id = ANY(wanted);
    GET DIAGNOSTICS erased = ROW_COUNT;
    PERFORM set_config('commonweal.erasing_particulars', '', true);
    RETURN erased;
END $$;

REVOKE EXECUTE ON FUNCTION people_erase_particulars(bigint[]) FROM PUBLIC;
"""

UNGUARD_PARTICULARS = """
DROP FUNCTION people_erase_particulars(bigint[]);
DROP TRIGGER people_particulars_append_only ON people_particulars;
DROP FUNCTION people_particulars_guard();
"""

GUARD_ROLES = """
CREATE FUNCTION people_officerrole_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'people_officerrole: end a role, never delete it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.until_on IS NOT NULL
        OR (OLD.user_id, OLD.organisation_id, OLD.role, OLD.from_on, OLD.public_id, OLD.appointed_by, OLD.appointed_at)
        IS DISTINCT FROM
        (NEW.user_id, NEW.organisation_id, NEW.role, NEW.from_on, NEW.public_id, NEW.appointed_by, NEW.appointed_at)
    THEN
        RAISE EXCEPTION 'people_officerrole: only the end of a role may be written, once'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER people_officerrole_written_once BEFORE UPDATE OR DELETE ON people_officerrole
    FOR EACH ROW EXECUTE FUNCTION people_officerrole_guard();
"""

UNGUARD_ROLES = """
DROP TRIGGER people_officerrole_written_once ON people_officerrole;
DROP FUNCTION people_officerrole_guard();
"""

# The application's role exists wherever the project's own cluster or the operations guide made it.
POWERS = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'commonweal_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON people_particulars FROM commonweal_app;
        REVOKE DELETE, TRUNCATE ON people_officerrole FROM commonweal_app;
        GRANT EXECUTE ON FUNCTION people_erase_particulars(bigint[]) TO commonweal_app;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Triggers and powers for particulars and roles."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("people", "0001_initial")]

    operations: ClassVar[list[migrations.RunSQL]] = [
        migrations.RunSQL(GUARD_PARTICULARS, UNGUARD_PARTICULARS),
        migrations.RunSQL(GUARD_ROLES, UNGUARD_ROLES),
        migrations.RunSQL(POWERS, migrations.RunSQL.noop),
    ]
