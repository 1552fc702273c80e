"""What is measured on: an open offer with applicants, and residents who are signed in."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from foundation.clock import now
from payments.models import ProviderAccount
from shares import operations
from shares.models import ShareOffer
from tests.factories import shares as make
from tests.people.support import sign_in
from tests.soak.servers import Servers


def make_offer(servers: Servers, *, paid: int) -> ShareOffer:
    """An offer that has been open for a month, paid for by so many people on different days."""
    opened = now() - timedelta(days=30)
    approved = make.approved_offer(opens_at=opened, closes_at=now() + timedelta(days=30))
    offer = operations.open_offer(offer=approved, actor=make.SECRETARY, at=opened)
    servers.standin.add_account(ProviderAccount.objects.get(organisation=offer.organisation).account_id)
    for number in range(paid):
        make.paid(offer, 5 + number % 7, at=opened + timedelta(days=number % 29, hours=1))
    return make.reread_offer(offer)


def make_session() -> str:
    """Sign a new resident in, and return the value of their cookie."""
    return sign_in(make.make_user()).cookies[settings.SESSION_COOKIE_NAME].value
