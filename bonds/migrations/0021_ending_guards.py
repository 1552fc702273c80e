"""What guarantors owe and paid is a fact; nobody pays more than they owe, and a deal is wound up once."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_guaranteecall", "bonds_guaranteemoney")

# The contract is locked first, as all acts on it do, so that two moves of one guarantee stand in one order.
MONEY_WITHIN_CALL = """
CREATE FUNCTION bonds_guarantee_within_call() RETURNS trigger LANGUAGE plpgsql AS $within$
DECLARE
    wanted bonds_guaranteecall;
    received bigint;
    passed_on bigint;
BEGIN
    SELECT * INTO STRICT wanted FROM bonds_guaranteecall WHERE id = NEW.call_id;
    PERFORM FROM bonds_outcomescontract
        WHERE id = (SELECT contract_id FROM bonds_waterfallrun WHERE id = wanted.run_id) FOR NO KEY UPDATE;
    IF NEW.undoes_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bonds_guaranteemoney WHERE id = NEW.undoes_id AND call_id = wanted.id AND pence = NEW.pence
            AND is_receipt = NEW.is_receipt AND undoes_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a guarantee''s money is undone whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    SELECT coalesce(sum(signed) FILTER (WHERE is_receipt), 0), coalesce(sum(signed) FILTER (WHERE NOT is_receipt), 0)
    INTO received, passed_on
    FROM (
        SELECT is_receipt, CASE WHEN undoes_id IS NULL THEN pence ELSE -pence END AS signed
        FROM bonds_guaranteemoney WHERE call_id = wanted.id
        UNION ALL
        SELECT NEW.is_receipt, CASE WHEN NEW.undoes_id IS NULL THEN NEW.pence ELSE -NEW.pence END
    ) moved;
    IF received > wanted.pence OR passed_on > received
        OR NEW.undoes_id IS NULL AND EXISTS (SELECT FROM bonds_runwithdrawal WHERE run_id = wanted.run_id) THEN
        RAISE EXCEPTION 'guarantee of %: % came, % went on', wanted.pence, received, passed_on
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $within$;
CREATE TRIGGER bonds_guarantee_within_call BEFORE INSERT ON bonds_guaranteemoney
    FOR EACH ROW EXECUTE FUNCTION bonds_guarantee_within_call();
"""
ANY_MONEY = """
DROP TRIGGER bonds_guarantee_within_call ON bonds_guaranteemoney;
DROP FUNCTION bonds_guarantee_within_call();
"""

NOTHING_AFTER_THE_END = """
CREATE FUNCTION bonds_run_before_end() RETURNS trigger LANGUAGE plpgsql AS $ended$
BEGIN
    PERFORM FROM bonds_outcomescontract WHERE id = NEW.contract_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM bonds_waterfallrun last
        WHERE last.contract_id = NEW.contract_id AND last.kind = 'final'
          AND NOT EXISTS (SELECT FROM bonds_runwithdrawal gone WHERE gone.run_id = last.id)
    ) THEN
        RAISE EXCEPTION 'this deal is wound up'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $ended$;
CREATE TRIGGER bonds_run_before_end BEFORE INSERT ON bonds_waterfallrun
    FOR EACH ROW EXECUTE FUNCTION bonds_run_before_end();
"""
ANYTHING_AFTER = """
DROP TRIGGER bonds_run_before_end ON bonds_waterfallrun;
DROP FUNCTION bonds_run_before_end();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0020_ending"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(MONEY_WITHIN_CALL, ANY_MONEY),
        migrations.RunSQL(NOTHING_AFTER_THE_END, ANYTHING_AFTER),
    ]
