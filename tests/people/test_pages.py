"""Every page of sign-in and people in a real browser, on the narrowest phone: readable and reachable."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from people import operations
from people.models import OfficerRole
from tests.people.support import AT, ON, give_particulars, make_officer, make_organisation, make_user, sign_in
from tests.people.test_demo_pages import confirm_mail

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROWEST = {"width": 320, "height": 800}
SIGNED_OUT = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-expired/",
    "/accounts/password/reset/key/done/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/expired/",
    "/accounts/inactive/",
    "/demo/codes/",
    "/demo/mail/",
    "/demo/mail/{mail}/",
)
RESIDENT = (
    "/me/",
    "/me/profile/",
    "/me/particulars/",
    "/me/data/",
    "/me/data/erase/",
    "/me/keys/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
)
OFFICER = (
    "/me/",
    "/groups/hollow-oak/",
    "/groups/hollow-oak/officers/",
    "/groups/hollow-oak/officers/{role}/end/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/reauthenticate/",
)


@pytest.fixture
def look(live_server, browser, settings):
    """Open pages one after the other and collect what is wrong with them."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.people.demo_urls"
    context = browser.new_context(base_url=live_server.url, viewport=NARROWEST, bypass_csp=True)
    page = context.new_page()

    def look_at(paths, client=None):
        if client is not None:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        faults = []
        for path in paths:
            answer = page.goto(path)
            if answer.status >= 300 or not page.url.startswith(live_server.url + path.split("1-")[0]):
                faults.append(f"{path}: {answer.status} at {page.url}")
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > NARROWEST["width"]:
                faults.append(f"{path}: {width} px wide")
            found = Axe().run(page, options={"runOnly": RULES})
            faults += [
                f"{path}: {violation['id']} {violation['nodes'][0]['html'][:120]}"
                for violation in found.response["violations"]
            ]
        return faults

    yield look_at
    context.close()


@pytest.mark.django_db(transaction=True)
def test_pages_before_sign_in(look):
    mail = confirm_mail("amy@example.org")
    make_officer(make_organisation())

    assert look([path.format(mail=mail.public_id) for path in SIGNED_OUT]) == []


@pytest.mark.django_db(transaction=True)
def test_pages_of_a_resident(look):
    user = make_user()
    give_particulars(user)
    operations.issue_key(user=user, name="Till", scopes=["me:read"], actor="system:tests", at=AT)

    assert look(RESIDENT, sign_in(user)) == []


@pytest.mark.django_db(transaction=True)
def test_pages_of_an_officer(look):
    organisation = make_organisation()
    user = make_officer(organisation)
    other = make_officer(organisation, role="treasurer", email="tess@example.org")
    ended = operations.appoint_officer(
        user=other, organisation=organisation, role="director", from_on=ON, actor="system:tests", at=AT
    )
    operations.end_role(role=ended, until_on=ON, actor="system:tests", at=AT)
    role = OfficerRole.objects.get(role="treasurer")

    assert look([path.format(role=role.public_id) for path in OFFICER], sign_in(user)) == []
