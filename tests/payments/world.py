"""A society that takes money through the stand-in, and the acts that tests repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from core.money import from_minor
from foundation import outbox
from foundation.registries import PAYMENT_PURPOSES, PaymentPurpose
from ledger import operations as ledger_operations
from ledger import queries as ledger_queries
from ledger.models import Book, Entry, Transfer
from ledger.operations import Line
from payments import operations
from payments.models import CheckoutAttempt, Payment, Refund
from people.models import Organisation
from tests.standin.process import ACCOUNT, Standin

PURPOSE = "test_shares"
SUCCESS = "http://127.0.0.1/paid"
CANCEL = "http://127.0.0.1/pay"


@dataclass
class Purpose:
    """A room that sells something: it writes down what it is told, and does what the test says then."""

    told: list[tuple[str, str]] = field(default_factory=list)
    on_settled: Callable[..., None] | None = None

    def settled(self, *, payment: Payment, at: datetime) -> None:
        self.told.append(("settled", payment.public_id))
        if self.on_settled is not None:
            self.on_settled(payment=payment, at=at)

    def refunded(self, *, refund: Refund, at: datetime) -> None:
        self.told.append(("refunded", refund.public_id))

    def refund_failed(self, *, refund: Refund, at: datetime) -> None:
        self.told.append(("refund_failed", refund.public_id))

    def checkout_ended(self, *, payment: Payment, at: datetime) -> None:
        self.told.append(("checkout_ended", payment.public_id))

    def disputed(self, *, payment: Payment, at: datetime) -> None:
        self.told.append(("disputed", payment.public_id))

    def lock_first(self, subject: str) -> None:
        """There is nothing to lock here."""


PURPOSE_OF_TESTS = Purpose()
PAYMENT_PURPOSES.register(
    PURPOSE,
    PaymentPurpose(
        credit_account="2150",
        refund_account="2155",
        statement_text="SHARES",
        settled=PURPOSE_OF_TESTS.settled,
        refunded=PURPOSE_OF_TESTS.refunded,
        refund_failed=PURPOSE_OF_TESTS.refund_failed,
        checkout_ended=PURPOSE_OF_TESTS.checkout_ended,
        disputed=PURPOSE_OF_TESTS.disputed,
        lock_first=PURPOSE_OF_TESTS.lock_first,
    ),
)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class World:
    """One society with a book and an account at the stand-in."""

    standin: Standin
    organisation: Organisation
    book: Book
    purpose: Purpose
    web: Client

    def ask_for(self, pence: int = 500_00, *, minutes: int = 60, **facts: Any) -> Payment:
        """Make a payment of some pence for a new application."""
        given = {"payer_email": "ada@example.org", "description": "500 shares", "at": now(), **facts}
        return operations.create_payment(
            organisation=self.organisation,
            purpose=PURPOSE,
            subject=f"app_{uuid4().hex[:22]}",
            amount=from_minor(pence),
            expires_at=given["at"] + timedelta(minutes=minutes),
            **given,
        )

    def open_page(self, payment: Payment, *, at: datetime | None = None) -> str:
        """Start the checkout and return the id of the provider's session."""
        operations.start_checkout(payment_id=payment.pk, success_url=SUCCESS, cancel_url=CANCEL, at=at or now())
        session_id = CheckoutAttempt.objects.get(payment=payment, state="open").session_id
        assert session_id is not None
        return session_id

    def pay(self, payment: Payment, *, card: str = "4242424242424242") -> str:
        """Open the page and pay on it; nothing has been told to us yet."""
        session_id = self.open_page(payment)
        self.standin.pay(session_id, card=card)
        return session_id

    def settle(self, pence: int = 500_00, *, card: str = "4242424242424242") -> Payment:
        """A payment that is paid and settled; its messages are thrown away."""
        payment = self.ask_for(pence)
        self.pay(payment, card=card)
        settled = operations.refresh_payment(payment_id=payment.pk, at=now())
        self.standin.take_webhooks()
        assert settled.state == "settled"
        return settled

    def owe_back(self, payment: Payment) -> None:
        """What the purpose posts before it asks for a refund: row 10."""
        ledger_operations.post(
            book=self.book,
            key=f"owe:{payment.public_id}",
            kind="test.refund_due",
            effective_on=now().date(),
            lines=[
                Line(
                    debit="2150",
                    credit="2155",
                    amount=payment.amount_pence,
                    debit_owner=payment.subject,
                    credit_owner=payment.subject,
                )
            ],
            actor="system:tests",
            recorded_at=now(),
        )

    def allot(self, payment: Payment) -> None:
        """What an allotment does to the books: row 8."""
        line = Line(
            debit="2150",
            credit="3000",
            amount=payment.amount_pence,
            debit_owner=payment.subject,
            credit_owner=f"mem_{payment.subject[4:]}",
        )
        ledger_operations.post(
            book=self.book,
            key=f"allot:{payment.public_id}",
            kind="test.allotment",
            effective_on=now().date(),
            lines=[line],
            actor="system:tests",
            recorded_at=now(),
        )

    def refund(self, payment: Payment, *, key: str = "refused") -> Refund:
        """Owe a payment back and ask for its refund; nothing is sent yet."""
        self.owe_back(payment)
        return operations.request_refund(payment_id=payment.pk, reason="refused", key=key, at=now())

    def post_webhooks(self, webhooks: list[dict[str, Any]]) -> list[int]:
        """Deliver messages to our address; return the statuses of the answers."""
        return [
            self.web.post(
                "/webhooks/stripe/",
                data=one["body"],
                content_type="application/json",
                headers={"stripe-signature": one["signature"]},
            ).status_code
            for one in webhooks
        ]

    def deliver(self) -> list[int]:
        """Deliver every message that waits at the stand-in, and process what came."""
        statuses = self.post_webhooks(self.standin.take_webhooks())
        self.work()
        return statuses

    def work(self, *, at: datetime | None = None) -> None:
        """Do what is promised in the outbox, until nothing is due."""
        while outbox.drive(at=at or now()):
            pass

    def balance(self, code: str, owner: str | None = None) -> int:
        """What the books say is in an account, in pence."""
        return ledger_queries.account_balance(book=self.book, code=code, owner=owner)

    def entries(self, kind: str) -> list[list[tuple[str, str, str, str, int]]]:
        """The lines of each entry of a kind: debit, its owner, credit, its owner, pence."""
        return [
            [
                (line.debit_account.code, line.debit_owner, line.credit_account.code, line.credit_owner, line.amount)
                for line in Transfer.objects.filter(entry=entry)
                .select_related("debit_account", "credit_account")
                .order_by("line_no")
            ]
            for entry in Entry.objects.filter(book=self.book, kind=f"payments.{kind}").order_by("id")
        ]

    def provider_balance(self) -> int:
        """What the stand-in says is in the account, available and pending together, in pence."""
        balance = self.standin.client().v1.balance.retrieve({}, {"stripe_account": ACCOUNT})
        return balance.available[0].amount + balance.pending[0].amount


def make_society(*, slug: str = "the-fox", account: str = ACCOUNT) -> Organisation:
    """A society with its book and its account at the provider."""
    organisation = Organisation.objects.create(slug=slug, name="The Fox Community Society", created_at=now())
    ledger_operations.open_book(slug=slug, organisation=organisation.public_id, name="Books", at=now())
    operations.open_provider_account(organisation=organisation, account_id=account, at=now())
    return organisation
