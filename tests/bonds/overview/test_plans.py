"""Plans: what has ended is locked, the rest goes through the engine, and nothing of a plan ever changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction

from bonds import operations
from bonds.arithmetic.plans import Expected, read_file, write_file
from bonds.arithmetic.spans import Every
from bonds.models import PaymentPlan, PlanPart, PlanRow
from bonds.operations.errors import NotRunning
from bonds.operations.planning import PlanOvertaken, PlanUnsound
from bonds.queries.plans import draft_next_plan, get_plan, rows_of, sum_by_payer
from foundation.models import AuditEvent
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.overview.conftest import NOW
from tests.bonds.overview.story import CAPS, tell
from tests.factories.bonds import HOLDER, SIGNED_AT, make_contract, small_terms

pytestmark = pytest.mark.django_db


def plan_0(world, *expected, every=Every.QUARTER):
    rows = expected or [Expected(period, "moved_in", 2) for period in range(1, 5)]
    return operations.make_plan(
        contract=world.contract, number=0, expected=rows, reason="As bid.", every=every, actor=HOLDER, at=SIGNED_AT
    )


def rows(plan) -> list[tuple[str, str, bool, int, int, int]]:
    return [
        (row.period_on.isoformat(), row.metric, row.is_actual, row.count, row.gross_pence, row.pence)
        for row in PlanRow.objects.filter(plan=plan).order_by("period_on", "metric")
    ]


def test_the_first_plan_expects_everything_and_caps_act_in_their_order():
    world = make_contract(small_terms(caps=CAPS))

    plan = plan_0(world)

    # The cap on moving in leaves £300 for the third quarter; the fund's leaves £50 of its £60, and so £10 for the next.
    assert rows(plan) == [
        ("2025-04-01", "moved_in", False, 2, 100_000, 100_000),
        ("2025-07-01", "moved_in", False, 2, 100_000, 100_000),
        ("2025-10-01", "moved_in", False, 2, 100_000, 29_000),
        ("2026-01-01", "moved_in", False, 2, 100_000, 800),
    ]
    assert sum_by_payer(plan) == {"northmoor": (0, 115_500), "southfell": (0, 69_300), "topup": (0, 45_000)}
    assert (plan.number, plan.every, plan.locked_until_on) == (0, "quarter", date(2025, 4, 1))
    assert AuditEvent.objects.get(action="bonds.plan_made").after == {"number": 0, "locked_until_on": "2025-04-01"}


def test_the_next_plan_locks_what_happened_and_goes_on_from_there():
    story = tell()
    plan_0(story.world)

    plan = operations.make_plan(
        contract=story.world.contract, number=1, expected=[Expected(3, "moved_in", 1), Expected(4, "stayed_3m", 1)],
        actor=HOLDER, at=NOW,
    )  # fmt: skip

    # Two quarters have ended: nothing was accepted in the first, four in the second, and one of them taken back.
    assert rows(plan) == [
        ("2025-07-01", "moved_in", True, 3, 150_000, 150_000),
        ("2025-10-01", "moved_in", False, 1, 50_000, 50_000),
        ("2026-01-01", "stayed_3m", False, 1, 150_000, 45_000),
    ]
    # The cap of the year leaves £500 for the last result, the fund's cap £50 of its £100 of that.
    assert sum_by_payer(plan) == {
        "northmoor": (75_000, 50_000),
        "southfell": (45_000, 30_000),
        "topup": (30_000, 15_000),
    }


def test_a_plan_by_month_adds_up_by_quarter():
    world = make_contract()

    plan = plan_0(world, Expected(1, "moved_in", 1), Expected(2, "moved_in", 3), every=Every.MONTH)
    draft = draft_next_plan(contract=world.contract, on=date(2025, 5, 15))

    assert [row[0] for row in rows(plan)] == ["2025-04-01", "2025-05-01"]
    assert (draft.number, draft.every, draft.locked) == (1, Every.MONTH, 1)
    assert draft.expected == [Expected(2, "moved_in", 3)]


def test_somebody_was_faster():
    world = make_contract()
    plan_0(world)

    with pytest.raises(PlanOvertaken) as refused:
        plan_0(world)

    assert refused.value.facts == {"number": 0}
    assert PaymentPlan.objects.count() == 1


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        (Expected(1, "moved_in", 1), "this period has ended: what happened in it is locked"),
        (Expected(4, "flew_away", 1), "the contract pays for no such result"),
        (Expected(99, "moved_in", 1), "the plan has no such period"),
        (Expected(4, "moved_in", 100_001), "the number is from 0 to 100,000"),
        (Expected(4, "moved_in", -1), "the number is from 0 to 100,000"),
        (Expected(4, "moved_in", 1, 500), "its price is in the terms: give the number alone"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(expected, problem):
    world = make_contract()

    with pytest.raises(PlanUnsound) as refused:
        operations.make_plan(contract=world.contract, number=0, expected=[expected], actor=HOLDER, at=NOW)

    assert refused.value.facts["problems"][0].endswith(problem)
    assert not PaymentPlan.objects.exists()


def test_a_draft_contract_has_no_plan():
    world = make_contract(is_signed=False)

    with pytest.raises(NotRunning):
        plan_0(world)


def test_a_plan_never_changes():
    plan = plan_0(make_contract())

    for change in (
        lambda: PaymentPlan.objects.filter(pk=plan.pk).update(reason="Better."),
        lambda: PlanRow.objects.filter(plan=plan).update(count=1),
        lambda: PlanPart.objects.filter(row__plan=plan).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_database_adds_up_the_parts():
    plan = plan_0(make_contract())

    def add_a_row_without_parts() -> None:
        PlanRow.objects.create(
            plan=plan, period_on=date(2027, 4, 1), metric="moved_in", is_actual=False, count=1, gross_pence=5, pence=5
        )
        connection.check_constraints()

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        add_a_row_without_parts()

    assert "its parts come to 0, it says 5" in str(refused.value)


def test_a_file_is_read_as_it_is_written():
    draft = draft_next_plan(contract=make_contract().contract, on=date(2025, 3, 14))
    expected = [Expected(1, "moved_in", 3), Expected(14, "stayed_3m", 2)]

    text = write_file(expected, periods=draft.periods)

    assert text.splitlines()[1] == "2025-04-01,moved_in,3,"
    assert read_file(text.encode(), periods=draft.periods, locked=0, terms=draft.terms) == (expected, [])


def test_every_bad_row_of_a_file_is_named():
    draft = draft_next_plan(contract=make_contract().contract, on=date(2025, 7, 14))
    lines = [
        "period,result,count,amount", "2025-10-01,moved_in,2,", "2025-10-02,moved_in,2,", "2025-10-01,moved_in,1,",
        "2025-04-01,moved_in,1,", "01/01/2026,flew,1,", "2026-01-01,moved_in,x,", "2026-01-01,moved_in,1,12.345",
        "2026-01-01,moved_in,1,500.00", "2026-01-01,moved_in",
    ]  # fmt: skip

    _expected, problems = read_file(
        "\n".join(lines).encode(), periods=draft.periods, locked=draft.locked, terms=draft.terms
    )

    assert [one.line for one in problems] == [3, 4, 5, 6, 7, 8, 9, 10]


def typed(room, **more):
    page = room.get("northmoor", "plan-new")
    form = page.context["form"]
    return {"number": form.draft.number, "every": form.draft.every.value, "reason": "We know more."} | more


def test_the_form_asks_for_the_rest_and_keeps_what_was_typed(room):
    plan_0(room.world)
    page = room.get("northmoor", "plan-new")

    refused = room.post("northmoor", "plan-new", **typed(room, n_4_moved_in="-3", n_5_moved_in="7"))
    made = room.post("northmoor", "plan-new", **typed(room, n_4_moved_in="3", n_4_stayed_3m="1"))

    assert page.context["locked"] == ["Apr to Jun 2025", "Jul to Sep 2025"]
    assert page.context["form"]["n_4_moved_in"].initial == 2
    assert 'value="7"' in refused.content.decode()
    assert "error-summary" in refused.content.decode()
    assert made.redirect_chain[-1][0] == room.at("northmoor", "plan", 1)
    assert [row[:4] for row in rows(get_plan(contract=room.world.contract, number=1))] == [
        ("2025-07-01", "moved_in", True, 3),
        ("2026-01-01", "moved_in", False, 3),
        ("2026-01-01", "stayed_3m", False, 1),
    ]


def test_a_file_fills_in_the_form_or_names_every_bad_row(room):
    template = room.get("northmoor", "plan-template").content.decode().splitlines()
    good = "period,result,count\n2026-01-01,moved_in,9\n"
    bad = "period,result,count\n2026-01-02,moved_in,9\n2026-01-01,flew,1\n"

    def send(text: str):
        file = SimpleUploadedFile("plan.csv", text.encode(), "text/csv")
        return room.post("northmoor", "plan-upload", file=file, every="quarter")

    read, refused = send(good), send(bad)

    assert template[0] == "period,result,count,amount"
    assert template[1] == "2025-10-01,moved_in,0,"
    assert read.context["form"]["n_4_moved_in"].initial == 9
    assert [one.line for one in refused.context["problems"]] == [2, 3]
    assert "Line 2:" in refused.content.decode()
    assert not PaymentPlan.objects.exists()


def test_two_people_at_once_make_one_plan(room):
    first = typed(room, n_4_moved_in="1")
    room.post("northmoor", "plan-new", **first)

    second = room.post("holder", "plan-new", **first)

    assert "Somebody has made plan 0 meanwhile" in second.content.decode()
    assert PaymentPlan.objects.count() == 1


def test_a_plan_stands_beside_what_happened(room):
    plan_0(room.world)

    page = room.get("northmoor", "plan", 0)
    whole = {one.slug: one for one in page.context["tables"]}
    (own,) = [one for one in room.get("topup", "plan", 0).context["tables"] if one.slug == "plan-payers"]

    second = list(whole["plan"].sections[0].rows)[1]
    assert [cell.value for cell in second.cells] == ["Jul to Sep 2025", "expected", 100_000, 150_000, 50_000]
    assert [cell.value for cell in list(whole["plan"].sections[0].rows)[2].cells][3:] == [50_000, None]
    assert [[cell.value for cell in row.cells] for row in own.sections[0].rows] == [
        ["Brightwater Topup", 0, 45_000, 45_000]
    ]
    assert page.content.decode().count("report-chart") == 1


def test_the_glance_shows_the_newest_plan_as_a_line(room):
    plan_0(room.world)

    quarters = next(one for one in room.get("northmoor", "overview").context["tables"] if one.slug == "quarters")

    assert [column.title for column in quarters.columns] == ["Quarter", "Plan 0", "Earned", "Paid"]
    chart = quarters.sections[0].chart
    assert chart is not None
    assert chart.line == ("Plan 0", (100_000, 100_000, 29_000, 800))


def test_the_files_of_a_plan(room):
    plan_0(room.world)

    for name, more in (("plan-table", ["plan"]), ("plan-xlsx", []), ("plan-pdf", [])):
        answer = room.get("northmoor", name, 0, *more)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)
    assert room.get("northmoor", "plan-table", 0, "nothing").status_code == 404
    assert room.get("northmoor", "plan", 7).status_code == 404


def test_plans_over_rest(room):
    api = Api(room, "northmoor", "contracts:read", "contracts:write")
    begin = api.get("contract-plan-next").json()

    made = api.post("contract-plans", number=0, rows=[{"period_on": "2026-01-01", "result": "moved_in", "count": 4}])
    again = api.post("contract-plans", number=0, rows=[])
    looked = api.post("contract-plan-file", number=1, content="period,result,count\n2026-01-01,flew,1\n", make=True)
    filed = api.post("contract-plan-file", number=1, content="period,result,count\n2026-01-01,moved_in,1\n", make=True)
    one = api.get("contract-plan", 1).json()

    assert (begin["number"], begin["locked_until_on"], begin["periods"][0]) == (0, "2025-10-01", "2025-10-01")
    assert (made.status_code, made.json()["number"]) == (201, 0)
    assert (again.status_code, again.json()["code"]) == (409, "bonds.plan_overtaken")
    assert looked.json()["problems"] == [{"line": 2, "problem": "the contract pays for no such result"}]
    assert looked.json()["plan"] is None
    assert filed.json()["plan"]["number"] == 1
    assert [table["report"] for table in one["tables"]] == ["plan", "plan-payers", "plan-results", "plan-rows"]
    assert [plan["number"] for plan in api.get("contract-plans").json()] == [1, 0]


@pytest.mark.parametrize(("code", "sees", "makes"), [
    ("northmoor", 200, 200), ("holder", 200, 200), ("southfell", 200, 403), ("topup", 200, 403),
    ("hearthside", 403, 403), ("plumbline", 403, 403), ("lender", 403, 403),
])  # fmt: skip
def test_who_sees_plans_and_who_makes_them(room, code, sees, makes):
    assert room.get(code, "plans").status_code == sees
    assert room.get(code, "plan-new").status_code == makes


def test_rows_are_read_in_few_queries(django_assert_num_queries):
    plan = plan_0(make_contract())

    with django_assert_num_queries(2):
        rows_of(plan)


def test_the_day_of_the_tests_is_that_of_the_story():
    assert datetime(2025, 10, 31, 12, 0, tzinfo=UTC) == NOW
