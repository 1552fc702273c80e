"""Each invariant of people notices what breaks it."""

from __future__ import annotations

import pytest

from people.invariants import INVARIANTS
from people.models import ApiKey, User
from tests.people.support import AT, make_officer, make_organisation, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_invariants]


def violations(code: str) -> list[str]:
    return list(next(invariant for invariant in INVARIANTS if invariant.code == code).find_violations())


def test_role_of_a_closed_account_is_noticed():
    make_officer(make_organisation())
    assert violations("PEO-3") == []

    User.objects.update(is_active=False)

    assert len(violations("PEO-3")) == 1


def test_scope_that_does_not_exist_is_noticed():
    from people import operations

    operations.issue_key(user=make_user(), name="Till", scopes=["me:read"], actor="system:tests", at=AT)
    assert violations("PEO-4") == []

    ApiKey.objects.update(scopes=["everything"])

    assert len(violations("PEO-4")) == 1
