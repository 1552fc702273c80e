"""Claims and their lines for those who may see them: lists, sums, one line with all that explains it, and a preview."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.engine import assess
from bonds.arithmetic.lines import Line as ResultLine
from bonds.models import (
    Claim,
    ClaimLine,
    EvidenceItem,
    LineMessage,
    LineReduction,
    LineResult,
    LineShare,
    LineStateChange,
    OutcomeEvent,
    OutcomesContract,
    Party,
)
from bonds.queries.candidates import build_candidates
from bonds.queries.evidence import Unclaimed, evidence_of, list_unclaimed
from bonds.queries.explaining import ClaimMissing
from bonds.queries.standing import build_standing
from bonds.queries.taken_back import was_taken_back
from bonds.queries.terms import terms_by_version, version_on, version_starts
from core.errors import NotFound
from people.models import Organisation

# What somebody writes about a line, a check's title, and how many lines may be named at once.
WORDS_LENGTH: Final = 2_000
WHAT_LENGTH: Final = 120
MOST_NAMED: Final = 500
"""So many lines or results can be named in one request: with more, somebody would wait."""
MOST_TAKEN_BACK: Final = 100
"""So many lines can be taken back in one request: each is undone in the books by itself."""
MOST_PREVIEWED: Final = 1_000
"""Of a longer draft it is not worked out beforehand what it would come to: somebody would wait for the page."""
_READ = ("event", "event__participant", "event__provider", "claim", "claim__provider", "claim__contract")
_WITHDRAWN = states.LineState.WITHDRAWN.value
_DECIDED = (states.LineState.VALIDATED.value, states.LineState.REJECTED.value)


class LineMissing(NotFound):
    """There is no such line, or none that may be seen here."""

    code = "bonds.no_line"


@dataclass(frozen=True, slots=True)
class ClaimSums:
    """What a claim comes to, in pence: gross = net + reductions, over the lines that have been accepted.

    Attributes:
        lines: Lines that were not taken out or withdrawn.
        indicative: What they would be at the tariff, before any cap.
        accepted: Lines with a result that stands.
        gross: Of these.
        net: Of these.
        reductions: (reason, pence) by size.
        payers: (payer, pence) for each payer's net part.
        taken_back: Lines that were accepted and taken back later; they are in none of the other sums.
        taken_back_net: What these came to.
    """

    lines: int
    indicative: int
    accepted: int
    gross: int
    net: int
    reductions: tuple[tuple[str, int], ...]
    payers: tuple[tuple[Party, int], ...]
    taken_back: int = 0
    taken_back_net: int = 0


def claims_of(*, contract: OutcomesContract, organisation: Organisation, sees_all: bool) -> QuerySet[Claim]:
    """The claims under a contract that an organisation sees, the newest first, with the numbers of a list.

    Args:
        contract: Any.
        organisation: Who looks; a claim that is still being put together is seen by its own provider only.
        sees_all: Whether it sees the submitted claims of all providers.
    """
    own = Q(provider__organisation=organisation)
    seen = own | (~Q(state=states.ClaimState.DRAFT.value) & Q(submitted_at__isnull=False)) if sees_all else own
    living = ~Q(lines__state=_WITHDRAWN)
    return (
        Claim.objects.filter(seen, contract=contract)
        .select_related("provider__organisation", "contract")
        .annotate(
            line_count=Count("lines", filter=living),
            waiting_count=Count("lines", filter=_in("lines__state", states.AWAITING_VERIFIER)),
            queried_count=Count("lines", filter=_in("lines__state", {states.LineState.QUERIED})),
            indicative_pence=Sum("lines__indicative_pence", filter=living, default=0),
            net_pence=Sum("lines__result__net_pence", filter=~was_taken_back("lines__result"), default=0),
        )
        .order_by("-number")
    )


def get_claim_seen(*, contract: OutcomesContract, number: int, organisation: Organisation, sees_all: bool) -> Claim:
    """Return a claim by its number, if the organisation sees it.

    Raises:
        ClaimMissing: there is none.
    """
    found = claims_of(contract=contract, organisation=organisation, sees_all=sees_all).filter(number=number).first()
    if found is None:
        raise ClaimMissing(_("There is no such claim."), number=number)
    found.contract = contract
    return found


def find_draft(*, contract: OutcomesContract, provider: Party) -> Claim | None:
    """Return the claim that a provider is putting together, if it has one."""
    return Claim.objects.filter(contract=contract, provider=provider, state=states.ClaimState.DRAFT.value).first()


def list_claimable(*, contract: OutcomesContract, provider: Party, on: date) -> list[Unclaimed]:
    """List a provider's results that can be claimed on a day and are not in its draft yet; the most urgent first."""
    drafted = set(
        ClaimLine.objects.filter(
            claim__contract=contract, claim__provider=provider, state=states.LineState.DRAFT.value
        ).values_list("event_id", flat=True)
    )
    unclaimed = list_unclaimed(contract=contract, provider=provider, on=on)
    return [one for one in unclaimed if one.event.pk not in drafted and not one.is_late]


def lines_in(*, claim: Claim, state: str = "", metric: str = "") -> QuerySet[ClaimLine]:
    """The lines of a claim in their order, with what a list shows; lines taken out of a draft are left out.

    Args:
        claim: Whose.
        state: Only lines in this state, one of `states.LineState`.
        metric: Only lines on this result.
    """
    lines = _asked_for(claim)
    if state:
        lines = lines.filter(state=state)
    if metric:
        lines = lines.filter(event__metric=metric)
    return lines.select_related(*_READ, "result").order_by("pk")


def count_by_state(claim: Claim) -> dict[str, int]:
    """How many lines of a claim are in each state."""
    rows = _asked_for(claim).values_list("state").annotate(count=Count("pk")).order_by()
    return dict(rows)


def metrics_in(claim: Claim) -> list[str]:
    """On which results the lines of a claim are."""
    codes = _asked_for(claim).order_by("event__metric")
    return list(codes.values_list("event__metric", flat=True).distinct())


def sum_claim(claim: Claim) -> ClaimSums:
    """Add a claim up in the database, whatever the number of its lines."""
    living = ClaimLine.objects.filter(claim=claim).exclude(state=_WITHDRAWN)
    asked = living.aggregate(lines=Count("pk"), indicative=Sum("indicative_pence", default=0))
    results = LineResult.objects.filter(line__claim=claim).values_list(was_taken_back()).order_by()
    sums = results.annotate(Count("pk"), Sum("gross_pence"), Sum("net_pence"))
    done = {is_taken_back: (count, int(gross), int(net)) for is_taken_back, count, gross, net in sums}
    accepted, gross, net = done.get(False, (0, 0, 0))
    taken_back, _gross, taken_back_net = done.get(True, (0, 0, 0))
    kept = Q(~was_taken_back("result"), result__line__claim=claim)
    cuts = LineReduction.objects.filter(kept).values_list("reason")
    shares = LineShare.objects.filter(kept).values_list("payer").annotate(pence=Sum("net_pence"))
    parties = Party.objects.filter(contract=claim.contract_id).select_related("organisation").in_bulk()
    payers = [(parties[payer], int(pence)) for payer, pence in shares.order_by()]
    return ClaimSums(
        lines=int(asked["lines"]),
        indicative=int(asked["indicative"]),
        accepted=accepted,
        gross=gross,
        net=net,
        reductions=tuple(
            (reason, int(pence))
            for reason, pence in cuts.annotate(total=Sum("pence")).filter(total__gt=0).order_by("-total", "reason")
        ),
        payers=tuple(sorted(payers, key=lambda one: one[0].code)),
        taken_back=taken_back,
        taken_back_net=taken_back_net,
    )


def explained_lines(claim: Claim) -> QuerySet[ClaimLine]:
    """The lines of a claim, each with all that `explain_line` needs, in few queries whatever their number."""
    return _explained(_asked_for(claim))


def get_line_seen(
    *, contract: OutcomesContract, public_id: str, organisation: Organisation, sees_all: bool
) -> ClaimLine:
    """Return one line with all that explains it, if the organisation sees its claim.

    Raises:
        LineMissing: there is none.
    """
    seen = claims_of(contract=contract, organisation=organisation, sees_all=sees_all).values("pk")
    found = _explained(ClaimLine.objects.filter(public_id=public_id, claim__in=seen)).first()
    if found is None:
        raise LineMissing(_("There is no such line."), line=public_id)
    found.claim.contract = contract
    found.event.contract = contract
    return found


def evidence_seen(line: ClaimLine, *, organisation: Organisation) -> list[EvidenceItem]:
    """The evidence for a line, as the verifier or the claiming provider sees it.

    What another provider handed in about a person whom both know is shown to the verifier, not to the claimant.

    Args:
        line: With event and claim.
        organisation: Who looks.
    """
    items = evidence_of(line.event)
    if line.claim.provider.organisation_id != organisation.pk:
        return items
    own = organisation.public_id
    return [one for one in items if one.event_id is not None or one.file is None or one.file.organisation == own]


def events_named(public_ids: Collection[str]) -> dict[str, OutcomeEvent]:
    """Results by public id, each with its person."""
    events = OutcomeEvent.objects.filter(public_id__in=public_ids).select_related("participant")
    return {event.public_id: event for event in events}


def decided_at(line: ClaimLine) -> LineStateChange | None:
    """The last decision on a line, if there is one; `line` as `get_line_seen` reads it."""
    decisions = [change for change in line.state_changes.all() if change.to_state in _DECIDED]
    return decisions[-1] if decisions else None


def next_waiting(line: ClaimLine) -> str:
    """The next line of the same claim that waits for the verifier, as a public id; empty where none is left."""
    waiting = ClaimLine.objects.filter(claim=line.claim_id).awaiting_verifier().exclude(pk=line.pk).order_by("pk")
    following = waiting.filter(pk__gt=line.pk).first() or waiting.first()
    return following.public_id if following else ""


def names_of_metrics(contract: OutcomesContract) -> Mapping[str, str]:
    """What the newest signed terms call each result, by code; earlier versions fill in what these no longer pay."""
    versions = terms_by_version(contract)
    return {metric.code: metric.name for number in sorted(versions) for metric in versions[number].metrics}


def preview_claim(*, claim: Claim, on: date) -> dict[int, ResultLine]:
    """Work out what the lines of a draft would come to if they were accepted now. Nothing is kept.

    Args:
        claim: A draft.
        on: The day on which it would be claimed.

    Returns:
        By row number of the line; gross is the indicative amount of the memo book.

    Raises:
        MeasurementUnsound, MeasurementLacks: what was measured of a group cannot be used.
    """
    drafted = ClaimLine.objects.filter(claim=claim, state=states.LineState.DRAFT.value)
    lines = list(drafted.select_related(*_READ).order_by("pk"))
    versions = terms_by_version(claim.contract)
    in_force = partial(version_on, version_starts(claim.contract))
    candidates = build_candidates(lines, claimed_on=on, terms_by_version=versions, version_on=in_force)
    standing = build_standing(claim.contract, versions)
    return {one.candidate.id: one for one in assess(versions, candidates, standing, version_on=in_force)}


def overdue_claims(on: date) -> QuerySet[Claim]:
    """Claims whose answer was due before a day and in which a line still waits with its clock running."""
    waiting = ClaimLine.objects.deemed_on(on).order_by().values("claim")
    claims = Claim.objects.filter(pk__in=waiting).select_related("contract", "provider__organisation")
    return claims.order_by("contract", "number")


def _asked_for(claim: Claim) -> QuerySet[ClaimLine]:
    """The lines of a claim without those that were taken out before it was submitted."""
    taken_out = LineStateChange.objects.filter(
        line__claim=claim, from_state=states.LineState.DRAFT.value, to_state=_WITHDRAWN
    )
    return ClaimLine.objects.filter(claim=claim).exclude(pk__in=taken_out.values("line"))


def _in(field: str, wanted: Collection[states.LineState]) -> Q:
    return Q(**{f"{field}__in": [state.value for state in wanted]})


def _explained(lines: QuerySet[ClaimLine]) -> QuerySet[ClaimLine]:
    parts = (
        Prefetch("result__reductions", LineReduction.objects.select_related("payer").order_by("place")),
        Prefetch("result__shares", LineShare.objects.select_related("payer").order_by("pk")),
        Prefetch("event__evidence", EvidenceItem.objects.select_related("file").order_by("pk")),
        Prefetch("state_changes", LineStateChange.objects.order_by("pk")),
        Prefetch("messages", LineMessage.objects.select_related("party__organisation").order_by("pk")),
    )
    related = (*_READ, "claim__provider__organisation", "result", "result__run")
    return lines.select_related(*related).prefetch_related(*parts).order_by("pk")
