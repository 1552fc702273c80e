"""Particulars as facts, and a person's right to a copy and to be forgotten."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.test import Client

from core.errors import DomainError
from foundation.models import AuditEvent, MailMessage
from foundation.registries import PERSONAL_DATA_HOLDERS, PersonalDataHolder
from people import operations, queries
from people.models import ApiKey, OfficerRole, Particulars, Person
from people.operations.persons import IncompleteParticulars, PersonErased, UnknownPurpose
from people.operations.privacy import OfficerCannotBeErased
from shares.models import RegisterEntry
from tests.factories import shares as make
from tests.people.support import AT, ON, PASSWORD, give_particulars, make_officer, make_organisation, make_user, sign_in

pytestmark = pytest.mark.django_db


class TestParticulars:
    def test_correction_is_a_new_row_and_the_old_one_stays(self):
        user = make_user()
        give_particulars(user, valid_from_on=date(2026, 1, 1))

        moved = give_particulars(user, address_line_1="2 Low Street", valid_from_on=ON)

        person = Person.objects.get()
        assert Particulars.objects.count() == 2
        assert queries.find_particulars(person, date(2026, 10, 31)).address_line_1 == "1 High Street"
        assert queries.find_particulars(person, ON) == moved

    def test_same_again_is_the_same_row(self):
        user = make_user()

        assert give_particulars(user) == give_particulars(user, full_name="  Amy   Ash ", postcode="sy8  1aa")
        assert AuditEvent.objects.filter(action="people.particulars_recorded").count() == 1

    @pytest.mark.parametrize(
        ("changed", "missing"),
        [
            ({"full_name": " 7 "}, ["full_name"]),
            ({"address_line_1": " ", "town": ""}, ["address_line_1", "town"]),
            ({"postcode": ""}, ["postcode"]),
        ],
    )
    def test_incomplete_is_refused_and_says_what_is_missing(self, changed, missing):
        with pytest.raises(IncompleteParticulars) as refused:
            give_particulars(make_user(), **changed)

        assert refused.value.facts == {"missing": missing}
        assert Particulars.objects.count() == 0

    def test_address_abroad_needs_no_postcode(self):
        assert give_particulars(make_user(), postcode="", country="ie").country == "IE"

    @pytest.mark.parametrize(
        "changed",
        [{"email_purposes": []}, {"email_for_notices": ""}, {"email_purposes": ["notices", "advertising"]}],
    )
    def test_email_and_its_purposes_go_together(self, changed):
        with pytest.raises(UnknownPurpose):
            give_particulars(make_user(), **changed)

        assert Particulars.objects.count() == 0

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE people_particulars SET town = ''",
            "DELETE FROM people_particulars",
            "TRUNCATE people_particulars",
        ],
    )
    def test_application_cannot_rewrite_them(self, statement):
        give_particulars(make_user())

        with pytest.raises(Exception, match="permission denied for table people_particulars"), transaction.atomic():
            connection.cursor().execute(statement)

        assert Particulars.objects.get().full_name == "Amy Ash"

    @pytest.mark.parametrize(
        ("changed", "constraint"),
        [
            ({"full_name": ""}, "people_particulars_name_and_address"),
            ({"postcode": ""}, "people_particulars_uk_postcode"),
            ({"email_purposes": []}, "people_particulars_email_has_purpose"),
        ],
    )
    def test_database_refuses_what_a_register_could_not_say(self, changed, constraint):
        facts = {
            "full_name": "Amy Ash",
            "address_line_1": "1 High Street",
            "town": "Ludlow",
            "postcode": "SY8 1AA",
            "email_for_notices": "amy@example.org",
            "email_purposes": ["notices"],
        }
        person = operations.give_person(user=make_user())

        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Particulars.objects.create(
                person=person, valid_from_on=ON, recorded_at=AT, recorded_by="system:tests", **facts | changed
            )

    def test_page_records_and_shows_them(self):
        client = sign_in(make_user())
        facts = {"full_name": "Amy Ash", "address_line_1": "1 High Street", "town": "Ludlow", "country": "GB"}

        refused = client.post("/me/particulars/", facts)
        done = client.post("/me/particulars/", facts | {"postcode": "SY8 1AA"}, follow=True)

        assert refused.context["form"].errors.keys() == {"postcode"}
        assert "1 High Street, Ludlow, SY8 1AA" in done.content.decode()
        assert Particulars.objects.get().recorded_by.startswith("user:usr_")


class TestExport:
    def test_zip_holds_everything_of_this_person_and_nothing_of_another(self):
        amy, bob = make_user("amy@example.org"), make_user("bob@example.org")
        give_particulars(amy)
        give_particulars(bob, full_name="Bob Birch", address_line_1="9 Mill Lane")
        operations.issue_key(user=amy, name="Till", scopes=["me:read"], actor="system:tests", at=AT)
        operations.appoint_officer(
            user=amy, organisation=make_organisation(), role="director", from_on=ON, actor="system:tests", at=AT
        )

        answer = sign_in(amy).post("/me/data/download/")

        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        everything = "".join(archive.read(name).decode() for name in archive.namelist())
        own = json.loads(archive.read("people.json"))
        assert set(archive.namelist()) == {f"{name}.json" for name, _ in PERSONAL_DATA_HOLDERS.items()} | {"README.txt"}
        assert own["particulars"][0]["address"] == ["1 High Street", "Ludlow", "SY8 1AA"]
        assert own["sign_in"]["email"] == "amy@example.org"
        assert own["sign_in"]["api_keys"][0]["name"] == "Till"
        assert own["sign_in"]["roles"][0]["organisation"] == "Hollow Oak Pub Limited"
        assert len(own["sign_in"]["mails"]) == 1
        for other in ("bob@example.org", "Bob Birch", "9 Mill Lane", bob.public_id):
            assert other not in everything
        assert AuditEvent.objects.get(action="people.person_exported").actor == f"user:{amy.public_id}"

    def test_download_is_a_post(self):
        assert sign_in(make_user()).get("/me/data/download/").status_code == 405


class TestErasure:
    def test_erases_everything_where_no_law_keeps_it(self):
        user = make_user("amy@example.org")
        give_particulars(user)
        operations.give_person(user=user, given_name="Amy", family_name="Ash", date_of_birth=date(1990, 5, 1))
        operations.issue_key(user=user, name="Till", scopes=["me:read"], actor="system:tests", at=AT)
        client = sign_in(user)

        answer = client.post("/me/data/erase/", {"understood": "on"})

        person = Person.objects.get()
        user.refresh_from_db()
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Erased: postal addresses that no register relies on." in page
        assert (person.full_name, person.date_of_birth) == ("", None)
        assert Particulars.objects.count() == 0
        assert EmailAddress.objects.count() == 0
        assert ApiKey.objects.filter(revoked=False).count() == 0
        assert "amy" not in user.email
        assert user.is_active is False
        assert client.get("/me/")["Location"].startswith("/accounts/login/")
        assert Client().post("/accounts/login/", {"login": "amy@example.org", "password": PASSWORD}).status_code == 200

    def test_keeps_what_a_register_points_to_and_says_why(self, register_row):
        user = make_user()
        early = give_particulars(user, valid_from_on=date(2026, 1, 1))
        relied_on = give_particulars(user, address_line_1="2 Low Street", valid_from_on=date(2026, 3, 1))
        later = give_particulars(user, address_line_1="3 Hill", valid_from_on=ON)
        register_row(relied_on)

        erasure = operations.erase_person(person=Person.objects.get(), actor="user:usr_x", at=AT)

        kept = set(Particulars.objects.values_list("public_id", flat=True))
        assert kept == {relied_on.public_id, later.public_id}
        assert early.public_id not in kept
        reason = next(answer for answer in erasure.answers if "register of members" in answer)
        assert "UK GDPR Article 17(3)(b)" in reason
        assert "Act 2014 section 30" in reason

    def test_member_stays_in_the_register_with_name_and_address(self):
        offer = make.open_offer()
        application = make.paid(offer, 100)
        person, particulars = application.person, application.particulars
        make.closed_offer(offer)
        make.allot(offer)

        erasure = operations.erase_person(person=person, actor="user:usr_x", at=make.AFTER)

        entry = RegisterEntry.objects.get(member__person=person)
        person.refresh_from_db()
        assert entry.particulars == particulars
        assert entry.particulars.full_name != ""
        assert (person.full_name, person.user.is_active) == ("", False)
        assert sum("Kept" in answer and "register" in answer for answer in erasure.answers) == 2
        assert sum("Article 17(3)(b)" in answer for answer in erasure.answers) == 1

    def test_database_refuses_to_erase_what_a_register_points_to(self):
        offer = make.open_offer()
        application = make.paid(offer, 100)
        make.closed_offer(offer)
        make.allot(offer)

        with connection.cursor() as cursor, transaction.atomic():
            place = transaction.savepoint()
            cursor.execute("SELECT people_erase_particulars(%s)", [[application.particulars_id]])
            with pytest.raises(IntegrityError, match="foreign key"):
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.savepoint_rollback(place)

        assert RegisterEntry.objects.get().particulars.full_name != ""

    def test_email_is_free_again_for_a_new_sign_up(self):
        user = make_user("amy@example.org")
        person = operations.give_person(user=user)
        operations.erase_person(person=person, actor="user:usr_x", at=AT)

        assert make_user("amy@example.org").pk != user.pk

    def test_mails_to_the_person_go_and_those_to_others_stay(self):
        amy, bob = make_user("amy@example.org"), make_user("bob@example.org")
        organisation = make_organisation()
        for user in (amy, bob):
            role = operations.appoint_officer(
                user=user, organisation=organisation, role="director", from_on=ON, actor="system:tests", at=AT
            )
            operations.end_role(role=role, until_on=ON, actor="system:tests", at=AT)

        operations.erase_person(person=operations.give_person(user=amy), actor="user:usr_x", at=AT)

        assert set(MailMessage.objects.values_list("to", flat=True)) == {"bob@example.org"}

    def test_officer_has_to_step_down_first(self):
        user = make_officer(make_organisation())
        person = operations.give_person(user=user)

        with pytest.raises(OfficerCannotBeErased):
            operations.erase_person(person=person, actor="user:usr_x", at=AT)

        user.refresh_from_db()
        assert user.is_active
        assert OfficerRole.objects.current().count() == 1

    def test_a_room_that_cannot_let_go_stops_all_of_it(self, monkeypatch):
        def refuse(*, person, at):
            raise DomainError("A payment is under way.")

        holder = PersonalDataHolder(export=lambda person: {}, erase=refuse, merge=lambda **_: None)
        monkeypatch.setitem(PERSONAL_DATA_HOLDERS._items, "a_room", holder)
        user = make_user()
        give_particulars(user)

        answer = sign_in(user).post("/me/data/erase/", {"understood": "on"})

        user.refresh_from_db()
        assert "A payment is under way." in answer.content.decode()
        assert user.is_active
        assert Particulars.objects.count() == 1

    def test_nothing_new_is_kept_on_an_erased_person(self):
        person = operations.give_person(user=make_user())
        operations.erase_person(person=person, actor="user:usr_x", at=AT)

        with pytest.raises(PersonErased):
            operations.record_particulars(
                person=person, full_name="Amy Ash", address_line_1="1", town="Ludlow", postcode="SY8 1AA", at=AT
            )

    def test_without_the_tick_nothing_happens(self):
        user = make_user()

        answer = sign_in(user).post("/me/data/erase/", {})

        user.refresh_from_db()
        assert answer.status_code == 200
        assert user.is_active


@pytest.fixture
def register_row(monkeypatch):
    """Something of a room above that points to particulars: the answer of Django's collector stands in for it."""
    from django.db.models import ProtectedError
    from django.db.models.deletion import Collector

    pointed_to: set[int] = set()
    collect = Collector.collect

    def collect_or_refuse(self, objs, *args, **kwargs):
        if any(row.pk in pointed_to for row in objs if isinstance(row, Particulars)):
            raise ProtectedError("in use", set(objs))
        return collect(self, objs, *args, **kwargs)

    monkeypatch.setattr(Collector, "collect", collect_or_refuse)
    return lambda row: pointed_to.add(row.pk)


def test_merging_moves_the_sign_in_to_the_person_who_stays():
    paper = Person.objects.create(given_name="Amy", family_name="Ash")
    user = make_user()
    online = operations.give_person(user=user)

    operations.merge_person(kept=paper.public_id, merged=online.public_id, at=AT)

    paper.refresh_from_db()
    assert paper.user == user
    assert queries.find_person(user.pk) == paper
