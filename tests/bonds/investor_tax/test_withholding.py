"""Tax is withheld from one investor's interest, owed to HMRC, and paid over by two people; undoing undoes it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from bonds import operations
from bonds.models import Distribution, DistributionPayment, TaxPayment, WithholdingRule
from bonds.operations.investor_errors import (
    TaxPaidOver,
    TooMuchPaidOut,
    TooMuchTaxPaid,
    WithholdingUnsound,
)
from bonds.operations.paying_tax import record_tax_paid
from bonds.queries.investors import compute_investor_statements
from bonds.queries.withholding import find_rates, find_tax_standing, open_tax
from foundation.models import AuditEvent, MailMessage
from payments.models import RecordedMoney
from payments.operations import reverse_recorded
from tests.bonds.investor_books.support import (
    FIRST,
    RUN_AT,
    RUN_ON,
    approve,
    ask_payment,
    balances,
    draw,
    earn,
    make_deal,
    owners,
    run,
    spend,
)
from tests.factories.bonds import HOLDER
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db
BIG, SMALL = ("bigfund", "senior"), ("smallfund", "senior")
EARLIER = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def world():
    """Interest of 39.00 and 13.00 is due; nothing was paid."""
    world = make_deal()
    draw(world, 110_000)
    spend(world, 110_000)
    earn(world, 50_000)
    return world


def withhold(world, code="bigfund", **changed):
    facts = {"is_withheld": True, "from_on": date(2026, 4, 1), "reason": "She is a person.", "at": EARLIER} | changed
    return operations.record_withholding(party=world.parties[code], actor=HOLDER, **facts)


def interest(world, code="bigfund"):
    related = ("run__contract", "run__round", "party__organisation")
    return Distribution.objects.select_related(*related).get(
        run__contract=world.contract, stage="interest", party__code=code
    )


def pay_tax(world, pence, *, on=RUN_ON):
    at = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
    return record_tax_paid(
        contract=world.contract, amount_pence=pence, moved_on=on, key=f"tax:{pence}:{on}", actor=FIRST, at=at, today=on
    )


def undo(record):
    return approve(
        reverse_recorded(record=record, moved_on=RUN_ON, reason="Returned", actor=FIRST, at=RUN_AT, today=RUN_ON)
    )


def test_without_a_word_nothing_is_withheld(world):
    run(world)
    approve(ask_payment(interest(world)))

    assert (open_tax(world.contract), balances(world.contract).get("2180")) == (0, None)
    assert DistributionPayment.objects.get().tax_pence == 0


def test_interest_is_paid_less_tax_which_is_owed_to_hmrc(world):
    withhold(world)
    run(world)

    approve(ask_payment(interest(world), 3_120))
    approve(ask_payment(interest(world, "smallfund"), 1_300))

    assert owners(world, "2320") == {}
    assert balances(world.contract)["2180"] == -780
    # 500.00 less 31.20 and 13.00.
    assert balances(world.contract)["1200"] == 45_580
    made = DistributionPayment.objects.get(distribution=interest(world))
    assert (made.pence, made.tax_pence) == (3_900, 780)
    record = RecordedMoney.objects.get(public_id=made.record)
    owner = made.distribution.commitment.public_id
    lines = record.lines.order_by("number").values_list("debit", "debit_owner", "credit", "amount_pence")
    assert list(lines) == [("2320", owner, "1200", 3_120), ("2320", owner, "2180", 780)]


def test_parts_are_taxed_each_and_the_last_clears_what_is_due(world):
    withhold(world)
    run(world)

    approve(ask_payment(interest(world), 1_000))
    assert DistributionPayment.objects.get().pence == 1_250
    with pytest.raises(TooMuchPaidOut) as refused:
        ask_payment(interest(world), 2_121)
    assert refused.value.facts["open_pence"] == 2_120
    approve(ask_payment(interest(world), 2_120))

    assert owners(world, "2320") == {SMALL: 1_300}
    assert balances(world.contract)["2180"] == -780


def test_principal_is_never_taxed(world):
    withhold(world)
    made = run(world)
    due = made.distributions.select_related("run__contract", "run__round", "party__organisation").get(
        stage="principal", party__code="bigfund"
    )

    approve(ask_payment(due))

    assert DistributionPayment.objects.get().tax_pence == 0


def test_the_latest_rule_holds_from_its_day_and_another_rate_needs_hmrc(world):
    withhold(world)
    withhold(world, rate=1_000, from_on=date(2026, 5, 1))
    withhold(world, is_withheld=False, from_on=date(2027, 6, 1))
    withhold(world, "smallfund")

    big, small = world.parties["bigfund"].pk, world.parties["smallfund"].pk
    assert find_rates(world.contract, on=date(2026, 3, 31)) == {}
    assert find_rates(world.contract, on=date(2026, 4, 30)) == {big: 2_000, small: 2_000}
    assert find_rates(world.contract, on=date(2027, 4, 6)) == {big: 1_000, small: 2_200}
    assert find_rates(world.contract, on=date(2027, 6, 1)) == {small: 2_200}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"rate": 10_000}, "rate"),
        ({"rate": 500, "is_withheld": False}, "rate"),
        ({"code": "northmoor"}, "investor"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(world, changed, field):
    with pytest.raises(WithholdingUnsound) as refused:
        withhold(world, **changed)

    assert refused.value.facts["field"] == field
    assert not WithholdingRule.objects.exists()


def test_what_was_paid_or_waits_stays_as_it_was_asked_for(world):
    run(world)
    waiting = ask_payment(interest(world), 3_900)
    with pytest.raises(WithholdingUnsound):
        withhold(world, at=RUN_AT, from_on=RUN_ON)
    approve(waiting)
    with pytest.raises(WithholdingUnsound):
        withhold(world, at=RUN_AT, from_on=RUN_ON)
    withhold(world, at=RUN_AT, from_on=date(2026, 4, 11))

    assert WithholdingRule.objects.count() == 1


def test_tax_is_paid_over_by_two_people_and_no_more_than_was_withheld(world):
    withhold(world)
    run(world)
    approve(ask_payment(interest(world), 3_120))

    with pytest.raises(TooMuchTaxPaid) as refused:
        pay_tax(world, 781)
    assert refused.value.facts["open_pence"] == 780
    waiting = pay_tax(world, 780)
    assert not TaxPayment.objects.exists()
    record = approve(waiting)

    assert "2180" not in balances(world.contract)
    assert balances(world.contract)["1200"] == 46_100
    standing = find_tax_standing(world.contract, on=RUN_ON)
    assert (standing.withheld, standing.paid, standing.open) == (780, 780, 0)
    assert [(one.from_on, one.tax, one.open) for one in standing.periods] == [(date(2026, 4, 1), 780, 0)]
    undo(record)
    assert (open_tax(world.contract), balances(world.contract)["2180"]) == (780, -780)


def test_undoing_a_payment_undoes_its_tax_unless_that_was_paid_over(world):
    withhold(world)
    run(world)
    paid = approve(ask_payment(interest(world), 3_120))
    over = approve(pay_tax(world, 780))

    with pytest.raises(TaxPaidOver) as refused:
        undo(paid)
    assert refused.value.facts["tax_pence"] == 780
    assert DistributionPayment.objects.count() == 1
    undo(over)
    undo(paid)

    assert owners(world, "2320") == {BIG: 3_900, SMALL: 1_300}
    assert (open_tax(world.contract), balances(world.contract)["1200"]) == (0, 50_000)
    assert "2180" not in balances(world.contract)


def test_the_next_run_sets_the_tax_aside(world):
    withhold(world)
    first = run(world)
    for due in first.distributions.select_related("run__contract", "run__round", "party__organisation"):
        approve(ask_payment(due, 3_120 if due.stage == "interest" and due.party.code == "bigfund" else None))
    earn(world, 10_000, on=RUN_ON)

    second = run(world)

    assert (second.cash_pence, second.set_aside_pence, second.distributed_pence) == (10_780, 780, 10_000)


def test_a_statement_says_what_was_withheld(world):
    withhold(world)
    run(world)
    approve(ask_payment(interest(world), 3_120))

    (one,) = compute_investor_statements(
        contract=world.contract, from_on=date(2025, 4, 1), until_on=date(2026, 4, 11), investor="bigfund"
    )

    assert (one.interest_paid, one.tax_withheld, one.interest_net) == (3_900, 780, 3_120)


def test_the_investor_is_told_of_the_rule_the_payment_and_its_undoing(world):
    make_officer(world.parties["bigfund"].organisation, email="big@example.org")
    withhold(world)
    run(world)
    undo(approve(ask_payment(interest(world), 3_120)))

    rule, paid, undone = MailMessage.objects.filter(to="big@example.org", template__startswith="bonds/").order_by("pk")
    assert "income tax of 20\N{NO-BREAK SPACE}% from the interest" in rule.text
    assert "She is a person." in rule.text
    assert "The interest was £39.00. Of it, £7.80 was withheld" in paid.text
    assert "£31.20 was paid to you" in paid.subject
    assert "Your organisation is due it again" in undone.text
    assert "Returned" in undone.text
    audit = AuditEvent.objects.get(action="bonds.withholding_recorded")
    assert audit.subject == world.parties["bigfund"].public_id


def test_the_database_refuses_tax_of_principal_and_more_than_was_withheld(world):
    withhold(world)
    made = run(world)
    principal = made.distributions.filter(stage="principal").first()
    with pytest.raises(IntegrityError, match="withheld from interest"), transaction.atomic():
        DistributionPayment.objects.create(
            distribution=principal, record="rec_x", paid_on=RUN_ON, pence=10, tax_pence=2, at=RUN_AT
        )
    with pytest.raises(IntegrityError, match="bonds_distributionpayment_tax_part"), transaction.atomic():
        DistributionPayment.objects.create(
            distribution=interest(world), record="rec_x", paid_on=RUN_ON, pence=10, tax_pence=10, at=RUN_AT
        )
    with pytest.raises(IntegrityError, match="tax of 1 paid over"), transaction.atomic():
        TaxPayment.objects.create(contract=world.contract, record="rec_x", paid_on=RUN_ON, pence=1, at=RUN_AT)
    for table, change in (("bonds_withholdingrule", "is_withheld = false"), ("bonds_taxpayment", "pence = 1")):
        if table == "bonds_taxpayment":
            approve(ask_payment(interest(world), 3_120))
            approve(pay_tax(world, 780))
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(f"UPDATE {table} SET {change}")
