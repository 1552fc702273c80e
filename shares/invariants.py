"""What must always hold of offers, applications and registers; each says what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Max, Sum
from django.db.models.fields.json import KT

from core.invariants import Invariant
from core.money import to_minor
from documents.models import Document
from foundation.models import OutboxMessage, OutboxState
from ledger import queries as ledger_queries
from shares.models import (
    Application,
    ApplicationStateChange,
    LegalHoldingLimit,
    OfferStateChange,
    RegisterEntry,
    ShareOffer,
    Society,
)
from shares.operations.allotting import CERTIFICATES_TOPIC
from shares.operations.deciding import REFUND_OFFER_TOPIC
from shares.queries.applications import CERTIFICATE
from shares.queries.holders import sum_pence
from shares.queries.room import maximum_shares
from shares.states import ApplicationState, CapitalClass, EntryKind, HolderKind, Jurisdiction, OfferState


def find_oversold() -> Iterator[str]:
    """Offers with more shares reserved, paid for or allotted than their maximum."""
    taken = Application.objects.taking_room().order_by().values("offer_id")
    counts = dict(taken.annotate(taken=Sum("number_of_shares")).values_list("offer_id", "taken"))
    for offer in ShareOffer.objects.filter(pk__in=list(counts)).select_related("current_terms"):
        if offer.current_terms is None or counts[offer.pk] > maximum_shares(offer.current_terms):
            yield f"{offer.public_id}: {counts[offer.pk]} shares taken"


def find_holdings_over_limit() -> Iterator[str]:
    """Members other than registered societies who hold more than the law of their society's jurisdiction allows."""
    rows = (
        RegisterEntry.objects.exclude(member__holder_kind=HolderKind.REGISTERED_SOCIETY.value)
        .order_by()
        .values("member__public_id", "society__jurisdiction")
        .annotate(held=Sum("amount_paid"))
    )
    limits = {one.value: _latest_limit(one.value) for one in Jurisdiction}
    for row in rows:
        limit, held = limits[row["society__jurisdiction"]], sum_pence(row["held"])
        if limit is not None and held > limit:
            yield f"{row['member__public_id']}: holds {held} pence, the limit is {limit}"


def _latest_limit(jurisdiction: str) -> int | None:
    row = LegalHoldingLimit.objects.filter(jurisdiction=jurisdiction).order_by("-from_on").first()
    return None if row is None else to_minor(row.amount)


def find_register_off_ledger() -> Iterator[str]:
    """Members whose share capital in the books is not what the register says they paid."""
    for society in Society.objects.select_related("organisation"):
        book = ledger_queries.find_book(organisation=society.organisation.public_id)
        by_register = {
            row["member__public_id"]: sum_pence(row["total"])
            for row in RegisterEntry.objects.filter(society=society)
            .values("member__public_id")
            .order_by()
            .annotate(total=Sum("amount_paid"))
        }
        code = "3000" if society.capital_class == CapitalClass.EQUITY.value else "2400"
        by_books = ledger_queries.owner_balances(book=book, code=code) if book is not None else {}
        yield from _differences(by_register, by_books)


def find_applications_off_ledger() -> Iterator[str]:
    """Applications whose money in account 2150 is not what they say is held."""
    for society in Society.objects.select_related("organisation"):
        book = ledger_queries.find_book(organisation=society.organisation.public_id)
        held = {
            public_id: to_minor(amount)
            for public_id, amount in (
                (row.public_id, row.amount)
                for row in Application.objects.filter(organisation=society.organisation).paid()
            )
        }
        in_books = ledger_queries.owner_balances(book=book, code="2150") if book is not None else {}
        yield from _differences(held, in_books)


def _differences(expected: dict[str, int], found: dict[str, int]) -> Iterator[str]:
    for ref in sorted(expected.keys() | found.keys()):
        if expected.get(ref, 0) != found.get(ref, 0):
            yield f"{ref}: {expected.get(ref, 0)} expected, {found.get(ref, 0)} in the books"


def find_gaps_in_numbers() -> Iterator[str]:
    """Societies whose member or entry numbers have a gap, or differ from the counters."""
    for society in Society.objects.all():
        for rows, counter in (
            (society.members, society.last_member_number),
            (society.register_entries, society.last_entry_number),
        ):
            found = rows.aggregate(count=Count("pk"), highest=Max("number"))
            if not found["count"] == (found["highest"] or 0) == counter:
                yield f"{society.public_id}: {found['count']} rows, highest {found['highest']}, counter {counter}"


def find_entries_off_applications() -> Iterator[str]:
    """Allotments whose shares, money or holder are not those of their application, or that lack one."""
    wrong = RegisterEntry.objects.filter(kind=EntryKind.ALLOTMENT.value).exclude(
        application__state=ApplicationState.ALLOTTED.value,
        shares=F("application__number_of_shares"),
        amount_paid=F("application__amount"),
    )
    yield from (f"{entry.public_id}: differs from its application" for entry in wrong)
    missing = Application.objects.allotted().filter(register_entries__isnull=True)
    yield from (f"{application.public_id}: allotted without a register entry" for application in missing)


def find_certificates_off_entries() -> Iterator[str]:
    """Batches whose certificates are issued, and entries or certificates that have no counterpart."""
    waiting = OutboxMessage.objects.exclude(state=OutboxState.DONE).filter(topic=CERTIFICATES_TOPIC).values("key")
    certified = Document.objects.filter(kind=CERTIFICATE).values("subject")
    entries = RegisterEntry.objects.filter(kind=EntryKind.ALLOTMENT.value)
    without = entries.exclude(batch__public_id__in=waiting).exclude(public_id__in=certified)
    yield from (f"{entry.public_id}: no certificate, and none on its way" for entry in without)
    strays = Document.objects.filter(kind=CERTIFICATE).exclude(subject__in=entries.values("public_id"))
    yield from (f"{document.public_id}: certifies no entry" for document in strays)


def find_money_without_next_step() -> Iterator[str]:
    """Paid applications of failed offers that nobody is refunding, and refunds due that nobody asked for."""
    driven = (
        OutboxMessage.objects.exclude(state=OutboxState.DONE)
        .filter(topic=REFUND_OFFER_TOPIC)
        .annotate(offer=KT("payload__offer"))
        .values("offer")
    )
    stuck = (
        Application.objects.paid()
        .filter(offer__state__in=[OfferState.FAILED.value, OfferState.REFUNDED.value, OfferState.ALLOTTED.value])
        .exclude(offer__public_id__in=driven)
    )
    yield from (f"{application.public_id}: paid, and its offer is over" for application in stuck)
    due = Application.objects.refund_due().exclude(offer__public_id__in=driven)
    unasked = due.filter(payment__receipts__refunds__isnull=True).distinct()
    yield from (f"{application.public_id}: refund due, and none requested" for application in unasked)


def find_states_off_history() -> Iterator[str]:
    """Offers and applications whose state is not where their record of changes ends."""
    last = ApplicationStateChange.objects.values("application_id").annotate(last=Max("pk")).values("last")
    ends = dict(ApplicationStateChange.objects.filter(pk__in=last).values_list("application_id", "to_state"))
    for pk, public_id, state in Application.objects.values_list("pk", "public_id", "state"):
        if ends.get(pk, ApplicationState.STARTED.value) != state:
            yield f"{public_id}: is {state}, its record ends at {ends.get(pk, 'the start')}"
    last_offer = OfferStateChange.objects.values("offer_id").annotate(last=Max("pk")).values("last")
    offer_ends = dict(OfferStateChange.objects.filter(pk__in=last_offer).values_list("offer_id", "to_state"))
    for pk, public_id, state in ShareOffer.objects.values_list("pk", "public_id", "state"):
        if offer_ends.get(pk, OfferState.DRAFT.value) != state:
            yield f"{public_id}: is {state}, its record ends at {offer_ends.get(pk, 'the draft')}"


def find_amounts_off_price() -> Iterator[str]:
    """Applications whose amount is not their number of shares at the price of their terms."""
    wrong = Application.objects.filter(number_of_shares__gt=0).exclude(amount=F("number_of_shares") * F("terms__price"))
    yield from (f"{application.public_id}: {application.amount}" for application in wrong)


def find_allotted_below_minimum() -> Iterator[str]:
    """Allotted offers whose allotted money is below their minimum target."""
    allotted = Application.objects.allotted().order_by().values("offer_id").annotate(total=Sum("amount"))
    totals = {row["offer_id"]: sum_pence(row["total"]) for row in allotted}
    for offer in ShareOffer.objects.filter(state=OfferState.ALLOTTED.value).select_related("current_terms"):
        total = totals.get(offer.pk, 0)
        if offer.current_terms is None or total < to_minor(offer.current_terms.minimum):
            yield f"{offer.public_id}: {total} pence allotted"


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        code="SHR-1",
        statement="Reserved, paid and allotted shares of an offer never pass its maximum.",
        source="Community Shares Handbook 4.4 (maximum target)",
        enforced_by=("lock: the offer's row, in reserve and settle",),
        find_violations=find_oversold,
    ),
    Invariant(
        code="SHR-2",
        statement="No member other than a registered society holds more than the statutory limit.",
        source="Co-operative and Community Benefit Societies Act 2014 s.24",
        enforced_by=("lock: the holder, in reserve and settle",),
        find_violations=find_holdings_over_limit,
    ),
    Invariant(
        code="SHR-3",
        statement="Each member's share capital in the books is what the register says they paid.",
        source="Treasury chart: account 3000 (or 2400) is a control account",
        enforced_by=("audit only",),
        find_violations=find_register_off_ledger,
    ),
    Invariant(
        code="SHR-4",
        statement="Account 2150 holds exactly the money of the paid applications.",
        source="Treasury month-end controls: 2150 = open applications",
        enforced_by=("audit only",),
        find_violations=find_applications_off_ledger,
    ),
    Invariant(
        code="SHR-5",
        statement="Members and register entries of a society are numbered 1, 2, 3 without a gap.",
        source="CCBSA 2014 s.30 (guarded against falsification)",
        enforced_by=(
            "shares_member_number_is_next",
            "shares_register_number_is_next",
            "shares_member_number_once",
            "shares_register_number_once",
        ),
        find_violations=find_gaps_in_numbers,
    ),
    Invariant(
        code="SHR-6",
        statement="Each allotted application has one register entry, with its shares and its money.",
        source="Design 3: facts are appended",
        enforced_by=("shares_register_application_allotted_once", "shares_register_allotment_has_batch"),
        find_violations=find_entries_off_applications,
    ),
    Invariant(
        code="SHR-7",
        statement="Each allotment has its certificate, and each certificate its allotment.",
        source="Community Shares Handbook 3.2.13",
        enforced_by=("documents_one_document_per_edition",),
        find_violations=find_certificates_off_entries,
    ),
    Invariant(
        code="SHR-8",
        statement="Money of an application always has a next step: decision, allotment or refund.",
        source="Assurance I10: no money state without an owner, a next step and a deadline",
        enforced_by=("audit only",),
        find_violations=find_money_without_next_step,
    ),
    Invariant(
        code="SHR-9",
        statement="The state of an offer or application is where its record of changes ends.",
        source="Design 5: every state change writes who, when, from, to and why",
        enforced_by=("shares_offerstatechange_rows_are_facts", "shares_applicationstatechange_rows_are_facts"),
        find_violations=find_states_off_history,
    ),
    Invariant(
        code="SHR-10",
        statement="An application's amount is its number of shares at the price of its terms.",
        source="Assurance C2, ASVS 2.2.3 (related fields agree)",
        enforced_by=("shares_application_shares_have_amount",),
        find_violations=find_amounts_off_price,
    ),
    Invariant(
        code="SHR-11",
        statement="Shares are allotted only in offers whose minimum has cleared.",
        source="Community Shares Handbook 4.4 (minimum target)",
        enforced_by=("audit only",),
        find_violations=find_allotted_below_minimum,
    ),
)
