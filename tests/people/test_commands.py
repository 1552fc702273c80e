"""What an operator does before there is anybody who could do it in the browser."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from foundation.models import AuditEvent
from people import queries
from people.models import Organisation
from tests.people.support import make_organisation, make_user

pytestmark = pytest.mark.django_db


def test_organisation_is_entered_with_its_first_secretary():
    user = make_user("amy@example.org")

    call_command("found_organisation", "hollow-oak", "Hollow Oak Pub Limited", secretary="Amy@example.org")

    organisation = Organisation.objects.get()
    assert queries.roles_of(user) == {organisation.public_id: frozenset({"secretary"})}


def test_unknown_secretary_leaves_nothing_behind():
    with pytest.raises(CommandError, match="nothing was entered"):
        call_command("found_organisation", "hollow-oak", "Hollow Oak Pub Limited", secretary="nix@example.org")

    assert Organisation.objects.count() == 0


def test_slug_is_taken_once():
    make_organisation("hollow-oak")

    with pytest.raises(CommandError, match="already"):
        call_command("found_organisation", "hollow-oak", "Another Limited")

    assert Organisation.objects.count() == 1


def test_staff_is_set_and_ended_with_an_audit_event_each():
    user = make_user("amy@example.org")

    call_command("set_staff", "amy@example.org")
    user.refresh_from_db()
    was_staff = user.is_staff
    call_command("set_staff", "amy@example.org", end=True)
    user.refresh_from_db()

    assert (was_staff, user.is_staff) == (True, False)
    assert AuditEvent.objects.filter(action="people.staff_set", subject=user.public_id).count() == 2
