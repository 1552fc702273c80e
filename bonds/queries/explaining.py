"""Why this amount: a claim with every line's path from count and tariff to each payer, for people and machines."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from bonds import states
from bonds.models import Claim, ClaimLine, EvidenceItem, LineReduction, LineResult, LineShare
from bonds.queries.words import say_step
from core.errors import NotFound


class ClaimMissing(NotFound):
    """There is no such claim."""

    code = "bonds.no_claim"


def get_claim(*, reference: str) -> Claim:
    """Return a claim by its public id, or by contract and number as people write it: "brightwater/3".

    Raises:
        ClaimMissing: there is none.
    """
    claims = Claim.objects.select_related("contract", "contract__organisation", "provider", "provider__organisation")
    contract, _slash, number = reference.partition("/")
    if number.isdecimal():
        claim = claims.filter(contract__reference=contract, number=int(number)).first()
    else:
        claim = claims.filter(public_id=reference).first()
    if claim is None:
        raise ClaimMissing(_("There is no such claim."), claim=reference)
    return claim


def explain_claim(claim: Claim) -> dict[str, Any]:
    """Explain a claim: its lines, each with its whole path, and sums that add up: gross = net + reductions.

    Lines that were taken back are explained too; of the sums they are in `taken_back` only.

    Args:
        claim: With contract and provider read.

    Returns:
        A record ready for JSON; amounts in whole pence, people by pseudonym.
    """
    lines = [explain_line(line, currency=claim.contract.currency) for line in lines_of(claim)]
    taken_back = states.LineState.CLAWED_BACK.value
    worked_out = [line for line in lines if line["gross"] is not None and line["state"] != taken_back]
    gross, net = sum(line["gross"] for line in worked_out), sum(line["net"] for line in worked_out)
    return {
        "claim": claim.public_id,
        "contract": claim.contract.reference,
        "number": claim.number,
        "provider": claim.provider.code,
        "state": claim.state,
        "currency": claim.contract.currency,
        "claimed_on": _day(claim.claimed_on),
        "response_due_on": _day(claim.response_due_on),
        "gross": gross,
        "reductions": gross - net,
        "net": net,
        "taken_back": sum(line["net"] for line in lines if line["state"] == taken_back),
        "payers": _sum_payers(worked_out),
        "lines": lines,
    }


def lines_of(claim: Claim) -> list[ClaimLine]:
    """The lines of a claim with all that explains them, in five queries whatever their number."""
    parts = (
        Prefetch("result__reductions", LineReduction.objects.select_related("payer").order_by("place")),
        Prefetch("result__shares", LineShare.objects.select_related("payer").order_by("pk")),
        Prefetch("event__evidence", EvidenceItem.objects.select_related("file").order_by("pk")),
        "state_changes",
    )
    lines = ClaimLine.objects.filter(claim=claim).select_related("event", "event__participant", "result", "result__run")
    return list(lines.prefetch_related(*parts).order_by("pk"))


def explain_line(line: ClaimLine, *, currency: str, with_reasons: bool = True) -> dict[str, Any]:
    """Explain one line; before it is decided there is no path yet, only what it would be at the tariff.

    Args:
        line: As `lines_of` reads it.
        currency: ISO 4217.
        with_reasons: Whether the words that go with decisions are given: they may be about a person, so a payer gets
            that something was decided, not why.
    """
    result: LineResult | None = getattr(line, "result", None)
    facts = {
        "line": line.public_id,
        "state": line.state,
        "metric": line.event.metric,
        "person": line.event.participant.pseudonym if line.event.participant else "",
        "cohort": line.event.cohort,
        "quantity": line.event.quantity,
        "achieved_on": _day(line.event.achieved_on),
        "indicative": line.indicative_pence,
        "evidence": [
            {"kind": item.kind, "dated_on": _day(item.dated_on), "sha256": item.file.sha256 if item.file else ""}
            for item in line.event.evidence.all()
        ],
        "history": [
            {
                "at": change.at.isoformat(),
                "to": change.to_state,
                "by": change.by,
                "reason": change.reason if with_reasons else "",
            }
            for change in line.state_changes.all()
        ],
    }
    if result is None:
        return facts | {"gross": None, "net": None, "version": None, "steps": [], "reductions": [], "payers": []}
    return facts | _explain_result(result, currency)


def _explain_result(result: LineResult, currency: str) -> dict[str, Any]:
    return {
        "gross": result.gross_pence,
        "net": result.net_pence,
        "version": result.version_number,
        "run": result.run.number,
        "digest": result.content_digest,
        "steps": [
            {
                "step": step["name"],
                "amount": step["amount"],
                "words": say_step(step["name"], step["facts"], currency=currency),
                "facts": step["facts"],
            }
            for step in result.steps
        ],
        "reductions": [
            {
                "reason": cut.reason,
                "payer": cut.payer.code if cut.payer else "",
                "amount": cut.pence,
                "words": say_step(cut.reason, cut.facts, currency=currency),
            }
            for cut in result.reductions.all()
        ],
        "payers": [
            {"payer": share.payer.code, "due": share.due_pence, "net": share.net_pence} for share in result.shares.all()
        ],
    }


def _sum_payers(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sums: dict[str, int] = {}
    for line in lines:
        for part in line["payers"]:
            sums[part["payer"]] = sums.get(part["payer"], 0) + part["net"]
    return [{"payer": payer, "net": net} for payer, net in sorted(sums.items())]


def _day(on: Any) -> str | None:
    return on.isoformat() if on else None
