"""The demonstration's mails and codes, which exist nowhere else."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from foundation.mail import queue_mail
from people import operations
from tests.people.support import AT, SECRET, make_officer, make_organisation, make_user

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.people.demo_urls"


def confirm_mail(to: str):
    return queue_mail(
        to=to,
        template="people/mail/email_confirmation_signup",
        context={"activate_url": f"https://example.org/confirm/x/ {SCRIPT}"},
        key=f"test:{to}",
        at=AT,
    )


def test_codes_are_those_of_the_seeded_apps_only(demo):
    make_officer(make_organisation(), email="sam@example.org")
    own = make_user("own@example.org")
    operations.seed_second_factor(user=own, secret="JBSWY3DPEHPK3PXP")
    app = own.authenticator_set.get(type="totp")
    app.data.pop("seeded")
    app.save()

    answer = Client().get("/demo/codes/")

    text = answer.content.decode()
    codes = {format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + step)) for step in (-1, 0, 1)}
    assert [row["user"].email for row in answer.context["rows"]] == ["sam@example.org"]
    assert answer.context["rows"][0]["now"] in codes
    assert answer.context["rows"][0]["roles"] == ["secretary"]
    assert "own@example.org" not in text
    assert "no-store" in answer["Cache-Control"]


def test_mails_are_listed_by_address_and_their_links_can_be_followed(demo):
    mail = confirm_mail("amy@example.org")
    confirm_mail("bob@example.org")

    listed = Client().get("/demo/mail/?to=AMY@").content.decode()
    shown = Client().get(f"/demo/mail/{mail.public_id}/").content.decode()

    assert "amy@example.org" in listed
    assert "bob@example.org" not in listed
    assert '<a href="https://example.org/confirm/x/"' in shown


def test_html_of_a_mail_cannot_run_anything(demo):
    mail = confirm_mail("amy@example.org")

    page = Client().get(f"/demo/mail/{mail.public_id}/")
    body = Client().get(f"/demo/mail/{mail.public_id}/body/")

    policy = body["Content-Security-Policy"]
    assert SCRIPT not in page.content.decode() + body.content.decode()
    assert 'sandbox="allow-popups' in page.content.decode()
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"


def test_odd_addresses_in_the_search_do_no_harm(demo):
    assert Client().get("/demo/mail/?to=%00%27&page=x").status_code in {200, 404}


@pytest.mark.parametrize("path", ["/demo/codes/", "/demo/mail/", "/demo/mail/mail_x/", "/demo/mail/mail_x/body/"])
def test_none_of_it_exists_outside_the_demonstration_even_if_routed(path, settings):
    settings.ROOT_URLCONF = "tests.people.demo_urls"

    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/demo/codes/", "/demo/mail/"])
def test_none_of_it_is_routed_outside_the_demonstration(path):
    assert Client().get(path).status_code == 404
