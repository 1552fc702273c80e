"""The demo's checks after payment: a sample with a line that does not stand, two disputes, and the public page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bonds import operations
from bonds.arithmetic.months import add_months
from bonds.models import ClaimLine, Dispute, OutcomesContract, Party
from bonds.operations.evidence import add_evidence
from bonds.operations.sampling import FoundLine
from bonds.states import LineState
from config.demo_people import HOLDER, HOLDER_SECOND, PROVIDER, VERIFIER, DemoUser
from config.seed.offers import SEED, actor_of
from core.periods import legal_day, start_of_day
from foundation.access import Actor
from people.models import User

SAMPLED_MONTHS: Final = 18
LOT: Final = "Thistlewick tombola, numbers 4 17 23 31 38 40"
# After which quarter, counted from 0, a rejection is disputed and decided.
_DISPUTED: Final = 4
_LATE_LETTER: Final = "The letter had been sent to the wrong address. It is there now."


@dataclass(frozen=True)
class Checks:
    """What the verifier and the parties do beside claiming and paying."""

    contract: OutcomesContract
    parties: dict[str, Party]
    users: dict[str, User]
    begin: date
    now: datetime

    def after_decisions(self, quarter: int, *, until: date) -> None:
        """A provider disputes a rejection; the letter turns up, and the adjudicator lets the line be paid."""
        if quarter != _DISPUTED:
            return
        at = start_of_day(until + timedelta(days=15)) + timedelta(hours=11)
        line = self._rejected()
        add_evidence(
            contract=self.contract,
            provider=line.claim.provider,
            event=line.event,
            kind=self._evidence_for(line),
            dated_on=line.event.achieved_on,
            reference="F-LATE",
            actor=SEED,
            at=at,
            today=legal_day(at),
        )
        dispute = self._dispute(line, _LATE_LETTER, at=at)
        operations.record_adjudication(
            dispute=dispute,
            finding=LineState.VALIDATED,
            reason="The letter shows the result, and was written in time.",
            adjudicator="Larkfield & Dunn, expert named in the contract",
            party=self.parties["brightwater"],
            actor=self._actor(HOLDER_SECOND),
            at=at + timedelta(days=4),
        )

    def finish(self) -> None:
        """Close a sample of the first eighteen months, leave a dispute open, and put the contract on show."""
        self._sample()
        rejected = self._reject_one()
        if rejected is not None:
            self._dispute(rejected, "We handed in the form on the day. Please look again.", at=self.now)
        operations.publish_contract(
            contract=self.contract, private_prices=["job_13w"], actor=self._actor(HOLDER), at=self.now
        )

    def _sample(self) -> None:
        verifier, actor = self.parties["plumbline"], self._actor(VERIFIER)
        sample = operations.draw_paid_sample(
            contract=self.contract,
            from_on=self.begin,
            until_on=add_months(self.begin, SAMPLED_MONTHS),
            seed=LOT,
            verifier=verifier,
            actor=actor,
            at=self.now,
        )
        items = list(sample.items.order_by("place"))
        # The cheapest line is the one that does not stand: what is carried over stays small.
        wrong = min(items, key=lambda item: item.line.result.net_pence)
        operations.record_findings(
            sample=sample,
            findings=[
                FoundLine(item.public_id, item != wrong, "" if item != wrong else "The form names another address.")
                for item in items
            ],
            verifier=verifier,
            actor=actor,
            at=self.now,
        )
        operations.close_sample(sample=sample, verifier=verifier, actor=actor, at=self.now)

    def _reject_one(self) -> ClaimLine | None:
        """The verifier looks at one line of the last quarter, which otherwise waits, and is not convinced."""
        waiting = ClaimLine.objects.filter(claim__contract=self.contract).awaiting_verifier().select_related("claim")
        line = waiting.order_by("pk").first()
        if line is None:
            return None
        operations.reject_lines(
            claim=line.claim,
            lines=[line.public_id],
            reason="The form is not signed.",
            verifier=self.parties["plumbline"],
            actor=self._actor(VERIFIER),
            at=self.now,
        )
        return self._read(line.pk)

    def _dispute(self, line: ClaimLine, reason: str, *, at: datetime) -> Dispute:
        provider = line.claim.provider
        actor = self._actor(PROVIDER) if provider.code == "hearthside" else SEED
        return operations.raise_dispute(line=line, party=provider, reason=reason, actor=actor, at=at)

    def _rejected(self) -> ClaimLine:
        rejected = ClaimLine.objects.filter(claim__contract=self.contract, state=LineState.REJECTED.value)
        return self._read(rejected.order_by("-pk")[0].pk)

    def _read(self, line: int) -> ClaimLine:
        related = ("event__contract", "claim__provider__organisation", "claim__contract")
        return ClaimLine.objects.select_related(*related).get(pk=line)

    def _evidence_for(self, line: ClaimLine) -> str:
        kinds = {"moved_in": "tenancy", "home_6m": "self_certificate", "learning": "college_letter"}
        return kinds.get(line.event.metric) or {"job": "employer_letter", "job_13w": "payslip"}.get(
            line.event.metric, "landlord_letter"
        )

    def _actor(self, user: DemoUser) -> Actor:
        return actor_of(self.users[user.email])
