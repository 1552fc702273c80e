"""What the ids of investors' things stand for in the books: in words, with the page of the contract holder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bonds.models import (
    CallPart,
    CapitalCall,
    CommitmentChange,
    ContractVersion,
    Distribution,
    DistributionPayment,
    Drawdown,
    InterestAccrual,
    InvestorCommitment,
    OutcomesContract,
    WaterfallRun,
)
from foundation.registries import EntrySource

Sources = Mapping[str, EntrySource]
Labels = Mapping[str, Mapping[str, str]]
_CONTRACT = "contract__organisation"
_PARTY = "party__organisation"


def give_commitments(refs: Sequence[str]) -> Sources:
    """Name commitments ("cmt_…"): who invests in which tranche."""
    rows = InvestorCommitment.objects.filter(public_id__in=refs).select_related(_CONTRACT, _PARTY)
    return {row.public_id: EntrySource(_who(row), _overview(row.contract)) for row in rows}


def give_calls(refs: Sequence[str]) -> Sources:
    """Name calls on investors ("cal_…")."""
    rows = CapitalCall.objects.filter(public_id__in=refs).select_related(_CONTRACT)
    return {row.public_id: EntrySource(_call(row), _call_page(row)) for row in rows}


def give_parts(refs: Sequence[str]) -> Sources:
    """Name parts of calls ("cpt_…"): what an investor was asked for."""
    related = (f"call__{_CONTRACT}", f"commitment__{_PARTY}")
    rows = CallPart.objects.filter(public_id__in=refs).select_related(*related)
    return {
        row.public_id: EntrySource(f"{_call(row.call)}, {_who(row.commitment)}", _call_page(row.call)) for row in rows
    }


def give_drawdowns(refs: Sequence[str]) -> Sources:
    """Name what investors paid in ("drw_…")."""
    related = (f"part__call__{_CONTRACT}", f"part__commitment__{_PARTY}")
    rows = Drawdown.objects.filter(public_id__in=refs).select_related(*related)
    return {
        row.public_id: EntrySource(f"{_call(row.part.call)}, {_who(row.part.commitment)}", _call_page(row.part.call))
        for row in rows
    }


def give_changes(refs: Sequence[str]) -> Sources:
    """Name what was given up or written off ("cmc_…")."""
    rows = CommitmentChange.objects.filter(public_id__in=refs).select_related("commitment__contract__organisation")
    return {
        row.public_id: EntrySource(
            _("Commitments, %(what)s") % {"what": row.get_kind_display()}, _overview(row.commitment.contract)
        )
        for row in rows
    }


def give_accruals(refs: Sequence[str]) -> Sources:
    """Name interest that was booked ("acr_…")."""
    rows = InterestAccrual.objects.filter(public_id__in=refs).select_related("commitment__contract__organisation")
    return {row.public_id: EntrySource(_("Interest of investors"), _overview(row.commitment.contract)) for row in rows}


def give_runs(refs: Sequence[str]) -> Sources:
    """Name runs of the waterfall ("wfr_…")."""
    rows = WaterfallRun.objects.filter(public_id__in=refs).select_related(_CONTRACT)
    return {row.public_id: EntrySource(_run(row), _run_page(row)) for row in rows}


def give_dues(refs: Sequence[str]) -> Sources:
    """Name what a party is due by a run ("dst_…")."""
    rows = Distribution.objects.filter(public_id__in=refs).select_related(f"run__{_CONTRACT}", _PARTY)
    return {row.public_id: EntrySource(_due(row), _run_page(row.run)) for row in rows}


def give_payments(refs: Sequence[str]) -> Sources:
    """Name payments of what parties are due ("dpm_…")."""
    related = (f"distribution__run__{_CONTRACT}", f"distribution__{_PARTY}")
    rows = DistributionPayment.objects.filter(public_id__in=refs).select_related(*related)
    return {row.public_id: EntrySource(_due(row.distribution), _run_page(row.distribution.run)) for row in rows}


def give_versions(refs: Sequence[str]) -> Sources:
    """Name versions of contracts ("ocv_…"), by which investors commit."""
    rows = ContractVersion.objects.filter(public_id__in=refs).select_related(_CONTRACT)
    return {
        row.public_id: EntrySource(
            _("Version %(number)s of %(name)s") % {"number": row.number, "name": row.contract.name},
            _page("version", row.contract, row.number),
        )
        for row in rows
    }


def as_labels(sources: Sources) -> Labels:
    """Give what names the sources of entries as what names owners."""
    return {ref: {"label": source.label, "url": source.url} for ref, source in sources.items()}


def label_commitments(refs: Sequence[str]) -> Labels:
    """Name commitments as owners in the books."""
    return as_labels(give_commitments(refs))


def label_parts(refs: Sequence[str]) -> Labels:
    """Name parts of calls as what recorded money is for."""
    return as_labels(give_parts(refs))


def label_dues(refs: Sequence[str]) -> Labels:
    """Name what a party is due as what recorded money is for."""
    return as_labels(give_dues(refs))


def _who(commitment: InvestorCommitment) -> str:
    return f"{commitment.party.organisation.name}, {commitment.get_kind_display()}"


def _call(call: CapitalCall) -> str:
    return _("Call %(number)s on the investors") % {"number": call.number}


def _run(run: WaterfallRun) -> str:
    return _("Cash shared out, run %(number)s") % {"number": run.number}


def _due(due: Distribution) -> str:
    words = _("%(run)s: %(what)s, %(who)s")
    return words % {"run": _run(due.run), "what": due.get_stage_display(), "who": due.party.organisation.name}


def _call_page(call: CapitalCall) -> str:
    return _page("capital-call", call.contract, call.number)


def _run_page(run: WaterfallRun) -> str:
    return _page("waterfall-run", run.contract, run.number)


def _overview(contract: OutcomesContract) -> str:
    return _page("investors", contract)


def _page(name: str, contract: OutcomesContract, *more: object) -> str:
    return reverse(f"bonds:{name}", args=[contract.organisation.slug, contract.reference, *more])
