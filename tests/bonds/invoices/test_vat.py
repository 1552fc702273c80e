"""VAT: outside the scope unless recorded otherwise; exact tax, postings and fields, and credited to the penny."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from bonds import operations
from bonds.arithmetic.undoing import Undone, undo_part
from bonds.arithmetic.vat import compute_tax, compute_tax_after, find_rate
from bonds.models import ClaimLine, Invoice, VatTreatment
from bonds.operations.errors import VatUnsound
from bonds.queries.overview import gather
from bonds.queries.overview_books import compare_with_books
from bonds.states import VatCategory
from tests.bonds.claims.test_taking_back import pay_all, same_again, take_back
from tests.bonds.invoices.test_invoicing import ISSUED_AT, accepted, balances, issue
from tests.factories.bonds import HOLDER, make_contract


def charge(world, category=VatCategory.STANDARD, from_on=date(2025, 7, 1), reason="A ruling", number="GB 999 0001 73"):
    return operations.record_vat_treatment(
        contract=world.contract, category=category, from_on=from_on, reason=reason, registration=number,
        actor=HOLDER, at=ISSUED_AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("net", "rate", "tax"),
    [
        (0, 2_000, 0),
        (1, 2_000, 0),
        (2, 2_000, 0),
        (3, 2_000, 1),
        (25_000, 2_000, 5_000),
        (99, 0, 0),
        (10_003, 2_000, 2_001),
    ],
)
def test_tax_is_rounded_half_up_once(net, rate, tax):
    assert compute_tax(net, rate=rate) == tax


@pytest.mark.parametrize(
    ("category", "on", "rate"),
    [(VatCategory.STANDARD, date(2011, 1, 4), 2_000), (VatCategory.STANDARD, date(2026, 1, 1), 2_000),
     (VatCategory.EXEMPT, date(2026, 1, 1), 0), (VatCategory.OUTSIDE, date(1990, 1, 1), 0)],
)  # fmt: skip
def test_the_rate_is_that_of_the_day(category, on, rate):
    assert find_rate(category, on) == rate


def test_a_rate_that_is_not_known_is_not_guessed():
    with pytest.raises(ValueError, match="2011-01-03"):
        find_rate(VatCategory.STANDARD, date(2011, 1, 3))


@given(st.lists(st.integers(1, 10_000), max_size=6), st.sampled_from([0, 500, 1_750, 2_000]))
def test_credited_bit_by_bit_the_tax_is_that_of_the_whole(parts, rate):
    before = taxed = 0
    for part in parts:
        taxed += compute_tax_after(before, part, rate=rate)
        before += part
    assert taxed == compute_tax(before, rate=rate)


@pytest.mark.parametrize(
    ("facts", "undone"),
    [
        ({"net": 100, "settled": 100, "open_pence": None}, Undone(unasked=100)),
        ({"net": 60, "settled": 100, "open_pence": None}, Undone(unasked=60, set_off=40)),
        ({"net": 100, "settled": 100, "open_pence": 100}, Undone(credited=100)),
        ({"net": 100, "settled": 100, "open_pence": 99}, Undone(set_off=100)),
        ({"net": 100, "settled": 100, "open_pence": 119, "tax": 20}, Undone(set_off=100)),
        ({"net": 100, "settled": 100, "open_pence": 120, "tax": 20}, Undone(credited=100)),
        ({"net": 0, "settled": 0, "open_pence": 0}, Undone()),
        ({"net": -5, "settled": -5, "open_pence": 50}, Undone(unasked=-5)),
        ({"net": 100, "settled": 100, "open_pence": 0, "tax": 20, "is_taxed": True}, Undone(credited=100)),
    ],
)
def test_how_a_part_is_made_good(facts, undone):
    assert undo_part(**facts) == undone


@pytest.mark.django_db
def test_where_vat_is_charged_the_payer_owes_it_and_so_do_we():
    world = accepted(people=2)
    charge(world)

    invoice = issue(world)["northmoor"]

    assert (invoice.net_pence, invoice.tax_pence, invoice.gross_pence) == (50_000, 10_000, 60_000)
    wanted = {
        "BT-31": "GB999000173", "BT-106": "500.00", "BT-109": "500.00", "BT-110": "100.00", "BT-112": "600.00",
        "BT-115": "600.00", "BT-116": "500.00", "BT-117": "100.00", "BT-118": "S", "BT-119": "20.00", "BT-120": "",
    }  # fmt: skip
    assert {code: invoice.facts[code] for code in wanted} == wanted
    assert {line["BT-152"] for line in invoice.facts["BG-25"]} == {"20.00"}
    assert balances() == {"1100": 120_000, "2200": -20_000, "4000": -80_000, "4010": -20_000}


@pytest.mark.django_db
def test_exempt_and_outside_carry_no_tax_and_say_why():
    world = accepted()
    charge(world, VatCategory.EXEMPT, reason="Welfare services", number="")

    invoice = issue(world)["topup"]

    assert (invoice.tax_pence, invoice.facts["BT-118"], invoice.facts["BT-119"]) == (0, "E", "0.00")
    assert invoice.facts["BT-120"] == "Welfare services"
    assert balances() == {"1100": 50_000, "4000": -40_000, "4010": -10_000}


@pytest.mark.django_db
def test_the_treatment_of_the_day_of_the_invoice_counts_and_the_last_word_on_it():
    world = accepted()
    charge(world, from_on=date(2025, 8, 1))
    charge(world, VatCategory.EXEMPT, from_on=date(2025, 7, 1))
    charge(world, VatCategory.OUTSIDE, from_on=date(2025, 7, 1), reason="A grant")

    assert {one.tax_category for one in issue(world).values()} == {"O"}


@pytest.mark.django_db
def test_a_credit_note_takes_its_tax_back():
    world = accepted(people=3)
    charge(world)
    issue(world)
    lines = list(ClaimLine.objects.order_by("pk"))
    take_back(world, lines[0])
    take_back(world, *lines[1:])

    notes = Invoice.objects.filter(kind="credit_note", payer__code="southfell").order_by("number")
    assert [(one.net_pence, one.tax_pence, one.facts["BT-117"]) for one in notes] == [
        (15_000, 3_000, "30.00"),
        (30_000, 6_000, "60.00"),
    ]
    assert balances() == {}
    assert set(Invoice.objects.values_list("state", flat=True)) == {"paid"}
    same_again(world)


@pytest.mark.django_db
def test_what_was_paid_with_tax_is_credited_with_it_and_the_next_invoices_are_less_by_both():
    world = accepted()
    charge(world)
    pay_all(issue(world))
    take_back(world)
    assert balances() == {"1200": 60_000, "2410": -60_000}

    later = [world.make_event("moved_in", date(2025, 7, day), evidence="tenancy") for day in (3, 4)]
    from tests.bonds.claims.test_taking_back import LATER

    world.accept(world.submit(*later, at=LATER), at=LATER)
    pay_all(issue(world, at=LATER))

    assert balances() == {"1200": 120_000, "2200": -20_000, "4000": -80_000, "4010": -20_000}


@pytest.mark.django_db
@pytest.mark.parametrize("changed", [{"reason": " "}, {"number": " "}, {"from_on": date(2010, 12, 31)}])
def test_a_treatment_that_is_not_whole_is_refused(changed):
    world = make_contract()

    with pytest.raises(VatUnsound):
        charge(world, **changed)

    assert not VatTreatment.objects.exists()


@pytest.mark.django_db
def test_an_invoice_outside_the_scope_cannot_carry_tax():
    issue(accepted())

    with pytest.raises(IntegrityError, match="bonds_invoice_tax_has_rate"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO bonds_invoice SELECT (jsonb_populate_record(i, "
            '\'{"id": 99, "number": 99, "public_id": "oin_x", "tax_pence": 1}\')).* '
            "FROM bonds_invoice i WHERE number = 1"
        )


@pytest.mark.django_db
def test_at_a_glance_tells_the_tax_that_is_open_from_what_results_ask():
    world = accepted(people=2)
    charge(world)
    issue(world)

    overview = gather(contract=world.contract, on=ISSUED_AT.date())

    assert overview.besides == {"northmoor": 10_000, "southfell": 6_000, "topup": 4_000}
    assert sum(part.open for part in overview.parts.values()) == 100_000
    open_tie = next(tie for tie in compare_with_books(overview) if tie.code == "open")
    assert (open_tie.ours, open_tie.books) == (120_000, 120_000)
