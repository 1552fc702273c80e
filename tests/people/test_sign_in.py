"""Sign-up, sign-in, second factor and re-authentication, through the pages."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from core.errors import DomainError
from foundation.models import MailMessage
from foundation.registries import SIGN_UP_FOLLOW_UPS
from people.models import User
from tests.people.support import PASSWORD, SECRET, make_officer, make_organisation, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    cache.clear()


def sign_up(client: Client, email: str = "new@example.org", password: str = PASSWORD):
    return client.post("/accounts/signup/", {"email": email, "password1": password, "password2": password})


def link_in(mail: MailMessage) -> str:
    return re.search(r"https?://[^/]+(/accounts/\S+)", mail.text).group(1)


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def test_sign_up_leads_through_the_mailed_link_to_the_own_page():
    client = Client()

    sent = sign_up(client, "New@Example.org")
    mail = MailMessage.objects.get(to="new@example.org")
    page = client.get(link_in(mail))
    confirmed = client.post(link_in(mail))
    home = client.get("/me/")

    assert sent.status_code == 302
    assert sent["Location"] == "/accounts/confirm-email/"
    assert mail.template == "people/mail/email_confirmation_signup"
    assert mail.html != ""
    assert page.status_code == 200
    assert confirmed["Location"] == "/me/"
    assert home.status_code == 200
    assert User.objects.get().email == "new@example.org"


def test_opening_the_link_confirms_nothing_before_the_button_is_pressed():
    client = Client()
    sign_up(client)

    client.get(link_in(MailMessage.objects.get()))

    assert Client().post("/accounts/login/", {"login": "new@example.org", "password": PASSWORD})["Location"] == (
        "/accounts/confirm-email/"
    )


def test_confirming_on_another_device_does_not_sign_in_there():
    sign_up(Client())
    other_device = Client()

    confirmed = other_device.post(link_in(MailMessage.objects.get()))
    before = other_device.get("/me/")
    signed_in = other_device.post("/accounts/login/", {"login": "NEW@example.org", "password": PASSWORD})

    assert confirmed.status_code == 302
    assert before["Location"] == "/accounts/login/?next=/me/"
    assert signed_in["Location"] == "/me/"


def test_what_a_visitor_began_is_attached_at_sign_up_before_any_confirmation(monkeypatch):
    attached = []
    monkeypatch.setitem(
        SIGN_UP_FOLLOW_UPS._items, "test", lambda user, session: attached.append((user.email, session.get("begun")))
    )
    client = Client()
    session = client.session
    session["begun"] = "app_1"
    session.save()

    sign_up(client)

    assert attached == [("new@example.org", "app_1")]


def test_what_a_visitor_began_is_attached_when_an_existing_user_signs_in(monkeypatch):
    attached = []
    make_user("amy@example.org")
    monkeypatch.setitem(
        SIGN_UP_FOLLOW_UPS._items, "test", lambda user, session: attached.append((user.email, session.get("begun")))
    )
    client = Client()
    session = client.session
    session["begun"] = "app_1"
    session.save()

    client.post("/accounts/login/", {"login": "amy@example.org", "password": PASSWORD})

    assert attached == [("amy@example.org", "app_1")]


def test_two_spellings_of_one_email_are_refused_by_the_database():
    make_user("amy@example.org")

    with pytest.raises(IntegrityError, match="people_user_email_any_case"), transaction.atomic():
        User.objects.create(email="AMY@example.org", password="!")

    assert User.objects.count() == 1


def test_sign_up_with_a_known_email_answers_as_with_a_new_one():
    make_user("amy@example.org")

    known, new = sign_up(Client(), "Amy@example.org"), sign_up(Client(), "new@example.org")

    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert Client().get(known["Location"]).content == Client().get(new["Location"]).content
    assert MailMessage.objects.get(to="amy@example.org").template == "people/mail/account_already_exists"
    assert User.objects.filter(email="amy@example.org").count() == 1


def test_wrong_password_and_unknown_email_are_answered_alike():
    make_user("amy@example.org")

    wrong = Client().post("/accounts/login/", {"login": "amy@example.org", "password": "not-the-password"})
    unknown = Client().post("/accounts/login/", {"login": "bob@example.org", "password": "not-the-password"})

    text = "The email address and/or password you specified are not correct."
    assert wrong.status_code == unknown.status_code == 200
    assert text in wrong.content.decode()
    assert text in unknown.content.decode()


def test_password_reset_answers_alike_and_mails_only_what_is_true():
    make_user("amy@example.org")

    known = Client().post("/accounts/password/reset/", {"email": "amy@example.org"})
    unknown = Client().post("/accounts/password/reset/", {"email": "bob@example.org"})

    assert known["Location"] == unknown["Location"]
    assert MailMessage.objects.get(to="amy@example.org").template == "people/mail/password_reset_key"
    assert MailMessage.objects.get(to="bob@example.org").template == "people/mail/unknown_account"


def test_password_reset_changes_the_password_and_keeps_the_second_factor():
    user = make_officer(make_organisation())
    client = Client()
    client.post("/accounts/password/reset/", {"email": user.email})
    step = client.get(link_in(MailMessage.objects.get(template="people/mail/password_reset_key")), follow=True)

    done = client.post(
        step.redirect_chain[-1][0], {"password1": "another-fine-lamp-7", "password2": "another-fine-lamp-7"}
    )
    signed_in = Client().post("/accounts/login/", {"login": user.email, "password": "another-fine-lamp-7"})

    assert done.status_code == 302
    assert signed_in["Location"] == "/accounts/2fa/authenticate/"


@pytest.mark.parametrize(
    ("password", "complaint"),
    [("elevenchars", "at least 12"), ("password1234", "too common"), ("unusual-example", "")],
)
def test_passwords_are_long_and_not_common(password, complaint):
    answer = sign_up(Client(), password=password)

    assert User.objects.exists() is (complaint == "")
    assert complaint in (answer.content.decode() if complaint else "")


def test_repeated_wrong_passwords_are_slowed_down_even_for_the_right_one():
    make_user("amy@example.org")
    client = Client()
    for _ in range(5):
        client.post("/accounts/login/", {"login": "amy@example.org", "password": "not-the-password"})

    answer = client.post("/accounts/login/", {"login": "amy@example.org", "password": PASSWORD})

    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.content.decode()


def test_a_closed_account_is_signed_out_with_the_next_click():
    user = make_user()
    client = sign_in(user)
    assert client.get("/me/").status_code == 200
    user.is_active = False
    user.save()

    answer = client.get("/me/")

    assert answer["Location"] == "/accounts/login/?next=/me/"


def test_officer_signs_in_with_password_and_code():
    organisation = make_organisation()
    user = make_officer(organisation)
    client = Client()

    first = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    between = client.get("/groups/hollow-oak/")
    second = client.post("/accounts/2fa/authenticate/", {"code": code_of(SECRET)})
    page = client.get("/groups/hollow-oak/")

    assert first["Location"] == "/accounts/2fa/authenticate/"
    assert between["Location"].startswith("/accounts/login/")
    assert second["Location"] == "/me/"
    assert page.status_code == 200


def test_a_code_works_once():
    user = make_officer(make_organisation())
    code = code_of(SECRET)

    def try_code() -> int:
        client = Client()
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        return client.post("/accounts/2fa/authenticate/", {"code": code}).status_code

    assert [try_code(), try_code()] == [302, 200]


def test_officer_without_second_factor_is_sent_to_set_it_up_and_sees_nothing():
    make_officer(make_organisation(), second_factor=False)
    client = sign_in(User.objects.get())

    answer = client.get("/groups/hollow-oak/")

    assert answer["Location"] == "/accounts/2fa/totp/activate/"
    assert b"Hollow Oak" not in answer.content


@pytest.mark.django_db(transaction=True)
def test_setting_up_the_app_opens_the_pages_in_the_same_session():
    make_officer(make_organisation(), second_factor=False)
    client = sign_in(User.objects.get())
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret

    set_up = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}, follow=True)

    codes = set_up.context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] in set_up.content.decode()
    assert client.get("/groups/hollow-oak/").status_code == 200
    assert "****" in client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]


def test_session_from_before_the_app_was_set_up_is_asked_for_a_code():
    organisation = make_organisation()
    user = make_officer(organisation)
    client = sign_in(user, second_factor=False)

    sent = client.get("/groups/hollow-oak/")
    proved = client.post(sent["Location"], {"code": code_of(SECRET), "next": "/groups/hollow-oak/"})

    assert sent["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fgroups%2Fhollow-oak%2F"
    assert proved["Location"] == "/groups/hollow-oak/"
    assert client.get("/groups/hollow-oak/").status_code == 200


def test_secret_of_an_app_is_encrypted_at_rest():
    make_officer(make_organisation())

    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]

    assert SECRET not in stored
    assert decrypt(stored) == SECRET


def test_officer_cannot_switch_the_second_factor_off():
    client = sign_in(make_officer(make_organisation()))

    answer = client.post("/accounts/2fa/totp/deactivate/")

    assert "You cannot deactivate two-factor authentication" in answer.content.decode()
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_sensitive_act_asks_for_the_password_and_then_goes_on():
    client = sign_in(make_user(), recently=False)

    asked = client.post("/me/data/download/")
    answered = client.post(asked["Location"], {"password": PASSWORD})

    assert asked["Location"] == "/accounts/reauthenticate/?next=%2Fme%2Fdata%2Fdownload%2F"
    assert answered.status_code == 200
    assert answered["Content-Type"] == "application/zip"


def test_change_of_email_holds_only_after_the_new_one_is_confirmed():
    user = make_user("amy@example.org")
    client = sign_in(user)

    client.post("/accounts/email/", {"email": "amy.new@example.org", "action_add": ""})
    user.refresh_from_db()
    before = user.email
    client.post(link_in(MailMessage.objects.get(to="amy.new@example.org")))
    user.refresh_from_db()

    assert before == "amy@example.org"
    assert user.email == "amy.new@example.org"
    assert MailMessage.objects.filter(to="amy@example.org", template="people/mail/email_changed").exists()


def test_change_to_an_email_that_somebody_else_signed_up_with_is_refused():
    user = make_user("amy@example.org")
    client = sign_in(user)
    client.post("/accounts/email/", {"email": "wanted@example.org", "action_add": ""})
    link = link_in(MailMessage.objects.get(to="wanted@example.org"))
    User.objects.create_user("wanted@example.org", PASSWORD)

    client.post(link)

    user.refresh_from_db()
    assert user.email == "amy@example.org"


def test_same_sign_up_sent_twice_at_once_answers_the_second_as_the_first(monkeypatch):
    from allauth.account.adapter import DefaultAccountAdapter

    save = DefaultAccountAdapter.save_user

    def save_second(self, request, user, form, commit=True):
        make_user("new@example.org")
        return save(self, request, user, form, commit)

    monkeypatch.setattr(DefaultAccountAdapter, "save_user", save_second)

    answer = sign_up(Client())

    assert answer["Location"] == "/accounts/confirm-email/"


def test_what_cannot_be_attached_keeps_nobody_from_signing_in(monkeypatch):
    def refuse(user, session):
        raise DomainError("Closed.")

    make_user("amy@example.org")
    monkeypatch.setitem(SIGN_UP_FOLLOW_UPS._items, "test", refuse)

    answer = Client().post("/accounts/login/", {"login": "amy@example.org", "password": PASSWORD})

    assert answer["Location"] == "/me/"
