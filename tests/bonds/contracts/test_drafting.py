"""Writing a contract: who is party to it, what it says, and how a version comes into force or is dropped."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from bonds import operations, states
from bonds.models import ContractVersion, OutcomesContract, Party, PartyRoleHeld, Signature
from bonds.operations.editing import edit_terms
from bonds.operations.errors import (
    ContractExists,
    NothingOpenToChange,
    PartyExists,
    ReasonMissing,
    RoleConflict,
    RoleHeld,
    RolePeriodEmpty,
    TermsUnreadable,
    VariationTooEarly,
    VersionChanged,
    VersionIncomplete,
    VersionOpen,
)
from bonds.queries.contracts import newest_version, roles_of
from bonds.queries.terms import find_problems, version_digest, version_on, version_starts
from bonds.states import PartyRole, VersionState
from foundation.models import AuditEvent
from ledger.models import Book
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, make_contract, make_organisation, sign_all

pytestmark = pytest.mark.django_db
HOW = {"actor": HOLDER, "at": SIGNED_AT}


def open_one(reference="fernbrook", **changed):
    facts = {
        "organisation": changed.get("organisation") or make_organisation(f"{reference}-vehicle"),
        "reference": reference,
        "name": "Fernbrook Works",
        "purpose": "People find work and keep it.",
        "effective_on": SERVICE_FROM,
    }
    return operations.open_contract(**facts | changed, **HOW)


def propose(world):
    return operations.propose_version(contract=world.contract, **HOW)


def vary(world, on=SERVICE_FROM + timedelta(days=365), reason="More people than expected"):
    return operations.begin_variation(contract=world.contract, effective_on=on, reason=reason, **HOW)


class TestOpening:
    def test_a_contract_begins_as_a_draft_with_an_empty_version_and_without_books(self):
        contract = open_one()

        version = newest_version(contract)
        assert (contract.state, version.number, version.state, version.terms) == ("draft", 1, "draft", {})
        assert not Book.objects.exists()
        assert len(bytes(contract.identity_salt)) == 32
        assert AuditEvent.objects.filter(action="bonds.contract_opened", subject=contract.public_id).count() == 1

    def test_a_reference_is_taken_once(self):
        first = open_one()

        with pytest.raises(ContractExists):
            open_one(organisation=make_organisation("another"))

        assert list(OutcomesContract.objects.all()) == [first]
        assert ContractVersion.objects.count() == 1


class TestParties:
    def test_an_organisation_is_one_party_under_one_short_name(self):
        contract = open_one()
        council = make_organisation("eastmere-council")
        operations.add_party(contract=contract, organisation=council, code="eastmere", **HOW)

        for organisation, code in ((council, "other"), (make_organisation("westmere-council"), "eastmere")):
            with pytest.raises(PartyExists):
                operations.add_party(contract=contract, organisation=organisation, code=code, **HOW)

        assert Party.objects.count() == 1

    @pytest.mark.parametrize(
        ("first", "second"), [(PartyRole.PROVIDER, PartyRole.VERIFIER), (PartyRole.VERIFIER, PartyRole.PROVIDER)]
    )
    def test_whoever_claims_never_verifies_even_at_another_time(self, first, second):
        party = operations.add_party(
            contract=open_one(), organisation=make_organisation("eastmere"), code="eastmere", **HOW
        )
        operations.give_role(party=party, role=first, from_on=date(2025, 1, 1), until_on=date(2025, 2, 1), **HOW)

        with pytest.raises(RoleConflict):
            operations.give_role(party=party, role=second, from_on=date(2027, 1, 1), **HOW)

        assert [held.role for held in PartyRoleHeld.objects.all()] == [first.value]

    @pytest.mark.parametrize("other", [one for one in PartyRole if one is not PartyRole.PROVIDER])
    def test_a_provider_may_hold_every_role_but_the_verifiers(self, other):
        party = operations.add_party(
            contract=open_one(), organisation=make_organisation("eastmere"), code="eastmere", **HOW
        )
        operations.give_role(party=party, role=PartyRole.PROVIDER, from_on=SERVICE_FROM, **HOW)

        if other is PartyRole.VERIFIER:
            with pytest.raises(RoleConflict):
                operations.give_role(party=party, role=other, from_on=SERVICE_FROM, **HOW)
        else:
            operations.give_role(party=party, role=other, from_on=SERVICE_FROM, **HOW)
            assert PartyRoleHeld.objects.count() == 2

    def test_a_role_is_held_once_at_a_time_and_again_from_the_day_it_ended(self):
        party = operations.add_party(
            contract=open_one(), organisation=make_organisation("eastmere"), code="eastmere", **HOW
        )
        ends = date(2025, 6, 1)
        held = operations.give_role(party=party, role=PartyRole.PROVIDER, from_on=SERVICE_FROM, until_on=ends, **HOW)
        with pytest.raises(RoleHeld):
            operations.give_role(party=party, role=PartyRole.PROVIDER, from_on=ends - timedelta(days=1), **HOW)

        operations.give_role(party=party, role=PartyRole.PROVIDER, from_on=ends, **HOW)

        on_the_day = PartyRoleHeld.objects.held_on(ends)
        assert PartyRoleHeld.objects.count() == 2
        assert held not in on_the_day
        assert on_the_day.count() == 1

    @pytest.mark.parametrize("days", [-1, 0])
    def test_a_role_ends_after_it_begins(self, days):
        party = operations.add_party(
            contract=open_one(), organisation=make_organisation("eastmere"), code="eastmere", **HOW
        )
        until = SERVICE_FROM + timedelta(days=days)

        with pytest.raises(RolePeriodEmpty):
            operations.give_role(party=party, role=PartyRole.PROVIDER, from_on=SERVICE_FROM, until_on=until, **HOW)
        held = operations.give_role(party=party, role=PartyRole.PROVIDER, from_on=SERVICE_FROM, **HOW)
        with pytest.raises(RolePeriodEmpty):
            operations.end_role(held=held, until_on=until, **HOW)

        held.refresh_from_db()
        assert held.until_on is None

    def test_holding_the_books_is_a_role_and_who_is_no_party_has_none(self):
        world = make_contract()
        holder = world.contract.organisation

        assert roles_of(contract=world.contract, organisation=holder, on=SERVICE_FROM) == ({"holder"}, frozenset())
        nobody = make_organisation("nobody")
        assert roles_of(contract=world.contract, organisation=nobody, on=SERVICE_FROM) == (frozenset(), frozenset())

    def test_parties_do_not_change_while_a_version_is_signed_or_in_force(self):
        world = make_contract()
        held = PartyRoleHeld.objects.earliest("pk")

        with pytest.raises(NothingOpenToChange):
            operations.add_party(contract=world.contract, organisation=make_organisation("late"), code="late", **HOW)
        with pytest.raises(NothingOpenToChange):
            operations.give_role(party=world.provider, role=PartyRole.EVALUATOR, from_on=SERVICE_FROM, **HOW)
        with pytest.raises(NothingOpenToChange):
            operations.end_role(held=held, until_on=date(2026, 1, 1), **HOW)


class TestTerms:
    def test_what_was_written_is_kept_even_if_it_cannot_be_meant_yet(self):
        contract = open_one()

        operations.write_terms(contract=contract, terms={"currency": "EUR", "metrics": "many"}, **HOW)

        assert newest_version(contract).terms == {"currency": "EUR", "metrics": "many"}
        assert {"/metrics", "/payers"} <= {one["at"] for one in find_problems(newest_version(contract))}

    @pytest.mark.parametrize("terms", [[], "terms", 7, {"a": "x" * 500_000}])
    def test_what_is_no_object_or_far_too_long_is_refused(self, terms):
        contract = open_one()

        with pytest.raises(TermsUnreadable):
            operations.write_terms(contract=contract, terms=terms, **HOW)

        assert newest_version(contract).terms == {}

    def test_a_writer_who_read_older_words_is_told_and_changes_nothing(self):
        contract = open_one()
        seen = version_digest(newest_version(contract))
        edit_terms(contract=contract, edit=lambda terms: terms | {"currency": "GBP"}, seen_digest=seen, **HOW)

        with pytest.raises(VersionChanged):
            edit_terms(contract=contract, edit=lambda _terms: {}, seen_digest=seen, **HOW)

        assert newest_version(contract).terms == {"currency": "GBP"}

    def test_an_edit_that_refuses_changes_nothing(self):
        contract = open_one()

        def refuse(_terms):
            raise VersionChanged("no")

        with pytest.raises(VersionChanged):
            edit_terms(contract=contract, edit=refuse, **HOW)

        assert newest_version(contract).terms == {}
        assert not AuditEvent.objects.filter(action="bonds.terms_written").exists()


class TestProposing:
    def test_incomplete_terms_are_not_put_to_the_parties_and_every_problem_is_named(self):
        world = make_contract(is_signed=False)
        terms = deepcopy(newest_version(world.contract).terms)
        terms["tariffs"][1]["metric"] = "no_such"
        terms["payers"][0] = "plumbline"
        operations.write_terms(contract=world.contract, terms=terms, **HOW)

        with pytest.raises(VersionIncomplete) as refused:
            propose(world)

        assert len(refused.value.facts["problems"]) >= 2
        assert newest_version(world.contract).state == "draft"

    def test_a_role_that_is_missing_is_named(self):
        world = make_contract(is_signed=False)
        PartyRoleHeld.objects.filter(role__in=["verifier", "holder"]).delete()

        problems = find_problems(newest_version(world.contract))

        assert [one["problem"] for one in problems if one["at"] == "/parties"] == [
            "No party is the contract holder.",
            "No party verifies claims.",
        ]

    def test_the_contracts_own_currency_is_the_only_one(self):
        world = make_contract(is_signed=False)
        terms = newest_version(world.contract).terms | {"currency": "EUR"}
        operations.write_terms(contract=world.contract, terms=terms, **HOW)

        assert "/currency" in {one["at"] for one in find_problems(newest_version(world.contract))}

    def test_a_version_with_the_parties_cannot_be_written_until_it_is_taken_back(self):
        world = make_contract(is_signed=False)
        version = propose(world)
        with pytest.raises(NothingOpenToChange):
            operations.write_terms(contract=world.contract, terms={}, **HOW)
        with pytest.raises(ReasonMissing):
            operations.take_back_version(contract=world.contract, reason=" ", **HOW)

        operations.take_back_version(contract=world.contract, reason="A price is wrong", **HOW)
        operations.write_terms(contract=world.contract, terms={"currency": "GBP"}, **HOW)

        version.refresh_from_db()
        assert (version.state, version.terms) == ("draft", {"currency": "GBP"})

    def test_a_signature_counts_only_for_the_words_that_were_signed(self):
        world = make_contract(is_signed=False)
        version = propose(world)
        party = world.parties["northmoor"]
        operations.sign_version(version=version, party=party, digest=version.digest, **HOW)
        operations.take_back_version(contract=world.contract, reason="A price is wrong", **HOW)
        terms = deepcopy(newest_version(world.contract).terms)
        terms["tariffs"][0]["price"] = 60_000
        operations.write_terms(contract=world.contract, terms=terms, **HOW)
        again = propose(world)

        for code in ("southfell", "topup", "holder"):
            operations.sign_version(version=again, party=world.parties[code], digest=again.digest, **HOW)
        assert newest_version(world.contract).state == "proposed"
        operations.sign_version(version=again, party=party, digest=again.digest, **HOW)

        assert newest_version(world.contract).state == "signed"
        assert Signature.objects.filter(party=party).count() == 2


class TestVariations:
    def test_a_variation_begins_with_the_words_in_force_and_holds_from_its_day(self):
        world = make_contract()
        day = date(2026, 4, 1)
        version = vary(world, on=day)

        assert version.terms == ContractVersion.objects.get(number=1).terms
        assert version_on(version_starts(world.contract), day) == 1
        sign_all(world, propose(world), at=SIGNED_AT)

        world.contract.refresh_from_db()
        starts = version_starts(world.contract)
        assert [version_on(starts, day + timedelta(days=days)) for days in (-1, 0, 1)] == [1, 2, 2]
        assert version_on(starts, SERVICE_FROM - timedelta(days=1)) is None
        assert world.contract.state == "varied"
        assert world.contract.state_changes.last().reason == "More people than expected"

    def test_a_variation_may_hold_from_the_first_day_but_not_from_before_it(self):
        world = make_contract()
        with pytest.raises(VariationTooEarly):
            vary(world, on=SERVICE_FROM - timedelta(days=1))

        assert vary(world, on=SERVICE_FROM).effective_on == SERVICE_FROM

    def test_one_version_is_open_at_a_time(self):
        world = make_contract()
        vary(world)
        with pytest.raises(VersionOpen):
            vary(world)
        propose(world)
        with pytest.raises(VersionOpen):
            vary(world)

        assert ContractVersion.objects.count() == 2

    def test_a_draft_is_not_varied_and_version_1_is_not_withdrawn(self):
        world = make_contract(is_signed=False)
        with pytest.raises(NothingOpenToChange):
            vary(world)
        with pytest.raises(NothingOpenToChange):
            operations.withdraw_version(contract=world.contract, reason="Not wanted", **HOW)

        assert newest_version(world.contract).state == "draft"

    @pytest.mark.parametrize("is_proposed", [False, True])
    def test_a_variation_that_is_dropped_leaves_what_was_signed_and_the_next_has_its_own_number(self, is_proposed):
        world = make_contract()
        vary(world)
        if is_proposed:
            propose(world)
        operations.withdraw_version(contract=world.contract, reason="The council said no", **HOW)

        assert version_starts(world.contract) == [(SERVICE_FROM, 1)]
        assert vary(world).number == 3

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_reasons_are_asked_for(self, reason):
        world = make_contract()
        with pytest.raises(ReasonMissing):
            vary(world, reason=reason)
        vary(world)
        with pytest.raises(ReasonMissing):
            operations.withdraw_version(contract=world.contract, reason=reason, **HOW)

        assert newest_version(world.contract).state == "draft"


OPEN = {VersionState.DRAFT, VersionState.PROPOSED}
# From which states of the newest version which act leads on, under a contract that is in force.
ACTS = {
    "write": {VersionState.DRAFT},
    "propose": {VersionState.DRAFT},
    "take back": {VersionState.PROPOSED},
    "withdraw": OPEN,
    "vary": {VersionState.SIGNED, VersionState.WITHDRAWN},
}


@pytest.mark.parametrize("state", list(VersionState))
@pytest.mark.parametrize("act", list(ACTS))
def test_each_act_is_possible_in_its_states_and_in_no_other(act, state):
    world = make_contract()
    if state is not VersionState.SIGNED:
        vary(world)
    if state is VersionState.PROPOSED:
        propose(world)
    if state is VersionState.WITHDRAWN:
        operations.withdraw_version(contract=world.contract, reason="No", **HOW)
    contract = world.contract
    do = {
        "write": lambda: operations.write_terms(contract=contract, terms={}, **HOW),
        "propose": lambda: propose(world),
        "take back": lambda: operations.take_back_version(contract=contract, reason="Why", **HOW),
        "withdraw": lambda: operations.withdraw_version(contract=contract, reason="Why", **HOW),
        "vary": lambda: vary(world),
    }[act]

    if state in ACTS[act]:
        do()
        return
    before = list(ContractVersion.objects.values())
    with pytest.raises((NothingOpenToChange, VersionOpen)):
        do()
    assert list(ContractVersion.objects.values()) == before


def test_the_tables_of_states_let_nothing_out_of_a_signed_or_withdrawn_version():
    for end in (VersionState.SIGNED, VersionState.WITHDRAWN):
        assert states.VERSION_TRANSITIONS[end] == frozenset()


def test_a_book_and_a_memo_book_are_opened_with_the_last_signature_and_not_again():
    world = make_contract()
    books = SimpleNamespace(**{book.template: book for book in Book.objects.all()})
    assert (books.vehicle.slug, books.memo.slug) == ("brightwater", "brightwater-memo")
    vary(world)

    sign_all(world, propose(world), at=SIGNED_AT)

    assert Book.objects.count() == 2
