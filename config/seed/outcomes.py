"""The demo's outcomes contract: three councils and a fund, five local providers, two years in; by operations only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from bonds import operations
from bonds.arithmetic.agreements import write_investor_terms
from bonds.arithmetic.identities import Identifiers
from bonds.arithmetic.months import add_months
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import Period
from bonds.models import Claim, ClaimLine, Invoice, OutcomeEvent, OutcomesContract, Participant, Party
from bonds.operations.evidence import add_evidence
from bonds.operations.invoicing import RECEIPT_PURPOSE
from bonds.operations.people import admit_person, start_clock
from bonds.operations.results import record_result
from bonds.queries.terms import signing_parties
from bonds.states import ClockEvent, PartyRole
from config.demo_people import (
    FAMILY_NAMES,
    GIVEN_NAMES,
    HOLDER,
    HOLDER_SECOND,
    PROVIDER,
    VERIFIER,
)
from config.seed.invoices import leave_things_open, record_orders
from config.seed.offers import SEED, actor_of
from config.seed.outcome_checks import Checks
from config.seed.outcome_investors import INVESTORS, Investors, write_investor_terms_of
from config.seed.outcome_pay import ProviderPay, refer
from config.seed.outcome_plans import make_demo_plan
from config.seed.outcome_reports import report_after_quarter
from config.seed.outcome_terms import PROVIDERS, write_terms_of
from config.seed.people import ROLES_SINCE, roles_in
from core.periods import legal_day, start_of_day
from foundation.access import Actor
from ledger.queries import get_book_by_slug
from payments.operations import MoneyFacts, approve_recorded, record_receipt
from people import operations as people_operations
from people.models import Organisation, OrganisationKind, User

REFERENCE: Final = "brightwater-homes"
QUARTERS: Final = 8
QUARTERS_BEFORE_PLAN: Final = 4
PEOPLE: Final = 45
Kind = OrganisationKind
Roles = PartyRole
PARTIES: Final = {
    "northmoor": ("Northmoor Council", Kind.PUBLIC_BODY, Roles.LEAD_COMMISSIONER),
    "southfell": ("Southfell Council", Kind.PUBLIC_BODY, Roles.COMMISSIONER),
    "eastwold": ("Eastwold Council", Kind.PUBLIC_BODY, Roles.COMMISSIONER),
    "kindle": ("The Kindle Fund", Kind.FUND, Roles.TOP_UP_FUND),
    "hearthside": ("Hearthside", Kind.CHARITY, Roles.PROVIDER),
    "lantern-yard": ("Lantern Yard", Kind.CHARITY, Roles.PROVIDER),
    "kettle-and-key": ("Kettle and Key", Kind.COMMUNITY_BENEFIT_SOCIETY, Roles.PROVIDER),
    "second-field": ("Second Field", Kind.CO_OPERATIVE_SOCIETY, Roles.PROVIDER),
    "the-long-table": ("The Long Table", Kind.COMMUNITY_BENEFIT_SOCIETY, Roles.PROVIDER),
    "plumbline": ("Plumbline Reviews", Kind.COMPANY, Roles.VERIFIER),
    "brightwater": ("Brightwater Outcomes Limited", Kind.COMPANY, Roles.HOLDER),
    **INVESTORS,
}
APPROACHES: Final = {
    "hearthside": ("A room first, then everything else", "We rent rooms above shops, and ask questions later."),
    "lantern-yard": ("Somebody who has been there", "Each person has a guide who once slept rough as well."),
    "kettle-and-key": ("Flats found by the village", "Members lend their annexes; the kettle is always on."),
    "second-field": ("Work on the land", "Two days a week at the market garden, paid from the first hour."),
    "the-long-table": ("Cook, eat, learn", "A kitchen where people cook for each other and train for a certificate."),
}


@dataclass(frozen=True, slots=True)
class _Planned:
    """A result that somebody achieves, with the evidence that comes with it."""

    metric: str
    on: date
    evidence: str
    provider: str
    person: int


@dataclass
class Outcomes:
    """Two years of a contract, told quarter by quarter."""

    users: dict[str, User]
    now: datetime
    parties: dict[str, Party] = field(default_factory=dict)
    people: dict[int, Participant] = field(default_factory=dict)

    def tell(self, say: Callable[[str], None]) -> OutcomesContract:
        """Make the contract and all that happened under it.

        Args:
            say: Is told how far it is.
        """
        today = legal_day(self.now)
        self.begin = add_months(today.replace(day=1), -3 * QUARTERS)
        self.contract = self._sign()
        investors = Investors(contract=self.contract, users=self.users, now=self.now, begin=self.begin)
        investors.begin_service()
        record_orders(
            contract=self.contract,
            parties=self.parties,
            begin=self.begin,
            find_actor=self._actor,
            at=self._at(self.begin),
        )
        checks = Checks(self.contract, self.parties, self.users, self.begin, self.now)
        keeper, second = self._actor(HOLDER.email), self._actor(HOLDER_SECOND.email)
        self.pay = ProviderPay(self.contract, keeper, second, self.now)
        planned = [one for number in range(PEOPLE) for one in self._plan(number)]
        for quarter in range(QUARTERS):
            until = add_months(self.begin, 3 * (quarter + 1))
            mine = [one for one in planned if add_months(self.begin, 3 * quarter) <= one.on < until]
            is_last = quarter == QUARTERS - 1
            self._claim_quarter(mine, until=until, is_last=is_last)
            checks.after_decisions(quarter, until=until)
            if not is_last:
                is_recent = until >= add_months(self.begin, 3 * (QUARTERS - 1))
                self._invoice(self._at(until + timedelta(days=20)), slow="kindle" if is_recent else "")
            self.pay.settle_quarter(until=until, is_last=is_last, receive=self._receive)
            investors.after_quarter(quarter, until=until)
            report_after_quarter(self.contract, quarter, until=until, actor=self._actor(HOLDER.email))
            if quarter == QUARTERS_BEFORE_PLAN - 1:
                self._plan_again(1, min(self._at(until + timedelta(days=30)), self.now))
            say(f"outcomes contract: quarter {quarter + 1} of {QUARTERS}")
        checks.finish()
        self._plan_again(2, self.now)
        leave_things_open(
            contract=self.contract, verifier=self.parties["plumbline"], find_actor=self._actor, now=self.now
        )
        return self.contract

    def _plan_again(self, number: int, at: datetime) -> None:
        """The holder says anew what is expected."""
        make_demo_plan(self.contract, number, actor=self._actor(HOLDER.email), at=at)

    def _sign(self) -> OutcomesContract:
        at = self._at(self.begin - timedelta(days=20))
        organisations = {code: self._found(code, at) for code in PARTIES}
        contract = operations.open_contract(
            organisation=organisations["brightwater"],
            reference=REFERENCE,
            name="Brightwater Homes",
            purpose=(
                "People who slept rough in three districts have a home, keep it, and find something to get up for. "
                "Councils and a fund pay for what lasts, not for what was tried."
            ),
            effective_on=self.begin,
            actor=self._actor(HOLDER.email),
            at=at,
        )
        self.contract = contract
        for code, (_name, _kind, role) in PARTIES.items():
            party = operations.add_party(
                contract=contract, organisation=organisations[code], code=code, actor=self._actor(HOLDER.email), at=at
            )
            operations.give_role(party=party, role=role, from_on=legal_day(at), actor=self._actor(HOLDER.email), at=at)
            self.parties[code] = party
        terms = write_terms_of(Period(from_on=self.begin, until_on=add_months(self.begin, 36)))
        operations.write_terms(
            contract=contract,
            terms=write_terms(terms),
            investor_terms=write_investor_terms(write_investor_terms_of()),
            actor=self._actor(HOLDER.email),
            at=at,
        )
        version = operations.propose_version(contract=contract, actor=self._actor(HOLDER.email), at=at)
        for party in signing_parties(version):
            operations.sign_version(version=version, party=party, digest=version.digest, actor=SEED, at=at)
        for code, (title, text) in APPROACHES.items():
            operations.describe_approach(party=self.parties[code], title=title, text=text, actor=SEED, at=at)
        contract.refresh_from_db()
        self._plan_again(0, at + timedelta(days=3))
        return contract

    def _found(self, code: str, at: datetime) -> Organisation:
        name, kind, _role = PARTIES[code]
        organisation = people_operations.found_organisation(
            slug=code, name=name, actor=SEED.ref, at=at, kind=kind.value
        )
        for demo, role in roles_in(code):
            people_operations.appoint_officer(
                user=self.users[demo.email],
                organisation=organisation,
                role=role,
                from_on=ROLES_SINCE,
                actor=SEED.ref,
                at=at,
            )
        return organisation

    def _plan(self, number: int) -> list[_Planned]:
        """What becomes of one person: most find a home, fewer keep it, some find work."""
        provider = PROVIDERS[number % len(PROVIDERS)]
        moved_on = self.begin + timedelta(days=9 + number * 13)
        steps = [("moved_in", moved_on, "tenancy")]
        for months, letter in ((3, "landlord_letter"), (6, "self_certificate"), (12, "landlord_letter")):
            if number % 5 < 4 - months // 6:
                steps.append((f"home_{months}m", add_months(moved_on, months) + timedelta(days=2), letter))
        if number % 3 == 0:
            steps.append(("learning", moved_on + timedelta(days=40), "college_letter"))
        if number % 4 == 1:
            steps.append(("job", moved_on + timedelta(days=60), "employer_letter"))
            steps.append(("job_13w", moved_on + timedelta(days=60 + 95), "payslip"))
        last = add_months(self.begin, 3 * QUARTERS)
        return [_Planned(metric, on, proof, provider, number) for metric, on, proof in steps if on < last]

    def _claim_quarter(self, planned: list[_Planned], *, until: date, is_last: bool) -> None:
        at = min(self._at(until + timedelta(days=6)), self.now)
        for provider in PROVIDERS:
            events = [self._record(one, at) for one in planned if one.provider == provider]
            if events:
                claim = operations.put_in_claim(
                    contract=self.contract,
                    provider=self.parties[provider],
                    events=events,
                    actor=self._provider_actor(provider),
                    at=at,
                )
                if not (is_last and provider == PROVIDERS[0]):
                    self._decide(operations.submit_claim(claim=claim, actor=SEED, at=at), at=at, is_last=is_last)

    def _record(self, one: _Planned, at: datetime) -> OutcomeEvent:
        provider, actor = self.parties[one.provider], self._provider_actor(one.provider)
        when: dict[str, Any] = {"actor": actor, "at": at, "today": legal_day(at)}
        if one.person not in self.people:
            self.people[one.person] = self._admit(one, provider, when)
        person = self.people[one.person]
        if one.metric == "moved_in":
            self._start_clock(provider, person, "home", one.on, when)
        if one.metric == "job":
            self._start_clock(provider, person, "work", one.on, when)
        event = record_result(
            contract=self.contract, provider=provider, participant=person, metric=one.metric, achieved_on=one.on, **when
        )
        # Now and then something is still missing.
        if (one.person + len(one.metric)) % 11:
            add_evidence(
                contract=self.contract,
                provider=provider,
                event=event,
                kind=one.evidence,
                dated_on=one.on,
                reference=f"F-{event.pk:05}",
                **when,
            )
        return event

    def _admit(self, one: _Planned, provider: Party, when: dict[str, Any]) -> Participant:
        number = one.person
        started_on = one.on - timedelta(days=8)
        admitted = admit_person(
            contract=self.contract,
            provider=provider,
            referral=refer(self.contract, self.parties, provider, number=number, on=started_on, when=when),
            identifiers=Identifiers(
                given_names=GIVEN_NAMES[number % len(GIVEN_NAMES)],
                family_name=FAMILY_NAMES[number * 7 % len(FAMILY_NAMES)],
                born_on=date(1975 + number % 30, 1 + number % 12, 3),
            ),
            started_on=started_on,
            subgroups=["care"] if number % 4 == 0 else [],
            **when,
        )
        return admitted.start.participant

    def _start_clock(self, provider: Party, person: Participant, ladder: str, on: date, when: dict[str, Any]) -> None:
        start_clock(
            contract=self.contract,
            provider=provider,
            participant=person,
            ladder=ladder,
            started_on=on,
            event=ClockEvent.START,
            **when,
        )

    def _decide(self, claim: Claim, *, at: datetime, is_last: bool) -> None:
        """The verifier accepts what is proven, rejects or asks about the rest; the last quarter still waits."""
        if is_last:
            return
        verifier, actor = self.parties["plumbline"], self._actor(VERIFIER.email)
        decided_at = at + timedelta(days=7)
        lines = list(ClaimLine.objects.filter(claim=claim).prefetch_related("event__evidence").order_by("pk"))
        proven = [line.public_id for line in lines if line.event.evidence.all()]
        if proven:
            operations.accept_lines(
                claim=claim, lines=proven, verifier=verifier, note="Seen.", actor=actor, at=decided_at
            )
        unproven = [line.public_id for line in lines if not line.event.evidence.all()]
        if unproven:
            operations.reject_lines(
                claim=claim,
                lines=unproven,
                reason="There is nothing yet that shows it. Please claim it again with the letter.",
                verifier=verifier,
                actor=actor,
                at=decided_at,
            )

    def _invoice(self, at: datetime, *, slow: str) -> None:
        """Invoices go out, and are paid a few weeks later; one payer is slow with the last ones."""
        invoices = operations.issue_invoices(contract=self.contract, actor=self._actor(HOLDER.email), at=at)
        paid_at = at + timedelta(days=25)
        if paid_at < self.now:
            for invoice in invoices:
                if invoice.payer.code != slow:
                    self._receive(invoice, paid_at)

    def _receive(self, invoice: Invoice, at: datetime) -> None:
        facts = MoneyFacts(
            moved_on=legal_day(at),
            amount_pence=invoice.open_pence,
            party_name=invoice.payer.organisation.name,
            party_owner=invoice.payer.public_id,
            reference=invoice.facts["BT-1"],
            purpose=RECEIPT_PURPOSE,
            subject=invoice.public_id,
            batch=invoice.round.public_id,
        )
        record = record_receipt(
            organisation=self.contract.organisation,
            book=get_book_by_slug(slug=self.contract.book_slug),
            facts=facts,
            key=f"demo:{invoice.public_id}",
            actor=self._actor(HOLDER.email),
            at=at,
            today=legal_day(at),
        )
        approve_recorded(record=record, actor=self._actor(HOLDER_SECOND.email), at=at, today=legal_day(at))

    def _at(self, on: date) -> datetime:
        return start_of_day(on) + timedelta(hours=10)

    def _actor(self, email: str) -> Actor:
        return actor_of(self.users[email])

    def _provider_actor(self, code: str) -> Actor:
        return self._actor(PROVIDER.email) if code == PROVIDERS[0] else SEED
