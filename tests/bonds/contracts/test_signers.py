"""Whose signature a version asks for, and who is told where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bonds import operations
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import Tariff
from bonds.models import CommitmentAmount, Signature
from bonds.operations.errors import NotASigner, ReasonMissing
from bonds.queries.contracts import newest_version
from bonds.queries.terms import signing_parties
from foundation.models import MailMessage
from ledger.models import Transfer
from tests.bonds.investor_books.support import CALLED_AT, TERMS, make_deal, vary
from tests.factories.bonds import HOLDER, SIGNED_AT, ContractWorld, make_contract, small_terms
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db
PAYERS = ["holder", "northmoor", "southfell", "topup"]
LENDERS = ["bigfund", "seedtrust", "smallfund"]


def propose(world: ContractWorld):
    return operations.propose_version(contract=world.contract, actor=HOLDER, at=CALLED_AT)


def sign(world: ContractWorld, version, *codes: str) -> None:
    for code in codes:
        operations.sign_version(
            version=version, party=world.parties[code], digest=version.digest, actor=HOLDER, at=CALLED_AT
        )


def signers(world: ContractWorld) -> list[str]:
    return [party.code for party in signing_parties(newest_version(world.contract))]


def told(template: str) -> list[str]:
    found = MailMessage.objects.filter(template=f"bonds/mail/{template}").order_by("to")
    return list(found.values_list("to", flat=True))


def test_nobody_commits_by_what_others_signed():
    world = make_deal(is_signed=False)
    version = propose(world)
    assert signers(world) == sorted(PAYERS + LENDERS)

    sign(world, version, *PAYERS, "bigfund", "smallfund")

    version.refresh_from_db()
    assert (version.state, CommitmentAmount.objects.count(), Transfer.objects.count()) == ("proposed", 0, 0)
    sign(world, version, "seedtrust")
    version.refresh_from_db()
    assert (version.state, CommitmentAmount.objects.count()) == ("signed", 4)
    # V1, the memo side of each of the four commitments.
    assert sorted(Transfer.objects.values_list("amount", flat=True)) == [50_000, 100_000, 100_000, 300_000]


def test_investors_sign_what_is_new_of_investors_and_nothing_else():
    world = make_deal()
    operations.begin_variation(
        contract=world.contract, effective_on=date(2025, 10, 1), reason="Dearer rooms", actor=HOLDER, at=CALLED_AT
    )
    tariffs = (Tariff(metric="moved_in", price=60_000), Tariff(metric="stayed_3m", price=150_000))
    operations.write_terms(
        contract=world.contract, terms=write_terms(small_terms(tariffs=tariffs)), actor=HOLDER, at=CALLED_AT
    )
    version = propose(world)

    assert signers(world) == PAYERS
    with pytest.raises(NotASigner):
        sign(world, version, "bigfund")
    assert not Signature.objects.filter(version=version).exists()
    sign(world, version, *PAYERS)
    version.refresh_from_db()
    assert version.state == "signed"

    first, *others = TERMS.commitments
    vary(world, replace(TERMS, commitments=(replace(first, amount=350_000), *others)))
    propose(world)
    assert signers(world) == sorted(PAYERS + LENDERS)


def test_those_who_sign_are_asked_and_everybody_is_told_when_all_have():
    world = make_contract(is_signed=False)
    for code in ("holder", "southfell", "hearthside"):
        make_officer(world.parties[code].organisation, email=f"{code}@example.org")
    version = propose(world)

    assert told("version_proposed") == ["holder@example.org", "southfell@example.org"]
    mail = MailMessage.objects.get(to="southfell@example.org", template="bonds/mail/version_proposed")
    assert mail.subject == "Please sign version 1 of Brightwater Homes"
    assert "/groups/brightwater-southfell/contracts/brightwater/versions/1/" in mail.text
    sign(world, version, *PAYERS[:-1])
    assert told("version_in_force") == []

    sign(world, version, PAYERS[-1])

    assert told("version_in_force") == ["hearthside@example.org", "holder@example.org", "southfell@example.org"]
    assert "from 1 April 2025 on" in MailMessage.objects.filter(template="bonds/mail/version_in_force").last().text


def test_those_who_were_asked_learn_why_they_need_not_sign_now():
    world = make_contract(is_signed=False)
    make_officer(world.parties["southfell"].organisation, email="southfell@example.org")
    propose(world)
    taking = {"contract": world.contract, "actor": HOLDER, "at": SIGNED_AT}

    with pytest.raises(ReasonMissing):
        operations.take_back_version(reason=" ", **taking)
    assert told("version_taken_back") == []

    operations.take_back_version(reason="The cap was wrong.", **taking)

    (mail,) = MailMessage.objects.filter(template="bonds/mail/version_taken_back")
    assert (mail.to, mail.subject) == ("southfell@example.org", "Version 1 of Brightwater Homes was taken back")
    assert "The cap was wrong." in mail.text
    # The same words put to the parties again ask again.
    operations.propose_version(contract=world.contract, actor=HOLDER, at=CALLED_AT + timedelta(days=1))
    assert told("version_proposed") == ["southfell@example.org", "southfell@example.org"]
