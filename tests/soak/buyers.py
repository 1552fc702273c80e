"""Many people who press "pay" at the same moment, over HTTP, each in a browser of their own."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import requests
from django.conf import settings
from django.db.models import Sum

from payments.models import ProviderAccount
from shares import operations
from shares.models import Application, ShareOffer
from tests.factories import shares as make
from tests.people.support import sign_in
from tests.soak.servers import Servers

LARGEST_ORDER = 5
SOLD_BEFORE = 20
CSRF = "a" * 32
MOST_TRIES = 12
PATIENCE_SECONDS = 60
SOLD_OUT = re.compile(r"All the shares of this offer are taken\.|Only £[\d,.]+ is left in this offer\.")
TRY_AGAIN = re.compile(r"Very many people are applying at this moment|try again in a (?:minute|moment)")


@dataclass
class Buyer:
    """Somebody with a complete application, and how it went for them."""

    application: Application
    session: str
    outcome: str = ""
    said: str = ""
    statuses: list[int] = field(default_factory=list)
    tries: int = 0

    @property
    def shares(self) -> int:
        """How many they ask for."""
        return int(self.application.number_of_shares)

    def press_pay(self, site: str, checkout: str, headers: Mapping[str, str]) -> None:
        """Press "pay" and follow where it leads; a page that asks to try again is obeyed."""
        with requests.Session() as browser:
            browser.trust_env = False
            browser.headers.update(headers)
            browser.cookies.set(settings.SESSION_COOKIE_NAME, self.session)
            browser.cookies.set(settings.CSRF_COOKIE_NAME, CSRF)
            while not self.outcome and self.tries < MOST_TRIES:
                self.tries += 1
                self._try(browser, site, checkout)

    def _try(self, browser: requests.Session, site: str, checkout: str) -> None:
        answer = browser.post(
            f"{site}/applications/{self.application.public_id}/pay/",
            data={"csrfmiddlewaretoken": CSRF},
            allow_redirects=False,
            timeout=PATIENCE_SECONDS,
        )
        self.statuses.append(answer.status_code)
        target = answer.headers.get("Location", "")
        if target.startswith(checkout):
            self.outcome = "reserved"
            return
        if answer.status_code >= 400:
            self.outcome, self.said = f"status {answer.status_code}", answer.text[:300]
            return
        page = browser.get(f"{site}{target}", timeout=PATIENCE_SECONDS)
        self.statuses.extend(step.status_code for step in (*page.history, page))
        self.said = page.text
        if SOLD_OUT.search(page.text):
            self.outcome = "sold out"
        elif TRY_AGAIN.search(page.text):
            time.sleep(random.random())
        else:
            self.outcome = "unclear"


def make_offer(*, left: int, servers: Servers) -> ShareOffer:
    """An offer that is open now and has so many shares left; its society has an account at the stand-in."""
    maximum = make.pounds((left + SOLD_BEFORE) * 10)
    now = datetime.now(UTC)
    terms = make.Terms(
        nominal=make.pounds(10),
        minimum=make.pounds(10),
        optimum=maximum,
        maximum=maximum,
        smallest=make.pounds(10),
        largest=make.pounds(50),
    )
    approved = make.approved_offer(terms=terms, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30))
    offer = operations.open_offer(offer=approved, actor=make.SECRETARY, at=now - timedelta(hours=1))
    servers.standin.add_account(ProviderAccount.objects.get(organisation=offer.organisation).account_id)
    for _ in range(SOLD_BEFORE // LARGEST_ORDER):
        make.paid(offer, LARGEST_ORDER, at=now)
    return offer


def make_buyers(offer: ShareOffer, *, count: int, seed: int, largest: int = LARGEST_ORDER) -> list[Buyer]:
    """Signed-in people with complete applications for one to five shares."""
    dice = random.Random(seed)
    buyers = []
    for _ in range(count):
        user = make.make_user()
        number = dice.randint(1, largest)
        application = make.complete(offer, number, user=user, at=datetime.now(UTC))
        buyers.append(Buyer(application, sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value))
    dice.shuffle(buyers)
    return buyers


def all_press_pay(buyers: list[Buyer], servers: Servers, **headers: str) -> Counter[str]:
    """Let all go at once; count how it went. The headers are those of `tests.soak.race_site`."""
    asked = {f"X-{name.replace('_', '-')}": value for name, value in headers.items()}
    gate = threading.Barrier(len(buyers))

    def run(buyer: Buyer) -> None:
        gate.wait(timeout=PATIENCE_SECONDS)
        buyer.press_pay(servers.address, servers.standin.base_url, asked)

    with ThreadPoolExecutor(max_workers=len(buyers)) as pool:
        for done in [pool.submit(run, buyer) for buyer in buyers]:
            done.result(timeout=5 * PATIENCE_SECONDS)
    return Counter(buyer.outcome for buyer in buyers)


def count_sold(offer: ShareOffer) -> int:
    """Shares reserved or paid, besides those sold before."""
    sold = Application.objects.filter(offer=offer).taking_room().aggregate(total=Sum("number_of_shares"))["total"]
    return (sold or 0) - SOLD_BEFORE


def check_race(buyers: list[Buyer], outcomes: Counter[str], offer: ShareOffer, *, left: int) -> None:
    """Check that nothing was oversold, nobody was turned away for nothing, and everybody was told clearly."""
    unclear = [buyer.said for buyer in buyers if buyer.outcome not in {"reserved", "sold out"}]
    assert unclear == []
    assert all(status < 500 for buyer in buyers for status in buyer.statuses)
    sold = count_sold(offer)
    assert sold <= left
    assert sold == sum(buyer.shares for buyer in buyers if buyer.outcome == "reserved")
    losers = [buyer.shares for buyer in buyers if buyer.outcome == "sold out"]
    assert losers, "more is wanted than there is"
    assert left - sold < min(losers), "nobody is turned away while what they want is still there"
    if min(losers) == 1:
        assert sold == left
    assert outcomes["reserved"] == Application.objects.filter(offer=offer).awaiting_payment().count()
