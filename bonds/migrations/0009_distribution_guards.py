"""What was shared out and paid is a fact; a run sums to the penny, and nobody is paid more than they are due."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = (
    "bonds_interestaccrual",
    "bonds_waterfallrun",
    "bonds_runwithdrawal",
    "bonds_distribution",
    "bonds_distributionpayment",
)

RUN_SHARED_OUT = """
CREATE FUNCTION bonds_run_shared_out() RETURNS trigger LANGUAGE plpgsql AS $shared$
DECLARE
    wanted bonds_waterfallrun;
    shared bigint;
BEGIN
    SELECT * INTO STRICT wanted FROM bonds_waterfallrun
    WHERE id = (CASE WHEN TG_TABLE_NAME = 'bonds_waterfallrun' THEN to_jsonb(NEW) ->> 'id'
                     ELSE to_jsonb(NEW) ->> 'run_id' END)::bigint;
    SELECT coalesce(sum(pence), 0) INTO shared FROM bonds_distribution WHERE run_id = wanted.id;
    IF shared <> wanted.distributed_pence THEN
        RAISE EXCEPTION 'run %: its parts come to %, it gave %', wanted.number, shared, wanted.distributed_pence
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_run_shared_out', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $shared$;
CREATE CONSTRAINT TRIGGER bonds_run_shared_out AFTER INSERT ON bonds_waterfallrun
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_run_shared_out();
CREATE CONSTRAINT TRIGGER bonds_distribution_shared_out AFTER INSERT ON bonds_distribution
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_run_shared_out();
"""
ANY_RUN = """
DROP TRIGGER bonds_distribution_shared_out ON bonds_distribution;
DROP TRIGGER bonds_run_shared_out ON bonds_waterfallrun;
DROP FUNCTION bonds_run_shared_out();
"""

# The contract is locked first, as all acts on it do, so that two payments of one due stand in one order.
PAYMENT_WITHIN_DUE = """
CREATE FUNCTION bonds_payment_within_due() RETURNS trigger LANGUAGE plpgsql AS $within$
DECLARE
    due bonds_distribution;
    paid bigint;
BEGIN
    SELECT * INTO STRICT due FROM bonds_distribution WHERE id = NEW.distribution_id;
    PERFORM FROM bonds_outcomescontract
        WHERE id = (SELECT contract_id FROM bonds_waterfallrun WHERE id = due.run_id) FOR NO KEY UPDATE;
    IF NEW.undoes_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM bonds_distributionpayment
        WHERE id = NEW.undoes_id AND distribution_id = due.id AND pence = NEW.pence AND undoes_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a payment is undone whole'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    SELECT coalesce(sum(CASE WHEN undoes_id IS NULL THEN pence ELSE -pence END), 0) INTO paid
    FROM bonds_distributionpayment WHERE distribution_id = due.id;
    IF NEW.undoes_id IS NULL AND (paid + NEW.pence > due.pence
        OR EXISTS (SELECT FROM bonds_runwithdrawal WHERE run_id = due.run_id)) THEN
        RAISE EXCEPTION 'paid % and % of % due', paid, NEW.pence, due.pence
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $within$;
CREATE TRIGGER bonds_payment_within_due BEFORE INSERT ON bonds_distributionpayment
    FOR EACH ROW EXECUTE FUNCTION bonds_payment_within_due();
"""
ANY_PAYMENT = """
DROP TRIGGER bonds_payment_within_due ON bonds_distributionpayment;
DROP FUNCTION bonds_payment_within_due();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0008_distributions"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(RUN_SHARED_OUT, ANY_RUN),
        migrations.RunSQL(PAYMENT_WITHIN_DUE, ANY_PAYMENT),
    ]
