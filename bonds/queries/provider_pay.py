"""What providers were booked and paid: balances, the dues of one, and all that changed what it is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from django.db.models import Max, Min, Model, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from bonds.arithmetic.tranches import StageKind
from bonds.arithmetic.undoing import Undone, undo_part
from bonds.models import (
    Distribution,
    DistributionPayment,
    OutcomesContract,
    Party,
    PartyRoleHeld,
    ProviderDue,
    ProviderPayment,
    ReferralCompensation,
    RunWithdrawal,
)
from bonds.states import PartyRole
from core.errors import NotFound
from core.periods import legal_day
from payments.models import RecordedMoney

Row = TypeVar("Row", bound=Model)
PAYMENT_PURPOSE: Final = "bonds.provider_payment"


class CompensationMissing(NotFound):
    """No such compensation was accepted under this contract."""

    code = "bonds.no_compensation"


class DueMissing(NotFound):
    """There is no such amount due, or none that may be seen here."""

    code = "bonds.no_due"


class ProviderMissing(NotFound):
    """There is no such provider under this contract, or none that may be seen here."""

    code = "bonds.no_provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayBalance:
    """Where a provider stands, in pence.

    Attributes:
        provider: Who.
        due: All that was booked, less what went back.
        paid: Of it, payments that a second person let in.
        waiting: Payments that wait for a second person.
        from_runs: Of shares that runs of the waterfall gave it: what is not paid yet. Each is paid by itself.
    """

    provider: Party
    due: int = 0
    paid: int = 0
    waiting: int = 0
    from_runs: int = 0

    @property
    def open(self) -> int:
        """What is to be paid; 0 where it was paid too much."""
        return max(0, self.due - self.paid)

    @property
    def owed_back(self) -> int:
        """What it was paid too much and its next dues settle first; 0 in most cases."""
        return max(0, self.paid - self.due)


def providers_of(contract: OutcomesContract) -> list[Party]:
    """Parties that are, or were, providers, by code."""
    held = PartyRoleHeld.objects.filter(party__contract=contract).of([PartyRole.PROVIDER])
    return list(Party.objects.filter(pk__in=held.values("party")).select_related("organisation").order_by("code"))


def get_provider(*, contract: OutcomesContract, code: str) -> Party:
    """Return a provider by its short name.

    Raises:
        ProviderMissing: there is none.
    """
    found = next((one for one in providers_of(contract) if one.code == code), None)
    if found is None:
        raise ProviderMissing(_("There is no such provider under this contract."), provider=code)
    return found


def get_paid_provider(*, public_id: str) -> Party:
    """Return the party that a payment is for, with its contract.

    Raises:
        ProviderMissing: there is none.
    """
    found = Party.objects.select_related("contract__organisation", "organisation").filter(public_id=public_id).first()
    if found is None:
        raise ProviderMissing(_("There is no such provider under this contract."), provider=public_id)
    return found


def balances_of(contract: OutcomesContract) -> list[PayBalance]:
    """Where each provider stands, by code."""
    dues = dict(
        ProviderDue.objects.filter(contract=contract).values_list("provider").annotate(sum=Sum("pence")).order_by()
    )
    standing = ProviderPayment.objects.standing().filter(contract=contract)
    paid = dict(standing.values_list("provider").annotate(sum=Sum("pence")).order_by())
    providers = providers_of(contract)
    waiting = _waiting(providers)
    runs = _open_of_runs(contract)
    return [
        PayBalance(
            provider=one,
            due=dues.get(one.pk, 0),
            paid=paid.get(one.pk, 0),
            waiting=waiting.get(one.public_id, 0),
            from_runs=runs.get(one.pk, 0),
        )
        for one in providers
    ]


def balance_of(provider: Party) -> PayBalance:
    """Where one provider stands."""
    due = ProviderDue.objects.filter(provider=provider).aggregate(sum=Sum("pence"))["sum"] or 0
    paid = ProviderPayment.objects.standing().filter(provider=provider).aggregate(sum=Sum("pence"))["sum"] or 0
    return PayBalance(
        provider=provider,
        due=due,
        paid=paid,
        waiting=_waiting([provider]).get(provider.public_id, 0),
        from_runs=_open_of_runs(provider.contract).get(provider.pk, 0),
    )


def batch_for(provider: Party) -> str:
    """The batch id that a payment to a provider carries: the round of what was booked for it last; "" without one."""
    last = ProviderDue.objects.filter(provider=provider).select_related("round").order_by("-pk").first()
    return last.round.public_id if last else ""


def is_round_of(provider: Party, batch: str) -> bool:
    """Whether a batch is a round in which something was booked for a provider."""
    return ProviderDue.objects.filter(provider=provider, round__public_id=batch).exists()


def dues_of(provider: Party) -> QuerySet[ProviderDue]:
    """What was booked for a provider, the newest first, with all that explains it."""
    related = (
        "round",
        "result__line__event__participant",
        "result__line__claim__contract__organisation",
        "clawback",
        "compensation__commissioner__organisation",
        "undoing__compensation__commissioner__organisation",
    )
    return ProviderDue.objects.filter(provider=provider).select_related(*related).order_by("-pk")


def get_due(*, provider: Party, public_id: str) -> ProviderDue:
    """Return one amount that was booked for a provider.

    Raises:
        DueMissing: there is none.
    """
    found = dues_of(provider).filter(public_id=public_id).first()
    if found is None:
        raise DueMissing(_("There is no such amount."), due=public_id)
    return found


def sums_by_round(contract: OutcomesContract) -> list[tuple[date, date, dict[int, int]]]:
    """What each provider was booked for each quarter, by the row number of the party; the newest quarter first."""
    rows = (
        ProviderDue.objects.filter(contract=contract)
        .values("round", "provider")
        .annotate(sum=Sum("pence"), begins=Min("round__from_on"), ends=Max("round__until_on"))
        .order_by("-begins", "provider")
    )
    found: dict[int, tuple[date, date, dict[int, int]]] = {}
    for row in rows:
        found.setdefault(row["round"], (row["begins"], row["ends"], {}))[2][row["provider"]] = row["sum"]
    return list(found.values())


def compensations_of(*, contract: OutcomesContract, party: Party | None) -> QuerySet[ReferralCompensation]:
    """What the holder accepted for people not referred, the newest first; of one party only where one is given."""
    found = ReferralCompensation.objects.filter(contract=contract)
    if party is not None:
        found = found.filter(Q(commissioner=party) | Q(provider=party))
    return found.select_related("commissioner", "provider", "invoice", "undoing").order_by("-pk")


def get_compensation(*, contract: OutcomesContract, public_id: str) -> ReferralCompensation:
    """Return a compensation with its parties, invoice and what the provider is due.

    Raises:
        CompensationMissing: there is none.
    """
    related = ("commissioner__organisation", "provider__organisation", "due", "contract__organisation")
    invoice = ("invoice__contract__organisation", "invoice__payer__organisation", "invoice__round")
    rows = ReferralCompensation.objects.filter(contract=contract, public_id=public_id)
    found = rows.select_related(*related, *invoice, "invoice__purchase_order").first()
    if found is None:
        raise CompensationMissing(_("There is no such compensation."), compensation=public_id)
    return found


def plan_compensation_undoing(made: ReferralCompensation) -> Undone:
    """Say what would become of what a commissioner was asked: credited if it is all open, set off otherwise."""
    return undo_part(net=made.pence, settled=made.pence, open_pence=made.invoice.open_pence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that changed what a provider is due.

    Attributes:
        on: The day on which it was booked or paid.
        what: "fee", "outcome", "success" or "compensation"; "run_share" and "run_withdrawn" for a share that a run of
            the waterfall gave; "payment" and "payment_undone".
        due: Pence that came to it; 0 for a payment.
        paid: Pence that were paid; below zero where a payment was undone.
        reference: Public id of what it was.
        source: The due itself, to explain it; None for anything else.
    """

    on: date
    what: str
    due: int = 0
    paid: int = 0
    reference: str = ""
    source: ProviderDue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How far a reader has seen: row numbers of the last facts of each kind. All are written under the contract's lock.

    An instant would not do: whoever waited for the lock writes an earlier one than who came before.
    """

    due: int
    payment: int
    share: int
    share_payment: int
    withdrawal: int


def find_known(contract: OutcomesContract) -> Known:
    """Tell the last facts about providers' pay; the caller has locked the contract."""
    rows: dict[str, QuerySet[Any]] = {
        "due": ProviderDue.objects.filter(contract=contract),
        "payment": ProviderPayment.objects.filter(contract=contract),
        "share": Distribution.objects.filter(run__contract=contract),
        "share_payment": DistributionPayment.objects.filter(distribution__run__contract=contract),
        "withdrawal": RunWithdrawal.objects.filter(run__contract=contract),
    }
    return Known(**{name: found.aggregate(last=Max("pk"))["last"] or 0 for name, found in rows.items()})


def entries_of(
    provider: Party, *, from_on: date | None = None, until_on: date, known: Known | None = None
) -> list[Entry]:
    """All that changed what a provider is due before a day, in order: dues, shares by runs, payments.

    Args:
        provider: Who.
        from_on: Only from this day on; None for all.
        until_on: The day after the last.
        known: Only what had been written by then; None for all. Asked again, it gives the same.
    """
    dues = _seen(dues_of(provider).filter(booked_on__lt=until_on), known.due if known else None).order_by("pk")
    if from_on:
        dues = dues.filter(booked_on__gte=from_on)
    found = [Entry(on=one.booked_on, what=one.kind, due=one.pence, reference=one.public_id, source=one) for one in dues]
    # What is due on a day stands before what is paid on it.
    found += _run_shares(provider, known)
    found += [
        Entry(on=one.paid_on, what="payment_undone", paid=-one.pence, reference=one.record)
        if one.undoes_id
        else Entry(on=one.paid_on, what="payment", paid=one.pence, reference=one.record)
        for one in _payments(provider, known)
    ]
    within = [one for one in found if one.on < until_on and (from_on is None or from_on <= one.on)]
    return sorted(within, key=lambda one: one.on)


def balance_before(provider: Party, on: date, *, known: Known | None = None) -> int:
    """What a provider was due at the beginning of a day, in pence; below zero where it owed."""
    dues = _seen(ProviderDue.objects.filter(provider=provider, booked_on__lt=on), known.due if known else None)
    booked: int = dues.aggregate(sum=Sum("pence"))["sum"] or 0
    paid = sum(-one.pence if one.undoes_id else one.pence for one in _payments(provider, known) if one.paid_on < on)
    return booked + sum(one.due for one in _run_shares(provider, known) if one.on < on) - paid


def _payments(provider: Party, known: Known | None) -> list[ProviderPayment | DistributionPayment]:
    """What it was paid, and what of that was undone."""
    own = _seen(ProviderPayment.objects.filter(provider=provider), known.payment if known else None)
    shares = DistributionPayment.objects.filter(distribution__in=_given_by_runs(provider))
    return [*own.order_by("pk"), *_seen(shares, known.share_payment if known else None).order_by("pk")]


def _run_shares(provider: Party, known: Known | None) -> list[Entry]:
    """Shares that runs of the waterfall gave, and runs that were withdrawn."""
    found = []
    shares = _seen(_given_by_runs(provider), known.share if known else None)
    for one in shares.select_related("run__withdrawal"):
        found.append(Entry(on=one.run.run_on, what="run_share", due=one.pence, reference=one.public_id))
        back = getattr(one.run, "withdrawal", None)
        if back is not None and (known is None or back.pk <= known.withdrawal):
            found.append(Entry(on=legal_day(back.at), what="run_withdrawn", due=-one.pence, reference=one.public_id))
    return found


def _seen(rows: QuerySet[Row], last: int | None) -> QuerySet[Row]:
    return rows if last is None else rows.filter(pk__lte=last)


def _given_by_runs(provider: Party) -> QuerySet[Distribution]:
    return Distribution.objects.filter(party=provider, stage=StageKind.UPSIDE.value, commitment=None).order_by("pk")


def _open_of_runs(contract: OutcomesContract) -> dict[int, int]:
    """What runs that stand gave providers and nobody paid yet, by the row number of the party."""
    given = Distribution.objects.filter(
        run__contract=contract, run__withdrawal=None, stage=StageKind.UPSIDE.value, commitment=None
    )
    sums = dict(given.values_list("party").annotate(sum=Sum("pence")).order_by())
    paid = DistributionPayment.objects.standing().filter(distribution__in=given)
    for party, pence in paid.values_list("distribution__party").annotate(sum=Sum("pence")).order_by():
        sums[party] -= pence
    return {party: pence for party, pence in sums.items() if pence}


def _waiting(providers: Iterable[Party]) -> dict[str, int]:
    """Payments that wait for a second person, by the public id of the party; reversals are left out."""
    subjects = [one.public_id for one in providers]
    asked = RecordedMoney.objects.waiting().filter(purpose=PAYMENT_PURPOSE, subject__in=subjects, reverses=None)
    return dict(asked.values_list("subject").annotate(sum=Sum("amount_pence")).order_by())
