"""The holder looks before it issues; each investor reads and downloads their own copy, and nobody else's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from bonds.models import InvestorReport
from documents.models import Document
from foundation.models import Job
from tests.bonds.investor_reports.support import EXPECTED, issue, render_all

pytestmark = pytest.mark.django_db
TYPED = {
    "from_on": "2025-04-01",
    "last_on": "2026-04-30",
    "expected_moved_in": "8",
    "expected_stayed_3m": "",
    "words": "We open a second house in June.",
}


def test_the_holder_sees_everything_before_anything_is_kept(room):
    page = room.post("holder", "investor-report-new", **TYPED)

    words = page.content.decode()
    assert page.status_code == 200
    assert "Nothing has been sent." in words
    assert "What only Brightwater Bigfund reads" in words
    assert "0.63 times" in words
    assert "10 of 8" in words
    assert 'value="2026-04-30"' in words
    assert "We open a second house in June." in words
    assert not InvestorReport.objects.exists()


def test_issuing_leads_to_the_progress_of_the_copies(room):
    page = room.post("holder", "investor-report-new", **TYPED | {"issue": "yes"})

    job = Job.objects.get(kind="documents.making")
    assert page.redirect_chain == [(reverse("foundation:job", args=[job.public_id]), 302)]
    assert (job.total, job.done) == (3, 0)
    report = InvestorReport.objects.get()
    assert (report.number, report.words) == (1, "We open a second house in June.")
    assert report.facts["results"][0]["expected"] == 8
    assert report.facts["results"][1]["expected"] is None
    render_all(report)
    assert "Report 1" in room.get("holder", "investor-reports").content.decode()
    assert "INVREP-000003" in room.get("holder", "investor-report", 1).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"last_on": "2026-05-07"}, "A report is about days that have passed."),
        ({"last_on": "2025-03-31"}, "The last day comes before the first."),
        ({"last_on": "soon"}, "Enter a valid date."),
        ({"from_on": "2025-05-01"}, "The next report begins on another day"),
        ({"expected_moved_in": "-1"}, "greater than or equal to 0"),
        ({"expected_moved_in": "many"}, "Enter a whole number."),
    ],
)
def test_a_refusal_says_why_and_loses_nothing_typed(room, typed, words):
    page = room.post("holder", "investor-report-new", **TYPED | typed | {"issue": "yes"})

    shown = page.content.decode()
    assert page.status_code == 200
    assert words in shown
    assert "<title>Error:" in shown
    assert "We open a second house in June." in shown
    assert not InvestorReport.objects.exists()


def test_an_investor_reads_their_own_copy_only(room):
    report = issue(room.world, expected=EXPECTED)
    documents = render_all(report)

    shown = room.get("bigfund", "investor-report", 1).content.decode()
    assert "Download your copy (PDF)" in shown
    assert "£375.00" in shown
    assert "Smallfund" not in shown
    own, other = (reverse("documents:download", args=[documents[code].public_id]) for code in ("bigfund", "smallfund"))
    assert room.as_("bigfund").get(own)["Content-Type"] == "application/pdf"
    assert room.as_("bigfund").get(other).status_code == 404
    assert room.as_("holder").get(other).status_code == 200
    for stranger in ("hearthside", "northmoor", "plumbline"):
        assert room.get(stranger, "investor-report", 1).status_code == 403
        assert room.as_(stranger).get(own).status_code == 404


def test_an_investor_issues_nothing_and_takes_nothing_back(room):
    issue(room.world)

    assert room.get("bigfund", "investor-report-new").status_code == 403
    assert room.post("bigfund", "investor-report-withdraw", 1, reason="Wrong").status_code == 403
    assert InvestorReport.objects.standing().count() == 1


def test_the_holder_takes_the_last_report_back(room):
    issue(room.world)
    assert "take the report back" in room.get("holder", "investor-report", 1).content.decode()

    page = room.post("holder", "investor-report-withdraw", 1, reason="The grant was missing.")

    assert "Taken back" in page.content.decode()
    assert "Please do not rely on it." in room.get("bigfund", "investor-report", 1).content.decode()
    assert "take the report back" not in room.get("holder", "investor-report", 1).content.decode()
    assert all(hasattr(one, "cancellation") for one in Document.objects.filter(kind="investor_report"))


def test_the_contract_leads_to_the_reports_for_whoever_may_read_them(room):
    address = room.at("bigfund", "investor-reports")
    assert address in room.get("bigfund", "contract").content.decode()
    assert "investor-reports" not in room.get("hearthside", "contract").content.decode()


def test_more_reports_and_investors_ask_no_more_of_the_database(room, django_assert_num_queries):
    issue(room.world)
    room.get("holder", "investor-reports")
    with django_assert_num_queries(LIST_QUERIES):
        room.get("holder", "investor-reports")
    with django_assert_num_queries(PAGE_QUERIES):
        room.get("holder", "investor-report", 1)


LIST_QUERIES = 10
PAGE_QUERIES = 12
