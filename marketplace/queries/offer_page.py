"""What the page of one offer says, and its offer document with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextField
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.money import to_minor
from core.periods import legal_day
from marketplace.queries.offers import Card, card_of
from marketplace.queries.totals import raised_by_day, totals_of
from shares.models import OfferStateChange, OfferTerms, ShareOffer
from shares.states import OfferState

# The same headings in the same order for every offer, so that two offers can be compared.
SHARE_TERMS = (
    "withdrawal_terms",
    "interest_terms",
    "voting_terms",
    "asset_lock_terms",
    "value_terms",
    "holding_reasons",
)
RISKS = ("risk_capital", "risk_withdrawal", "risk_returns", "risk_business", "risk_project")
MONEY = ("capital_need", "sources_of_finance", "gap_plan", "refund_terms", "contingencies")
PLAN = ("business_case", "community", "governance", "timetable", "extension_right")
HISTORY = ("accounts_summary", "interest_history", "effect_on_members")
IDENTITY = ("board_members", "board_interests", "tax_relief")


class OfferNotShown(NotFound):
    """There is no offer at this address that the public may read."""

    code = "marketplace.offer_not_shown"


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading and what stands under it."""

    name: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, or will, on the way of an offer."""

    text: str
    at: datetime
    is_past: bool


@dataclass(frozen=True, slots=True)
class OfferPage:
    """Everything that the page of an offer says."""

    card: Card
    terms: OfferTerms
    points: Sequence[tuple[date, int, int]]
    happenings: Sequence[Happening]
    share_terms: Sequence[Passage]
    risks: Sequence[Passage]
    money: Sequence[Passage]
    plan: Sequence[Passage]
    history: Sequence[Passage]
    identity: Sequence[Passage]

    @property
    def offer(self) -> ShareOffer:
        """The offer itself."""
        return self.card.offer

    @property
    def optimum_pence(self) -> int:
        """The sum that pays for the whole project."""
        return to_minor(self.terms.optimum)

    @property
    def price_pence(self) -> int:
        """The price of a share."""
        return to_minor(self.terms.price)

    @property
    def smallest_holding_pence(self) -> int:
        """The smallest sum that somebody may hold."""
        return to_minor(self.terms.smallest_holding)

    @property
    def largest_holding_pence(self) -> int:
        """The largest sum that somebody may hold by the terms of the offer."""
        return to_minor(self.terms.largest_holding)

    @property
    def still_needed_pence(self) -> int:
        """How much has still to clear before the minimum is met."""
        return max(self.card.minimum_pence - self.card.totals.cleared_pence, 0)

    @property
    def until_on(self) -> date:
        """The legal day on which the offer closes, or closed."""
        return legal_day(self.offer.closed_at or self.offer.closes_at)


def get_offer_page(*, slug: str, at: datetime) -> OfferPage:
    """Read one offer as the public sees it; four queries whatever its size.

    Raises:
        OfferNotShown: there is no such offer, or it is still being written.
    """
    offer = ShareOffer.objects.public().with_everything().filter(slug=slug).first()
    if offer is None or offer.current_terms is None:
        raise OfferNotShown(_("There is no share offer at this address."), slug=slug)
    card = card_of(offer, totals_of([offer])[offer.pk], at=at)
    terms = offer.current_terms
    return OfferPage(
        card=card,
        terms=terms,
        points=raised_by_day(offer),
        happenings=_happenings(offer, at),
        share_terms=_passages(terms, SHARE_TERMS),
        risks=_passages(terms, RISKS),
        money=_passages(terms, MONEY),
        plan=_passages(terms, PLAN),
        history=_passages(terms, HISTORY),
        identity=_passages(terms, IDENTITY),
    )


def _passages(terms: OfferTerms, names: Sequence[str]) -> list[Passage]:
    """Give the passages that say something, under the headings of the checklist."""
    said = []
    for name in names:
        field = terms._meta.get_field(name)  # noqa: SLF001 - Django's own name for it
        assert isinstance(field, TextField)
        text = getattr(terms, name).strip()
        if text:
            said.append(Passage(name=name, heading=capfirst(str(field.verbose_name)), text=text))
    return said


def _happenings(offer: ShareOffer, at: datetime) -> list[Happening]:
    """List what happened and what is to come, in order; who did it and why is the officers' business."""
    state = OfferState(offer.state)
    changes = OfferStateChange.objects.filter(offer=offer).order_by("at", "pk")
    told = [_told(change) for change in changes]
    # An offer may be published before the instant from which it takes applications.
    dates = [(text, max(when, offer.opens_at)) for text, when in told if text]
    if not any(change.to_state == OfferState.OPEN.value for change in changes):
        dates.append((_("The offer opens"), offer.opens_at))
    if state in {OfferState.OPEN, OfferState.PAUSED}:
        dates.append((_("The offer closes"), offer.closes_at))
    return [Happening(text, when, when <= at) for text, when in sorted(dates, key=lambda pair: pair[1])]


def _told(change: OfferStateChange) -> tuple[str, datetime]:
    step = (OfferState(change.from_state), OfferState(change.to_state))
    words = {
        (OfferState.APPROVED, OfferState.OPEN): _("The offer opened"),
        (OfferState.OPEN, OfferState.OPEN): _("The closing day was moved"),
        (OfferState.OPEN, OfferState.PAUSED): _("The offer was paused"),
        (OfferState.PAUSED, OfferState.OPEN): _("The offer went on"),
        (OfferState.OPEN, OfferState.CLOSED): _("The offer closed"),
        (OfferState.PAUSED, OfferState.CLOSED): _("The offer closed"),
        (OfferState.CLOSED, OfferState.SUCCEEDED): _("The board decided to go ahead"),
        (OfferState.CLOSED, OfferState.FAILED): _("The offer failed, and refunds began"),
        (OfferState.SUCCEEDED, OfferState.FAILED): _("The offer failed, and refunds began"),
        (OfferState.SUCCEEDED, OfferState.ALLOTTED): _("The shares were allotted"),
        (OfferState.FAILED, OfferState.REFUNDED): _("Every payment had gone back"),
        (OfferState.REFUNDED, OfferState.FAILED): _("A refund came back and is being sent again"),
    }
    return words.get(step, ""), change.at
