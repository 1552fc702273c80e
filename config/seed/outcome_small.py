"""What the demo's smaller outcome contracts have in common: parties that are there, signing, and money of two people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bonds import operations
from bonds.arithmetic.agreements import write_investor_terms
from bonds.arithmetic.reading import write_terms
from bonds.arithmetic.terms import Terms
from bonds.arithmetic.tranches import InvestorTerms
from bonds.models import CapitalCall, OutcomesContract, Party
from bonds.operations.moving import record_drawdown
from bonds.queries.terms import signing_parties
from bonds.states import PartyRole
from config.demo_people import HOLDER, HOLDER_SECOND
from config.seed.offers import SEED, actor_of
from core.periods import start_of_day
from foundation.access import Actor
from payments.models import RecordedMoney
from payments.operations import approve_recorded
from people.models import Organisation, User


@dataclass
class SmallContract:
    """A contract of organisations that the demo's first contract brought in."""

    users: dict[str, User]
    now: datetime
    parties: dict[str, Party] = field(default_factory=dict)

    def sign(
        self,
        begin: date,
        roles: Mapping[str, PartyRole],
        terms: Terms,
        investor_terms: InvestorTerms,
        *,
        reference: str,
        name: str,
        purpose: str,
    ) -> OutcomesContract:
        """Open a contract, bring its parties in, write its terms, and have everybody sign.

        Args:
            begin: First day of service.
            roles: Of organisations, by their short names.
            terms: Of commissioners and providers.
            investor_terms: Of investors.
            reference: Short name in addresses.
            name: What people call it.
            purpose: What it is for.
        """
        at = self.at(begin - timedelta(days=20))
        organisations = {one.slug: one for one in Organisation.objects.filter(slug__in=roles)}
        contract = operations.open_contract(
            organisation=organisations["brightwater"],
            reference=reference,
            name=name,
            purpose=purpose,
            effective_on=begin,
            actor=self.keeper,
            at=at,
        )
        for code, role in roles.items():
            party = operations.add_party(
                contract=contract, organisation=organisations[code], code=code, actor=self.keeper, at=at
            )
            operations.give_role(party=party, role=role, from_on=at.date(), actor=self.keeper, at=at)
            self.parties[code] = party
        operations.write_terms(
            contract=contract,
            terms=write_terms(terms),
            investor_terms=write_investor_terms(investor_terms),
            actor=self.keeper,
            at=at,
        )
        version = operations.propose_version(contract=contract, actor=self.keeper, at=at)
        for party in signing_parties(version):
            operations.sign_version(version=version, party=party, digest=version.digest, actor=SEED, at=at)
        contract.refresh_from_db()
        return contract

    def pay_in(self, call: CapitalCall, on: date) -> None:
        """Every investor pays what it was called for."""
        related = ("call__contract__organisation", "commitment__party__organisation")
        for part in call.parts.select_related(*related):
            self.let_in(
                record_drawdown(
                    part=part,
                    amount_pence=part.pence,
                    moved_on=on,
                    reference=f"CALL {call.number}",
                    key=f"demo:{part.public_id}",
                    **self.when(on),
                )
            )

    def let_in(self, record: RecordedMoney) -> None:
        """A second person agrees on the day on which the money moved."""
        at = self.at(record.moved_on)
        approve_recorded(record=record, actor=actor_of(self.users[HOLDER_SECOND.email]), at=at, today=record.moved_on)

    def when(self, on: date) -> dict[str, Any]:
        """Who writes money down, and when."""
        return {"actor": self.keeper, "at": self.at(on), "today": on}

    @property
    def keeper(self) -> Actor:
        """The holder's treasurer."""
        return actor_of(self.users[HOLDER.email])

    def at(self, on: date) -> datetime:
        """Ten in the morning of a day."""
        return start_of_day(on) + timedelta(hours=10)
