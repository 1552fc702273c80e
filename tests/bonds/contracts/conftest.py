"""Officers of the parties of a contract that is being written, and browsers for them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.urls import reverse

from people.models import Organisation
from tests.factories.bonds import make_contract, make_organisation
from tests.people.support import make_officer, make_user, sign_in


def an_officer(organisation: Organisation, role: str):
    """Somebody with a role and a second factor."""
    email = f"{role}@{organisation.slug}.example.org"
    return make_officer(organisation, role, email)


@pytest.fixture
def room(db):
    """A draft with sound terms, and people: of the holder, of two payers, of a provider, of nobody."""
    world = make_contract(is_signed=False)
    holder = world.contract.organisation
    people = {role: an_officer(holder, role) for role in ("secretary", "treasurer", "director")}
    for code in ("northmoor", "southfell", "topup", "hearthside", "plumbline"):
        people[code] = an_officer(world.parties[code].organisation, "director")
    other = make_organisation("elsewhere")
    people["stranger"] = an_officer(other, "director")
    people["resident"] = make_user("rae@example.org")
    return SimpleNamespace(world=world, contract=world.contract, holder=holder, other=other, people=people)


@pytest.fixture
def visit(room):
    """A browser for each of them, by name."""
    return lambda name, **how: sign_in(room.people[name], **how)


@pytest.fixture
def url(room):
    """An address of the contract, from the holder's standpoint unless another party is named."""

    def make(name: str, *more: object, of: str = "") -> str:
        organisation = room.world.parties[of].organisation if of else room.holder
        return reverse(f"bonds:{name}", args=[organisation.slug, room.contract.reference, *more])

    return make
