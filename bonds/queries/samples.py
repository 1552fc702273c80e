"""Samples of paid lines: who could be drawn, what was found, and what closing one comes to, before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.sampling import (
    Finding,
    PaidLine,
    Recovery,
    Sample,
    compute_recovery,
    compute_sample_size,
    draw_sample,
)
from bonds.arithmetic.terms import ClaimRules
from bonds.models import (
    ClaimLine,
    LineShare,
    LineStateChange,
    OutcomesContract,
    Overpayment,
    Party,
    SampleItem,
    SampleRun,
)
from bonds.queries.terms import terms_by_version
from core.errors import NotFound
from core.periods import start_of_day
from core.splitting import allocate

PAID = states.LineState.PAID.value


class SampleMissing(NotFound):
    """There is no such sample, or none that may be seen here."""

    code = "bonds.no_sample"


@dataclass(frozen=True, slots=True)
class Population:
    """Lines that can be drawn: how many, for how much, and how many of them would be."""

    count: int
    pence: int
    drawn: int
    percent: int


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a sample comes to.

    Attributes:
        recovery: With its steps.
        taken_back: The drawn lines that do not stand and are still paid; their whole amount is taken back.
        payers: What is set off for each payer for the lines that were not drawn, in pence.
        tolerance_percent: Hundredths of a percent up to which nothing is extrapolated.
    """

    recovery: Recovery
    taken_back: tuple[SampleItem, ...]
    payers: tuple[tuple[Party, int], ...]
    tolerance_percent: int


def rules_of(contract: OutcomesContract) -> ClaimRules:
    """The rules on claims of the newest signed version."""
    versions = terms_by_version(contract)
    return versions[max(versions)].claims


def find_paid(
    contract: OutcomesContract, from_on: date, until_on: date, *, as_at: datetime | None = None
) -> dict[str, PaidLine]:
    """Lines that were paid in a period and still are, by public id.

    Args:
        contract: Any.
        from_on: First day.
        until_on: The day after the last.
        as_at: What was so at an instant; None for now. What happened to a line later is left aside.
    """
    steps = Q(
        state_changes__to_state=PAID,
        state_changes__at__gte=start_of_day(from_on),
        state_changes__at__lt=start_of_day(until_on),
    )
    lines = ClaimLine.objects.filter(claim__contract=contract, result__net_pence__gt=0)
    if as_at is None:
        lines = lines.filter(steps, state=PAID)
    else:
        # At the instant itself the payment came before the draw, and what a sample undid came after it.
        known = LineStateChange.objects.filter(line=OuterRef("pk")).filter(Q(at__lt=as_at) | Q(at=as_at, to_state=PAID))
        lines = lines.annotate(stood=Subquery(known.order_by("-pk").values("to_state")[:1])).filter(
            steps, state_changes__at__lte=as_at, stood=PAID
        )
    rows = lines.distinct().values_list("public_id", "result__net_pence")
    return {public_id: PaidLine(public_id, net) for public_id, net in rows}


def count_population(contract: OutcomesContract, *, from_on: date, until_on: date) -> Population:
    """Tell what a draw would choose from: nothing is drawn."""
    paid = find_paid(contract, from_on, until_on)
    percent = rules_of(contract).sample_percent
    drawn = compute_sample_size(len(paid), percent=percent)
    return Population(len(paid), sum(line.paid for line in paid.values()), drawn, percent)


def samples_of(contract: OutcomesContract) -> QuerySet[SampleRun]:
    """The samples of a contract, the newest first, with how many lines were drawn, looked at and found wrong."""
    return (
        SampleRun.objects.filter(contract=contract)
        .select_related("closing", "contract")
        .annotate(
            drawn=Count("items", distinct=True),
            looked_at=Count("items__finding", distinct=True),
            wrong=Count("items__finding", filter=Q(items__finding__is_valid=False), distinct=True),
        )
        .order_by("-number")
    )


def get_sample(*, contract: OutcomesContract, number: int) -> SampleRun:
    """Return a sample of a contract with the numbers of a list.

    Raises:
        SampleMissing: there is none.
    """
    found = samples_of(contract).filter(number=number).first()
    if found is None:
        raise SampleMissing(_("There is no such sample."), number=number)
    return found


def items_of(sample: SampleRun) -> QuerySet[SampleItem]:
    """The drawn lines in the order of the draw, each with result, finding, person and evidence."""
    related = (
        "finding",
        "line__result",
        "line__event__participant",
        "line__claim__provider__organisation",
    )
    evidence = Prefetch("line__event__evidence")
    return SampleItem.objects.filter(sample=sample).select_related(*related).prefetch_related(evidence)


def list_population(sample: SampleRun) -> list[PaidLine]:
    """All lines that could be drawn, by id, as they were at the instant of the draw: who has these draws the same."""
    found = find_paid(sample.contract, sample.from_on, sample.until_on, as_at=sample.drawn_at)
    return [found[public_id] for public_id in sorted(found)]


def draw_again(sample: SampleRun) -> bool:
    """Whether drawing again from the kept seed gives the same population and the same lines in the same order."""
    kept = list(SampleItem.objects.filter(sample=sample).order_by("place").values_list("line__public_id", flat=True))
    population = list_population(sample)
    # The percentage may have been varied since; how many were drawn is kept.
    again = draw_sample(population, seed=sample.seed, percent=10_000)
    return (
        again.population_digest == sample.population_digest and [line.id for line in again.drawn[: len(kept)]] == kept
    )


def work_out(sample: SampleRun) -> Recovery:
    """Work out error rate and recovery of a sample of which every line has its finding.

    Raises:
        SampleIncomplete: a drawn line has none.
    """
    items = list(SampleItem.objects.filter(sample=sample).select_related("line__result", "finding"))
    drawn = tuple(PaidLine(item.line.public_id, item.line.result.net_pence) for item in items)
    whole = Sample(
        version=1,
        seed=sample.seed,
        population_digest=sample.population_digest,
        population_count=sample.population_count,
        population_pence=sample.population_pence,
        drawn=drawn,
    )
    findings = [
        Finding(item.line.public_id, item.line.result.net_pence if item.finding.is_valid else 0)
        for item in items
        if hasattr(item, "finding")
    ]
    return compute_recovery(whole, findings, tolerance_percent=rules_of(sample.contract).tolerance_percent)


def preview_closing(sample: SampleRun) -> Closing:
    """Tell what closing a sample would take back, and from which payer's next parts. Nothing is kept.

    Raises:
        SampleIncomplete: a drawn line has no finding.
    """
    recovery = work_out(sample)
    wrong = items_of(sample).filter(finding__is_valid=False, line__state=PAID)
    payers = divide_recovery(sample, recovery.extrapolated, without={item.line.public_id for item in wrong})
    tolerance = rules_of(sample.contract).tolerance_percent
    return Closing(recovery, tuple(wrong), tuple(payers), tolerance)


def divide_recovery(sample: SampleRun, pence: int, *, without: Collection[str] = ()) -> list[tuple[Party, int]]:
    """Divide what is recovered for the lines not drawn among the payers, as they paid in the period.

    Args:
        sample: Any.
        pence: To be divided.
        without: Lines that are taken back beside it, and so count for nobody.
    """
    if not pence:
        return []
    paid = [line for line in find_paid(sample.contract, sample.from_on, sample.until_on) if line not in set(without)]
    sums: Mapping[int, int] = dict(
        LineShare.objects.filter(result__line__public_id__in=paid)
        .values_list("payer")
        .annotate(sum=Sum("net_pence"))
        .order_by()
    )
    payers = list(Party.objects.filter(pk__in=sums).select_related("organisation").order_by("code"))
    if not payers:
        return []
    parts = allocate(pence, [sums[payer.pk] for payer in payers])
    return [(payer, part) for payer, part in zip(payers, parts, strict=True) if part]


def recovered_by(sample: SampleRun) -> list[tuple[Party, int]]:
    """What a closed sample set off for each payer for the lines that were not drawn, in pence, by code."""
    rows = Overpayment.objects.filter(contract=sample.contract_id, source=sample.public_id)
    return [(row.payer, row.pence) for row in rows.select_related("payer__organisation").order_by("payer__code")]
