"""A history of one contract that chance writes: what its parties may do, each act with how often it is tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from django.db import transaction

from bonds import operations, states
from bonds.models import (
    CallPart,
    Claim,
    ClaimLine,
    Dispute,
    Distribution,
    Invoice,
    OutcomeEvent,
    ReferralCompensation,
    WaterfallRun,
)
from bonds.operations.moving import record_distribution_paid, record_drawdown
from bonds.operations.winding_up import wind_up
from bonds.queries.investors import open_of_distribution, open_of_part
from bonds.queries.overpayments import list_owed
from core.errors import DomainError
from ledger import queries as ledger_queries
from ledger.models import Entry
from payments.models import RecordedMoney
from payments.operations import approve_recorded, refuse_recorded, reverse_recorded
from tests.bonds.histories.support import FIRST, GUARANTEES, SECOND, make_deal
from tests.factories.bonds import CLAIMED_AT, HOLDER, PROVIDER, SERVICE_FROM, VERIFIER

OUTSIDE, STANDARD = states.VatCategory.OUTSIDE, states.VatCategory.STANDARD
SOONEST_END: Final = 80
LIVE: Final = ("draft", "submitted", "queried", "resubmitted", "flagged", "validated", "invoiced", "paid", "disputed")


class History:
    """One contract with payers, two providers' terms, lenders and a first loss; time only goes on.

    Attributes:
        trail: What was done and what was refused, in order.
        counts: The same, counted.
    """

    def __init__(self, seed: int) -> None:
        """Sign a contract."""
        self.random = Random(seed)
        self.now: datetime = CLAIMED_AT
        self.world = make_deal()
        self.contract = self.world.contract
        self.trail: list[str] = []
        self.counts: Counter[str] = Counter()
        self.number = 0

    @property
    def today(self) -> date:
        return self.now.date()

    def step(self) -> str:
        """Do one thing by chance; give what came of it."""
        name = self.random.choices(list(ACTS), weights=list(ACTS.values()))[0]
        before = Entry.objects.count()
        try:
            with transaction.atomic():
                done = getattr(self, name)()
            said = name if done is not False else f"{name}: nothing to do it to"
        except DomainError as refused:
            assert Entry.objects.count() == before
            said = f"{name}: {refused.code}"
        self.trail.append(said)
        self.counts[said] += 1
        return said

    # Time, results and claims

    def pass_days(self) -> None:
        self.now += timedelta(days=self.random.randint(1, 40))

    def move_in(self) -> None:
        on = max(SERVICE_FROM, self.today - timedelta(days=self.random.randint(0, 20)))
        for _each in range(self.random.randint(1, 3)):
            self.world.make_event("moved_in", on, None, "tenancy", recorded_at=self.now)

    def stay(self) -> bool | None:
        events = OutcomeEvent.objects.filter(contract=self.contract)
        # A result comes once a day at most.
        today = events.filter(metric="stayed_3m", achieved_on=self.today).values("participant")
        moved = events.filter(metric="moved_in", achieved_on__lt=self.today - timedelta(days=95))
        event = self._one(moved.exclude(participant__in=today))
        if event is None:
            return False
        person = event.participant
        self.world.make_event("stayed_3m", self.today, person, "landlord_letter", recorded_at=self.now)
        return None

    def measure(self) -> None:
        """A group did better than a hundred days, or worse."""
        self.number += 1
        measured = {"measured_on": self.today.isoformat(), "figures": {"days": str(self.random.randint(60, 160))}}
        where = {"cohort": f"group-{self.number}", "participant": None, "measurement": measured}
        self.world.make_event("days_home", self.today, **where)

    def claim(self) -> Any:
        taken = ClaimLine.objects.filter(state__in=LIVE).values("event")
        found = OutcomeEvent.objects.filter(contract=self.contract).exclude(pk__in=taken)
        # The newest: for older ones the window may have closed.
        events = list(found.select_related("participant").order_by("-pk")[:4])
        mine = self.random.sample(events, self.random.randint(1, len(events))) if events else []
        return self.world.submit(*mine, at=self.now) if mine else False

    def accept(self) -> Any:
        line = self._line(*states.AWAITING_VERIFIER)
        return self.world.accept(line.claim, at=self.now) if line else False

    def reject(self) -> Any:
        return self._decide(operations.reject_lines, states.AWAITING_VERIFIER, reason="No letter.")

    def take_back(self) -> Any:
        return self._decide(operations.take_back_lines, states.ACCEPTED_STATES, reason="Not real.")

    def query(self) -> Any:
        line = self._line(*states.AWAITING_VERIFIER)
        facts = {"verifier": self.world.verifier, "actor": VERIFIER, "at": self.now}
        return operations.query_line(line=line, text="Which day?", **facts) if line else False

    def answer(self) -> Any:
        line = self._line(states.LineState.QUERIED)
        facts = {"party": self.world.provider, "actor": PROVIDER, "at": self.now}
        return operations.answer_query(line=line, text="On the tenth.", **facts) if line else False

    def withdraw(self) -> Any:
        line = self._line(*states.OPEN_STATES)
        if line is None:
            return False
        facts = {"claim": line.claim, "lines": [line.public_id], "actor": PROVIDER, "at": self.now}
        return operations.withdraw_lines(reason="Wrong person.", **facts)

    def let_time_run_out(self) -> Any:
        claim = self._one(Claim.objects.filter(contract=self.contract, state="submitted"))
        return operations.accept_unanswered(claim=claim, at=self.now) if claim else False

    def dispute(self) -> Any:
        line = self._line(*states.ACCEPTED_STATES, states.LineState.REJECTED)
        party = self.world.parties[self.random.choice(("hearthside", "northmoor"))]
        facts = {"party": party, "reason": "Look again.", "actor": PROVIDER, "at": self.now}
        return operations.raise_dispute(line=line, **facts) if line else False

    def adjudicate(self) -> Any:
        dispute = self._one(Dispute.objects.filter(line__claim__contract=self.contract, adjudication=None))
        finding = self.random.choice((states.LineState.VALIDATED, states.LineState.REJECTED))
        facts = {"adjudicator": "R. Bell", "party": self.world.parties["holder"], "actor": HOLDER, "at": self.now}
        if dispute is None:
            return False
        return operations.record_adjudication(dispute=dispute, finding=finding, reason="As found.", **facts)

    # Invoices and money

    def invoice(self) -> Any:
        return operations.issue_invoices(contract=self.contract, actor=HOLDER, at=self.now)

    def change_vat(self) -> None:
        operations.record_vat_treatment(
            contract=self.contract,
            category=self.random.choice((OUTSIDE, STANDARD)),
            from_on=self.today,
            reason="Advice",
            registration="GB123456789",
            actor=HOLDER,
            at=self.now,
        )

    def receive(self) -> Any:
        related = ("contract__organisation", "payer__organisation", "round")
        invoice = self._one(Invoice.objects.unpaid().filter(contract=self.contract).select_related(*related))
        if invoice is None:
            return False
        pence = self._part_of(invoice.open_pence)
        return operations.record_invoice_receipt(invoice=invoice, amount_pence=pence, account="1200", **self._moved())

    def pay_back(self) -> Any:
        owed = self._among([one for one in list_owed(self.contract) if one.owed])
        if owed is None:
            return False
        return operations.record_overpayment_refund(
            payer=owed.payer, amount_pence=self._part_of(owed.owed), **self._moved()
        )

    def decide_money(self) -> Any:
        record = self._one(self._records("requested"))
        if record is None:
            return False
        if self.random.random() < 0.1:
            return refuse_recorded(record=record, reason="Wrong.", actor=SECOND, at=self.now)
        return approve_recorded(record=record, actor=SECOND, at=self.now, today=self.today)

    def undo_money(self) -> Any:
        record = self._one(self._records("approved"))
        facts = {"moved_on": self.today, "actor": FIRST, "at": self.now, "today": self.today}
        return reverse_recorded(record=record, reason="It bounced.", **facts) if record else False

    def compensate(self) -> Any:
        guarantee = self.random.choice(GUARANTEES)
        between = {"commissioner": guarantee.commissioner, "provider": guarantee.provider}
        facts = {"contract": self.contract, "from_on": guarantee.period.from_on, "actor": HOLDER, "at": self.now}
        return operations.accept_compensation(**between, **facts)

    def undo_compensation(self) -> Any:
        made = self._one(ReferralCompensation.objects.filter(contract=self.contract, undoing=None))
        facts = {"reason": "They were referred.", "actor": HOLDER, "at": self.now}
        return operations.undo_compensation(compensation=made, **facts) if made else False

    # Providers

    def book_dues(self) -> Any:
        return operations.accrue_provider_dues(contract=self.contract, actor=HOLDER, at=self.now)

    def pay_provider(self) -> Any:
        party = self.world.parties[self.random.choice(("hearthside", "lanternhouse"))]
        book = ledger_queries.get_book_by_slug(slug=self.contract.book_slug)
        owed = ledger_queries.owner_balances(book=book, code="2100").get(party.public_id, 0)
        pence = self._part_of(owed)
        return operations.pay_provider(provider=party, amount_pence=pence, **self._moved()) if owed > 0 else False

    # Investors

    def call(self) -> Any:
        facts = {"due_on": self.today, "reason": "Wages", "actor": HOLDER, "at": self.now}
        pence = self.random.choice((10_000, 50_001, 120_000))
        return operations.call_capital(contract=self.contract, amount_pence=pence, **facts)

    def change_notices(self) -> Any:
        facts = {"from_on": self.today, "reason": "Advice", "actor": HOLDER, "at": self.now}
        is_posted = self.random.random() < 0.8
        return operations.record_notice_policy(contract=self.contract, is_posted=is_posted, **facts)

    def draw(self) -> Any:
        related = ("call__contract__organisation", "commitment__party__organisation")
        parts = CallPart.objects.filter(call__contract=self.contract).select_related(*related).order_by("pk")
        part = self._among([one for one in parts if open_of_part(one) > 0])
        if part is None:
            return False
        return record_drawdown(part=part, amount_pence=self._part_of(open_of_part(part)), **self._moved())

    def accrue(self) -> Any:
        return operations.accrue_interest(contract=self.contract, actor=HOLDER, at=self.now)

    def share_out(self) -> Any:
        return operations.distribute(contract=self.contract, actor=HOLDER, at=self.now)

    def withdraw_run(self) -> Any:
        run = self._one(WaterfallRun.objects.filter(contract=self.contract, withdrawal=None))
        return operations.withdraw_run(run=run, reason="Too early.", actor=HOLDER, at=self.now) if run else False

    def pay_out(self) -> Any:
        related = ("run__contract__organisation", "run__round", "party__organisation", "commitment")
        dues = Distribution.objects.filter(run__contract=self.contract).select_related(*related).order_by("pk")
        due = self._among([one for one in dues if open_of_distribution(one) > 0])
        if due is None:
            return False
        return record_distribution_paid(due=due, amount_pence=self._part_of(open_of_distribution(due)), **self._moved())

    def cancel(self) -> Any:
        facts = {"amount_pence": self.random.choice((5_000, 20_000)), "reason": "Not needed.", "actor": HOLDER}
        return operations.cancel_commitments(contract=self.contract, at=self.now, **facts)

    def end(self) -> Any:
        if len(self.trail) < SOONEST_END:
            return False
        act = self.random.choice((operations.write_off, wind_up))
        return act(contract=self.contract, reason="It is over.", actor=HOLDER, at=self.now)

    # What there is to do it to

    def _among(self, rows: Sequence[Any]) -> Any:
        return self.random.choice(rows) if rows else None

    def _one(self, rows: Any) -> Any:
        return self._among(list(rows.order_by("pk")))

    def _line(self, *among: states.LineState) -> Any:
        found = ClaimLine.objects.filter(claim__contract=self.contract, state__in=[one.value for one in among])
        return self._one(found.select_related("claim__provider", "claim__contract", "event"))

    def _decide(self, act: Callable[..., Any], among: Sequence[states.LineState], **facts: Any) -> Any:
        line = self._line(*among)
        if line is None:
            return False
        who = {"verifier": self.world.verifier, "actor": VERIFIER, "at": self.now}
        return act(claim=line.claim, lines=[line.public_id], **who, **facts)

    def _records(self, state: str) -> Any:
        return RecordedMoney.objects.filter(organisation=self.contract.organisation, state=state)

    def _part_of(self, pence: int) -> int:
        """The whole, mostly; else a half or a third."""
        return max(1, pence // self.random.choice((1, 1, 1, 2, 3)))

    def _moved(self) -> dict[str, Any]:
        """What every record of money needs; each is another one."""
        self.number += 1
        key = f"history:{self.number}"
        return {"moved_on": self.today, "key": key, "actor": FIRST, "at": self.now, "today": self.today}


# How often each is tried.
ACTS: Final = {
    "pass_days": 7, "move_in": 12, "stay": 8, "claim": 16, "accept": 16, "reject": 1, "take_back": 3, "query": 1,
    "answer": 2, "withdraw": 1, "let_time_run_out": 2, "dispute": 2, "adjudicate": 2, "invoice": 12, "change_vat": 1,
    "receive": 16, "decide_money": 26, "undo_money": 3, "book_dues": 3, "pay_provider": 5, "call": 7, "draw": 9,
    "change_notices": 1, "measure": 3, "pay_back": 4, "compensate": 3, "undo_compensation": 1,
    "accrue": 3, "share_out": 7, "withdraw_run": 1, "pay_out": 10, "cancel": 0.5, "end": 0.5,
}  # fmt: skip
