"""What a payer paid too much, or is owed, is settled by what comes next or paid back, to the penny and with its tax."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from bonds import operations
from bonds.models import ClaimLine, CreditUse, InvoiceLine, Overpayment, OverpaymentRefund
from bonds.operations.errors import NothingToInvoice, OverpaidUntaxed, TooMuchRefunded, WrongMoney
from bonds.queries.closing import find_obstacles
from bonds.queries.overpayments import find_credits, find_set_offs, list_owed
from bonds.queries.report_money import sum_cash
from bonds.states import VatCategory
from ledger.queries import get_book_by_slug
from payments.models import RecordedMoney
from tests.bonds.claims.test_taking_back import LATER, pay_all, same_again, take_back
from tests.bonds.invoices.test_invoicing import accepted, balances, issue
from tests.bonds.paying_back.support import (
    approve,
    charge,
    make_world,
    measure,
    notes,
    owe,
    refund,
    undo,
)
from tests.factories.bonds import HOLDER

pytestmark = pytest.mark.django_db


def overpaid():
    """A world where £500 was paid and taken back."""
    world = accepted()
    pay_all(issue(world))
    take_back(world)
    return world


class TestSetOff:
    """What the next lines would settle, without VAT."""

    def test_it_is_paid_back_instead_and_the_next_lines_are_paid_whole(self):
        world = overpaid()
        payer = world.parties["northmoor"]

        record = refund(payer, 25_000)
        assert find_set_offs(world.contract)["northmoor"] == 25_000
        approve(record)

        assert find_set_offs(world.contract) == {"southfell": 15_000, "topup": 10_000}
        assert balances() == {"1200": 25_000, "2410": -25_000}
        run = world.accept(
            world.submit(world.make_event("moved_in", date(2025, 7, 4), evidence="tenancy"), at=LATER), at=LATER
        )
        assert [(one.payer.code, one.net_pence) for one in run.results.get().shares.order_by("payer__code")] == [
            ("northmoor", 25_000),
            ("southfell", 0),
            ("topup", 0),
        ]
        same_again(world)

    def test_a_report_to_investors_says_what_payers_got_back(self):
        world = overpaid()
        record = approve(refund(world.parties["northmoor"], 25_000))
        period = {"from_on": date(2025, 4, 1), "until_on": date(2025, 10, 1)}
        book = get_book_by_slug(slug=world.contract.book_slug)

        assert sum_cash(book=book, **period).sums == {("in", "results"): 50_000, ("out", "payers"): 25_000}

        undo(record)
        assert sum_cash(book=book, **period).sums == {("in", "results"): 50_000}

    def test_a_part_may_be_paid_back(self):
        world = overpaid()

        approve(refund(world.parties["northmoor"], 10_000))

        assert find_set_offs(world.contract)["northmoor"] == 15_000
        (row,) = list_owed(world.contract, organisation=world.parties["northmoor"].organisation)
        assert (row.owed, row.refunded, row.waiting) == (15_000, 10_000, 0)
        same_again(world)

    def test_more_than_is_owed_is_refused_when_it_is_written_down_and_when_it_is_let_in(self):
        world = overpaid()
        payer = world.parties["northmoor"]
        with pytest.raises(TooMuchRefunded) as refused:
            refund(payer, 25_001)
        assert refused.value.facts["open_pence"] == 25_000
        first, second = refund(payer, 25_000), refund(payer, 20_000)
        approve(first)

        with pytest.raises(TooMuchRefunded):
            approve(second)

        assert balances() == {"1200": 25_000, "2410": -25_000}
        assert OverpaymentRefund.objects.count() == 1

    def test_undone_it_is_owed_again_and_what_ran_in_between_is_the_same_to_the_byte(self):
        world = overpaid()
        record = refund(world.parties["northmoor"], 25_000)
        approve(record)
        world.accept(
            world.submit(world.make_event("moved_in", date(2025, 7, 4), evidence="tenancy"), at=LATER), at=LATER
        )

        undo(record)

        assert find_set_offs(world.contract) == {"northmoor": 25_000}
        assert OverpaymentRefund.objects.standing().count() == 0
        same_again(world)

    def test_another_batch_is_refused(self):
        world = overpaid()
        from ledger import queries as ledger_queries
        from payments.operations import MoneyFacts, record_payment

        payer = world.parties["northmoor"]
        with pytest.raises(WrongMoney):
            record_payment(
                organisation=world.contract.organisation,
                book=ledger_queries.get_book_by_slug(slug="brightwater"),
                facts=MoneyFacts(
                    moved_on=date(2025, 9, 2), amount_pence=1, party_name="Northmoor",
                    purpose="bonds.overpayment_refund", subject=payer.public_id, batch="rnd_other",
                ),
                key="other", actor=HOLDER, at=LATER, today=date(2025, 9, 2),
            )  # fmt: skip
        assert not RecordedMoney.objects.filter(purpose="bonds.overpayment_refund").exists()

    def test_it_no_longer_stands_in_the_way_of_the_end(self):
        world = overpaid()

        def codes():
            return [one.code for one in find_obstacles(world.contract, on=date(2030, 1, 1))]

        assert codes().count("overpaid") == 3
        for code in ("northmoor", "southfell", "topup"):
            approve(refund(world.parties[code], find_set_offs(world.contract)[code]))

        assert codes() == []
        assert balances() == {}


class TestDownside:
    """What the investors' side owes because a group did worse."""

    def test_a_credit_note_says_what_each_payer_is_owed(self):
        world = make_world()
        line, made = owe(world)

        assert {code: (one.kind, one.net_pence, one.state) for code, one in made.items()} == {
            "northmoor": ("credit_note", 20_000, "paid"),
            "southfell": ("credit_note", 12_000, "paid"),
            "topup": ("credit_note", 8_000, "paid"),
        }
        assert made["northmoor"].facts["BT-25"] == ""
        assert made["northmoor"].facts["BG-25"][0]["BT-131"] == "200.00"
        assert find_credits(world.contract) == {"northmoor": 20_000, "southfell": 12_000, "topup": 8_000}
        assert find_set_offs(world.contract) == {}
        assert balances() == {"2410": -40_000, "4000": 32_000, "4010": 8_000}
        line.refresh_from_db()
        assert line.state == "paid"
        same_again(world)

    def test_the_next_invoice_is_less_by_it(self):
        world = make_world()
        owe(world)
        measure(world, 130, "summer", at=LATER)

        made = issue(world, at=LATER)

        assert (made["northmoor"].net_pence, made["northmoor"].open_pence) == (15_000, 0)
        assert made["northmoor"].facts["BT-113"] == "150.00"
        assert made["northmoor"].facts["BT-115"] == "0.00"
        assert find_credits(world.contract) == {"northmoor": 5_000, "southfell": 3_000, "topup": 2_000}
        assert balances() == {"2410": -10_000, "4000": 8_000, "4010": 2_000}
        assert set(ClaimLine.objects.values_list("state", flat=True)) == {"paid"}
        same_again(world)

    def test_it_is_paid_back(self):
        world = make_world()
        owe(world)

        record = refund(world.parties["topup"], 8_000)
        approve(record)

        assert find_credits(world.contract) == {"northmoor": 20_000, "southfell": 12_000}
        assert balances() == {"1200": -8_000, "2410": -32_000, "4000": 32_000, "4010": 8_000}
        undo(record)
        assert find_credits(world.contract)["topup"] == 8_000
        assert balances() == {"2410": -40_000, "4000": 32_000, "4010": 8_000}

    def test_in_one_quarter_what_comes_to_more_is_netted_on_the_invoice(self):
        world = make_world()
        measure(world, 60)
        measure(world, 200, "summer")

        made = issue(world)

        assert made["northmoor"].kind == "invoice"
        assert made["northmoor"].net_pence == 30_000
        assert balances() == {"1100": 60_000, "4000": -48_000, "4010": -12_000}

    def test_in_one_quarter_what_comes_to_nothing_is_an_invoice_and_a_note(self):
        world = make_world()
        measure(world, 60)
        measure(world, 140, "summer")

        operations.issue_invoices(contract=world.contract, actor=HOLDER, at=LATER)

        assert balances() == {}
        assert find_credits(world.contract) == {}
        assert set(ClaimLine.objects.values_list("state", flat=True)) == {"paid"}
        same_again(world)

    @pytest.mark.parametrize("days", [None, 200])
    def test_taken_back_the_payer_is_asked_again_for_what_it_was_given(self, days):
        world = make_world()
        line = measure(world, 60)
        if days:
            measure(world, days, "summer")
        issue(world)
        line.refresh_from_db()

        take_back(world, line)
        before = balances()
        made = issue(world, at=LATER)

        assert before["1110"] == 40_000
        assert made["northmoor"].net_pence == 20_000
        assert made["northmoor"].facts["BG-25"][0]["BT-131"] == "200.00"
        assert InvoiceLine.objects.filter(is_again=True).count() == 3
        assert ClaimLine.objects.get(pk=line.pk).state == "clawed_back"
        assert "1110" not in balances()
        same_again(world)
        with pytest.raises(NothingToInvoice):
            issue(world, at=LATER)

    def test_taken_back_before_anybody_was_given_anything_nothing_comes_of_it(self):
        world = make_world()
        line = measure(world, 60)

        take_back(world, line)

        assert balances() == {}
        with pytest.raises(NothingToInvoice):
            issue(world, at=LATER)


class TestTaxed:
    """Where VAT is charged, what was paid is credited whole, with its tax."""

    def paid(self):
        world = accepted(people=2)
        charge(world)
        pay_all(issue(world))
        return world

    def test_what_was_paid_is_credited_with_its_tax_and_not_set_off(self):
        world = self.paid()
        take_back(world, ClaimLine.objects.order_by("pk").first())

        (note,) = notes()
        assert (note.net_pence, note.tax_pence, note.credits.number) == (25_000, 5_000, 1)
        assert find_set_offs(world.contract) == {}
        assert find_credits(world.contract) == {"northmoor": 30_000, "southfell": 18_000, "topup": 12_000}
        assert balances() == {"1200": 120_000, "2200": -10_000, "2410": -60_000, "4000": -40_000, "4010": -10_000}
        same_again(world)

    def test_the_rate_may_change_in_between(self):
        world = self.paid()
        take_back(world, ClaimLine.objects.order_by("pk").first())
        operations.record_vat_treatment(
            contract=world.contract, category=VatCategory.OUTSIDE, from_on=date(2025, 9, 1), reason="A later ruling",
            actor=HOLDER, at=LATER,
        )  # fmt: skip
        world.accept(
            world.submit(world.make_event("moved_in", date(2025, 7, 4), evidence="tenancy"), at=LATER), at=LATER
        )

        made = issue(world, at=LATER)

        # £250 without tax, all of it settled by £300 that was credited with tax; £50 is left.
        assert (made["northmoor"].gross_pence, made["northmoor"].open_pence) == (25_000, 0)
        assert find_credits(world.contract)["northmoor"] == 5_000
        assert balances()["2200"] == -10_000
        same_again(world)

    def test_partly_paid_the_note_settles_the_rest_first(self):
        from tests.bonds.invoices.test_invoicing import approve as let_in
        from tests.bonds.invoices.test_invoicing import receive

        world = accepted(people=2)
        charge(world)
        invoice = issue(world)["northmoor"]
        let_in(receive(invoice, 50_000))

        take_back(world, ClaimLine.objects.order_by("pk").first())

        invoice.refresh_from_db()
        assert (invoice.settled_pence, invoice.open_pence, invoice.state) == (60_000, 0, "paid")
        assert find_credits(world.contract) == {"northmoor": 20_000}
        credit = Overpayment.objects.get()
        assert (credit.pence, credit.tax_pence, credit.note.gross_pence) == (20_000, 3_333, 30_000)

    def test_a_downside_share_takes_its_tax_back(self):
        world = make_world()
        charge(world)
        owe(world)

        assert find_credits(world.contract) == {"northmoor": 24_000, "southfell": 14_400, "topup": 9_600}
        assert balances() == {"2200": 8_000, "2410": -48_000, "4000": 32_000, "4010": 8_000}

    def test_tax_does_not_begin_while_lines_settle_what_was_paid_without(self):
        world = overpaid()
        with pytest.raises(OverpaidUntaxed):
            charge(world)
        assert not world.contract.vat_treatments.exists()

        for code, pence in find_set_offs(world.contract).items():
            approve(refund(world.parties[code], pence))
        charge(world)

        assert world.contract.vat_treatments.count() == 1


class TestDatabase:
    """What operations see to, the database refuses as well."""

    def test_no_more_of_a_credit_is_used_than_there_is(self):
        world = make_world()
        owe(world)
        measure(world, 130, "summer", at=LATER)
        invoice = issue(world, at=LATER)["northmoor"]
        credit = Overpayment.objects.get(payer__code="northmoor")

        with pytest.raises(IntegrityError, match="would be used"), transaction.atomic():
            OverpaymentRefund.objects.create(
                payer=credit.payer,
                credit=credit,
                record="rec_x",
                moved_on=LATER.date(),
                pence=5_001,
                after_run=1,
                at=LATER,
            )
        other = Overpayment.objects.get(payer__code="southfell")
        with pytest.raises(IntegrityError, match="used by its payer"), transaction.atomic():
            CreditUse.objects.create(overpayment=other, invoice=invoice, pence=1, at=LATER)

    def test_no_more_is_paid_back_than_lines_have_to_settle(self):
        world = overpaid()
        payer = world.parties["northmoor"]

        with pytest.raises(IntegrityError, match="more would be paid back"), transaction.atomic():
            OverpaymentRefund.objects.create(
                payer=payer, record="rec_x", moved_on=LATER.date(), pence=25_001, after_run=1, at=LATER
            )

    def test_what_was_paid_back_is_undone_whole(self):
        world = make_world()
        owe(world)
        approve(refund(world.parties["topup"], 8_000))
        before = OverpaymentRefund.objects.get()

        with pytest.raises(IntegrityError, match="undone whole"), transaction.atomic():
            OverpaymentRefund.objects.create(
                payer=before.payer, credit=before.credit, record="rec_x", moved_on=LATER.date(), pence=7_999,
                after_run=1, undoes=before, at=LATER,
            )  # fmt: skip

    def test_only_a_credit_has_tax_in_it(self):
        world = overpaid()
        row = Overpayment.objects.first()
        with pytest.raises(IntegrityError, match="bonds_overpayment_credit"), transaction.atomic():
            Overpayment.objects.create(
                contract=world.contract,
                payer=row.payer,
                source="x",
                pence=5,
                tax_pence=1,
                after_run=1,
                by="x",
                at=LATER,
            )
