"""What must always hold of providers' pay; each says what enforces it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F, Sum

from bonds.arithmetic.provider_pay import RESULT_KINDS
from bonds.arithmetic.tranches import StageKind
from bonds.models import (
    CompensationUndoing,
    Distribution,
    DistributionPayment,
    OutcomesContract,
    Overpayment,
    Party,
    ProviderDue,
    ProviderPayment,
    ProviderStatement,
    ReferralCompensation,
)
from bonds.operations.investor_postings import PROVIDERS
from bonds.queries.provider_pay import PAYMENT_PURPOSE
from bonds.queries.provider_statements import compute_statement, known_to
from bonds.states import ContractState
from core.invariants import Invariant
from ledger import queries as ledger_queries
from payments.models import RecordedMoney
from payments.states import RecordedState

SPECIFICATION = "outcome contracts specification, sections 1.2 and 6"


def find_dues_not_in_the_books() -> Iterator[str]:
    """Parties to whom the contract's book (2100) does not owe what was booked and given by runs, less what was paid."""
    for contract in OutcomesContract.objects.exclude(state=ContractState.DRAFT.value):
        book = ledger_queries.get_book_by_slug(slug=contract.book_slug)
        wanted = _wanted(contract)
        kept = ledger_queries.owner_balances(book=book, code=PROVIDERS)
        for pk, owner in Party.objects.filter(contract=contract).values_list("pk", "public_id"):
            if kept.get(owner, 0) != wanted.get(pk, 0):
                yield f"{owner}: 2100 shows {kept.get(owner, 0)}, {wanted.get(pk, 0)} is due"


def _wanted(contract: OutcomesContract) -> dict[int, int]:
    """What each party is due: booked for it and given by runs, less what it was paid."""
    sums: dict[int, int] = defaultdict(int)
    given = Distribution.objects.filter(
        run__contract=contract, stage=StageKind.UPSIDE.value, commitment=None, run__withdrawal=None
    )
    paid = DistributionPayment.objects.standing().filter(distribution__in=given)
    for rows, sign in (
        (ProviderDue.objects.filter(contract=contract).values_list("provider"), 1),
        (given.values_list("party"), 1),
        (ProviderPayment.objects.standing().filter(contract=contract).values_list("provider"), -1),
        (paid.values_list("distribution__party"), -1),
    ):
        for party, pence in rows.annotate(sum=Sum("pence")).order_by():
            sums[party] += sign * pence
    return sums


def find_results_paid_wrongly() -> Iterator[str]:
    """Results that are due to others than who claimed them, and of which not all went back, or not for them."""
    kinds = [kind.value for kind in RESULT_KINDS]
    dues = ProviderDue.objects.filter(kind__in=kinds)
    for due in dues.exclude(provider=F("result__line__claim__provider")):
        yield f"{due.public_id}: for a result that somebody else claimed"
    back = dues.filter(clawback__isnull=False).values("result")
    for row in dues.filter(result__in=back).values("result", "kind").annotate(sum=Sum("pence")).exclude(sum=0):
        yield f"line {row['result']}: {row['sum']} of its {row['kind']} did not go back"
    for due in dues.filter(clawback__isnull=False).exclude(clawback__result=F("result")):
        yield f"{due.public_id}: goes back for another line"


def find_payments_without_record() -> Iterator[str]:
    """Payments of providers that no approved record of the same amount stands behind, and records without them."""
    approved = RecordedMoney.objects.filter(state=RecordedState.APPROVED, purpose=PAYMENT_PURPOSE)
    money = {record: (subject, pence) for record, subject, pence in approved.values_list(
        "public_id", "subject", "amount_pence"
    )}  # fmt: skip
    for one in ProviderPayment.objects.select_related("provider").order_by("pk"):
        if money.pop(one.record, None) != (one.provider.public_id, one.pence):
            yield f"{one.public_id}: of {one.pence}, with no record of that"
    yield from (f"{record}: {pence} moved and not noted" for record, (_subject, pence) in money.items())


def find_overpaid_providers() -> Iterator[str]:
    """Providers that were paid more than was ever booked for them, what went back since left aside."""
    booked = dict(ProviderDue.objects.filter(pence__gt=0).values_list("provider").annotate(sum=Sum("pence")).order_by())
    standing = ProviderPayment.objects.standing().values_list("provider").annotate(sum=Sum("pence")).order_by()
    for provider, paid in standing:
        if paid > booked.get(provider, 0):
            yield f"party {provider}: {paid} paid of {booked.get(provider, 0)}"


def find_compensation_differences() -> Iterator[str]:
    """Compensations that are not what the invoice asks, what the provider is due, or what so many people come to."""
    for one in ReferralCompensation.objects.select_related("invoice"):
        due = ProviderDue.objects.filter(compensation=one).aggregate(sum=Sum("pence"))["sum"] or 0
        counted = (one.least - one.came) * one.each_pence
        if not one.pence == due == one.invoice.net_pence == counted:
            yield f"{one.public_id}: {one.pence}, invoiced {one.invoice.net_pence}, due {due}, counted {counted}"
        if (one.invoice.payer_id, one.invoice.contract_id) != (one.commissioner_id, one.contract_id):
            yield f"{one.public_id}: somebody else was asked"
    for due in ProviderDue.objects.filter(compensation__isnull=False).exclude(provider=F("compensation__provider")):
        yield f"{due.public_id}: due to another provider"
    yield from _undone_otherwise()


def _undone_otherwise() -> Iterator[str]:
    """Compensations that were undone, and of which not all went back, or not to whom it was asked of."""
    for one in CompensationUndoing.objects.select_related("compensation", "note"):
        made = one.compensation
        noted = one.note.net_pence if one.note and one.note.credits_id == made.invoice_id else 0
        paid = Overpayment.objects.filter(source=one.public_id, payer=made.commissioner)
        back = noted + (paid.aggregate(sum=Sum("pence"))["sum"] or 0)
        due = ProviderDue.objects.filter(undoing=one, provider=made.provider).aggregate(sum=Sum("pence"))["sum"] or 0
        if not made.pence == back == -due:
            yield f"{one.public_id}: {made.pence} undone, {back} given back, {-due} taken from the provider"


def find_statement_differences() -> Iterator[str]:
    """Statements that say something else than what was known when they were issued."""
    for one in ProviderStatement.objects.select_related("provider__contract"):
        found, _entries = compute_statement(
            one.provider, from_on=one.from_on, until_on=one.until_on, known=known_to(one)
        )
        if found != (one.before_pence, one.due_pence, one.paid_pence, one.after_pence):
            yield f"{one.public_id}: says {one.after_pence} is due, {found.after} was"


PROVIDER_INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "BND-31",
        "What the contract's book owes a provider is what was booked for it, and given by runs, less what it was paid.",
        "treasury specification A8, V4",
        ("lock: operations.locks.lock_contract",),
        find_dues_not_in_the_books,
    ),
    Invariant(
        "BND-32",
        "A result is due once, to whoever claimed it; when it is taken back, exactly that goes back.",
        SPECIFICATION,
        ("bonds_providerdue_result_once", "bonds_providerdue_back_once", "bonds_back_was_due"),
        find_results_paid_wrongly,
    ),
    Invariant(
        "BND-33",
        "Behind each payment of a provider stands one record of its amount that a second person let in, and no other.",
        "treasury specification A8, V4",
        ("lock: operations.locks.lock_contract",),
        find_payments_without_record,
    ),
    Invariant(
        "BND-34",
        "No provider is paid more than was booked for it.",
        SPECIFICATION,
        ("bonds_provider_paid_within_due",),
        find_overpaid_providers,
    ),
    Invariant(
        "BND-35",
        "A compensation is invoiced to its commissioner, due to its provider, and each for so many people, once; what "
        "is undone goes back whole.",
        SPECIFICATION,
        (
            "bonds_compensation_adds_up",
            "bonds_compensation_once",
            "bonds_invoice_adds_up",
            "bonds_compensation_is_asked",
            "bonds_compensation_back_whole",
        ),
        find_compensation_differences,
    ),
    Invariant(
        "BND-36",
        "A provider's statement says what was due and paid as it was known when it was issued.",
        SPECIFICATION,
        ("bonds_providerstatement_adds_up",),
        find_statement_differences,
    ),
)
