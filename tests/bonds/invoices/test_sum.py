"""The database adds an invoice up, once for all the lines that come together, and refuses one that does not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from bonds import operations
from bonds.models import Invoice, InvoiceLine
from bonds.states import InvoiceKind
from tests.factories.bonds import DECIDED_AT, HOLDER, make_contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    world = make_contract()
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(3)]
    world.accept(world.submit(*events))
    issued = operations.issue_invoices(contract=world.contract, actor=HOLDER, at=DECIDED_AT)
    check_now()
    return issued[0]


def check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def more_lines(invoice: Invoice, *pence: int) -> list[InvoiceLine]:
    shares = [one.share for one in invoice.lines.select_related("share")]
    return [
        InvoiceLine(invoice=invoice, place=4 + place, kind=InvoiceKind.CREDIT_NOTE.value, share=share, pence=amount)
        for place, (share, amount) in enumerate(zip(shares, pence, strict=False))
    ]


@transaction.atomic
def write_at_once(lines: list[InvoiceLine]) -> None:
    InvoiceLine.objects.bulk_create(lines)
    check_now()


@transaction.atomic
def write_one_in_a_savepoint(lines: list[InvoiceLine]) -> None:
    lines[0].save()
    with transaction.atomic():
        lines[1].save()
    check_now()


@pytest.mark.parametrize("pence", [(1,), (5, 7), (5, -4, 9)])
def test_lines_that_come_later_and_change_the_sum_are_refused(invoice, pence):
    with pytest.raises(IntegrityError, match="its lines come to"):
        write_at_once(more_lines(invoice, *pence))

    assert invoice.lines.count() == 3


def test_a_line_of_another_savepoint_does_not_hide_the_first(invoice):
    with pytest.raises(IntegrityError, match="its lines come to"):
        write_one_in_a_savepoint(more_lines(invoice, 5, 7))

    assert invoice.lines.count() == 3


def test_lines_that_leave_the_sum_are_let_in_together(invoice):
    with transaction.atomic():
        InvoiceLine.objects.bulk_create(more_lines(invoice, 5, -5))
        check_now()
        transaction.set_rollback(True)

    assert invoice.lines.count() == 3
