"""Nobody is provider and verifier of one contract, and a signature is of its version's words: the database agrees."""

from django.db import migrations

# The party's row is locked, so that two roles that are given at once see each other.
CLAIMS_OR_VERIFIES = """
CREATE FUNCTION bonds_party_claims_or_verifies() RETURNS trigger LANGUAGE plpgsql AS $either$
BEGIN
    IF NEW.role NOT IN ('provider', 'verifier') THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM bonds_party WHERE id = NEW.party_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM bonds_partyroleheld held WHERE held.party_id = NEW.party_id AND held.id <> NEW.id
               AND held.role IN ('provider', 'verifier') AND held.role <> NEW.role) THEN
        RAISE EXCEPTION 'party % would claim and verify', NEW.party_id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $either$;
CREATE TRIGGER bonds_party_claims_or_verifies BEFORE INSERT OR UPDATE ON bonds_partyroleheld
    FOR EACH ROW EXECUTE FUNCTION bonds_party_claims_or_verifies();
"""
ANY_ROLES = """
DROP TRIGGER bonds_party_claims_or_verifies ON bonds_partyroleheld;
DROP FUNCTION bonds_party_claims_or_verifies();
"""

# Proposed, of the same contract, and with the digest that the version has now.
SIGNED_AS_SEEN = """
CREATE FUNCTION bonds_signed_as_seen() RETURNS trigger LANGUAGE plpgsql AS $seen$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM bonds_contractversion v JOIN bonds_party p ON p.contract_id = v.contract_id
        WHERE v.id = NEW.version_id AND p.id = NEW.party_id AND v.state = 'proposed' AND v.digest = NEW.digest
    ) THEN
        RAISE EXCEPTION 'version % is not what party % signs', NEW.version_id, NEW.party_id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $seen$;
CREATE TRIGGER bonds_signed_as_seen BEFORE INSERT ON bonds_signature
    FOR EACH ROW EXECUTE FUNCTION bonds_signed_as_seen();
"""
ANY_SIGNATURE = """
DROP TRIGGER bonds_signed_as_seen ON bonds_signature;
DROP FUNCTION bonds_signed_as_seen();
"""


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("bonds", "0002_guards")]

    operations = [
        migrations.RunSQL(CLAIMS_OR_VERIFIES, ANY_ROLES),
        migrations.RunSQL(SIGNED_AS_SEEN, ANY_SIGNATURE),
    ]
