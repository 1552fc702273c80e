"""Odd input over REST is refused as such, and never breaks the site."""

import json

import pytest

from bonds.models import OutcomeEvent
from people.operations import make_user
from tests.bonds.results.support import AT, admit, contents, make_world
from tests.people.support import make_officer, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("results/", {"cohort": "c", "metric": "less_crime", "achieved_on": "2025-06-30", "measurement": odd})
        for odd in (
            {"measured_on": "2025-06-30", "figures": {"\x00": "1"}},
            {"measured_on": "2025-06-30", "figures": {"\ud800": "1"}},
            {"measured_on": "2025-06-30", "figures": {"days": "\ud800"}},
            {"measured_on": "2025-06-30", "cohorts": {"x": [{"name": "\x00"}]}},
            {"measured_on": "0001-01-01", "estimates": {"\x00": {"value": "1"}}},
            [],
            "\x00",
            7,
        )
    ]
    + [
        ("results/", {"person": "P-0001", "metric": "\ud800", "achieved_on": "2025-06-30"}),
        ("results/", {"person": "P-0001", "metric": "moved_in", "achieved_on": "0001-01-01"}),
        ("results/", {"person": "P-0001", "metric": "moved_in", "achieved_on": "9999-12-31"}),
        ("results/", {"person": "P-0001", "metric": "work_days", "achieved_on": "2025-06-30", "quantity": 10**30}),
        ("results/", {"person": "P-0001", "metric": "work_days", "achieved_on": "2025-06-30", "quantity": -1}),
        ("results/file/", {"content": "\ud800", "record": True}),
        ("results/file/", {"content": 'person,result,achieved_on\n"', "record": True}),
        ("people/", {"given_names": "\x7f", "family_name": "x", "born_on": "0001-01-01", "started_on": "9999-12-31"}),
        ("people/", {"given_names": "Ada", "family_name": "x", "born_on": "1800-01-01", "started_on": "2025-04-07"}),
        ("people/P-0001/clocks/", {"ladder": "x" * 61, "event": "start", "started_on": "0001-01-01"}),
        ("people/P-0001/evidence/", {"kind": "tenancy", "dated_on": "9999-12-31", "reference": "1"}),
        ("referrals/", {"commissioner": "northmoor", "provider": "hearthside", "referred_on": "0001-01-01"}),
    ],
)
def test_odd_input_is_refused(path, body):
    world = make_world()
    admit(world)
    make_user(email="sam@example.org", password=None, at=AT)
    client = sign_in(make_officer(world.provider.organisation, "secretary", "sam@example.org"))
    before = contents()

    answer = client.post(
        f"/api/v1/groups/{world.provider.organisation.slug}/contracts/brightwater/{path}",
        json.dumps(body),
        content_type="application/json",
    )

    assert answer.status_code in {400, 422}, answer.content
    assert answer.json()["code"]
    assert contents() == before
    assert OutcomeEvent.objects.count() == 0
