"""A contract with a result below which the investors' side owes, and short ways to owe payers and to pay them back."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bonds import operations
from bonds.arithmetic.terms import Formula, Measure, Metric
from bonds.models import ClaimLine, Invoice
from bonds.states import VatCategory
from foundation.access import Actor
from payments.operations import approve_recorded, reverse_recorded
from tests.bonds.invoices.test_invoicing import ISSUED_AT, issue
from tests.factories.bonds import HOLDER, make_contract, small_terms

BACK_AT = datetime(2025, 9, 2, 9, 0, tzinfo=UTC)
BACK_ON = date(2025, 9, 2)
FIRST = Actor(ref="user:usr_first", user_id=1, second_factor=True)
SECOND = Actor(ref="user:usr_second", user_id=2, second_factor=True)
# £10 for each day at home above a hundred; as much is owed for each below.
DAYS = Formula(
    code="days",
    kind="per_unit",
    facts={
        "measured": {"by": "figure", "name": "days"},
        "price": 1_000,
        "above": "100",
        "downside_share": "1",
    },
)


def with_days(**changed):
    """The small terms, with days at home of a group beside them."""
    plain = small_terms()
    days = Metric(
        code="days_home", name="Days at home", test="Nights in the home, from its register.",
        measure=Measure.FORMULA, unit="cohort", most=None, formula="days",
    )  # fmt: skip
    return small_terms(metrics=(*plain.metrics, days), formulas=(DAYS,), **changed)


def make_world():
    return make_contract(with_days())


def measure(world, days, cohort="spring", at=None):
    """A group was measured, claimed and accepted; gives its line."""
    event = world.make_event(
        "days_home", date(2025, 7, 5) if at else date(2025, 4, 10), cohort=cohort, participant=None,
        measurement={"measured_on": "2025-06-30", "figures": {"days": str(days)}},
    )  # fmt: skip
    more = {"at": at} if at else {}
    world.accept(world.submit(event, **more), **more)
    return ClaimLine.objects.get(event=event)


def owe(world):
    """Forty days too few: £400 is owed, half of it to the first council; a credit note says so."""
    line = measure(world, 60)
    return line, issue(world)


def charge(world):
    return operations.record_vat_treatment(
        contract=world.contract, category=VatCategory.STANDARD, from_on=date(2025, 7, 1), reason="A ruling",
        registration="GB 999 0001 73", actor=HOLDER, at=ISSUED_AT,
    )  # fmt: skip


def refund(payer, pence, *, key="", at=BACK_AT):
    """Money back to a payer that waits for the second person."""
    return operations.record_overpayment_refund(
        payer=payer,
        moved_on=BACK_ON,
        amount_pence=pence,
        key=key or f"{payer.code}:{pence}",
        actor=FIRST,
        at=at,
        today=at.date(),
    )


def approve(record, at=BACK_AT):
    return approve_recorded(record=record, actor=SECOND, at=at, today=at.date())


def undo(record, at=BACK_AT):
    asked = reverse_recorded(
        record=record, moved_on=at.date(), reason="The bank sent it back.", actor=FIRST, at=at, today=at.date()
    )
    return approve(asked, at)


def notes(payer="northmoor"):
    return list(Invoice.objects.filter(kind="credit_note", payer__code=payer).order_by("number"))
