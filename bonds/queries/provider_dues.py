"""What providers are due and is not in the books yet: read in one way for the preview and for the booking."""

from __future__ import annotations

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
    Claim,
    Clawback,
    LineResult,
    OutcomesContract,
    Party,
    ProviderAccrual,
    ProviderDue,
)
from bonds.queries.taken_back import was_taken_back
from bonds.queries.terms import terms_by_version, version_starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbooked:
    """An amount that a provider is due and that is not in the books.

    Of very many only numbers of rows are known, not the rows; `results_of` reads those that are shown.

    Attributes:
        provider: Who.
        due: For what, how much, and why.
        month: Of a fee.
        place: Of a fee: 1 the first time that its month is booked.
        result_id: Row number of the accepted line.
        clawback_id: Where the line was taken back: row number of that.
        round_id: Row number of the round of the line's claim; None for a fee, whose round is that of its month.
    """

    provider: Party
    due: PayDue
    month: FeeMonth | None = None
    place: int = 1
    result_id: int | None = None
    clawback_id: int | None = None
    round_id: int | None = None


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


def count_unseen(contract: OutcomesContract) -> int:
    """Count accepted lines, and lines taken back, that no booking has looked at: how much work a booking now is."""
    last = ProviderAccrual.objects.filter(contract=contract).order_by("-number").first()
    after_run, after_clawback = (last.through_run, last.through_clawback) if last else (0, 0)
    results = LineResult.objects.filter(contract=contract, run__number__gt=after_run)
    return results.count() + Clawback.objects.filter(result__contract=contract, pk__gt=after_clawback).count()


def results_of(dues: Sequence[Unbooked]) -> dict[int, LineResult]:
    """Read the accepted lines of some amounts, by row number, each with what its words ask."""
    wanted = {one.result_id for one in dues} - {None}
    related = ("line__event__participant", "line__claim")
    return LineResult.objects.defer("steps", "candidate").select_related(*related).in_bulk(list(wanted))


def _find_results(contract: OutcomesContract, agreed: PayTerms, *, after_run: int) -> Iterator[Unbooked]:
    """Prices and shares of lines that were worked out since the last booking and not taken back meanwhile."""
    if not any(row.per_outcome or row.success_percent for terms in agreed.versions.values() for row in terms.providers):
        return
    claims = Claim.objects.filter(contract=contract).select_related("provider__organisation").in_bulk()
    # Many results are alike in all that decides the amount: each kind is worked out once.
    worked: dict[tuple[str, AcceptedResult], tuple[PayDue, ...]] = {}
    for result_id, claim_id, accepted in _accepted_since(contract, after_run):
        claim = claims[claim_id]
        key = (claim.provider.code, accepted)
        if key not in worked:
            worked[key] = compute_result_pay(claim.provider.code, accepted, agreed.versions[accepted.version])
        for due in worked[key]:
            yield Unbooked(provider=claim.provider, due=due, result_id=result_id, round_id=claim.round_id)


def _accepted_since(contract: OutcomesContract, after_run: int) -> Iterator[tuple[int, int, AcceptedResult]]:
    """Row numbers of accepted lines and of their claims, with what a provider's pay needs of them, as worked out."""
    found = (
        LineResult.objects.filter(~was_taken_back(), contract=contract, run__number__gt=after_run, units__gt=0)
        .annotate(earned=Sum("shares__settled_pence", default=0))
        .order_by("run__number", "place")
    )
    columns = ("pk", "line__claim", "metric", "line__event__achieved_on", "counted", "earned", "version_number")
    for result_id, claim_id, metric, achieved_on, units, earned, version in found.values_list(*columns):
        yield (
            result_id,
            claim_id,
            AcceptedResult(metric=metric, achieved_on=achieved_on, units=units, earned=int(earned), version=version),
        )


def _find_taken_back(contract: OutcomesContract, *, after_clawback: int) -> Iterator[Unbooked]:
    """The opposites of what was booked for lines that were taken back since."""
    backs = Clawback.objects.filter(result__contract=contract, pk__gt=after_clawback)
    dues = ProviderDue.objects.filter(result__clawback__in=backs, clawback=None, kind__in=RESULT_KINDS)
    providers = Party.objects.filter(contract=contract).select_related("organisation").in_bulk()
    rows = dues.order_by("result__clawback__pk", "pk")
    columns = ("provider_id", "kind", "pence", "result_id", "result__clawback__pk", "round_id")
    for provider_id, kind, pence, result_id, clawback_id, round_id in rows.values_list(*columns):
        yield Unbooked(
            provider=providers[provider_id],
            due=take_back(PayDue(PayKind(kind), pence, ())),
            result_id=result_id,
            clawback_id=clawback_id,
            round_id=round_id,
        )
