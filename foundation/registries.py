"""What higher rooms tell lower ones: each registry is filled in `AppConfig.ready()`.

A system check (foundation.E001) fails on a key that some room expects and nobody registered; a double
registration raises at start (and is reported as foundation.E002 where that was caught).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from core.invariants import Invariant
from core.registry import Registry
from foundation.access import Actor, Decision

Facts = dict[str, Any]


class OutboxHandler(Protocol):
    """Does the work of one topic, outside any transaction, possibly more than once."""

    def __call__(self, *, payload: Facts, at: datetime) -> None:
        """Do it."""
        ...


@dataclass(frozen=True)
class PaymentPurpose:
    """What a payment is for: where its money is booked, and who is told.

    Every callback runs inside the payment room's transaction, after its postings, and may run again with the
    same facts.

    Attributes:
        credit_account: Account code that is credited when the money settles.
        refund_account: Account code through which a refund passes.
        statement_text: What the payer sees on the bank statement (Latin letters, at most 22).
        settled: Called with `payment` and `at`.
        refunded: Called with `refund` and `at`.
        refund_failed: Called with `refund` and `at`.
        checkout_ended: Called with `payment` and `at` when no money can come from the checkout any more.
        disputed: Called with `payment` and `at`.
        lock_first: Called with the subject, inside the transaction and before its first lock or posting: takes
            the locks that the other callbacks need, so that every act takes its locks in the same order.
    """

    credit_account: str
    refund_account: str
    statement_text: str
    settled: Callable[..., None]
    refunded: Callable[..., None]
    refund_failed: Callable[..., None]
    checkout_ended: Callable[..., None]
    disputed: Callable[..., None]
    lock_first: Callable[[str], None] | None = None


@dataclass(frozen=True)
class RecordedPurpose:
    """What money is for that an officer recorded by hand: how it is booked, what is checked, and who is told.

    Every callback gets the record as its row in the payment room and runs inside that room's transaction.

    Attributes:
        title: What people call it (translated lazily).
        directions: "in" for receipts, "out" for payments, or both.
        lines: Gives the ledger's lines (`ledger.operations.Line`) for a record that is asked for. They are kept, shown
            to the second person and posted as they are; over the record's bank account they come to its amount.
        check: Refuses with a domain error what must not be; called with the record when it is asked for and again
            before it is posted. Of a reversal, `record.reverses` is what it undoes.
        settled: Called with `record` and `at` when a second person agreed, after the entry is posted.
        reversed: The same for a reversal.
        lock_first: Called with the subject before the first lock: takes the locks that the other callbacks need.
    """

    title: str | Promise
    directions: frozenset[str]
    lines: Callable[[Any], Sequence[Any]]
    check: Callable[[Any], None]
    settled: Callable[..., None]
    reversed: Callable[..., None]
    lock_first: Callable[[str], None] | None = None


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that is numbered, made, hashed and kept.

    Attributes:
        template: Name of the HTML template of the paged document.
        series: Series of its numbers within an organisation, such as "CERT".
        title: What people call it.
        context: Gives the template's context for a subject (a public id).
        public_facts: Gives what the page that confirms a document may tell anybody; never holder or amount.
        may_download: Decides whether an actor may have the file.
        file_name: Gives the name of the downloaded file.
        made: Called with `document` and `at` in the transaction that fixes the file, once; queues mail and the like.
    """

    template: str
    series: str
    title: str | Promise
    context: Callable[[str], Facts]
    public_facts: Callable[[Any], Facts] | None = None
    may_download: Callable[[Actor, Any], Decision] | None = None
    file_name: Callable[[Any], str] | None = None
    made: Callable[..., None] | None = None


@dataclass(frozen=True)
class MenuItem:
    """A line of the officers' menu of an organisation.

    Attributes:
        label: What the line says (translated lazily).
        url_name: Name of the URL; it takes the slug of the organisation.
        roles: The roles that see it; empty for every officer.
        order: Its place, lowest first.
        kinds: The kinds of organisation that it is for; empty for every kind.
    """

    label: str | Promise
    url_name: str
    roles: frozenset[str]
    order: int
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PersonalDataHolder:
    """A room's answers to a person who asks for their data. A person is named by public id ("per_...").

    Attributes:
        export: Gives everything that is kept on a person, ready for JSON.
        erase: Erases what may be erased and says, line by line, what was erased and what must be kept and why.
            Called with `person` and `at`.
        merge: Moves what belongs to one person over to another: `merge(kept=..., merged=..., at=...)`.
    """

    export: Callable[[str], Facts]
    erase: Callable[..., Sequence[str]]
    merge: Callable[..., None]


@dataclass(frozen=True)
class MonthEndControl:
    """One line of the month-end checklist of a book.

    Attributes:
        title: What is checked.
        find_problems: Lists what stands in the way of closing the month: organisation (public id), first day of
            the month, first day of the next.
        url_name: Page where it is put right; takes the slug of the organisation.
        order: Its place, lowest first.
    """

    title: str | Promise
    find_problems: Callable[[str, date, date], Iterable[str]]
    url_name: str = ""
    order: int = 100


@dataclass(frozen=True)
class EntrySource:
    """What an entry of the ledger comes from, in words, and the page where it is.

    Attributes:
        label: What people call it (translated).
        url: Its page; empty where it has none.
    """

    label: str
    url: str = ""


@dataclass(frozen=True)
class JobKind:
    """How a kind of job is shown.

    Attributes:
        title: Heading of its page (translated lazily).
        may_see: Decides for an actor beside the one who started it; without it, officers of its organisation.
    """

    title: str | Promise
    may_see: Callable[[Actor, Any], Decision] | None = None


OUTBOX_HANDLERS: Registry[OutboxHandler] = Registry("outbox handlers")
PAYMENT_PURPOSES: Registry[PaymentPurpose] = Registry("payment purposes")
RECORDED_PURPOSES: Registry[RecordedPurpose] = Registry("purposes of recorded money")
# Gives labels and links for the opaque owners of ledger accounts, by prefix of their ids ("app", "mem").
OWNER_LABELS: Registry[Callable[[Sequence[str]], Mapping[str, Any]]] = Registry("ledger owner labels")
# Gives words and pages for what ledger entries come from, by prefix of their sources ("mjn", "pay"); as OWNER_LABELS.
ENTRY_SOURCES: Registry[Callable[[Sequence[str]], Mapping[str, EntrySource]]] = Registry("sources of ledger entries")
# By kind of ledger entry, such as "payments.receipt": what happened, in a few plain words.
ENTRY_KINDS: Registry[Promise] = Registry("kinds of ledger entries")
DOCUMENT_KINDS: Registry[DocumentKind] = Registry("document kinds")
PERSONAL_DATA_HOLDERS: Registry[PersonalDataHolder] = Registry("holders of personal data")
MONTH_END_CONTROLS: Registry[MonthEndControl] = Registry("month-end controls")
MENU_ITEMS: Registry[MenuItem] = Registry("menu items")
INVARIANTS: Registry[tuple[Invariant, ...]] = Registry("invariants")
# Called with the new user and the session when somebody signs up: attaches what the visitor had begun.
SIGN_UP_FOLLOW_UPS: Registry[Callable[[Any, Any], None]] = Registry("sign-up follow-ups")
# Called with the actor; each gives panels for the resident's own page.
HOME_PANELS: Registry[Callable[[Actor], Sequence[Any]]] = Registry("home panels")
JOB_KINDS: Registry[JobKind] = Registry("job kinds")

ALL: tuple[Registry[Any], ...] = (
    OUTBOX_HANDLERS,
    PAYMENT_PURPOSES,
    RECORDED_PURPOSES,
    OWNER_LABELS,
    ENTRY_SOURCES,
    ENTRY_KINDS,
    DOCUMENT_KINDS,
    PERSONAL_DATA_HOLDERS,
    MONTH_END_CONTROLS,
    MENU_ITEMS,
    INVARIANTS,
    SIGN_UP_FOLLOW_UPS,
    HOME_PANELS,
    JOB_KINDS,
)
