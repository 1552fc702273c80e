"""The way of an applicant, page by page: from a visitor's amount to the provider's page and back."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from foundation.models import AuditEvent
from payments.models import Payment
from people.models import Particulars, Person
from shares import operations
from shares.models import Application, Consent, ConsentWording
from tests.factories import shares as make
from tests.people.support import sign_in
from tests.shares_pages.conftest import CHECKOUT, DETAILS, ticks, where

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def begin(client: Client, offer) -> Application:
    response = client.post(f"/offers/{offer.slug}/apply/")
    assert response.status_code == 303
    return Application.objects.get(public_id=response["Location"].split("/")[2])


def test_the_door_says_what_may_be_lost_and_what_is_asked(client, offer):
    page = text_of(client.get(f"/offers/{offer.slug}/apply/"))

    assert "You could lose all the money you put in" in page
    assert "There is no compensation scheme" in page
    assert "For 14 days after paying you may change your mind" in page
    assert not Application.objects.exists()


def test_a_whole_purchase_step_by_step(web, offer, checkouts):
    application = begin(web, offer)

    answers = [
        web.post(where(application, "amount"), {"amount": "1,250"}),
        web.post(where(application, "details"), DETAILS),
        web.post(where(application, "consents"), ticks()),
    ]
    review = text_of(web.get(where(application, "review")))
    paying = web.post(where(application, "pay"))

    assert [answer["Location"].split("/")[-2] for answer in answers] == ["details", "consents", "review"]
    for words in ("125", "£1,250.00", "Ada Okafor", "3 Mill Lane, Ashcombe", "ada@example.org"):
        assert words in review
    application.refresh_from_db()
    assert (paying.status_code, paying["Location"]) == (303, f"{CHECKOUT}/{application.payment.public_id}")
    assert (application.state, application.number_of_shares) == ("awaiting_payment", 125)
    assert checkouts == [application.payment_id]
    assert Consent.objects.filter(application=application, is_given=True).count() == len(ticks())
    assert AuditEvent.objects.filter(subject=application.public_id).count() == 2


def test_the_page_shows_the_rule_that_checks_it(web, offer, resident):
    make.paid(offer, 20, user=resident)
    application = begin(web, offer)

    page = text_of(web.get(where(application, "amount")))

    assert "You hold £0.00" in page
    assert "Pending £200.00" in page
    assert "between £10.00 and £4,800.00" in page
    assert "Nobody may hold more than £5,000.00 here" in page


def test_a_visitor_chooses_first_and_signs_up_later_without_losing_anything(client, offer, resident):
    application = begin(client, offer)
    client.post(where(application, "amount"), {"amount": "300"})

    asked_to_sign_up = client.get(where(application, "details"))
    client.force_login(resident)
    from people.adapters import run_follow_ups

    run_follow_ups(resident, client.session)

    assert asked_to_sign_up.status_code == 302
    assert asked_to_sign_up["Location"].startswith("/accounts/signup/?next=")
    application.refresh_from_db()
    assert (application.user_id, application.number_of_shares) == (resident.pk, 30)
    assert client.get(where(application, "details")).status_code == 200


def test_another_device_finds_the_application_after_signing_in(client, offer, resident):
    application = begin(client, offer)
    client.post(where(application, "amount"), {"amount": "300"})
    from people.adapters import run_follow_ups

    run_follow_ups(resident, client.session)
    telephone = Client()

    signed_out = telephone.get(where(application, "details"))
    page = text_of(sign_in(resident).get("/me/"))

    assert signed_out.status_code == 302
    assert "Your applications" in page
    assert "Finish" in page


def test_the_way_back_leads_to_the_same_application(web, offer):
    first = begin(web, offer)

    second = begin(web, offer)

    assert first.pk == second.pk


def test_the_task_list_says_what_is_missing(web, started):
    page = web.get(where(started))

    assert "Choose how much to buy shares for." in text_of(page)
    assert f'href="{where(started, "amount")}"' in page.content.decode()
    assert f'href="{where(started, "consents")}"' not in page.content.decode()


@pytest.mark.parametrize("page", ["details", "consents", "review", "pay"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_jumps_over_a_step(web, started, page, method, checkouts):
    response = getattr(web, method)(where(started, page), ticks() | DETAILS if method == "post" else {})

    assert (response.status_code, response["Location"]) == (303, where(started, "amount"))
    assert not Consent.objects.exists()
    assert not Particulars.objects.exists()
    assert not Payment.objects.exists()
    assert checkouts == []


def test_paying_by_a_link_pays_nothing(web, application, checkouts):
    response = web.get(where(application, "pay"))

    assert response["Location"] == where(application, "review")
    assert checkouts == []


def test_a_second_click_on_pay_leads_to_the_same_payment(web, application, checkouts):
    first = web.post(where(application, "pay"))
    second = web.post(where(application, "pay"))

    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1
    assert len(set(checkouts)) == 1


def test_consents_are_never_ticked_beforehand(web, started, resident):
    web.post(where(started, "amount"), {"amount": "100"})
    web.post(where(started, "details"), DETAILS)

    page = web.get(where(started, "consents")).content.decode()

    assert page.count('type="checkbox"') == ConsentWording.objects.in_force(make.NOW.date()).count()
    assert "checked" not in page


def test_a_missing_consent_is_asked_for_and_the_others_stay_ticked(web, started):
    web.post(where(started, "amount"), {"amount": "100"})
    web.post(where(started, "details"), DETAILS)
    missing = ConsentWording.objects.in_force(make.NOW.date()).filter(is_required=True).first()

    response = web.post(where(started, "consents"), ticks(without=missing.code))

    page = response.content.decode()
    assert response.status_code == 422
    assert "Tick this box if you agree" in page
    assert page.count("checked") == len(ticks()) - 1
    assert Consent.objects.filter(application=started, is_given=True).count() == len(ticks()) - 1


def test_a_consent_is_recorded_with_its_wording_and_time(web, application):
    consent = Consent.objects.filter(application=application).first()

    assert (consent.at, consent.wording.version, consent.is_given) == (make.NOW, 1, True)


def test_details_refused_keep_what_was_typed(web, started):
    web.post(where(started, "amount"), {"amount": "100"})

    response = web.post(where(started, "details"), DETAILS | {"postcode": "", "town": "Ashcombe Parva"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Ashcombe Parva" in page
    assert "Error:" in page
    assert not Particulars.objects.exists()


def test_somebody_too_young_for_the_rules_is_told_the_age(web, started):
    web.post(where(started, "amount"), {"amount": "100"})

    response = web.post(where(started, "details"), DETAILS | {"date_of_birth": "2015-01-01"})

    assert response.status_code == 422
    assert "16 or older" in text_of(response)
    assert Person.objects.filter(date_of_birth__year=2015).count() == 0


def test_a_date_of_birth_is_asked_only_where_the_rules_set_an_age(web, resident):
    society = make.make_society(minimum_age=0)
    application = make.started(make.open_offer(society=society), user=resident)
    web.post(where(application, "amount"), {"amount": "100"})

    page = web.get(where(application, "details")).content.decode()
    response = web.post(where(application, "details"), {k: v for k, v in DETAILS.items() if k != "date_of_birth"})

    assert "date_of_birth" not in page
    assert response.status_code == 303


def test_a_registered_society_may_pass_the_legal_limit(web, resident):
    terms = make.Terms(maximum=make.pounds(400_000), optimum=make.pounds(300_000), largest=make.pounds(100_000))
    application = make.started(make.open_offer(terms=terms), user=resident)
    body = {"body_name": "Upper Teign Housing Limited", "body_number": "27093R"}

    alone = web.post(where(application, "amount"), {"amount": "150000"})
    company = web.post(where(application, "amount"), {"amount": "150000", "holder_kind": "body_corporate", **body})
    society = web.post(where(application, "amount"), {"amount": "150000", "holder_kind": "registered_society", **body})

    assert (alone.status_code, company.status_code, society.status_code) == (422, 422, 303)
    assert "£100,000.00" in text_of(alone)
    application.refresh_from_db()
    assert (application.number_of_shares, application.body_number) == (15_000, "27093R")


def test_changed_terms_send_the_applicant_back_to_the_amount(web, application, offer, checkouts):
    make.write_terms(offer, make.Terms(), at=make.NOW, risk_business="A new risk.")

    response = web.post(where(application, "pay"))

    assert response["Location"] == where(application, "amount")
    assert checkouts == []
    assert Payment.objects.count() == 0


def test_giving_up_before_payment(web, application):
    page = text_of(web.get(where(application, "cancel")))
    response = web.post(where(application, "cancel"), follow=True)

    assert "no money is taken" in page
    assert "This application is cancelled" in text_of(response)
    assert make.reread(application).state == "cancelled"


def test_changing_ones_mind_within_the_days_of_the_offer(web, offer, resident):
    application = make.paid(offer, 10, user=resident)

    response = web.post(where(application, "cancel"), follow=True)

    assert "on its way back" in text_of(response)
    assert make.balance(offer, "2150") == 0
    assert make.balance(offer, "2155") == 10_000


def test_changing_ones_mind_too_late_is_refused_in_words(web, offer, resident, clock):
    application = make.paid(offer, 10, user=resident)
    clock.shift(15 * 86_400)
    web = sign_in(resident)

    response = web.post(where(application, "cancel"), follow=True)

    assert "days in which you could change your mind are over" in text_of(response)
    assert make.balance(offer, "2150") == 10_000


def test_terms_that_nobody_answered_are_asked_again_each_by_itself(web, application, offer):
    operations.give_consents(
        application=application, wording_ids=[], actor=make.actor_of(application.user), at=make.NOW
    )

    response = web.get(where(application, "review"))

    assert response["Location"] == where(application, "consents")
