"""Every page that a role can reach from its menu, looked at with axe and on a narrow phone."""

from __future__ import annotations

import pytest

from config.demo_people import DIRECTOR, OTHER_SECRETARY, RESIDENT, STAFF, TREASURER

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("site"), pytest.mark.timeout(600)]
PUBLIC = [
    "/",
    "/offers/",
    "/offers/?near=Powys",
    "/offers/?near=nowhere-at-all",
    "/offers/ballycorrin-bakehouse/",
    "/offers/harrowdale-water-wheel/",
    "/offers/brackenport-rovers-clubhouse/",
    "/offers/ballycorrin-bakehouse/apply/",
    "/offers/brackenport-rovers-clubhouse/apply/",
    "/how-it-works/",
    "/risks/",
    "/complaints/",
    "/privacy/",
    "/accessibility/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/demo/mail/",
    "/demo/codes/",
    "/verify/no-such-document/",
    "/no-such-page/",
]
OF_ROLE = {
    RESIDENT.email: ["/me/", "/me/profile/", "/me/particulars/", "/me/data/", "/me/keys/", "/accounts/email/"],
    TREASURER.email: [
        "/groups/wheatsheaf/",
        "/groups/wheatsheaf/books/",
        "/groups/wheatsheaf/books/wheatsheaf/",
        "/groups/wheatsheaf/books/wheatsheaf/accounts/2150/",
        "/groups/wheatsheaf/books/month-end/",
        "/groups/wheatsheaf/journals/",
        "/groups/wheatsheaf/books/wheatsheaf/journals/new/",
        "/groups/wheatsheaf/journal-limit/",
        "/groups/wheatsheaf/financial-year/",
        "/groups/wheatsheaf/books/wheatsheaf/reports/",
        "/groups/wheatsheaf/books/wheatsheaf/reports/balance-sheet/?compare=on",
        "/groups/wheatsheaf/books/wheatsheaf/reports/cash-movement/",
        "/groups/wheatsheaf/books/wheatsheaf/reports/aged-creditors/",
        "/groups/wheatsheaf/books/wheatsheaf/reports/general-ledger/",
        "/groups/wheatsheaf/payments/",
        "/groups/wheatsheaf/payments/refunds/",
    ],
    DIRECTOR.email: ["/groups/wheatsheaf/", "/groups/wheatsheaf/offers/", "/groups/wheatsheaf/register/inspection/"],
    OTHER_SECRETARY.email: [
        "/groups/harrowdale-energy/",
        "/groups/harrowdale-energy/officers/",
        "/groups/harrowdale-energy/offers/harrowdale-water-wheel/",
        "/groups/harrowdale-energy/register/",
        "/groups/brackenport-rovers/offers/brackenport-rovers-clubhouse/refunds/",
    ],
    STAFF.email: ["/me/", "/staff/outbox/", "/platform/payments/"],
}


def test_public_pages(walk):
    visitor = walk()
    for path in PUBLIC:
        visitor.go(path)


@pytest.mark.parametrize("email", OF_ROLE)
def test_pages_of_a_role(walk, email):
    walker = walk()
    walker.sign_in(email)
    for path in OF_ROLE[email]:
        walker.go(path)
        assert walker.page.locator("h1").count() == 1, path
