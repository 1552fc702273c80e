"""What the lines, invoices and receipts of a contract add up to as of a day: every sum is made by the database.

A day is the legal day of the act: a line counts as accepted from the day of its working, as taken back from the day of
the clawback, an invoice from its day of issue, a receipt from the day on which the money moved. Years are those of the
day of achievement, so that claimed, earned, invoiced and paid of the same result stand in the same year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KT

from bonds.arithmetic.lines import SET_OFF
from bonds.arithmetic.overview import Asked, Cut, InvoiceSum, Waiting
from bonds.arithmetic.spans import Spans
from bonds.models import (
    ClaimLine,
    CreditUse,
    Invoice,
    InvoiceLine,
    LineReduction,
    LineStateChange,
    OutcomesContract,
    Overpayment,
    OverpaymentRefund,
    Party,
    SampleRun,
)
from bonds.queries import advances, overpayments
from bonds.queries.taken_back import was_taken_back
from bonds.states import OPEN_STATES, InvoiceKind, LineOrigin, LineState
from core.periods import start_of_day
from payments.models import RecordedMoney
from payments.states import RecordedState

RECEIPTS: Final = "bonds.invoice"
_CLAIMED: Final = Q(from_state=LineState.DRAFT.value, to_state=LineState.SUBMITTED.value)
_LEFT: Final = {"accepted": LineState.VALIDATED, "rejected": LineState.REJECTED, "withdrawn": LineState.WITHDRAWN}
_OPEN: Final = [state.value for state in OPEN_STATES]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is summed: everything that happened under a contract by the end of a day, or one provider's claims of it.

    Attributes:
        contract: Which.
        on: By the end of this legal day.
        years: By which results are counted.
        provider: Only what this party claimed.
    """

    contract: OutcomesContract
    on: date
    years: Spans
    provider: Party | None = None

    @property
    def end(self) -> datetime:
        """The instant at which the day is over."""
        return start_of_day(self.on + timedelta(days=1))

    def of_provider(self, path: str) -> Q:
        """Keep to the provider's claims, where the scope says so."""
        return Q(**{f"{path}claim__provider": self.provider}) if self.provider else Q()

    def standing(self, path: str) -> Q:
        """Keep to results that were worked out by the day and not taken back by then."""
        accepted = Q(**{f"{path}contract": self.contract, f"{path}run__assessed_on__lte": self.on})
        kept = ~was_taken_back(path.removesuffix("__") or "pk", before=self.end)
        return accepted & kept & self.of_provider(f"{path}line__")

    def year(self, path: str) -> Func:
        """Number of the year of achievement."""
        return span_of(f"{path}event__achieved_on", self.years)


def span_of(path: str, spans: Spans, *, is_instant: bool = False) -> Func:
    """Make the expression that tells in which span a day or an instant lies.

    Args:
        path: A date, or a date and time.
        spans: Which.
        is_instant: Whether it has a time.
    """
    edges: list[Any] = [start_of_day(edge) for edge in spans.edges] if is_instant else list(spans.edges)
    base = DateTimeField() if is_instant else DateField()
    return Func(
        F(path), Value(edges, output_field=ArrayField(base)), function="width_bucket", output_field=IntegerField()
    )


def sum_asked(scope: Scope) -> dict[tuple[str, int], Asked]:
    """Sum what was claimed and how it was decided, by result and year. One query."""
    sums: dict[str, Any] = {}
    wanted = {"claimed": _CLAIMED} | {
        name: Q(from_state__in=_OPEN, to_state=state.value) for name, state in _LEFT.items()
    }
    told = [LineState.SUBMITTED.value, *(state.value for state in _LEFT.values())]
    for name, which in wanted.items():
        sums[name] = Count("pk", filter=which)
        sums[f"{name}_pence"] = Sum("line__indicative_pence", filter=which, default=0)
    rows: Any = (
        LineStateChange.objects.filter(
            scope.of_provider("line__"),
            line__claim__contract=scope.contract,
            line__origin=LineOrigin.CLAIM.value,
            to_state__in=told,
            at__lt=scope.end,
        )
        .annotate(year=scope.year("line__"))
        .values("line__event__metric", "year")
        .annotate(**sums)
        .order_by()
    )
    return {(row["line__event__metric"], row["year"]): Asked(**{name: int(row[name]) for name in sums}) for row in rows}


def sum_cuts(scope: Scope) -> list[Cut]:
    """Sum what was cut from accepted lines that still stand, by reason, cap, payer, result and year. One query."""
    rows = (
        LineReduction.objects.filter(scope.standing("result__"), pence__gt=0)
        .annotate(year=scope.year("result__line__"), cap=KT("facts__cap"))
        .values_list("reason", "cap", "payer__code", "result__metric", "year")
        .annotate(sum=Sum("pence"))
        .order_by("reason", "cap", "payer__code", "result__metric", "year")
    )
    return [
        Cut(reason, cap or "", payer or "", metric, year, int(pence))
        for reason, cap, payer, metric, year, pence in rows
    ]


def sum_invoices(scope: Scope) -> list[InvoiceSum]:
    """Sum invoices that were issued by the day, by result and year, less their credit notes. Three queries.

    Of one provider's claims only the invoices that ask for some of them; of all, those for compensation as well, which
    ask for no result.
    """
    # All lines of an invoice stand in its facts too: long, and nothing here asks for them.
    issued = Invoice.objects.filter(contract=scope.contract, issued_on__lte=scope.on).defer("facts")
    documents = {one.pk: one for one in issued.select_related("payer", "overpayment").order_by("number")}
    before = _paid_before(documents.values())
    gross = {pk: one.gross_pence for pk, one in documents.items()}
    for pk, one in documents.items():
        if one.credits_id is not None:
            gross[one.credits_id] -= gross[pk]
        elif _is_given(one):
            gross[pk] = -gross[pk]
    found = {pk: InvoiceSum(one.payer.code, gross[pk]) for pk, one in documents.items() if one.credits_id is None}
    for pk, metric, year, asked, kept in _lines_of_invoices(scope):
        original = documents[pk].credits_id
        if original is None:
            sign = -1 if _is_given(documents[pk]) else 1
            found[pk].asked[metric, year] = sign * int(asked)
            found[pk].standing[metric, year] = sign * int(kept)
        else:
            credited = found[original].credited.get((metric, year), 0)
            found[original].credited[metric, year] = credited + int(asked)
    came = dict(receipts(scope.contract, until=scope.on).values_list("subject").annotate(sum=signed()))
    for pk, summed in found.items():
        summed.receive(int(came.get(documents[pk].public_id, 0)) + before.get(pk, 0))
    return [one for one in found.values() if one.asked or not scope.provider]


def _is_given(document: Invoice) -> bool:
    """Whether a document gives a payer what the investors' side owes it, and credits no invoice."""
    return document.kind == InvoiceKind.CREDIT_NOTE.value and document.credits_id is None


def _paid_before(documents: Iterable[Invoice]) -> dict[int, int]:
    """What settles an invoice on the day of issue, by row number: paid in advance, or too much. Two queries.

    What a note leaves to the payer's credit is taken off what came for its invoice.
    """
    found: dict[int, int] = defaultdict(int)
    for sums in (advances.sum_used(documents), overpayments.sum_used(documents)):
        for pk, pence in sums.items():
            found[pk] += int(pence)
    for one in documents:
        credit = getattr(one, "overpayment", None)
        if credit is not None:
            found[one.credits_id or one.pk] -= credit.pence
    return found


def _lines_of_invoices(scope: Scope) -> Iterable[tuple[int, str, int, int, int]]:
    standing = Q(share__result__clawback=None) | Q(share__result__clawback__at__gte=scope.end)
    return (
        InvoiceLine.objects.filter(
            scope.of_provider("share__result__line__"),
            invoice__contract=scope.contract,
            invoice__issued_on__lte=scope.on,
        )
        .annotate(year=scope.year("share__result__line__"))
        .values_list("invoice", "share__result__metric", "year")
        .annotate(asked=Sum("pence"), kept=Sum("pence", filter=standing, default=0))
        .order_by()
    )


def receipts(contract: OutcomesContract, *, until: date) -> QuerySet[RecordedMoney]:
    """The receipts for invoices of a contract that were in the books by a day, reversals included."""
    mine = Invoice.objects.filter(contract=contract).values("public_id")
    return RecordedMoney.objects.filter(
        purpose=RECEIPTS, subject__in=mine, state=RecordedState.APPROVED, entry__effective_on__lte=until
    ).order_by()


def signed() -> Sum:
    """Sum receipts, less those that undo one."""
    return Sum(Case(When(reverses=None, then=F("amount_pence")), default=-F("amount_pence")))


def list_waiting(scope: Scope) -> list[Waiting]:
    """List what waits for a decision at the end of the day, alike ones together, the oldest claim first. One query."""
    moves = LineStateChange.objects.filter(line=OuterRef("pk"), at__lt=scope.end)
    left = moves.filter(from_state__in=_OPEN, to_state__in=[state.value for state in _LEFT.values()])
    rows = (
        ClaimLine.objects.filter(
            scope.of_provider(""),
            Exists(moves.filter(_CLAIMED)),
            ~Exists(left),
            claim__contract=scope.contract,
            origin=LineOrigin.CLAIM.value,
        )
        .values_list("event__metric", "claim__claimed_on", "event__achieved_on")
        .annotate(lines=Count("pk"), pence=Sum("indicative_pence"))
        .order_by("claim__claimed_on", "event__achieved_on", "event__metric")
    )
    return [
        Waiting(metric, claimed_on, achieved_on, lines, int(pence))
        for metric, claimed_on, achieved_on, lines, pence in rows
        if claimed_on is not None
    ]


def sum_owed(scope: Scope) -> tuple[dict[str, int], int]:
    """What each payer is owed and nothing has settled by the day; and what samples recovered. Four queries."""
    rows = Overpayment.objects.filter(contract=scope.contract, at__lt=scope.end).order_by()
    owed: dict[str, int] = {}
    recovered = 0
    by_sample = Q(source__startswith=f"{SampleRun.public_id_prefix}_")
    for code, pence, sampled in rows.values_list("payer__code").annotate(
        sum=Sum("pence"), sampled=Sum(F("pence") - F("tax_pence"), filter=by_sample, default=0)
    ):
        owed[code] = int(pence)
        recovered += int(sampled)
    settled = LineReduction.objects.filter(
        result__contract=scope.contract,
        result__run__assessed_on__lte=scope.on,
        reason=SET_OFF,
        payer__isnull=False,
    ).order_by()
    for code, pence in settled.values_list("payer__code").annotate(sum=Sum("pence")):
        owed[code] = owed.get(code, 0) - int(pence)
    used = CreditUse.objects.filter(invoice__contract=scope.contract, invoice__issued_on__lte=scope.on).order_by()
    for code, pence in used.values_list("invoice__payer__code").annotate(sum=Sum("pence")):
        owed[code] = owed.get(code, 0) - int(pence)
    for code, pence in _refunded(scope).items():
        owed[code] = owed.get(code, 0) - pence
    return {code: pence for code, pence in owed.items() if pence}, recovered


def _refunded(scope: Scope) -> Mapping[str, int]:
    """What was paid back by the day, by payer."""
    rows = OverpaymentRefund.objects.filter(payer__contract=scope.contract, moved_on__lte=scope.on).order_by()
    signed_pence = Sum(Case(When(undoes=None, then=F("pence")), default=-F("pence")))
    return {code: int(pence) for code, pence in rows.values_list("payer__code").annotate(sum=signed_pence)}


def names_of_parties(contract: OutcomesContract) -> Mapping[str, str]:
    """What each party of a contract is called, by its short name."""
    return dict(Party.objects.filter(contract=contract).values_list("code", "organisation__name").order_by("code"))
