"""Facts cannot be changed, and a version that was signed never changes: the database says so itself."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = (
    "bonds_contractstatechange",
    "bonds_signature",
    "bonds_approach",
    "bonds_participant",
    "bonds_referral",
    "bonds_start",
    "bonds_clock",
    "bonds_outcomeevent",
    "bonds_eventwithdrawal",
    "bonds_evidenceitem",
    "bonds_linestatechange",
    "bonds_linemessage",
    "bonds_assessmentrun",
    "bonds_lineresult",
    "bonds_linereduction",
    "bonds_lineshare",
    "bonds_clawback",
    "bonds_overpayment",
    "bonds_linecheck",
    "bonds_dispute",
    "bonds_adjudication",
    "bonds_samplerun",
    "bonds_sampleitem",
    "bonds_samplefinding",
    "bonds_sampleclosing",
)

# What was put to the parties is fixed until it is taken back; what they signed, or dropped, is fixed for ever.
VERSION_IS_FIXED = """
CREATE FUNCTION bonds_version_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $fixed$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('signed', 'withdrawn') THEN
        RAISE EXCEPTION 'version % of a contract is %', OLD.number, OLD.state
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    IF OLD.contract_id <> NEW.contract_id OR OLD.number <> NEW.number OR (OLD.state = 'proposed' AND NEW.state <> 'draft'
        AND (OLD.terms, OLD.investor_terms, OLD.effective_on, OLD.digest)
            IS DISTINCT FROM (NEW.terms, NEW.investor_terms, NEW.effective_on, NEW.digest)) THEN
        RAISE EXCEPTION 'version % of a contract is with the parties', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $fixed$;
CREATE TRIGGER bonds_version_is_fixed BEFORE UPDATE OR DELETE ON bonds_contractversion
    FOR EACH ROW EXECUTE FUNCTION bonds_version_is_fixed();
"""
ANY_VERSION = """
DROP TRIGGER bonds_version_is_fixed ON bonds_contractversion;
DROP FUNCTION bonds_version_is_fixed();
"""

# The claimant is the organisation of the claim's provider, whatever the application says.
CLAIMANT_IS_TRUE = """
CREATE FUNCTION bonds_claimant_is_true() RETURNS trigger LANGUAGE plpgsql AS $true$
BEGIN
    SELECT p.organisation_id INTO STRICT NEW.claimant
    FROM bonds_claimline l JOIN bonds_claim c ON c.id = l.claim_id JOIN bonds_party p ON p.id = c.provider_id
    WHERE l.id = NEW.line_id;
    RETURN NEW;
END $true$;
CREATE TRIGGER bonds_claimant_is_true BEFORE INSERT ON bonds_linestatechange
    FOR EACH ROW EXECUTE FUNCTION bonds_claimant_is_true();
"""
ANY_CLAIMANT = """
DROP TRIGGER bonds_claimant_is_true ON bonds_linestatechange;
DROP FUNCTION bonds_claimant_is_true();
"""

# gross = net + reductions, and the shares sum to the net amount, when the transaction ends.
RESULT_ADDS_UP = """
CREATE FUNCTION bonds_result_adds_up() RETURNS trigger LANGUAGE plpgsql AS $adds$
DECLARE
    result bonds_lineresult;
    cut bigint;
    shared bigint;
BEGIN
    SELECT * INTO STRICT result FROM bonds_lineresult
    WHERE line_id = (CASE WHEN TG_TABLE_NAME = 'bonds_lineresult' THEN to_jsonb(NEW) ->> 'line_id'
                          ELSE to_jsonb(NEW) ->> 'result_id' END)::bigint;
    SELECT coalesce(sum(pence), 0) INTO cut FROM bonds_linereduction WHERE result_id = result.line_id;
    SELECT coalesce(sum(net_pence), 0) INTO shared FROM bonds_lineshare WHERE result_id = result.line_id;
    IF result.gross_pence <> result.net_pence + cut THEN
        RAISE EXCEPTION 'line %: gross % is not net % and reductions %',
            result.line_id, result.gross_pence, result.net_pence, cut
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_result_adds_up', TABLE = TG_TABLE_NAME;
    END IF;
    IF result.net_pence <> shared THEN
        RAISE EXCEPTION 'line %: net % is not the sum of the shares %', result.line_id, result.net_pence, shared
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bonds_result_shared_out', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $adds$;
CREATE CONSTRAINT TRIGGER bonds_result_adds_up AFTER INSERT ON bonds_lineresult
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_result_adds_up();
CREATE CONSTRAINT TRIGGER bonds_reduction_adds_up AFTER INSERT ON bonds_linereduction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_result_adds_up();
CREATE CONSTRAINT TRIGGER bonds_share_adds_up AFTER INSERT ON bonds_lineshare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bonds_result_adds_up();
"""
ANY_RESULT = """
DROP TRIGGER bonds_share_adds_up ON bonds_lineshare;
DROP TRIGGER bonds_reduction_adds_up ON bonds_linereduction;
DROP TRIGGER bonds_result_adds_up ON bonds_lineresult;
DROP FUNCTION bonds_result_adds_up();
"""


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0001_initial"), ("foundation", "0001_initial")]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(VERSION_IS_FIXED, ANY_VERSION),
        migrations.RunSQL(CLAIMANT_IS_TRUE, ANY_CLAIMANT),
        migrations.RunSQL(RESULT_ADDS_UP, ANY_RESULT),
    ]
