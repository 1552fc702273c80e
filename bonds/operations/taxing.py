"""How VAT looks at a contract: what somebody found, from a day on. Whether it is due is asked contract by contract."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds import states
from bonds.arithmetic.vat import find_rate
from bonds.models import OutcomesContract, VatTreatment
from bonds.operations.advance_errors import AdvanceTaxed
from bonds.operations.errors import OverpaidUntaxed, VatUnsound
from bonds.operations.locks import lock_contract
from bonds.queries.advances import sum_unearned
from bonds.queries.invoices import charges_vat
from bonds.queries.overpayments import find_set_offs
from foundation import audit
from foundation.access import Actor


@transaction.atomic
def record_vat_treatment(
    *,
    contract: OutcomesContract,
    category: states.VatCategory,
    from_on: date,
    reason: str,
    registration: str = "",
    actor: Actor,
    at: datetime,
) -> VatTreatment:
    """Write down how VAT looks at what is paid for, for invoices from a day on; earlier ones stay as they are.

    Args:
        contract: For which.
        category: Outside the scope, exempt, or at the standard rate.
        from_on: The first day of invoices.
        reason: What this rests on; it stands on invoices without tax.
        registration: The holder's VAT number; needed where tax is due.
        actor: Who acts.
        at: Now.

    Raises:
        AdvanceTaxed: tax would be due while something that was paid in advance is not earned.
        OverpaidUntaxed: tax would be due while lines still have to settle what a payer paid too much without it.
        VatUnsound: the reason is missing, or the number where tax is due, or the rate of the day is not known.

    Source: VATA 1994 s.2(1), s.31; VAT Regulations 1995 reg.14 (a VAT invoice names the supplier's number).
    """
    words, number = " ".join(reason.split()), "".join(registration.split()).upper()
    if not words:
        raise VatUnsound(_("Say what this rests on: a ruling, advice, the kind of the agreement."), field="reason")
    if category is states.VatCategory.STANDARD and not number:
        raise VatUnsound(_("Where VAT is charged, the invoice names the VAT number."), field="registration")
    try:
        find_rate(category, from_on)
    except ValueError as unknown:
        raise VatUnsound(_("The rate of that day is not known here."), field="from_on") from unknown
    contract = lock_contract(contract.pk)
    if category is states.VatCategory.STANDARD and sum_unearned(contract):
        raise AdvanceTaxed(
            _("A payer has paid in advance, without VAT. Set that against invoices or pay it back first.")
        )
    if category is states.VatCategory.STANDARD and not charges_vat(contract) and find_set_offs(contract):
        raise OverpaidUntaxed(
            _("A payer has paid too much, without VAT. Let its next results settle that, or pay it back first.")
        )
    made = VatTreatment.objects.create(
        contract=contract,
        category=category.value,
        from_on=from_on,
        reason=words,
        registration=number,
        recorded_by=actor.ref,
        recorded_at=at,
    )
    audit.record(
        actor=actor.ref,
        action="bonds.vat_treatment_recorded",
        at=at,
        organisation=contract.organisation.public_id,
        subject=contract.public_id,
        after={"category": category.value, "from_on": from_on.isoformat(), "registration": number},
        reason=words,
    )
    return made
