"""The secretary watches an offer fill, closes it, allots its shares or sends the money back; others cannot."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from foundation.models import AuditEvent, Job
from payments.models import Refund, RefundRun
from payments.operations import ProviderUnavailable
from shares import operations
from shares.models import AllotmentBatch, Member, RegisterEntry
from tests.factories import shares as make
from tests.people.support import sign_in
from tests.shares_pages.conftest import officer
from tests.shares_pages.test_applying import text_of

pytestmark = pytest.mark.django_db
RESOLUTION = {
    "minute_reference": "2026/11-4",
    "board_on": "2026-05-29",
    "allotted_on": "2026-05-29",
    "confirmation": "allot",
}


def page_of(offer, act: str = "") -> str:
    return f"/groups/{offer.organisation.slug}/offers/{offer.slug}/{act}/".replace("//", "/")


@pytest.fixture
def filled(offer):
    """An offer whose minimum has cleared: 1,500 pounds from two people, 100 more being paid."""
    make.paid(offer, 100)
    make.paid(offer, 50)
    make.reserve(make.complete(offer, 10))
    return make.reread_offer(offer)


@pytest.fixture
def decided_by(filled, clock):
    """The secretary's web after the closing."""
    make.closed_offer(filled, at=make.CLOSES_AT)
    clock.move_to(make.AFTER)
    return sign_in(officer(filled.organisation, "secretary"))


def test_the_secretary_watches_the_offer_fill(secretary, filled):
    page = text_of(secretary.get(page_of(filled)))

    assert "Save the Drovers Arms" in page
    assert "Cleared £1,500" in page
    assert "Applied for £1,600" in page
    assert "Minimum £1,000" in page
    assert "The minimum is reached." in page
    assert "1 person is paying at this moment" in page
    assert "Money raised so far" in page
    assert page.count("Ada Tester") == 3


def test_the_list_of_applications_shows_no_more_than_is_needed(secretary, filled):
    page = secretary.get(page_of(filled)).content.decode()

    assert "Green Lane" not in page
    assert "@example.org" not in page
    assert "1980" not in page


def test_what_is_not_possible_is_explained_not_offered(secretary, offer):
    page = text_of(secretary.get(page_of(offer)))

    assert f'href="{page_of(offer, "close")}"' in secretary.get(page_of(offer)).content.decode()
    assert page.count("Close the offer first.") == 2


def test_closing_says_what_it_means_and_closes(secretary, filled):
    page = text_of(secretary.get(page_of(filled, "close")))
    response = secretary.post(page_of(filled, "close"), {"reason": ""})

    assert "Payments that are under way still count" in page
    assert (response.status_code, response["Location"]) == (303, page_of(filled))
    assert make.reread_offer(filled).state == "closed"


def test_closing_too_early_needs_a_reason_and_keeps_the_page(secretary, offer):
    refused = secretary.post(page_of(offer, "close"), {"reason": ""})
    closed = secretary.post(page_of(offer, "close"), {"reason": "The pub was sold."})

    assert refused.status_code == 422
    assert "Say why the offer is to be closed" in text_of(refused)
    assert closed.status_code == 303


def test_the_allotment_is_previewed_with_its_totals(decided_by, filled):
    page = text_of(decided_by.get(page_of(filled, "allot")))

    assert "Applications 2" in page
    assert "Shares 150" in page
    assert "Share capital £1,500.00" in page


def test_the_allotment_issues_the_shares_and_makes_the_certificates(decided_by, filled):
    response = decided_by.post(page_of(filled, "allot"), RESOLUTION, follow=True)
    make.drive("shares.issue_certificates", at=make.AFTER)
    make.drive("documents.render", at=make.AFTER)
    after = text_of(decided_by.get(page_of(filled)))

    assert "150 shares are issued in 2 register entries" in text_of(response)
    assert [entry.number for entry in RegisterEntry.objects.order_by("number")] == [1, 2]
    assert make.balance(filled, "3000") == 150_000
    assert "Certificates made: 2 of 2." in after
    assert "2026/11-4" in after
    job = Job.objects.get(kind="documents.making")
    assert decided_by.get(f"/jobs/{job.public_id}/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"confirmation": "yes"}, "Type ALLOT to confirm."),
        ({"confirmation": ""}, "This field is required."),
        ({"minute_reference": ""}, "This field is required."),
        ({"minute_reference": "   "}, "This field is required."),
        ({"board_on": "2026-06-30"}, "before the board has resolved"),
        ({"allotted_on": "2026-03-01", "board_on": "2026-03-01"}, "before they are paid for"),
        ({"allotted_on": "2027-01-01"}, "lies in the future"),
        ({"board_on": "31/31/31"}, "Enter a valid date."),
    ],
)
def test_an_allotment_that_is_refused_keeps_what_was_typed_and_issues_nothing(decided_by, filled, changed, words):
    before = make.balances(filled)

    response = decided_by.post(page_of(filled, "allot"), RESOLUTION | changed)

    assert response.status_code == 422
    assert words in text_of(response)
    if "minute_reference" not in changed:
        assert 'value="2026/11-4"' in response.content.decode()
    assert not AllotmentBatch.objects.exists()
    assert not Member.objects.exists()
    assert make.balances(filled) == before


def test_allotting_twice_issues_once(decided_by, filled):
    decided_by.post(page_of(filled, "allot"), RESOLUTION)
    again = decided_by.post(page_of(filled, "allot"), RESOLUTION)
    other = decided_by.post(page_of(filled, "allot"), RESOLUTION | {"minute_reference": "2026/12-1"})

    assert again.status_code == 303
    assert other.status_code == 422
    assert "were allotted under minute 2026/11-4" in text_of(other)
    assert RegisterEntry.objects.count() == 2


def test_missing_the_minimum_leaves_only_failing(offer, clock):
    make.paid(offer, 20)
    make.closed_offer(offer)
    clock.move_to(make.AFTER)
    secretary = sign_in(officer(offer.organisation, "secretary"))

    page = text_of(secretary.get(page_of(offer)))
    refused = secretary.post(page_of(offer, "allot"), RESOLUTION)

    assert "The minimum is missed by £800.00: the offer can only fail." in page
    assert refused.status_code == 422
    assert not RegisterEntry.objects.exists()


def test_failing_is_counted_first_and_then_refunds_everybody(offer, clock):
    make.paid(offer, 20)
    make.paid(offer, 30)
    make.closed_offer(offer)
    clock.move_to(make.AFTER)
    secretary = sign_in(officer(offer.organisation, "secretary"))

    dry_run = text_of(secretary.get(page_of(offer, "fail")))
    assert not Refund.objects.exists()
    unconfirmed = secretary.post(page_of(offer, "fail"), {"reason": "Too little.", "confirmation": "no"})
    assert not Refund.objects.exists()
    failed = secretary.post(page_of(offer, "fail"), {"reason": "Too little.", "confirmation": "refund"})
    waiting = text_of(secretary.get(page_of(offer, "refunds")))
    make.drive("shares.refund_offer", at=make.AFTER)
    running = text_of(secretary.get(page_of(offer, "refunds")))

    assert "Payments 2" in dry_run
    assert "Money £500.00" in dry_run
    assert "Fees that the provider keeps £7.90" in dry_run
    assert (unconfirmed.status_code, failed.status_code) == (422, 303)
    assert "Too little." in unconfirmed.content.decode()
    assert "The refunds are being prepared" in waiting
    assert "Refunds 2" in running
    assert make.balance(offer, "2155") == 50_000


def test_a_paused_run_says_what_is_missing_and_goes_on(offer, clock, monkeypatch):
    make.paid(offer, 20)
    make.closed_offer(offer)
    operations.fail_offer(offer=offer, reason="x", is_contingency=False, actor=make.SECRETARY, at=make.AFTER)
    make.drive("shares.refund_offer", at=make.AFTER)
    clock.move_to(make.AFTER)
    RefundRun.objects.update(state="paused", pause_reason="balance_too_low", missing_pence=320, measured_at=make.AFTER)
    secretary = sign_in(officer(offer.organisation, "secretary"))
    resumed: list[int] = []
    monkeypatch.setattr("payments.operations.start_refund_run", lambda *, run_id, actor, at: resumed.append(run_id))

    page = text_of(secretary.get(page_of(offer, "refunds")))
    response = secretary.post(page_of(offer, "refunds/act"), {"act": "resume"}, follow=True)

    assert "£3.20 is missing at the payment provider" in page
    assert resumed == [RefundRun.objects.get().pk]
    assert "go on where they stopped" in text_of(response)


def test_a_provider_that_is_silent_about_the_float_is_no_error_page(offer, clock, monkeypatch):
    make.paid(offer, 20)
    make.closed_offer(offer)
    operations.fail_offer(offer=offer, reason="x", is_contingency=False, actor=make.SECRETARY, at=make.AFTER)
    make.drive("shares.refund_offer", at=make.AFTER)
    clock.move_to(make.AFTER)
    secretary = sign_in(officer(offer.organisation, "secretary"))

    def silent(*, run_id, at):
        raise ProviderUnavailable("The provider does not answer.")

    monkeypatch.setattr("payments.operations.measure_float", silent)

    response = secretary.post(page_of(offer, "refunds/act"), {"act": "measure"}, follow=True)

    assert response.status_code == 200
    assert "The provider does not answer." in text_of(response)


@pytest.mark.parametrize("role", ["treasurer", "director"])
def test_other_officers_watch_but_do_not_act(filled, role):
    web = sign_in(officer(filled.organisation, role))

    page = text_of(web.get(page_of(filled)))

    assert "Only the secretary can do this." in page
    for act in ("close", "allot", "fail"):
        assert web.post(page_of(filled, act), RESOLUTION).status_code == 403
    assert make.reread_offer(filled).state == "open"


def test_the_secretary_of_another_society_finds_nothing(filled):
    other = make.open_offer()
    stranger = sign_in(officer(other.organisation, "secretary"))

    for path in (page_of(filled), page_of(filled, "allot"), f"/groups/{filled.organisation.slug}/register/"):
        assert stranger.get(path).status_code == 404
    mixed = f"/groups/{other.organisation.slug}/offers/{filled.slug}/"
    assert stranger.get(mixed).status_code == 404


def entry_for(offer, clock) -> None:
    make.paid(offer, 100)
    make.closed_offer(offer)
    make.allot(offer)
    clock.move_to(make.AFTER + timedelta(days=1))


def test_the_register_has_the_columns_of_the_law(offer, clock):
    entry_for(offer, clock)
    secretary = sign_in(officer(offer.organisation, "secretary"))

    page = text_of(secretary.get(f"/groups/{offer.organisation.slug}/register/"))

    for words in (
        "Ada Tester",
        "Green Lane, Little Snoring",
        "@example.org (notices)",
        "100",
        "£1,000.00",
        "29 May 2026",
    ):
        assert words in page
    assert AuditEvent.objects.filter(action="shares.register_viewed").count() == 1


def test_the_view_for_inspection_shows_no_shares_property_or_email(offer, clock):
    entry_for(offer, clock)
    secretary = sign_in(officer(offer.organisation, "secretary"))

    page = text_of(secretary.get(f"/groups/{offer.organisation.slug}/register/inspection/"))

    assert "Ada Tester" in page
    assert "Green Lane, Little Snoring" in page
    assert "29 May 2026" in page
    assert "Secretary" in page
    for secret in ("@example.org", "£1,000", "notices"):
        assert secret not in re.sub(r"Map and place data.*", "", page)
    assert AuditEvent.objects.filter(action="shares.inspection_view_shown").count() == 1


@pytest.mark.parametrize("on", ["2026-05-01", "nonsense", "2026-13-45", "2099-01-01"])
def test_the_register_can_be_read_as_of_a_day(offer, clock, on):
    entry_for(offer, clock)
    secretary = sign_in(officer(offer.organisation, "secretary"))

    page = text_of(secretary.get(f"/groups/{offer.organisation.slug}/register/", {"on": on}))

    assert ("There are no members yet." in page) is (on == "2026-05-01")


def test_the_list_of_offers(secretary, filled):
    page = text_of(secretary.get(f"/groups/{filled.organisation.slug}/offers/"))

    assert "Save the Drovers Arms" in page
    assert "£1,500.00" in page
