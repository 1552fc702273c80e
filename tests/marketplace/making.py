"""The offers of these tests: round figures, and a calendar in which the clocks go back while an offer runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from people.models import User
from shares import operations
from shares.models import Application, ShareOffer
from shares.states import VentureKind
from tests.factories import shares as make

OPENS = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACTOR = make.SECRETARY
pounds = make.pounds


def make_offer(slug: str = "fleece", *, number: str = "", minimum: int = 120_000, **changed: Any) -> ShareOffer:
    """An open offer: shares of £25, £120,000 to £260,000, holdings from £50 to £20,000."""
    facts: dict[str, Any] = {
        "title": "The Fleece, Bradley Moor",
        "summary": "The last pub of the valley is for sale. Own it with your neighbours.",
        "venture_kind": VentureKind.PUB,
        "place_name": "Bradley Moor",
        "outcode": "GL54",
        "opens_at": OPENS,
        "closes_at": CLOSES,
    }
    terms = make.Terms(
        nominal=pounds(25), minimum=pounds(minimum), optimum=pounds(180_000), maximum=pounds(260_000),
        smallest=pounds(50), largest=pounds(20_000),
    )  # fmt: skip
    offer = make.open_offer(slug=slug, society=make.make_society(number=number), terms=terms, **(facts | changed))
    return make.reread_offer(offer)


def make_user(email: str) -> User:
    """Whoever signs in with an address."""
    return User.objects.filter(email=email).first() or make.people_operations.make_user(
        email=email, password=None, at=OPENS
    )


def apply(
    offer: ShareOffer,
    shares: int,
    email: str = "",
    *,
    at: datetime = OPENS,
    paid_at: datetime | None = OPENS,
    **holder: Any,
) -> Application:
    """An application: its shares reserved at `at`, its money here at `paid_at`, or not yet where that is None."""
    user = make_user(email) if email else make.make_user()
    application = make.complete(offer, shares, user=user, at=at, **holder)
    payment = make.reserve(application, at=at)
    if paid_at:
        make.pay(payment, at=max(at, paid_at))
    return make.reread(application)


def close(offer: ShareOffer, at: datetime = NOW) -> ShareOffer:
    """The offer, stopped before its time."""
    return operations.close_offer(offer=offer, actor=ACTOR, at=at, reason="The board said so")


def fail(offer: ShareOffer, at: datetime = NOW) -> ShareOffer:
    """The offer, closed and failed, its refunds under way."""
    failed = operations.fail_offer(offer=close(offer, at), reason="Too little", is_contingency=True, actor=ACTOR, at=at)
    operations.refund_failed_offer(offer=failed, actor=ACTOR.ref, at=at)
    return make.reread_offer(failed)


def refund_everything(offer: ShareOffer, at: datetime = NOW) -> ShareOffer:
    """The failed offer, its money gone back."""
    make.all_refunds_arrive(at=at)
    operations.follow_refunds(offer=make.reread_offer(offer), at=at)
    return make.reread_offer(offer)


def allot(offer: ShareOffer, at: datetime = NOW) -> ShareOffer:
    """The offer, closed and its shares allotted."""
    make.allot(close(offer, at), at=at)
    return make.reread_offer(offer)
