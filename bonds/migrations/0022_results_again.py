"""A result that was withdrawn does not count: it can be recorded again for the same day."""

from django.db import migrations, models

# The contract is locked first, as all acts on it do, so that of two results one sees the other.
ONCE_A_DAY = """
CREATE FUNCTION bonds_event_once_a_day() RETURNS trigger LANGUAGE plpgsql AS $once$
BEGIN
    IF NEW.participant_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM FROM bonds_outcomescontract WHERE id = NEW.contract_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM bonds_outcomeevent had
        WHERE had.participant_id = NEW.participant_id AND had.metric = NEW.metric
          AND had.achieved_on = NEW.achieved_on
          AND NOT EXISTS (SELECT FROM bonds_eventwithdrawal gone WHERE gone.event_id = had.id)
    ) THEN
        RAISE EXCEPTION 'this person has this result on % already', NEW.achieved_on
            USING ERRCODE = 'unique_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $once$;
CREATE TRIGGER bonds_event_once_a_day BEFORE INSERT ON bonds_outcomeevent
    FOR EACH ROW EXECUTE FUNCTION bonds_event_once_a_day();
"""
ANY_TIMES = """
DROP TRIGGER bonds_event_once_a_day ON bonds_outcomeevent;
DROP FUNCTION bonds_event_once_a_day();
"""


class Migration(migrations.Migration):
    """A trigger instead of the constraint, which cannot see withdrawals, and an index for it."""

    dependencies = [("bonds", "0021_ending_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="outcomeevent", name="bonds_event_once_a_day"),
        migrations.AddIndex(
            model_name="outcomeevent",
            index=models.Index(fields=["participant", "metric", "achieved_on"], name="bonds_event_by_person"),
        ),
        migrations.RunSQL(ONCE_A_DAY, ANY_TIMES),
    ]
