"""From whose interest tax is withheld, from a day on: what somebody found, investor by investor.

Source: ITA 2007 s.874 and its exceptions; treasury specification B (CT61).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.arithmetic.tranches import StageKind
from bonds.arithmetic.withholding import find_basic_rate
from bonds.models import Distribution, InvestorCommitment, Party, WithholdingRule
from bonds.operations.distributing import DISTRIBUTION_PURPOSE
from bonds.operations.investor_errors import WithholdingUnsound
from bonds.operations.investor_mails import tell_withholding
from bonds.operations.locks import lock_contract
from bonds.queries.withholding import last_interest_on
from foundation import audit
from foundation.access import Actor
from payments.models import RecordedMoney

_WHOLE = 10_000


@transaction.atomic
def record_withholding(
    *,
    party: Party,
    is_withheld: bool,
    from_on: date,
    reason: str,
    rate: int | None = None,
    actor: Actor,
    at: datetime,
) -> WithholdingRule:
    """Write down whether tax is withheld from an investor's interest from a day on. Its officers are told by mail.

    Args:
        party: Invests in the contract.
        is_withheld: Whether it is.
        from_on: First day of payments; interest paid before stays as it was paid.
        reason: What this rests on, such as who the investor is, or a direction of HMRC.
        rate: Another rate than the basic one, in hundredths of a percent, as HMRC directed; None for the basic rate.
        actor: Who acts for the contract holder.
        at: Now.

    Raises:
        WithholdingUnsound: the party invests nothing; it says not why; the rate cannot be; or interest was paid, or
            waits for a second person, on that day or later. `facts["field"]` says where.
        TaxRateUnknown: the rate of that day is not known here.

    Source: ITA 2007 s.874(1), (2); a lower rate by an agreement on double taxation needs HMRC's direction.
    """
    words = " ".join(reason.split())
    if not words:
        raise WithholdingUnsound(_("Say what this rests on: who the investor is, or what HMRC wrote."), field="reason")
    if rate is not None and not (is_withheld and 0 < rate < _WHOLE):
        raise WithholdingUnsound(
            _("Give another rate only where tax is withheld, above 0 and below 100."), field="rate"
        )
    find_basic_rate(from_on)
    contract = lock_contract(party.contract_id)
    _check_nothing_paid(party, from_on)
    made = WithholdingRule.objects.create(
        party=party,
        from_on=from_on,
        is_withheld=is_withheld,
        rate=rate,
        reason=words,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.withholding_recorded",
        at=at,
        organisation=contract.organisation.public_id,
        subject=party.public_id,
        after={"is_withheld": is_withheld, "from_on": from_on.isoformat(), "rate": rate},
        reason=words[:200],
    )
    tell_withholding(made, at=at)
    return made


def _check_nothing_paid(party: Party, from_on: date) -> None:
    if not InvestorCommitment.objects.filter(party=party).exists():
        raise WithholdingUnsound(_("This party invests nothing in the contract."), field="investor")
    dues = Distribution.objects.filter(party=party, stage=StageKind.INTEREST.value)
    waiting = RecordedMoney.objects.waiting().filter(
        purpose=DISTRIBUTION_PURPOSE, subject__in=list(dues.values_list("public_id", flat=True))
    )
    if waiting.exists():
        raise WithholdingUnsound(
            _("A payment of interest to this investor waits for a second person. Have it decided first."),
            field="from_on",
        )
    last = last_interest_on(party)
    if last is not None and from_on <= last:
        raise WithholdingUnsound(
            _("Interest was paid on %(on)s. Give a later day, or undo that payment first.")
            % {"on": f"{last.day} {last:%B %Y}"},
            field="from_on",
        )
