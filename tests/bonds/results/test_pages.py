"""The provider's pages, and what others see there: 404 for strangers, pseudonyms for payers, files for the verifier."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bonds.models import Clock, EvidenceItem, OutcomeEvent, Participant, Referral, Start
from foundation import clock
from people.operations import make_user
from tests.bonds.results.support import AT, admit, make_world, record, refer
from tests.people.support import make_officer, sign_in

pytestmark = pytest.mark.django_db

ADA = {
    "given_names": "Ada Maria", "family_name": "O'Neill", "born_on": "2001-05-09", "started_on": "2025-04-07",
}  # fmt: skip


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def visit(world):
    """A browser of an officer of one of the parties, by its code."""

    def visit(code="hearthside", role="secretary"):
        email = f"{role}-{code}@example.org"
        make_user(email=email, password=None, at=AT)
        return sign_in(make_officer(world.parties[code].organisation, role, email))

    return visit


def at(world, name, *parts, code="hearthside"):
    return reverse(f"bonds:{name}", args=[world.parties[code].organisation.slug, world.contract.reference, *parts])


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_somebody_starts_and_who_they_are_is_not_shown_again(world, visit):
    client, referral = visit(role="treasurer"), refer(world)
    assert "R-1 (Brightwater Northmoor)" in text_of(client.get(at(world, "person-new")))

    done = client.post(
        at(world, "person-new"), ADA | {"referral": referral.public_id, "subgroups": ["women"]}, follow=True
    )

    page = text_of(done)
    assert "P-0001" in page
    assert not [word for word in ("Ada", "Neill", "2001") if word in page]
    start = Start.objects.get()
    assert (start.age, start.subgroups, start.referral) == (23, ["women"], referral)
    assert "Women" in page


def test_a_refusal_is_said_at_its_field_with_everything_still_there(world, visit):
    client = visit()

    page = text_of(client.post(at(world, "person-new"), ADA | {"started_on": "2025-03-31"}))

    assert "Error:" in page
    assert 'href="#id_started_on"' in page
    assert 'value="Ada Maria"' in page
    assert Participant.objects.count() == 0
    page = text_of(client.post(at(world, "person-new"), ADA | {"given_names": "--"}))
    assert 'href="#id_given_names"' in page
    assert Participant.objects.count() == 0


def test_somebody_whom_another_provider_knows(world, visit):
    admit(world, world.parties["lanternhouse"])
    client = visit()

    page = text_of(client.post(at(world, "person-new"), ADA, follow=True))

    assert "Another provider of this contract has met this person" in page
    assert "Lanternhouse" not in page


def test_a_result_with_its_evidence(world, visit):
    person = admit(world).start.participant
    client = visit("hearthside", "director")
    client.post(at(world, "clock-new", "P-0001"), {"ladder": "home", "event": "start", "started_on": "2025-04-07"})
    assert Clock.objects.get().participant == person

    done = client.post(
        at(world, "result-new"),
        {"person": "P-0001", "metric": "moved_in", "achieved_on": "2025-04-10", "quantity": "1"},
        follow=True,
    )
    event = OutcomeEvent.objects.get()
    assert "Still missing" in text_of(done)
    assert "tenancy" in text_of(done)
    done = client.post(
        at(world, "evidence-new", event.public_id),
        {
            "kind": "tenancy", "dated_on": "2025-04-09", "is_redacted": "on",
            "file": SimpleUploadedFile("Tenancy.pdf", b"%PDF-1.4 keys"),
        },
        follow=True,
    )  # fmt: skip

    page = text_of(done)
    assert "Nothing: complete" in page
    assert "Tenancy.pdf" in page
    item = EvidenceItem.objects.get()
    assert (item.is_redacted, item.file.media_type) == (True, "application/pdf")
    for code in ("hearthside", "plumbline"):
        sent = visit(code, "treasurer").get(at(world, "evidence-file", item.public_id, code=code))
        assert (sent.status_code, b"".join(sent.streaming_content)) == (200, b"%PDF-1.4 keys")
    assert visit("northmoor").get(at(world, "evidence-file", item.public_id, code="northmoor")).status_code == 403
    assert visit("lanternhouse").get(at(world, "evidence-file", item.public_id, code="lanternhouse")).status_code == 404


@pytest.mark.parametrize(("changed", "field"), [
    ({"person": "Ada"}, "person"),
    ({"person": "P-0009"}, "person"),
    ({"achieved_on": "2025-04-06"}, "achieved_on"),
    ({"achieved_on": "12025-04-10"}, "achieved_on"),
    ({"metric": "flew"}, "metric"),
    ({"quantity": "2"}, "quantity"),
    ({"quantity": "0"}, "quantity"),
])  # fmt: skip
def test_results_that_cannot_be_are_refused_at_their_field(world, visit, changed, field):
    admit(world)
    typed = {"person": "P-0001", "metric": "moved_in", "achieved_on": "2025-04-10", "quantity": "1"} | changed

    page = text_of(visit().post(at(world, "result-new"), typed))

    assert f'href="#id_{field}"' in page
    assert OutcomeEvent.objects.count() == 0


def test_a_group_is_measured(world, visit):
    client = visit()
    typed = {"cohort": "cohort-1", "metric": "less_crime", "achieved_on": "2025-06-30", "quantity": "1"}
    for measurement in ("", "figures", "[" * 19_000, '{"measured_on": "2025-06-30", "figures": {"days": 1}}'):
        page = text_of(client.post(at(world, "group-result-new"), typed | {"measurement": measurement}))
        assert 'href="#id_measurement"' in page
    assert OutcomeEvent.objects.count() == 0

    done = client.post(
        at(world, "group-result-new"),
        typed | {"measurement": '{"measured_on": "2025-06-30", "figures": {"days": "12"}}'},
        follow=True,
    )

    assert "cohort-1" in text_of(done)
    assert OutcomeEvent.objects.get().measurement["figures"] == {"days": "12"}


def test_a_result_is_withdrawn_with_a_reason(world, visit):
    event = record(world, admit(world).start.participant)
    client = visit()
    assert 'href="#id_reason"' in text_of(client.post(at(world, "result-withdraw", event.public_id), {"reason": " "}))

    page = text_of(client.post(at(world, "result-withdraw", event.public_id), {"reason": "Not so."}, follow=True))

    assert "Withdrawn: it counts for nothing" in page
    assert "Not so." in page
    assert at(world, "evidence-new", event.public_id) not in page


def test_what_is_missing_by_urgency(world, visit):
    today = clock.today()
    person = admit(world).start.participant
    late = record(world, person, achieved_on=date(2025, 4, 10))
    ready = record(world, person, "assessed", achieved_on=today, today=today)
    missing = record(world, person, "stayed_3m", achieved_on=today, today=today)

    response = visit().get(at(world, "missing"))

    parts = {name: [one.event for one in response.context[name]] for name in ("incomplete", "ready", "late")}
    assert parts == {"incomplete": [missing], "ready": [ready], "late": [late]}
    page = text_of(response)
    assert "landlord letter or self cert" in page
    assert "nobody has recorded when it began" in page
    assert "too late" in page


def test_referrals_by_either_side(world, visit):
    provider, council = visit(), visit("northmoor")
    typed = {"commissioner": "northmoor", "provider": "hearthside", "referred_on": "2025-04-02", "reference": "R-7"}

    page = text_of(provider.post(at(world, "referral-new"), typed, follow=True))
    assert "R-7" in page
    assert "At least" in page
    assert 'href="#id_reference"' in text_of(
        council.post(at(world, "referral-new", code="northmoor"), typed | {"referred_on": "2025-04-03"})
    )
    others = typed | {"commissioner": "southfell", "reference": "R-8"}
    assert 'href="#id_commissioner"' in text_of(council.post(at(world, "referral-new", code="northmoor"), others))
    assert Referral.objects.count() == 1


def test_a_commissioner_cannot_tell_a_pseudonym_from_a_referral(world, visit):
    admit(world, referral=refer(world))
    council = visit("northmoor")

    assert "P-0001" in text_of(visit().get(at(world, "referrals")))
    referrals = text_of(council.get(at(world, "referrals", code="northmoor")))
    assert "somebody started" in referrals
    assert "P-0001" not in referrals
    person = text_of(council.get(at(world, "person", "P-0001", code="northmoor")))
    assert "P-0001" in person
    assert "R-1" not in person


GOOD = "person,result,achieved_on\nP-0001,moved_in,2025-04-10\n"


def hand_in(client, world, text):
    return client.post(at(world, "upload"), {"file": SimpleUploadedFile("results.csv", text.encode())})


def test_a_file_is_looked_at_and_then_recorded(world, visit):
    admit(world)
    client = visit()

    looked = hand_in(client, world, GOOD)
    assert "Record all of it" in text_of(looked)
    assert OutcomeEvent.objects.count() == 0
    file = looked.context["confirm"].initial["file"]
    done = client.post(at(world, "upload-confirm"), {"file": file}, follow=True)

    assert "Every result in the file is recorded now." in text_of(done)
    assert OutcomeEvent.objects.get().metric == "moved_in"
    assert "recorded before" in text_of(hand_in(client, world, GOOD))
    again = client.post(at(world, "upload-confirm"), {"file": file}, follow=True)
    assert "Nothing was added" in text_of(again)
    assert OutcomeEvent.objects.count() == 1


def test_a_file_with_bad_rows_is_shown_line_by_line_and_not_kept(world, visit):
    from foundation.models import StoredFile

    admit(world)

    page = text_of(hand_in(visit(), world, GOOD + "Ada O'Neill,moved_in,2025-04-10\nP-0001,flew,2025-04-10\n"))

    assert "2 things are wrong" in page
    assert "Neill" not in page
    assert StoredFile.objects.count() == 0
    assert OutcomeEvent.objects.count() == 0


def test_what_others_see(world, visit):
    event = record(world, admit(world).start.participant)
    everything = ["results", "people", "missing", "referrals"]
    for code in ("northmoor", "topup", "plumbline", "holder"):
        client = visit(code)
        for name in everything:
            assert client.get(at(world, name, code=code)).status_code == 200, (code, name)
        assert "P-0001" in text_of(client.get(at(world, "results", code=code)))
        for name in ("person-new", "result-new", "group-result-new", "upload"):
            assert client.get(at(world, name, code=code)).status_code == 403, (code, name)
    other = visit("lanternhouse")
    assert "P-0001" not in text_of(other.get(at(world, "results", code="lanternhouse")))
    assert other.get(at(world, "result", event.public_id, code="lanternhouse")).status_code == 404
    assert other.get(at(world, "person", "P-0001", code="lanternhouse")).status_code == 404
    assert other.post(at(world, "result-withdraw", event.public_id, code="lanternhouse")).status_code == 404
    # Officers of one organisation are strangers in another's address.
    for name in everything:
        assert other.get(at(world, name)).status_code == 404


def test_the_verifier_does_not_record(world, visit):
    event = record(world, admit(world).start.participant)
    client = visit("plumbline", "director")

    for name in ("evidence-new", "result-withdraw"):
        assert client.post(at(world, name, event.public_id, code="plumbline"), {}).status_code == 403


def test_lists_are_paged(world, visit, monkeypatch):
    monkeypatch.setattr("bonds.views.results.PAGE_ROWS", 2)
    person = admit(world).start.participant
    for number in range(3):
        record(world, person, "work_days", achieved_on=date(2025, 5, 1) + timedelta(days=number))

    client = visit()

    assert len(client.get(at(world, "results")).context["page"]) == 2
    assert len(client.get(f"{at(world, 'results')}?{urlencode({'page': 2})}").context["page"]) == 1


def test_the_contract_leads_to_people_and_results(world, visit):
    assert at(world, "missing") in text_of(visit().get(at(world, "contract")))
