"""Roles in organisations: appointed, seen, ended; and what other organisations' officers meet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from foundation.models import AuditEvent, MailMessage
from people import operations, policies, queries
from people.models import OfficerRole
from people.operations.organisations import RoleHeldAlready, RoleNotHeld, RoleStartsLater
from tests.people.support import AT, ON, make_officer, make_organisation, make_user, sign_in

pytestmark = pytest.mark.django_db


def appoint(user, organisation, role="secretary", from_on=ON):
    return operations.appoint_officer(
        user=user, organisation=organisation, role=role, from_on=from_on, actor="system:tests", at=AT
    )


def end(role, until_on=ON):
    return operations.end_role(role=role, until_on=until_on, actor="system:tests", at=AT)


class TestAppointing:
    def test_opens_the_organisation_at_once_and_leaves_an_audit_event_without_email(self):
        organisation, user = make_organisation(), make_user()
        assert queries.roles_of(user) == {}

        role = appoint(user, organisation)

        assert queries.roles_of(user) == {organisation.public_id: frozenset({"secretary"})}
        event = AuditEvent.objects.get(action="people.officer_appointed")
        assert event.subject == role.public_id
        assert event.after == {"user": user.public_id, "role": "secretary", "from_on": "2026-11-02"}
        assert MailMessage.objects.get().template == "people/mail/officer_appointed"

    def test_twice_is_refused_and_changes_nothing(self):
        organisation, user = make_organisation(), make_user()
        appoint(user, organisation)

        with pytest.raises(RoleHeldAlready) as refused:
            appoint(user, organisation)

        assert refused.value.code == "people.role_held_already"
        assert OfficerRole.objects.count() == 1
        assert AuditEvent.objects.filter(action="people.officer_appointed").count() == 1

    def test_again_after_the_end_is_a_second_row(self):
        organisation, user = make_organisation(), make_user()
        end(appoint(user, organisation, from_on=date(2026, 1, 1)))

        appoint(user, organisation)

        assert OfficerRole.objects.count() == 2
        assert queries.roles_of(user) == {organisation.public_id: frozenset({"secretary"})}

    def test_in_the_future_is_refused(self):
        with pytest.raises(RoleStartsLater):
            appoint(make_user(), make_organisation(), from_on=ON + timedelta(days=1))

        assert OfficerRole.objects.count() == 0

    def test_overlap_is_refused_by_the_database_itself(self):
        organisation, user = make_organisation(), make_user()
        appoint(user, organisation)

        with pytest.raises(IntegrityError, match="people_officer_role_once_at_a_time"), transaction.atomic():
            OfficerRole.objects.create(
                user=user,
                organisation=organisation,
                role="secretary",
                from_on=date(2026, 12, 24),
                appointed_by="system:tests",
                appointed_at=AT,
            )

        assert OfficerRole.objects.count() == 1


class TestEnding:
    def test_closes_the_pages_with_the_next_click(self):
        organisation = make_organisation()
        user = make_officer(organisation)
        client = sign_in(user)
        assert client.get("/groups/hollow-oak/").status_code == 200

        end(OfficerRole.objects.get())

        assert client.get("/groups/hollow-oak/").status_code == 404
        assert queries.roles_of(user) == {}

    def test_twice_is_refused(self):
        role = appoint(make_user(), make_organisation())
        end(role)

        with pytest.raises(RoleNotHeld):
            end(role)

        assert AuditEvent.objects.filter(action="people.role_ended").count() == 1

    @pytest.mark.parametrize("until_on", [ON + timedelta(days=1), ON - timedelta(days=1)])
    def test_in_the_future_or_before_it_began_is_refused(self, until_on):
        role = appoint(make_user(), make_organisation())

        with pytest.raises(RoleStartsLater):
            end(role, until_on)

        role.refresh_from_db()
        assert role.until_on is None

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE people_officerrole SET role = 'treasurer'",
            "UPDATE people_officerrole SET until_on = NULL, ended_at = NULL, ended_by = ''",
            "DELETE FROM people_officerrole",
        ],
    )
    def test_is_the_only_change_that_the_database_lets_through(self, statement):
        end(appoint(make_user(), make_organisation()))

        with pytest.raises(Exception, match=r"only the end of a role|permission denied"), transaction.atomic():
            connection.cursor().execute(statement)

        row = OfficerRole.objects.get()
        assert (row.role, row.until_on) == ("secretary", ON)


class TestPages:
    def test_secretary_appoints_by_email_after_giving_the_password_again(self):
        organisation = make_organisation()
        client = sign_in(make_officer(organisation))
        tess = make_user("tess@example.org")

        answer = client.post(
            "/groups/hollow-oak/officers/", {"email": "Tess@example.org", "role": "treasurer", "from_on": "2026-11-01"}
        )

        assert answer["Location"] == "/groups/hollow-oak/officers/"
        assert queries.roles_of(tess) == {organisation.public_id: frozenset({"treasurer"})}

    def test_secretary_without_recent_password_is_asked_first(self):
        client = sign_in(make_officer(make_organisation()), recently=False)
        make_user("tess@example.org")

        answer = client.post(
            "/groups/hollow-oak/officers/", {"email": "tess@example.org", "role": "treasurer", "from_on": "2026-11-01"}
        )

        assert answer["Location"].startswith("/accounts/reauthenticate/")
        assert OfficerRole.objects.count() == 1

    def test_unknown_email_is_refused_with_a_reason(self):
        client = sign_in(make_officer(make_organisation()))

        answer = client.post(
            "/groups/hollow-oak/officers/",
            {"email": "nix@example.org", "role": "treasurer", "from_on": "2026-11-01"},
        )

        assert "Ask the person to sign up" in answer.content.decode()
        assert OfficerRole.objects.count() == 1

    def test_director_sees_the_list_and_may_not_appoint(self):
        client = sign_in(make_officer(make_organisation(), role="director"))
        make_user("tess@example.org")

        page = client.get("/groups/hollow-oak/officers/")
        posted = client.post(
            "/groups/hollow-oak/officers/", {"email": "tess@example.org", "role": "treasurer", "from_on": "2026-11-01"}
        )

        assert page.status_code == 200
        assert "Appoint an officer" not in page.content.decode()
        assert posted.status_code == 403
        assert OfficerRole.objects.count() == 1

    def test_treasurer_does_not_see_the_list(self):
        client = sign_in(make_officer(make_organisation(), role="treasurer"))

        assert client.get("/groups/hollow-oak/").status_code == 200
        assert client.get("/groups/hollow-oak/officers/").status_code == 403

    def test_secretary_ends_a_role_with_a_reason(self):
        organisation = make_organisation()
        client = sign_in(make_officer(organisation))
        role = appoint(make_user("tess@example.org"), organisation, "treasurer")

        page = client.get(f"/groups/hollow-oak/officers/{role.public_id}/end/")
        answer = client.post(
            f"/groups/hollow-oak/officers/{role.public_id}/end/", {"until_on": "2026-11-02", "reason": "Minute 4"}
        )

        role.refresh_from_db()
        assert page.status_code == 200
        assert answer["Location"] == "/groups/hollow-oak/officers/"
        assert role.until_on == ON
        assert AuditEvent.objects.get(action="people.role_ended").reason == "Minute 4"

    def test_another_organisation_is_answered_as_one_that_does_not_exist(self):
        ours = make_organisation()
        theirs = make_organisation("river-mill", "River Mill Limited")
        role = appoint(make_user("tess@example.org"), theirs)
        client = sign_in(make_officer(ours))

        answers = {
            path: client.get(path).status_code
            for path in (
                "/groups/river-mill/",
                "/groups/river-mill/officers/",
                f"/groups/river-mill/officers/{role.public_id}/end/",
                f"/groups/hollow-oak/officers/{role.public_id}/end/",
                "/groups/nowhere/",
            )
        }

        assert set(answers.values()) == {404}

    def test_roles_of_another_organisation_cannot_be_ended_by_post(self):
        theirs = make_organisation("river-mill", "River Mill Limited")
        role = appoint(make_user("tess@example.org"), theirs)
        client = sign_in(make_officer(make_organisation()))

        answer = client.post(f"/groups/hollow-oak/officers/{role.public_id}/end/", {"until_on": "2026-11-02"})

        role.refresh_from_db()
        assert answer.status_code == 404
        assert role.until_on is None

    def test_visitor_is_sent_to_sign_in_whether_the_organisation_exists_or_not(self):
        make_organisation()

        known, unknown = Client().get("/groups/hollow-oak/"), Client().get("/groups/nowhere/")

        assert known["Location"] == "/accounts/login/?next=/groups/hollow-oak/"
        assert unknown["Location"] == "/accounts/login/?next=/groups/nowhere/"

    def test_staff_appoints_the_first_secretary_with_a_second_factor(self):
        organisation = make_organisation()
        staff = make_user("staff@example.org", is_staff=True)
        make_user("tess@example.org")
        without = sign_in(staff).get("/groups/hollow-oak/officers/")
        operations.seed_second_factor(user=staff, secret="JBSWY3DPEHPK3PXP")

        answer = sign_in(staff).post(
            "/groups/hollow-oak/officers/", {"email": "tess@example.org", "role": "secretary", "from_on": "2026-11-01"}
        )

        assert without["Location"] == "/accounts/2fa/totp/activate/"
        assert answer.status_code == 302
        assert OfficerRole.objects.for_organisation(organisation).get().user.email == "tess@example.org"


class TestPolicies:
    def test_role_of_one_organisation_says_nothing_of_another(self):
        ours, theirs = make_organisation(), make_organisation("river-mill", "River Mill Limited")
        actor = queries.actor_for_user(make_officer(ours), second_factor=True)

        assert policies.may_act_as(actor, ours, "secretary").allowed
        assert policies.may_act_as(actor, ours.public_id).allowed
        assert policies.may_act_as(actor, ours, "treasurer").code == "people.role_required"
        assert policies.may_act_as(actor, theirs).code == "people.no_role"

    def test_without_second_factor_no_role_counts(self):
        ours = make_organisation()
        actor = queries.actor_for_user(make_officer(ours), second_factor=False)

        assert policies.may_act_as(actor, ours, "secretary").code == "people.second_factor_required"
        assert policies.may_appoint(actor, ours).code == "people.second_factor_required"
