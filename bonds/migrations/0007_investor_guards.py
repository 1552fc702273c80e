"""What investors committed, were called on and paid in is a fact, and nobody pays in more than was called."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = (
    "bonds_investorcommitment",
    "bonds_commitmentamount",
    "bonds_commitmentchange",
    "bonds_capitalcall",
    "bonds_callpart",
    "bonds_drawdown",
)

CALL_ADDS_UP = """
CREATE FUNCTION bonds_call_adds_up() RETURNS trigger LANGUAGE plpgsql AS $adds$
DECLARE
    wanted bonds_capitalcall;
    shared bigint;
BEGIN
    SELECT * INTO STRICT wanted FROM bonds_capitalcall
    WHERE id = (CASE WHEN TG_TABLE_NAME = 'bonds_capitalcall' THEN to_jsonb(NEW) ->> 'id'
                     ELSE to_jsonb(NEW) ->> 'call_id' END)::bigint;
    SELECT coalesce(sum(pence), 0) INTO shared FROM bonds_callpart WHERE call_id = wanted.id;
    IF shared <> wanted.pence THEN
        RAISE EXCEPTION 'call %: its parts come to %, it asks for %', wanted.number, shared, wanted.pence
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_call_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $adds$;
CREATE CONSTRAINT TRIGGER bonds_call_adds_up AFTER INSERT ON bonds_capitalcall
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_call_adds_up();
CREATE CONSTRAINT TRIGGER bonds_callpart_adds_up AFTER INSERT ON bonds_callpart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_call_adds_up();
"""
ANY_CALL = """
DROP TRIGGER bonds_callpart_adds_up ON bonds_callpart;
DROP TRIGGER bonds_call_adds_up ON bonds_capitalcall;
DROP FUNCTION bonds_call_adds_up();
"""

# The contract is locked first, as all acts on it do, so that two drawdowns of one part stand in one order.
DRAWDOWN_WITHIN_PART = """
CREATE FUNCTION bonds_drawdown_within_part() RETURNS trigger LANGUAGE plpgsql AS $within$
DECLARE
    called bigint;
    drawn bigint;
BEGIN
    PERFORM FROM bonds_outcomescontract WHERE id = (
        SELECT c.contract_id FROM bonds_callpart p JOIN bonds_capitalcall c ON c.id = p.call_id WHERE p.id = NEW.part_id
    ) FOR NO KEY UPDATE;
    SELECT pence INTO STRICT called FROM bonds_callpart WHERE id = NEW.part_id;
    IF NEW.undoes_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bonds_drawdown
        WHERE id = NEW.undoes_id AND part_id = NEW.part_id AND pence = NEW.pence AND undoes_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a drawdown is undone whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    SELECT coalesce(sum(CASE WHEN undoes_id IS NULL THEN pence ELSE -pence END), 0) INTO drawn
    FROM bonds_drawdown WHERE part_id = NEW.part_id;
    IF NEW.undoes_id IS NULL AND drawn + NEW.pence > called THEN
        RAISE EXCEPTION 'drawn % and % of % called', drawn, NEW.pence, called
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $within$;
CREATE TRIGGER bonds_drawdown_within_part BEFORE INSERT ON bonds_drawdown
    FOR EACH ROW EXECUTE FUNCTION bonds_drawdown_within_part();
"""
ANY_DRAWDOWN = """
DROP TRIGGER bonds_drawdown_within_part ON bonds_drawdown;
DROP FUNCTION bonds_drawdown_within_part();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0006_investors"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(CALL_ADDS_UP, ANY_CALL),
        migrations.RunSQL(DRAWDOWN_WITHIN_PART, ANY_DRAWDOWN),
    ]
