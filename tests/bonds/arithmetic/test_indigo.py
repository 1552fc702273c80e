"""Rows as the INDIGO data set has them are read whole or not at all. Organisations' ids are made up."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonds.arithmetic.indigo import IndigoPayment, IndigoPrice, PaymentType, RowsRefused, read_indigo
from bonds.arithmetic.indigo_cells import Status

TODAY = date(2026, 11, 22)
# MHEP Shropshire, actual outcome payments by quarter in pounds; the first two are Covid activity payments.
# Source: GO Lab INDIGO dataset, 20 May 2025.
MHEP = [54962, 54962, 87633, 77074, 86288, 124406, 75621, 77673, 66431, 81535, 74081, 69388, 72836, 31597]


def metric(**cells):
    return {"id": "outcomemetric1", "definition": "A tenancy that lasted three months.", **cells}


def price(**cells):
    return {"outcome_metric_id": "outcomemetric1", "currency": "GBP", "price_per_unit/amount": "1500", **cells}


def payment(**cells):
    return {
        "outcome_metric_id": "outcomemetric1",
        "period/start_date": "2024-04-01",
        "period/end_date": "2024-06-30",
        "type": "Actual",
        "payer_organisation_id": "INDIGO-ORG-0001",
        "money/currency": "GBP",
        "money/amount": "54962",
        **cells,
    }


def read(*, metrics=(), prices=(), payments=(), plans=(), investments=()):
    return read_indigo(
        {
            "outcome_metrics": list(metrics or [metric()]),
            "outcome_pricings": list(prices),
            "outcome_payments": list(payments),
            "outcome_payment_plans": list(plans),
            "investments": list(investments),
        },
        on=TODAY,
    )


def problems(**tabs):
    with pytest.raises(RowsRefused) as refused:
        read(**tabs)
    return [(each["row"], each["field"], each["code"]) for each in refused.value.facts["problems"]]


def test_a_contract_is_read_from_flat_rows():
    contract = read(
        prices=[price(status="public")],
        payments=[payment(notes="covid claim payment", status="DISPUTED")],
    )

    assert contract.currency == "GBP"
    assert contract.prices == (
        IndigoPrice(
            metric="outcomemetric1", currency="GBP", unit=150_000, most=None, description="", status=Status.PUBLIC
        ),
    )
    assert contract.payments == (
        IndigoPayment(
            metric="outcomemetric1",
            from_on=date(2024, 4, 1),
            until_on=date(2024, 7, 1),
            payer="INDIGO-ORG-0001",
            recipient="",
            type=PaymentType.ACTUAL,
            plan="",
            currency="GBP",
            amount=5_496_200,
            notes="covid claim payment",
            status=Status.DISPUTED,
        ),
    )


def test_nested_rows_and_rows_with_value_columns_are_the_same():
    nested = {
        "outcome_metric_id": {"value": "outcomemetric1"},
        "period": {"start_date": {"value": "2024-04-01"}, "end_date": {"value": "2024-06-30"}},
        "type": {"value": "Actual"},
        "payer_organisation_id": {"value": "INDIGO-ORG-0001"},
        "money": {"currency": {"value": "GBP"}, "amount": {"value": 54962}, "amount_usd": {"value": None}},
    }
    with_values = {f"{path}/value": cell for path, cell in payment().items()}

    assert read(payments=[nested]) == read(payments=[with_values]) == read(payments=[payment()])


def test_a_published_series_of_payments_adds_up_to_the_penny():
    quarters = [
        payment(**{"period/start_date": f"{year}-{month:02}", "period/end_date": f"{year}-{month + 2:02}"})
        for year in (2020, 2021, 2022, 2023)
        for month in (1, 4, 7, 10)
    ]
    rows = [quarter | {"money/amount": str(amount)} for quarter, amount in zip(quarters, MHEP, strict=False)]

    contract = read(payments=rows)

    assert contract.total(PaymentType.ACTUAL) == 103_448_700
    assert contract.payments[1].until_on == contract.payments[2].from_on == date(2020, 7, 1)


def test_a_plan_repeats_what_was_paid_and_the_payment_counts_once():
    rows = [
        payment(),
        payment(outcome_payment_plan_id="plan2"),
        payment(
            type="Planned",
            outcome_payment_plan_id="plan2",
            **{"period/start_date": "2027", "period/end_date": "2027", "money/amount": "1034484.79"},
        ),
    ]

    contract = read(payments=rows, plans=[{"id": "plan1"}, {"id": "plan2"}])

    assert contract.total(PaymentType.ACTUAL) == 5_496_200
    assert contract.total(PaymentType.ACTUAL, plan="plan2") == 5_496_200
    assert contract.total(PaymentType.PLANNED, plan="plan2") == 103_448_479


@pytest.mark.parametrize(
    "cell",
    [
        "INDIGO-ORG-0001,INDIGO-ORG-0002",
        "INDIGO-ORG-0001, INDIGO-ORG-0002, INDIGO-ORG-0003",
        "INDIGO-ORG-0001; GB-LAE-BAS",
        "INDIGO-ORG-0001, Some Council",
        "INDIGO-ORG-0001 and INDIGO-ORG-0002",
        "INDIGO-ORG-0001\nINDIGO-ORG-0002",
    ],
)
def test_several_payers_in_one_cell_are_refused(cell):
    assert problems(payments=[payment(payer_organisation_id=cell)]) == [(1, "payer_organisation_id", "several_payers")]


@pytest.mark.parametrize("cell", ["Some Council", "INDIGO-ORG-1", "Department of Health and Social Care, London"])
def test_a_name_is_no_organisation(cell):
    assert problems(payments=[payment(payer_organisation_id=cell)]) == [
        (1, "payer_organisation_id", "not_an_organisation")
    ]


@pytest.mark.parametrize("payer", ["GB-LAE-BAS", "GB-COH-09506232", "INDIGO-ORG-1234"])
def test_organisations_have_ids_of_registers(payer):
    assert read(payments=[payment(payer_organisation_id=payer)]).payments[0].payer == payer


@pytest.mark.parametrize("cell", ["South African Rand", "Russian Ruble", "gbp", "£", "XXX", "XAU", "GBX"])
def test_a_currency_is_a_code_of_the_standard(cell):
    assert problems(payments=[payment(**{"money/currency": cell})]) == [(1, "money/currency", "currency_not_iso")]


@pytest.mark.parametrize(
    "cell", ["$11.712M", "250,000", "$250000", "250k", "£54962", "1e6", "11.", "NaN", True, 1.5, [1]]
)
def test_an_amount_is_a_number_and_no_text_about_one(cell):
    assert problems(payments=[payment(**{"money/amount": cell})]) == [(1, "money/amount", "not_a_number")]


@pytest.mark.parametrize(
    ("cell", "minor"), [("0", 0), (54962, 5_496_200), (Decimal("0.10"), 10), ("54962.5", 5_496_250)]
)
def test_amounts_are_read_exactly(cell, minor):
    assert read(payments=[payment(**{"money/amount": cell})]).payments[0].amount == minor


def test_amounts_have_the_fractions_of_their_currency():
    yen = {"money/currency": "JPY", "money/amount": "95000000"}

    assert read(payments=[payment(**yen)]).payments[0].amount == 95_000_000
    assert problems(payments=[payment(**yen | {"money/amount": "0.5"})]) == [(1, "money/amount", "too_precise")]
    assert problems(payments=[payment(**{"money/amount": "0.001"})]) == [(1, "money/amount", "too_precise")]


@pytest.mark.parametrize("cell", ["-1", -1, Decimal("-0.5")])
def test_an_amount_is_not_below_zero(cell):
    assert problems(payments=[payment(**{"money/amount": cell})]) == [(1, "money/amount", "below_zero")]


def test_an_orphan_reference_is_refused_in_prices_and_payments():
    assert problems(
        prices=[price(outcome_metric_id="outcomemetric9")],
        payments=[payment(outcome_metric_id="outcomemetric8"), payment(outcome_metric_id="")],
    ) == [(2 - 1, "outcome_metric_id", "metric_unknown"), (1, "outcome_metric_id", "metric_unknown")]


def test_each_row_of_a_metric_that_is_there_twice_is_named():
    assert problems(metrics=[metric(), metric(definition="Other."), metric(id="4a")]) == [
        (1, "id", "metric_twice"), (2, "id", "metric_twice"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("end", "is_refused"),
    [
        ("2026-11-22", False),
        ("2026-11-23", True),
        ("2026-11", False),
        ("2026-12", True),
        ("2026", False),
        ("2027", True),
    ],
)
def test_an_actual_payment_is_not_for_a_time_that_has_not_come(end, is_refused):
    row = payment(**{"period/end_date": end})

    if is_refused:
        assert problems(payments=[row]) == [(1, "period/end_date", "in_future")]
        assert read(payments=[row | {"type": "Planned"}]).payments[0].type is PaymentType.PLANNED
    else:
        assert len(read(payments=[row]).payments) == 1


@pytest.mark.parametrize("cell", ["01/04/2024", "2024-02-30", "2024-13", "24", "0000", "2024-4-1", 2024])
def test_a_day_is_written_as_the_standard_says(cell):
    code = "not_a_day" if isinstance(cell, str) else "not_a_text"

    assert problems(payments=[payment(**{"period/start_date": cell})])[0] == (1, "period/start_date", code)


def test_a_period_does_not_end_before_it_begins():
    assert problems(payments=[payment(**{"period/end_date": "2024-03-31"})]) == [(1, "period/end_date", "period_empty")]


@pytest.mark.parametrize("cell", ["actual", "Paid", "Planned/Actual"])
def test_a_payment_is_planned_or_actual(cell):
    assert problems(payments=[payment(type=cell)]) == [(1, "type", "type_unknown")]


def test_a_plan_has_to_be_declared_once():
    assert problems(
        payments=[payment(type="Planned", outcome_payment_plan_id="plan3")], plans=[{"id": "plan1"}, {"id": "plan1"}]
    ) == [(1, "id", "plan_twice"), (2, "id", "plan_twice"), (1, "outcome_payment_plan_id", "plan_unknown")]


@pytest.mark.parametrize(("notes", "is_refused"), [("x" * 10_000, False), ("x" * 10_001, True), ("a\x00b", True)])
def test_a_text_has_an_end_and_no_empty_character(notes, is_refused):
    definition = metric(definition=notes)

    if is_refused:
        assert problems(metrics=[definition]) == [(1, "definition", "not_a_text")]
    else:
        assert read(metrics=[definition]).metrics[0].definition == notes


def test_a_copied_row_is_refused():
    assert problems(payments=[payment(), payment(notes="x"), payment()]) == [(3, "", "row_twice")]


def test_a_contract_is_in_one_currency():
    other = payment(**{"money/currency": "EUR", "period/start_date": "2024-05-01"})

    assert problems(prices=[price()], payments=[payment(), other]) == [(2, "money/currency", "other_currency")]


@pytest.mark.parametrize(
    ("cell", "status"), [("", Status.PRIVATE), ("PUBLIC", Status.PUBLIC), ("private", Status.PRIVATE)]
)
def test_what_is_not_said_to_be_public_is_private(cell, status):
    assert read(payments=[payment(status=cell)]).payments[0].status is status


def test_an_unknown_status_is_refused():
    assert problems(payments=[payment(status="SANDBOX")]) == [(1, "status", "status_unknown")]


def test_a_price_row_says_a_price_or_words_about_one():
    assert problems(prices=[price(**{"price_per_unit/amount": " "})]) == [(1, "price_per_unit/amount", "price_missing")]
    described = read(prices=[price(**{"price_per_unit/amount": "", "price_description": "By agreement."})]).prices[0]
    assert (described.unit, described.description) == (None, "By agreement.")
    assert problems(prices=[price(**{"maximum_price_if_all_targets_achieved/amount": "$11.712M"})]) == [
        (1, "maximum_price_if_all_targets_achieved/amount", "not_a_number")
    ]


def test_every_missing_cell_of_every_row_is_named_at_once():
    assert problems(metrics=[{}], prices=[{}], payments=[{}, payment(**{"money/amount": None})]) == [
        (1, "definition", "missing"),
        (1, "id", "missing"),
        (1, "money/amount", "missing"),
        (1, "money/currency", "missing"),
        (1, "payer_organisation_id", "missing"),
        (1, "period/end_date", "missing"),
        (1, "period/start_date", "missing"),
        (1, "type", "missing"),
        (2, "money/amount", "missing"),
        (2, "outcome_metric_id", "metric_unknown"),
        (1, "currency", "missing"),
        (1, "outcome_metric_id", "missing"),
    ]


@pytest.mark.parametrize("rows", [{"a": 1}, "rows", [1], None])
def test_a_tab_is_a_list_of_rows(rows):
    with pytest.raises(RowsRefused) as refused:
        read_indigo({"outcome_payments": rows}, on=TODAY)

    assert [each["code"] for each in refused.value.facts["problems"]] == ["not_rows"]


def test_a_tab_that_is_too_long_is_not_read():
    with pytest.raises(RowsRefused) as refused:
        read_indigo({"outcome_metrics": [{}] * 20_001}, on=TODAY)

    assert [each["code"] for each in refused.value.facts["problems"]] == ["too_many_rows"]


def test_problems_can_be_given_as_json():
    with pytest.raises(RowsRefused) as refused:
        read(payments=[payment(payer_organisation_id="INDIGO-ORG-0001,INDIGO-ORG-0002")])

    assert json.loads(json.dumps(refused.value.facts)) == {
        "problems": [
            {
                "tab": "outcome_payments",
                "row": 1,
                "field": "payer_organisation_id",
                "code": "several_payers",
                "problem": "There are several organisations in one cell: write a row for each.",
            }
        ]
    }


FAULTS = {
    "several_payers": {"payer_organisation_id": "INDIGO-ORG-0001,INDIGO-ORG-0002"},
    "currency_not_iso": {"money/currency": "South African Rand"},
    "metric_unknown": {"outcome_metric_id": "outcomemetric9"},
    "not_a_number": {"money/amount": "$11.712M"},
    "in_future": {"period/end_date": "2027-01-31"},
    "type_unknown": {"type": "Paid"},
}


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=20), st.sampled_from(sorted(FAULTS)), st.data())
def test_one_bad_row_among_good_ones_is_named_and_nothing_is_read(amounts, fault, data):
    # Invariant 12.
    rows = [payment(notes=str(number), **{"money/amount": str(amount)}) for number, amount in enumerate(amounts)]
    bad = data.draw(st.integers(0, len(rows) - 1))

    assert read(payments=rows).total(PaymentType.ACTUAL) == 100 * sum(amounts)
    rows[bad] |= FAULTS[fault]
    assert [(row, code) for row, _, code in problems(payments=rows)] == [(bad + 1, fault)]


def test_a_contract_without_rows_is_empty():
    contract = read_indigo({"sources": [{"id": "s1"}]}, on=TODAY)

    assert (contract.currency, contract.metrics, contract.prices, contract.payments) == ("", (), (), ())
