"""Who withholds tax and what was paid over are facts; tax comes from interest, and no more is paid over than withheld."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_withholdingrule", "bonds_taxpayment")

# The contract is locked first, as all acts on it do. What is withheld falls only where a payment is undone.
TAX_OF_INTEREST = """
CREATE FUNCTION bonds_tax_left(contract bigint) RETURNS bigint LANGUAGE sql AS $left$
    SELECT coalesce((
        SELECT sum(CASE WHEN paid.undoes_id IS NULL THEN paid.tax_pence ELSE -paid.tax_pence END)
        FROM bonds_distributionpayment paid
        JOIN bonds_distribution due ON due.id = paid.distribution_id
        JOIN bonds_waterfallrun run ON run.id = due.run_id
        WHERE run.contract_id = contract AND paid.tax_pence > 0
    ), 0)::bigint - coalesce((
        SELECT sum(CASE WHEN undoes_id IS NULL THEN pence ELSE -pence END)
        FROM bonds_taxpayment WHERE contract_id = contract
    ), 0)::bigint
$left$;
CREATE FUNCTION bonds_tax_of_interest() RETURNS trigger LANGUAGE plpgsql AS $tax$
DECLARE
    due bonds_distribution;
    mine bigint;
BEGIN
    SELECT * INTO STRICT due FROM bonds_distribution WHERE id = NEW.distribution_id;
    SELECT contract_id INTO STRICT mine FROM bonds_waterfallrun WHERE id = due.run_id;
    PERFORM FROM bonds_outcomescontract WHERE id = mine FOR NO KEY UPDATE;
    IF NEW.tax_pence > 0 AND (due.stage <> 'interest' OR due.commitment_id IS NULL)
        OR NEW.undoes_id IS NOT NULL AND NEW.tax_pence <> (
            SELECT tax_pence FROM bonds_distributionpayment WHERE id = NEW.undoes_id
        )
        OR NEW.undoes_id IS NOT NULL AND NEW.tax_pence > bonds_tax_left(mine) AND NEW.tax_pence > 0 THEN
        RAISE EXCEPTION 'tax of % is withheld from interest, and goes back whole while it is not paid over', NEW.tax_pence
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $tax$;
CREATE TRIGGER bonds_tax_of_interest BEFORE INSERT ON bonds_distributionpayment
    FOR EACH ROW EXECUTE FUNCTION bonds_tax_of_interest();
"""
ANY_TAX = """
DROP TRIGGER bonds_tax_of_interest ON bonds_distributionpayment;
DROP FUNCTION bonds_tax_of_interest();
DROP FUNCTION bonds_tax_left(bigint);
"""

PAID_WITHIN_WITHHELD = """
CREATE FUNCTION bonds_tax_within_withheld() RETURNS trigger LANGUAGE plpgsql AS $within$
BEGIN
    PERFORM FROM bonds_outcomescontract WHERE id = NEW.contract_id FOR NO KEY UPDATE;
    IF NEW.undoes_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bonds_taxpayment WHERE id = NEW.undoes_id AND contract_id = NEW.contract_id
            AND pence = NEW.pence AND undoes_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a payment of tax is undone whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.undoes_id IS NULL AND NEW.pence > bonds_tax_left(NEW.contract_id) THEN
        RAISE EXCEPTION 'tax of % paid over, % left', NEW.pence, bonds_tax_left(NEW.contract_id)
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $within$;
CREATE TRIGGER bonds_tax_within_withheld BEFORE INSERT ON bonds_taxpayment
    FOR EACH ROW EXECUTE FUNCTION bonds_tax_within_withheld();
"""
ANY_PAYMENT = """
DROP TRIGGER bonds_tax_within_withheld ON bonds_taxpayment;
DROP FUNCTION bonds_tax_within_withheld();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0023_tax_withheld"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(TAX_OF_INTEREST, ANY_TAX),
        migrations.RunSQL(PAID_WITHIN_WITHHELD, ANY_PAYMENT),
    ]
