"""Builders of offers and applications: valid, smallest, deterministic; later states are reached by operations only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from moneyed import Money

from core.money import to_minor
from foundation.access import Actor
from foundation.models import OutboxMessage, OutboxState
from foundation.registries import OUTBOX_HANDLERS
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.models import Book
from payments.models import Payment, Refund
from payments.operations import open_provider_account
from payments.operations.provider_facts import ChargeFacts, RefundFacts, StatementLine
from payments.operations.refunding import record_refund
from payments.operations.settlement import settle_charge
from payments.states import RefundState
from people import operations as people_operations
from people.models import Organisation, Person, User
from shares import operations, states
from shares.models import Application, ConsentWording, OfferTerms, ShareClass, ShareOffer, Society

OPENS_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLOSES_AT = datetime(2026, 5, 29, 17, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
AFTER = CLOSES_AT + timedelta(hours=1)
ADULT = date(1980, 5, 17)
STAFF = Actor(ref="user:usr_staff", is_staff=True, second_factor=True)
SECRETARY = Actor(ref="user:usr_secretary", second_factor=True)
SYSTEM = Actor(ref="system:tests")
# What the card of this world costs: 1.5 per cent and 20 pence, whole pence.
FEE_BASIS_POINTS, FEE_FIXED = 150, 20

_numbers = count(1)


def pounds(amount: int | str) -> Money:
    """An amount in pounds."""
    return Money(Decimal(amount), "GBP")


def make_content(**changed: str) -> dict[str, str]:
    """Every part of an offer document, filled."""
    return {name: f"Text on {name.replace('_', ' ')}." for name in OfferTerms.content_fields()} | changed


@dataclass
class Terms:
    """The figures of an offer; the defaults are small and round."""

    nominal: Money = field(default_factory=lambda: pounds(10))
    minimum: Money = field(default_factory=lambda: pounds(1_000))
    optimum: Money = field(default_factory=lambda: pounds(5_000))
    maximum: Money = field(default_factory=lambda: pounds(10_000))
    smallest: Money = field(default_factory=lambda: pounds(50))
    largest: Money = field(default_factory=lambda: pounds(5_000))
    cooling_off_days: int = 14


def make_society(*, number: str = "", **rules: Any) -> Society:
    """A society with books and an account at the provider."""
    serial = next(_numbers)
    organisation = people_operations.found_organisation(
        slug=f"society-{serial}", name=f"Community Society {serial} Limited", actor=SYSTEM.ref, at=OPENS_AT
    )
    ledger_operations.open_book(
        slug=f"book-{serial}", organisation=organisation.public_id, name=organisation.name, at=OPENS_AT
    )
    open_provider_account(organisation=organisation, account_id=f"acct_{serial:06d}", at=OPENS_AT)
    facts: dict[str, Any] = {
        "registration_number": number or str(10_000 + serial),
        "legal_form": states.LegalForm.COMMUNITY_BENEFIT,
        "registered_office": "The Old School\nHigh Street",
        "maximum_holding": pounds(100_000),
        "minimum_holding": pounds(10),
        **rules,
    }
    return operations.register_society(organisation=organisation, actor=SYSTEM, at=OPENS_AT, **facts)


def make_share_class(society: Society, nominal: Money) -> ShareClass:
    """The society's ordinary class."""
    found = society.share_classes.filter(nominal_value=nominal.amount).first()
    return found or operations.add_share_class(
        society=society, name=f"Shares of {nominal.amount}", nominal_value=nominal, actor=SYSTEM, at=OPENS_AT
    )


def draft_offer(*, society: Society | None = None, terms: Terms | None = None, **facts: Any) -> ShareOffer:
    """An offer with terms that nobody has looked at."""
    society, figures = society or make_society(), terms or Terms()
    given: dict[str, Any] = {
        "slug": f"offer-{next(_numbers)}",
        "title": "Save the Drovers Arms",
        "summary": "Our village buys its pub.",
        "venture_kind": states.VentureKind.PUB,
        "place_name": "Little Snoring",
        "outcode": "NR21",
        "opens_at": OPENS_AT,
        "closes_at": CLOSES_AT,
        **facts,
    }
    offer = operations.draft_offer(
        share_class=make_share_class(society, figures.nominal),
        actor=SECRETARY,
        at=OPENS_AT - timedelta(days=30),
        **given,
    )
    write_terms(offer, figures)
    return ShareOffer.objects.with_everything().get(pk=offer.pk)


def write_terms(offer: ShareOffer, figures: Terms, *, at: datetime | None = None, **content: str) -> OfferTerms:
    """The next version of an offer's terms."""
    return operations.write_terms(
        offer=offer,
        minimum=figures.minimum,
        optimum=figures.optimum,
        maximum=figures.maximum,
        smallest_holding=figures.smallest,
        largest_holding=figures.largest,
        cooling_off_days=figures.cooling_off_days,
        content=make_content(**content),
        actor=SECRETARY,
        at=at or OPENS_AT - timedelta(days=30),
    )


def submitted_offer(**facts: Any) -> ShareOffer:
    """An offer that waits for platform staff."""
    offer = draft_offer(**facts)
    return operations.submit_offer(offer=offer, actor=SECRETARY, at=OPENS_AT - timedelta(days=20))


def approved_offer(**facts: Any) -> ShareOffer:
    """An offer that can be opened."""
    offer = submitted_offer(**facts)
    return operations.approve_offer(offer=offer, actor=STAFF, at=OPENS_AT - timedelta(days=10))


def open_offer(**facts: Any) -> ShareOffer:
    """An offer that takes applications from `OPENS_AT` to `CLOSES_AT`."""
    return operations.open_offer(offer=approved_offer(**facts), actor=SECRETARY, at=OPENS_AT)


def make_user(name: str = "") -> User:
    """Somebody who can sign in."""
    serial = next(_numbers)
    return people_operations.make_user(email=f"{name or 'resident'}-{serial}@example.org", password=None, at=OPENS_AT)


def actor_of(user: User | None) -> Actor:
    """The actor behind a user's session."""
    return Actor(ref=f"user:{user.public_id}", user_id=user.pk) if user else Actor(ref="anonymous")


def started(offer: ShareOffer, *, user: User | None = None, at: datetime = NOW) -> Application:
    """An application that was just begun."""
    user = user or make_user()
    return operations.start_application(offer=offer, user=user, actor=actor_of(user), at=at).application


def complete(
    offer: ShareOffer,
    number_of_shares: int = 10,
    *,
    user: User | None = None,
    at: datetime = NOW,
    born_on: date | None = ADULT,
    **holder: Any,
) -> Application:
    """An application with number, particulars and consents, ready to be paid."""
    user = user or make_user()
    application = started(offer, user=user, at=at)
    operations.set_number_of_shares(
        application=application, number_of_shares=number_of_shares, actor=actor_of(user), at=at, **holder
    )
    give_particulars(application, user, born_on=born_on, at=at)
    give_all_consents(application, at=at)
    return reread(application)


def give_particulars(application: Application, user: User, *, born_on: date | None = ADULT, at: datetime = NOW) -> None:
    """What the register needs, made up."""
    person = people_operations.give_person(
        user=user, given_name="Ada", family_name=f"Tester{user.pk}", date_of_birth=born_on
    )
    particulars = people_operations.record_particulars(
        person=person,
        full_name=person.full_name,
        address_line_1=f"{user.pk} Green Lane",
        town="Little Snoring",
        postcode="NR21 0AA",
        email_for_notices=user.email,
        email_purposes=["notices"],
        at=at,
    )
    operations.give_particulars(
        application=application, person=person, particulars=particulars, actor=actor_of(user), at=at
    )


def give_all_consents(application: Application, *, without: str = "", at: datetime = NOW) -> None:
    """Tick everything that is required, but for one code."""
    wordings = ConsentWording.objects.in_force(at.date())
    ticked = [wording.pk for wording in wordings if wording.is_required and wording.code != without]
    operations.give_consents(application=application, wording_ids=ticked, actor=actor_of(application.user), at=at)


def reserve(application: Application, *, at: datetime = NOW) -> Payment:
    """Reserve the shares; the payment is to be made."""
    return operations.reserve(application=application, actor=actor_of(application.user), at=at)


def fee_of(pence: int) -> int:
    """What the provider of this world keeps of a charge."""
    return pence * FEE_BASIS_POINTS // 10_000 + FEE_FIXED


def charge_for(payment: Payment, *, at: datetime = NOW, suffix: str = "") -> ChargeFacts:
    """What the provider would answer about a charge that paid a payment."""
    pence, charge_id = to_minor(payment.amount), f"ch_{payment.public_id}{suffix}"
    fee = fee_of(pence)
    line = line_of(f"txn_{payment.public_id}{suffix}", "charge", charge_id, amount=pence, fee=fee, at=at)
    return ChargeFacts(
        charge_id=charge_id,
        payment_intent_id=f"pi_{payment.public_id}{suffix}",
        is_paid=True,
        amount=pence,
        currency="GBP",
        is_live=False,
        created_at=at,
        metadata={"payment": payment.public_id},
        line=line,
    )


def line_of(transaction_id: str, kind: str, source: str, *, amount: int, fee: int, at: datetime) -> StatementLine:
    return StatementLine(
        transaction_id=transaction_id,
        type=kind,
        source_id=source,
        amount=amount,
        fee=fee,
        net=amount - fee,
        currency="GBP",
        created_at=at,
        available_on_at=at + timedelta(days=3),
    )


def pay(payment: Payment, *, at: datetime = NOW, suffix: str = "") -> None:
    """The money of a payment arrives, by the payment room's own way, without a network."""
    settle_charge(payment_id=payment.pk, charge=charge_for(payment, at=at, suffix=suffix), at=at)


def paid(offer: ShareOffer, number_of_shares: int = 10, *, at: datetime = NOW, **facts: Any) -> Application:
    """An application whose money is held."""
    application = complete(offer, number_of_shares, at=at, **facts)
    pay(reserve(application, at=at), at=at)
    return reread(application)


def refund_arrives(refund: Refund, *, at: datetime) -> None:
    """A refund that was asked for leaves the provider's balance, by the payment room's own way."""
    Refund.objects.filter(pk=refund.pk, state=RefundState.REQUESTED).update(state=RefundState.SENT, sent_at=at)
    refund.refresh_from_db()
    pence = to_minor(refund.amount)
    line = line_of(f"txn_{refund.public_id}", "refund", f"re_{refund.public_id}", amount=-pence, fee=0, at=at)
    answer = RefundFacts(
        refund_id=f"re_{refund.public_id}",
        charge_id=refund.receipt.charge_id,
        payment_intent_id=refund.receipt.payment_intent_id,
        status="succeeded",
        amount=pence,
        currency="GBP",
        failure_code="",
        created_at=at,
        metadata={"refund": refund.public_id},
        line=line,
        failure_line=None,
    )
    record_refund(refund_id=refund.pk, answer=answer, at=at)


def all_refunds_arrive(*, at: datetime) -> int:
    """Every refund that is under way arrives; tell how many."""
    refunds = list(Refund.objects.filter(state__in=[RefundState.REQUESTED, RefundState.SENT]).order_by("pk"))
    for refund in refunds:
        refund_arrives(refund, at=at)
    return len(refunds)


def drive(topic: str, *, at: datetime, handler: Callable[..., None] | None = None) -> int:
    """Do the promised work of one topic, as a worker would; tell how many messages that were."""
    done = 0
    for message in OutboxMessage.objects.filter(topic=topic).exclude(state=OutboxState.DONE).order_by("pk"):
        (handler or OUTBOX_HANDLERS.get(topic))(payload=message.payload, at=at)
        OutboxMessage.objects.filter(pk=message.pk).update(state=OutboxState.DONE, done_at=at)
        done += 1
    return done


def closed_offer(offer: ShareOffer, *, at: datetime = AFTER) -> ShareOffer:
    """The offer, closed."""
    return operations.close_offer(offer=offer, actor=SECRETARY, at=at)


def allot(offer: ShareOffer, *, at: datetime = AFTER, minute: str = "B/2026/07") -> Any:
    """Allot the shares of a closed offer today."""
    return operations.allot_shares(
        offer=offer,
        minute_reference=minute,
        board_on=at.date(),
        allotted_on=at.date(),
        actor=SECRETARY,
        at=at,
    )


def reread(application: Application) -> Application:
    """The application as it is stored now."""
    return Application.objects.with_everything().get(pk=application.pk)


def reread_offer(offer: ShareOffer) -> ShareOffer:
    """The offer as it is stored now."""
    return ShareOffer.objects.with_everything().get(pk=offer.pk)


def book_of(organisation: Organisation) -> Book:
    """The main book of an organisation."""
    return ledger_queries.get_book(organisation=organisation.public_id)


def balance(offer: ShareOffer, code: str, owner: str | None = None) -> int:
    """Balance of an account of the offer's society, in pence."""
    return ledger_queries.account_balance(book=book_of(offer.organisation), code=code, owner=owner)


def balances(offer: ShareOffer) -> dict[str, int]:
    """Every account of the offer's society that is not nothing, in pence on its normal side."""
    rows = ledger_queries.trial_balance(book=book_of(offer.organisation))
    return {row.account.code: row.balance for row in rows if row.balance}


def make_user_with_person() -> Person:
    """A person with a sign-in and no particulars."""
    return people_operations.give_person(user=make_user(), given_name="Ada", family_name="Tester")
