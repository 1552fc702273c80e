"""Who is asked for the password in the middle of a form goes on with it: what is wrong is said, nothing is lost."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from people.views import RecentAuthenticationMixin
from tests.people.support import PASSWORD, make_user, sign_in

pytestmark = pytest.mark.django_db


def templates() -> set[str]:
    """The templates of pages with a form whose sending asks for the password."""

    def views(resolver: URLResolver):
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                yield from views(one)
            elif isinstance(one, URLPattern):
                yield getattr(one.callback, "view_class", None)

    found = {view for view in views(get_resolver()) if view and issubclass(view, RecentAuthenticationMixin)}
    return {view.template_name for view in found if getattr(view, "template_name", None)}


def long_ago(client: Client) -> Client:
    """Let the sign-in of a browser be hours old."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3_600
    session.save()
    return client


def test_a_form_that_comes_back_after_the_password_posts_to_its_own_address():
    client = long_ago(sign_in(make_user(), recently=False))
    keys = reverse("people:keys")

    asked = client.post(keys, {"name": "", "scopes": ["me:read"]})
    assert "/accounts/reauthenticate/" in asked["Location"]
    page = client.post(asked["Location"], {"password": PASSWORD}).content.decode()

    assert "Something needs putting right" in page
    assert re.search(r'value="me:read"[^>]*checked', page)
    assert f'<form method="post" action="{keys}" novalidate>' in page


@pytest.mark.parametrize("template", sorted(templates()))
def test_such_forms_name_their_address(template):
    source = Path(get_template(template).origin.name).read_text()
    forms = re.findall(r'<form[^>]*method="post"[^>]*>', source)

    assert [form for form in forms if "action=" not in form] == []
