"""What providers are due and is not in the books yet: read in one way for the preview and for the booking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum

from bonds.arithmetic.provider_pay import (
    RESULT_KINDS,
    AcceptedResult,
    FeeMonth,
    PayDue,
    PayKind,
    PayTerms,
    compute_fee,
    compute_result_pay,
    is_fee_due,
    less_booked,
    list_months,
    take_back,
)
from bonds.models import (
    AssessmentRun,
    ClaimRound,
    Clawback,
    LineResult,
    LineShare,
    OutcomesContract,
    Party,
    ProviderAccrual,
    ProviderDue,
)
from bonds.queries.terms import terms_by_version, version_starts

CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbooked:
    """An amount that a provider is due and that is not in the books.

    Attributes:
        provider: Who.
        due: For what, how much, and why.
        month: Of a fee.
        place: Of a fee: 1 the first time that its month is booked.
        result: The accepted line.
        clawback: Where the line was taken back.
        round: Of the line's claim; None for a fee, whose round is that of its month.
    """

    provider: Party
    due: PayDue
    month: FeeMonth | None = None
    place: int = 1
    result: LineResult | None = None
    clawback: Clawback | None = None
    round: ClaimRound | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """What a booking now would book, and how far it has looked.

    Attributes:
        dues: In the order of fees by month, results by working, and what was taken back.
        through_run: Number of the last working.
        through_clawback: Row number of the last line taken back; 0 without one.
    """

    dues: list[Unbooked]
    through_run: int
    through_clawback: int

    @property
    def pence(self) -> int:
        """The sum, below zero where more goes back than comes."""
        return sum(one.due.pence for one in self.dues)


def find_unbooked(contract: OutcomesContract, *, on: date) -> Unseen:
    """Find all that providers are due by a day and that is not in the books.

    Args:
        contract: Signed; locked by the caller where the answer is to be booked.
        on: Today.
    """
    agreed = PayTerms(terms_by_version(contract), version_starts(contract))
    last = ProviderAccrual.objects.filter(contract=contract).order_by("-number").first()
    after_run, after_clawback = (last.through_run, last.through_clawback) if last else (0, 0)
    runs = AssessmentRun.objects.filter(contract=contract).aggregate(last=Max("number"))
    backs = Clawback.objects.filter(result__contract=contract, pk__gt=after_clawback).aggregate(last=Max("pk"))
    if not any(terms.providers for terms in agreed.versions.values()):
        return Unseen([], runs["last"] or 0, backs["last"] or after_clawback)
    dues = [
        *_find_fees(contract, agreed, on=on),
        *_find_results(contract, agreed, after_run=after_run),
        *_find_taken_back(contract, after_clawback=after_clawback),
    ]
    return Unseen(dues, runs["last"] or 0, backs["last"] or after_clawback)


def _find_fees(contract: OutcomesContract, agreed: PayTerms, *, on: date) -> Iterator[Unbooked]:
    """Fees of months that have ended, less what was booked of each before."""
    first = agreed.versions[min(agreed.versions)].service.from_on
    assert first is not None, "terms that were signed say when service begins"
    codes = sorted({row.provider for terms in agreed.versions.values() for row in terms.providers if row.fee})
    parties = {
        one.code: one for one in Party.objects.filter(contract=contract, code__in=codes).select_related("organisation")
    }
    booked: dict[tuple[int, date], tuple[int, int]] = {}
    fees = ProviderDue.objects.filter(contract=contract, kind=PayKind.FEE.value)
    for provider, month, pence, place in fees.values_list("provider", "from_on").annotate(
        sum=Sum("pence"), last=Max("place")
    ):
        assert month is not None, "a fee is for a month"
        booked[provider, month] = (pence, place)
    for month in list_months(first, on):
        for code, party in sorted(parties.items()):
            if is_fee_due(code, month, agreed, on=on):
                before, place = booked.get((party.pk, month.from_on), (0, 0))
                due = less_booked(compute_fee(code, month, agreed), before)
                if due.pence:
                    yield Unbooked(provider=party, due=due, month=month, place=place + 1)


def _find_results(contract: OutcomesContract, agreed: PayTerms, *, after_run: int) -> Iterator[Unbooked]:
    """Prices and shares of lines that were worked out since the last booking and not taken back meanwhile."""
    if not any(row.per_outcome or row.success_percent for terms in agreed.versions.values() for row in terms.providers):
        return
    found = LineResult.objects.filter(contract=contract, run__number__gt=after_run, clawback=None, units__gt=0)
    related = ("run", "line__event__participant", "line__claim__round", "line__claim__provider__organisation")
    chunk: list[LineResult] = []
    for result in found.select_related(*related).order_by("run__number", "place").iterator(chunk_size=CHUNK):
        chunk.append(result)
        if len(chunk) == CHUNK:
            yield from _pay_results(chunk, agreed)
            chunk = []
    yield from _pay_results(chunk, agreed)


def _pay_results(results: Sequence[LineResult], agreed: PayTerms) -> Iterator[Unbooked]:
    earned: dict[int, int] = defaultdict(int)
    shares = LineShare.objects.filter(result__in=[result.pk for result in results])
    for result_id, pence in shares.values_list("result_id", "settled_pence"):
        earned[result_id] += pence
    for result in results:
        accepted = AcceptedResult(
            metric=result.metric,
            achieved_on=result.line.event.achieved_on,
            units=result.counted,
            earned=earned[result.pk],
            version=result.version_number,
        )
        provider = result.line.claim.provider
        for due in compute_result_pay(provider.code, accepted, agreed.versions[result.version_number]):
            yield Unbooked(provider=provider, due=due, result=result, round=result.line.claim.round)


def _find_taken_back(contract: OutcomesContract, *, after_clawback: int) -> Iterator[Unbooked]:
    """The opposites of what was booked for lines that were taken back since."""
    backs = Clawback.objects.filter(result__contract=contract, pk__gt=after_clawback)
    dues = ProviderDue.objects.filter(result__clawback__in=backs, clawback=None, kind__in=RESULT_KINDS)
    related = (
        "provider__organisation",
        "round",
        "result__clawback",
        "result__line__event__participant",
        "result__line__claim",
    )
    for booked in dues.select_related(*related).order_by("result__clawback__pk", "pk"):
        assert booked.result is not None, "a price or a share is of a result"
        due = PayDue(PayKind(booked.kind), booked.pence, ())
        yield Unbooked(
            provider=booked.provider,
            due=take_back(due),
            result=booked.result,
            clawback=booked.result.clawback,
            round=booked.round,
        )
