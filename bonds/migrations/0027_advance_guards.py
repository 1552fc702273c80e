"""What was paid in advance is a fact; nobody pays more than was asked, and no more is earned or refunded than came."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_advance", "bonds_advancemoney", "bonds_advanceuse")

# The contract is locked first, as all acts on it do, so that two moves of one advance stand in one order.
WITHIN_ADVANCE = """
CREATE FUNCTION bonds_within_advance() RETURNS trigger LANGUAGE plpgsql AS $within$
DECLARE
    wanted bonds_advance;
    new_row jsonb := to_jsonb(NEW);
    sign integer := CASE WHEN new_row ->> 'undoes_id' IS NULL THEN 1 ELSE -1 END;
    received bigint;
    refunded bigint;
    earned bigint;
BEGIN
    SELECT * INTO STRICT wanted FROM bonds_advance WHERE id = NEW.advance_id;
    PERFORM FROM bonds_outcomescontract WHERE id = wanted.contract_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(signed) FILTER (WHERE is_receipt), 0), coalesce(sum(signed) FILTER (WHERE NOT is_receipt), 0)
    INTO received, refunded
    FROM (
        SELECT is_receipt, CASE WHEN undoes_id IS NULL THEN pence ELSE -pence END AS signed
        FROM bonds_advancemoney WHERE advance_id = wanted.id
    ) moved;
    SELECT coalesce(sum(pence), 0) INTO earned FROM bonds_advanceuse WHERE advance_id = wanted.id;
    IF TG_TABLE_NAME = 'bonds_advanceuse' THEN
        earned := earned + NEW.pence;
        IF NOT EXISTS (
            SELECT FROM bonds_invoice
            WHERE id = (new_row ->> 'invoice_id')::bigint AND payer_id = wanted.payer_id AND kind = 'invoice'
        ) THEN
            RAISE EXCEPTION 'an advance is set against invoices of its payer'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
        END IF;
    ELSE
        IF sign < 0 AND NOT EXISTS (
            SELECT FROM bonds_advancemoney WHERE id = (new_row ->> 'undoes_id')::bigint AND advance_id = wanted.id
                AND pence = NEW.pence AND is_receipt = (new_row ->> 'is_receipt')::boolean AND undoes_id IS NULL
        ) THEN
            RAISE EXCEPTION 'money of an advance is undone whole'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
        END IF;
        IF (new_row ->> 'is_receipt')::boolean THEN
            received := received + sign * NEW.pence;
        ELSE
            refunded := refunded + sign * NEW.pence;
        END IF;
    END IF;
    IF received > wanted.pence OR refunded + earned > received THEN
        RAISE EXCEPTION 'advance of %: % came, % went back, % was earned', wanted.pence, received, refunded, earned
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $within$;
CREATE TRIGGER bonds_advance_within BEFORE INSERT ON bonds_advancemoney
    FOR EACH ROW EXECUTE FUNCTION bonds_within_advance();
CREATE TRIGGER bonds_advance_use_within BEFORE INSERT ON bonds_advanceuse
    FOR EACH ROW EXECUTE FUNCTION bonds_within_advance();
"""
ANY_MONEY = """
DROP TRIGGER bonds_advance_use_within ON bonds_advanceuse;
DROP TRIGGER bonds_advance_within ON bonds_advancemoney;
DROP FUNCTION bonds_within_advance();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0026_advances"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(WITHIN_ADVANCE, ANY_MONEY),
    ]
