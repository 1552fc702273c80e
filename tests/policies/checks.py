"""Addresses of the verifier's desk after payment, with who may use them, and what they point to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bonds import operations
from bonds.models import ClaimLine, OutcomesContract, Party, SampleRun
from bonds.states import PartyRole
from people.models import Organisation
from tests.factories.bonds import CLAIMED_AT, DECIDED_AT, PROVIDER, VERIFIER
from tests.policies.claims import a_claim
from tests.policies.kinds import DIRECTOR, SECRETARY, Row, officers

if TYPE_CHECKING:
    from tests.policies.world import Arguments


@dataclass
class Checked:
    """A sample of a contract that the organisation verifies, and a dispute under one that it pays for."""

    slug: str
    sampled: str
    number: int
    disputed: str
    dispute: str


def a_check(organisation: Organisation, verified: str) -> Checked:
    """A sample in which nothing was drawn, and a rejected line that its provider disputes."""
    contract = OutcomesContract.objects.get(reference=verified)
    sample = SampleRun.objects.create(
        contract=contract,
        number=1,
        from_on=date(2025, 4, 1),
        until_on=date(2025, 7, 1),
        seed="drawn-by-lot-2025-07",
        population_digest="0" * 64,
        population_count=0,
        population_pence=0,
        drawn_by=VERIFIER.ref,
        drawn_at=CLAIMED_AT,
    )
    claimed = a_claim(organisation, PartyRole.COMMISSIONER, "larch")
    line = ClaimLine.objects.get(public_id=claimed.line)
    verifier = Party.objects.get(contract=line.claim.contract, code="plumbline")
    operations.reject_lines(
        claim=line.claim, lines=[line.public_id], reason="No keys.", verifier=verifier, actor=VERIFIER, at=DECIDED_AT
    )
    dispute = operations.raise_dispute(
        line=ClaimLine.objects.get(pk=line.pk), party=line.claim.provider, reason="There are.", actor=PROVIDER,
        at=DECIDED_AT,
    )  # fmt: skip
    return Checked(organisation.slug, verified, sample.number, claimed.reference, dispute.public_id)


def _sampled(world: object) -> dict[str, object]:
    checked: Checked = world.checked  # type: ignore[attr-defined]
    return {"slug": checked.slug, "reference": checked.sampled}


def _sample(world: object) -> dict[str, object]:
    checked: Checked = world.checked  # type: ignore[attr-defined]
    return _sampled(world) | {"number": checked.number}


def _disputed(world: object) -> dict[str, object]:
    checked: Checked = world.checked  # type: ignore[attr-defined]
    return {"slug": checked.slug, "reference": checked.disputed}


def _dispute(world: object) -> dict[str, object]:
    checked: Checked = world.checked  # type: ignore[attr-defined]
    return _disputed(world) | {"dispute": checked.dispute}


def _own_line(world: object) -> dict[str, object]:
    claimed = world.own_claim  # type: ignore[attr-defined]
    return {"slug": claimed.slug, "reference": claimed.reference, "line": claimed.line}


PARTS: dict[str, Arguments] = {
    **dict.fromkeys(("bonds:accept-waiting", "bonds:samples", "bonds:sample-draw"), _sampled),
    **dict.fromkeys(("bonds:sample", "bonds:sample-findings", "bonds:sample-close"), _sample),
    "bonds:sample-population": _sample,
    **dict.fromkeys(("api:claims-waiting", "api:contract-samples"), _sampled),
    **{f"api:contract-sample{part}": _sample for part in ("", "-lines", "-findings", "-closing", "-population")},
    **dict.fromkeys(("bonds:disputes", "api:contract-disputes"), _disputed),
    **dict.fromkeys(("bonds:dispute", "bonds:dispute-decide"), _dispute),
    **dict.fromkeys(("api:contract-dispute", "api:contract-dispute-finding"), _dispute),
    **dict.fromkeys(("bonds:line-dispute", "api:claim-line-dispute"), _own_line),
}  # fmt: skip
_READ, _WRITE = "contracts:read", "claims:write"
ROWS: tuple[Row, ...] = (
    *(officers(f"bonds:{name}") for name in ("accept-waiting", "samples", "sample-draw", "sample", "sample-close")),
    *(officers(f"bonds:{name}") for name in ("sample-population", "disputes", "dispute")),
    *(officers(f"bonds:{name}", "post") for name in ("accept-waiting", "sample-draw", "sample-findings")),
    *(officers(f"bonds:{name}", "post") for name in ("sample-close", "line-dispute")),
    officers("bonds:dispute-decide", "post", SECRETARY, DIRECTOR),
    *(officers(f"api:{name}", scope=_READ) for name in ("claims-waiting", "contract-samples", "contract-sample")),
    *(officers(f"api:contract-sample-{name}", scope=_READ) for name in ("lines", "closing", "population")),
    *(officers(f"api:{name}", scope=_READ) for name in ("contract-disputes", "contract-dispute")),
    *(officers(f"api:{name}", "post", scope=_WRITE) for name in ("claims-waiting", "contract-samples")),
    *(officers(f"api:contract-sample-{name}", "post", scope=_WRITE) for name in ("findings", "closing")),
    officers("api:claim-line-dispute", "post", scope=_WRITE),
    officers("api:contract-dispute-finding", "post", SECRETARY, DIRECTOR, scope=_WRITE),
)
