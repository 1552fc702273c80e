"""A society comes onto the platform by one command: all of it, or nothing."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from core.money import to_minor
from ledger.models import Book
from payments.models import ProviderAccount
from shares.models import ShareClass, Society

pytestmark = pytest.mark.django_db
SAID = {"number": "7116", "office": "1 High Street, Ashcombe", "share": "10", "largest": "5000", "account": "acct_1"}


def register(**changed: str) -> None:
    options = [f"--{name}={value}" for name, value in {**SAID, **changed}.items()]
    call_command("register_society", "hollow-oak", *options)


@pytest.fixture
def organisation() -> None:
    call_command("found_organisation", "hollow-oak", "Hollow Oak Pub Limited")


def test_a_society_gets_registration_shares_book_and_account(organisation):
    register()

    society = Society.objects.get()
    assert society.organisation.slug == "hollow-oak"
    assert society.registration_number == "7116"
    assert to_minor(society.minimum_holding) == 1_000
    assert to_minor(society.maximum_holding) == 500_000
    assert to_minor(ShareClass.objects.get(society=society).nominal_value) == 1_000
    assert Book.objects.get().slug == "hollow-oak"
    assert ProviderAccount.objects.get().account_id == "acct_1"


@pytest.mark.parametrize("changed", [{"number": "no number"}, {"largest": "5"}, {"share": "0"}])
def test_what_cannot_be_is_refused_and_nothing_is_entered(organisation, changed):
    with pytest.raises(CommandError):
        register(**changed)

    assert not Society.objects.exists()
    assert not Book.objects.exists()
    assert not ProviderAccount.objects.exists()


def test_an_organisation_has_to_be_entered_first(db):
    with pytest.raises(CommandError):
        register()
