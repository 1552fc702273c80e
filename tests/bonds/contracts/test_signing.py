"""Signatures, and what the database refuses whoever asks: each guard is broken on purpose, as the application role."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bonds import operations
from bonds.models import ContractVersion, OutcomesContract, PartyRoleHeld, Signature
from bonds.operations.errors import NotASigner, NothingOpenToChange, VersionChanged
from bonds.queries.contracts import newest_version
from bonds.queries.terms import signing_parties, version_digest
from foundation.guards import find_changeable_tables, find_unguarded_tables
from foundation.models import AuditEvent
from ledger.models import Book
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, make_contract

pytestmark = pytest.mark.django_db
HOW = {"actor": HOLDER, "at": SIGNED_AT}
FACTS = ["bonds_contractstatechange", "bonds_signature", "bonds_approach"]


@pytest.fixture
def proposed():
    """A contract whose version 1 is with the parties."""
    world = make_contract(is_signed=False)
    operations.propose_version(contract=world.contract, **HOW)
    return world


def sign(world, code, digest=None):
    version = newest_version(world.contract)
    party = world.parties[code]
    return operations.sign_version(version=version, party=party, digest=digest or version.digest, **HOW)


def test_payers_and_the_holder_sign_and_nobody_else(proposed):
    signers = [party.code for party in signing_parties(newest_version(proposed.contract))]

    assert signers == ["holder", "northmoor", "southfell", "topup"]
    for code in ("hearthside", "plumbline"):
        with pytest.raises(NotASigner):
            sign(proposed, code)
    assert not Signature.objects.exists()


def test_the_last_signature_puts_the_version_in_force_in_whatever_order(proposed):
    for code in ("topup", "holder", "southfell"):
        sign(proposed, code)
        assert newest_version(proposed.contract).state == "proposed"
        assert not Book.objects.exists()

    sign(proposed, "northmoor")

    version = newest_version(proposed.contract)
    proposed.contract.refresh_from_db()
    assert (version.state, version.signed_at, proposed.contract.state) == ("signed", SIGNED_AT, "signed")
    assert AuditEvent.objects.filter(action="bonds.version_signed_by_party").count() == 4


def test_signing_twice_signs_once(proposed):
    sign(proposed, "topup")
    sign(proposed, "topup")

    assert Signature.objects.count() == 1


def test_whoever_saw_other_words_does_not_sign_these(proposed):
    with pytest.raises(VersionChanged):
        sign(proposed, "topup", digest="0" * 64)

    assert not Signature.objects.exists()


def test_a_draft_is_not_signed():
    world = make_contract(is_signed=False)

    with pytest.raises(NothingOpenToChange):
        sign(world, "topup", digest=version_digest(newest_version(world.contract)))

    assert not Signature.objects.exists()


def test_a_role_that_ended_before_the_version_holds_does_not_sign():
    world = make_contract(is_signed=False)
    held = PartyRoleHeld.objects.get(party=world.parties["topup"])
    operations.end_role(held=held, until_on=SERVICE_FROM, **HOW)

    assert "topup" not in [party.code for party in signing_parties(newest_version(world.contract))]


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "other"},
        {"number": 2},
        {"effective_on": date(2025, 4, 2)},
        {"terms": {"currency": "EUR"}},
        {"investor_terms": {"x": 1}},
    ],
)
def test_the_digest_is_of_all_that_is_signed(change):
    version = newest_version(make_contract().contract)
    assert version.digest == version_digest(version)

    for name, value in change.items():
        setattr(version.contract if name == "reference" else version, name, value)

    assert version.digest != version_digest(version)


def test_every_table_of_facts_is_guarded():
    assert find_unguarded_tables(FACTS) == []
    assert find_changeable_tables(FACTS) == []


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_the_application_role_changes_no_fact(table, statement):
    world = make_contract()
    operations.describe_approach(party=world.provider, title="Doors first", text="A home comes first.", **HOW)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


FIXED = [
    "UPDATE bonds_contractversion SET terms = '{}'",
    "UPDATE bonds_contractversion SET investor_terms = '{\"a\": 1}'",
    "UPDATE bonds_contractversion SET effective_on = effective_on + 1",
    "UPDATE bonds_contractversion SET digest = repeat('0', 64)",
    "UPDATE bonds_contractversion SET number = number + 1",
]


@pytest.mark.parametrize("statement", [*FIXED, "UPDATE bonds_contractversion SET state = 'draft'"])
def test_a_signed_version_never_changes(statement):
    world = make_contract()
    before = ContractVersion.objects.values().get()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert ContractVersion.objects.values().get() == before
    assert world.contract.state == "signed"


@pytest.mark.parametrize("statement", FIXED)
def test_what_is_with_the_parties_is_fixed_until_it_is_taken_back(proposed, statement):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    operations.take_back_version(contract=proposed.contract, reason="Why", **HOW)
    operations.write_terms(contract=proposed.contract, terms={}, **HOW)


@pytest.mark.parametrize("state", ["draft", "proposed", "signed"])
def test_no_version_is_deleted(state):
    world = make_contract(is_signed=state == "signed")
    if state == "proposed":
        operations.propose_version(contract=world.contract, **HOW)

    with pytest.raises(DatabaseError), transaction.atomic():
        ContractVersion.objects.all().delete()

    assert ContractVersion.objects.count() == 1


def _version(world, **facts):
    given = {"number": 2, "effective_on": SERVICE_FROM, "drafted_by": "user:usr_1", "drafted_at": SIGNED_AT}
    return ContractVersion.objects.create(contract=world.contract, **given | facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "agreed"},
        {"state": "proposed", "digest": "", "proposed_at": SIGNED_AT},
        {"state": "proposed", "digest": "0" * 64},
        {"state": "signed", "digest": "0" * 64, "proposed_at": SIGNED_AT},
        {"signed_at": SIGNED_AT},
        {"number": 1},
    ],
)
def test_a_version_that_contradicts_itself_is_refused(facts):
    world = make_contract()

    with pytest.raises(IntegrityError), transaction.atomic():
        _version(world, **facts)


# The version that is put there is no version that anybody proposed: its digest is of no words.
@pytest.mark.breaks_invariants
@pytest.mark.parametrize("first", ["draft", "proposed"])
def test_a_second_open_version_is_refused(first):
    world = make_contract()
    more = {"digest": "0" * 64, "proposed_at": SIGNED_AT} if first == "proposed" else {}
    _version(world, state=first, **more)

    with pytest.raises(IntegrityError), transaction.atomic():
        _version(world, number=3)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "draft"},
        {"state": "closed"},
        {"state": "lost"},
        {"signed_at": None},
        {"closed_at": SIGNED_AT},
        {"currency": "gbp"},
        {"name": ""},
        {"nation": "atlantis"},
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(change):
    make_contract()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutcomesContract.objects.update(**change)


def test_a_party_holds_a_role_once_at_a_time_whoever_writes():
    world = make_contract()
    held = PartyRoleHeld.objects.filter(party=world.provider).get()

    with pytest.raises(IntegrityError), transaction.atomic():
        PartyRoleHeld.objects.create(party=world.provider, role=held.role, from_on=SERVICE_FROM)


@pytest.mark.parametrize(("code", "other"), [("hearthside", "verifier"), ("plumbline", "provider")])
def test_nobody_becomes_provider_and_verifier_whoever_writes(code, other):
    world = make_contract()
    held = PartyRoleHeld.objects.get(party=world.parties[code])

    with pytest.raises(IntegrityError), transaction.atomic():
        PartyRoleHeld.objects.create(party=world.parties[code], role=other, from_on=date(2030, 1, 1))
    # A role that is turned into the other one is one role still.
    PartyRoleHeld.objects.filter(pk=held.pk).update(role=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartyRoleHeld.objects.create(party=world.parties[code], role=held.role, from_on=date(2030, 1, 1))


@pytest.mark.parametrize("wrong", ["digest", "contract", "draft"])
def test_a_signature_is_of_the_words_of_its_version_whoever_writes(proposed, wrong):
    version = newest_version(proposed.contract)
    facts = {"version": version, "party": proposed.parties["topup"], "digest": version.digest}
    if wrong == "digest":
        facts["digest"] = "0" * 64
    elif wrong == "contract":
        facts["party"] = make_contract(reference="another", is_signed=False).parties["topup"]
    else:
        operations.take_back_version(contract=proposed.contract, reason="Why", **HOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(**facts, signed_by="user:usr_1", signed_at=SIGNED_AT)
