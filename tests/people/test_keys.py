"""API keys and the API's question who calls."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from foundation.models import AuditEvent
from people import operations
from people.models import ApiKey, OfficerRole, Scope
from people.operations.keys import UnknownScope
from tests.people.support import AT, ON, make_officer, make_organisation, make_user, sign_in

pytestmark = pytest.mark.django_db


def issue(user, *scopes, organisation=None, **more):
    return operations.issue_key(
        user=user,
        name="Till",
        scopes=scopes or ["me:read"],
        actor="system:tests",
        at=AT,
        organisation=organisation,
        **more,
    )


def call(secret):
    return Client().get("/api/v1/me/", headers={"Authorization": f"Api-Key {secret}"})


class TestKeys:
    def test_secret_is_on_the_page_that_answers_and_never_again(self):
        client = sign_in(make_user())

        made = client.post("/me/keys/", {"name": "Till", "scopes": ["me:read"]})
        secret = made.context["issued"].secret
        later = client.get("/me/keys/")

        assert secret in made.content.decode()
        assert "no-store" in made["Cache-Control"]
        assert secret not in later.content.decode()
        assert call(secret).status_code == 200

    def test_database_holds_only_the_hash(self):
        issued = issue(make_user())

        row = ApiKey.objects.values().get()

        secret = issued.secret.partition(".")[2]
        assert all(secret not in str(value) for value in row.values())
        assert row["hashed_key"].startswith("sha512$$")

    def test_revoked_key_is_refused_at_once(self):
        user = make_user()
        issued = issue(user)
        assert call(issued.secret).status_code == 200

        sign_in(user).post(f"/me/keys/{issued.row.public_id}/revoke/")
        answer = call(issued.secret)

        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Api-Key")
        assert answer.json()["code"] == "request.authentication_failed"
        assert AuditEvent.objects.filter(action="people.key_revoked").count() == 1

    def test_expired_key_is_refused(self):
        issued = issue(make_user(), expires_at=clock.now() - timedelta(seconds=1))

        assert call(issued.secret).status_code == 401

    def test_key_of_a_closed_account_is_refused(self):
        user = make_user()
        issued = issue(user)
        user.is_active = False
        user.save()

        assert call(issued.secret).status_code == 401

    @pytest.mark.parametrize("secret", ["", "nonsense", "abcdefgh.wrong", "a\x00b.c", "é.é"])
    def test_nonsense_is_refused(self, secret):
        assert call(secret).status_code == 401

    def test_missing_scope_is_403_with_a_stable_code(self):
        issued = issue(make_user(), "offers:read")

        answer = call(issued.secret)

        assert answer.status_code == 403
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "api.scope_missing"

    @pytest.mark.parametrize("scopes", [[], ["me:read", "everything"], ["ME:READ"]])
    def test_unknown_scopes_are_refused_and_nothing_is_made(self, scopes):
        with pytest.raises(UnknownScope):
            operations.issue_key(user=make_user(), name="Till", scopes=scopes, actor="system:tests", at=AT)

        assert ApiKey.objects.count() == 0

    def test_somebody_elses_key_is_404_and_stays(self):
        issued = issue(make_user())

        answer = sign_in(make_user("bob@example.org")).post(f"/me/keys/{issued.row.public_id}/revoke/")

        assert answer.status_code == 404
        assert call(issued.secret).status_code == 200

    def test_making_a_key_asks_for_the_password_again(self):
        answer = sign_in(make_user(), recently=False).post("/me/keys/", {"name": "Till", "scopes": ["me:read"]})

        assert answer["Location"].startswith("/accounts/reauthenticate/")
        assert ApiKey.objects.count() == 0

    def test_organisation_of_others_is_no_choice(self):
        theirs = make_organisation()

        answer = sign_in(make_user()).post(
            "/me/keys/", {"name": "Till", "scopes": ["me:read"], "organisation": theirs.public_id}
        )

        assert answer.status_code == 200
        assert "organisation" in answer.context["form"].errors
        assert ApiKey.objects.count() == 0

    def test_use_is_noted_once_a_day(self, django_assert_num_queries):
        issued = issue(make_user())
        operations.note_key_used(key=issued.row, on=ON)
        issued.row.refresh_from_db()

        with django_assert_num_queries(0):
            operations.note_key_used(key=issued.row, on=ON)

        assert issued.row.last_used_on == ON


class TestWhoAmI:
    def test_key_for_an_organisation_has_its_users_roles_there_only(self):
        ours, theirs = make_organisation(), make_organisation("river-mill", "River Mill Limited")
        user = make_officer(ours)
        make_officer(theirs, email=user.email)
        issued = issue(user, organisation=ours)

        answer = call(issued.secret).json()

        assert answer == {
            "id": user.public_id,
            "key": issued.row.public_id,
            "person": None,
            "email": user.email,
            "second_factor": True,
            "scopes": ["me:read"],
            "roles": [
                {
                    "organisation": ours.public_id,
                    "slug": "hollow-oak",
                    "name": "Hollow Oak Pub Limited",
                    "roles": ["secretary"],
                }
            ],
        }

    def test_personal_key_of_an_officer_has_no_roles_and_no_second_factor(self):
        issued = issue(make_officer(make_organisation()))

        answer = call(issued.secret).json()

        assert (answer["roles"], answer["second_factor"]) == ([], False)

    def test_key_loses_the_role_when_its_user_does(self):
        ours = make_organisation()
        issued = issue(make_officer(ours), organisation=ours)
        operations.end_role(role=OfficerRole.objects.get(), until_on=ON, actor="system:tests", at=AT)

        answer = call(issued.secret).json()

        assert (answer["roles"], answer["second_factor"]) == ([], False)

    def test_session_has_all_roles_and_no_scopes(self):
        user = make_officer(make_organisation())

        answer = sign_in(user).get("/api/v1/me/").json()

        assert answer["scopes"] is None
        assert answer["key"] is None
        assert [role["slug"] for role in answer["roles"]] == ["hollow-oak"]

    def test_nobody_is_401_as_problem_details(self):
        answer = Client().get("/api/v1/me/")

        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "request.not_authenticated"


def test_every_scope_that_a_view_asks_for_can_be_given_to_a_key():
    from django.urls import get_resolver

    def views(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from views(pattern.url_patterns)
            else:
                yield getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)

    asked = {
        scope for view in views(get_resolver().url_patterns) for scope in getattr(view, "required_scopes", {}).values()
    }

    assert asked <= set(Scope.values)
    assert "me:read" in asked
