"""A report fixes what a period was, to the penny; its documents say nothing else for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from bonds.models import InvestorReport, InvestorReportCopy, PaymentPlan, PlanRow
from bonds.operations.errors import ReasonMissing
from bonds.operations.investor_errors import NoInvestors
from bonds.operations.reporting import (
    ReportNotLast,
    ReportPeriodTaken,
    ReportUnsound,
    preview_report,
    withdraw_report,
)
from bonds.queries.investor_reports import next_from_on
from bonds.queries.report_view import lay_out_report
from bonds.queries.return_words import say_rate
from bonds.queries.run_words import say_stage
from documents.models import Document
from foundation.files import read_file
from foundation.models import AuditEvent, MailMessage
from tests.bonds.investor_books.support import earn
from tests.bonds.investor_reports.support import ISSUED_AT, UNTIL, a_year, accept_moves, issue, render_all
from tests.factories.bonds import HOLDER, SERVICE_FROM, SIGNED_AT, make_contract
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_year()


def test_its_figures_are_those_of_the_books(world):
    accept_moves(world, 16)

    facts = issue(world).facts

    assert facts["cash"] == {"before": 0, "after": 12_500, "reserve": 0}
    assert facts["money"] == [
        {"way": "in", "what": "investors", "pence": 110_000},
        {"way": "in", "what": "other", "pence": 50_000},
        {"way": "out", "what": "interest", "pence": 3_900},
        {"way": "out", "what": "other", "pence": 110_000},
        {"way": "out", "what": "principal", "pence": 33_600},
    ]
    assert [(one["month"], one["in"], one["out"]) for one in facts["months"] if one["in"] or one["out"]] == [
        ("2025-04-01", 160_000, 110_000),
        ("2026-04-01", 0, 37_500),
    ]
    assert len(facts["months"]) == 13
    assert facts["results"][0] == {
        "metric": "moved_in", "name": "Moved in", "expected": 8, "in_period": 10, "so_far": 10, "step": 10,
        "is_of_groups": False,
    }  # fmt: skip
    senior = facts["tranches"][0]
    assert (senior["committed"], senior["undrawn"], senior["drawn"], senior["repaid"], senior["outstanding"]) == (
        400_000, 320_000, 80_000, 33_600, 46_400,
    )  # fmt: skip
    # A grant is not lent, so nothing of it is outstanding.
    assert (facts["tranches"][2]["drawn"], facts["tranches"][2]["outstanding"]) == (10_000, 0)
    assert [one["what"] for one in facts["next"]] == ["promised", "service_ends", "last_results"]
    assert facts["next"][0]["pence"] == 12_500


def test_each_copy_has_its_own_position_and_nobody_elses(world):
    report = issue(world)

    own = {copy.party.code: copy.facts for copy in report.copies.select_related("party")}
    assert set(own) == {"bigfund", "smallfund", "seedtrust"}
    big = own["bigfund"]
    assert (big["places"][0]["drawn"], big["places"][0]["repaid"], big["places"][0]["interest_paid"]) == (
        60_000, 33_600, 3_900,
    )  # fmt: skip
    assert (big["returns"]["multiple"], big["returns"]["rate_state"], big["outstanding"]) == (
        "0.625000", "unique", 26_400,
    )  # fmt: skip
    assert [(one["what"], one["pence"]) for one in big["next"]] == [("call", 5_455)]
    assert [(one["what"], one["pence"]) for one in own["smallfund"]["next"]] == [("call", 1_818), ("promised", 12_500)]
    assert "parts" not in str(report.facts["runs"])
    assert "bigfund" not in str(report.facts)


def test_the_words_put_the_multiple_first_and_label_the_rate(world):
    report = issue(world)
    own = {copy.party.code: lay_out_report(report.facts, copy.facts) for copy in report.copies.select_related("party")}

    assert (own["bigfund"].multiple, own["bigfund"].rate) == (
        "0.63 times", "-37.50 % a year so far, as if nothing more came back",
    )  # fmt: skip
    assert (own["seedtrust"].multiple, own["seedtrust"].rate) == ("0.00 times", "none yet: nothing has come back")
    assert own["seedtrust"].own[1]["multiple"] == "none: a grant is not repaid"
    [made] = own["bigfund"].runs
    assert [words for _name, words, _left in made.steps] == [
        "£500.00 was in the bank and not promised before.",
        "Nothing was due.",
        "Nothing was due.",
        "It need not hold anything.",
        "£52.00 was due and £52.00 was given.",
        "£800.00 was due and £448.00 was given. The money did not reach for £352.00.",
        "£200.00 was due and £0.00 was given. The money did not reach for £200.00.",
        "Nothing was due.",
        "Nothing was due.",
    ]
    assert own["smallfund"].coming[:3] == (
        "Call 2: £18.18 of yours is wanted by 1 June 2026.",
        "Of what was shared out, £125.00 is yours and not paid yet.",
        "Shared out and not paid yet: £125.00.",
    )


def test_what_happens_later_changes_nothing_in_it(world):
    report = issue(world)
    before = {code: read_file(made.file.stored_file) for code, made in render_all(report).items()}

    earn(world, 99_999)

    again = {code: read_file(made.file.stored_file) for code, made in render_all(report).items()}
    assert again == before
    assert InvestorReport.objects.get().facts == report.facts


def accept_later(world, count: int) -> None:
    """So many people moved in in September, and the verifier accepted it in October."""
    events = [world.make_event("moved_in", date(2025, 9, 1), evidence="tenancy") for _ in range(count)]
    later = ISSUED_AT.replace(year=2025, month=10)
    world.accept(world.submit(*events, at=later.replace(day=2)), at=later)


def test_small_counts_are_not_told(world):
    accept_moves(world, 3)
    report = issue(world, until_on=date(2025, 8, 1))
    accept_moves(world, 9)
    with pytest.raises(ReportPeriodTaken):
        issue(world)

    [moved, stayed] = report.facts["results"]
    assert report.facts["threshold"] == 10
    assert (moved["in_period"], moved["so_far"]) == (None, None)
    # Nobody is as few as three: whoever reads it cannot tell which.
    assert (stayed["in_period"], stayed["so_far"]) == (None, None)
    assert [(row.in_period, row.so_far) for row in lay_out_report(report.facts).results] == [
        ("fewer than 10", "not told"), ("fewer than 10", "not told"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (3, 12, [(None, None), (10, 10)]),
        (18, 4, [(10, 10), (None, 10)]),
        (18, 0, [(10, 10), (None, 10)]),
        (12, 19, [(10, 10), (10, 30)]),
        (9, 9, [(None, None), (None, None)]),
    ],
)
def test_what_is_small_does_not_follow_from_the_next_report(world, first, second, told):
    accept_moves(world, first)
    reports = [issue(world, until_on=date(2025, 8, 1))]
    if second:
        accept_later(world, second)
    reports.append(issue(world, from_on=date(2025, 8, 1)))

    moved = [report.facts["results"][0] for report in reports]
    assert [(one["in_period"], one["so_far"]) for one in moved] == told


def test_a_report_from_before_the_threshold_was_kept_reads_as_it_did(world):
    facts = issue(world).facts
    del facts["threshold"]
    facts["results"] = [
        {"metric": "moved_in", "name": "Moved in", "expected": 8, "in_period": None, "so_far": 10, "is_least": True}
    ]

    [row] = lay_out_report(facts).results

    assert (row.in_period, row.so_far) == ("fewer than 5", "10 or more")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"until_on": SERVICE_FROM}, ReportUnsound),
        ({"until_on": date(2026, 5, 8)}, ReportUnsound),
        ({"from_on": date(2025, 4, 2)}, ReportPeriodTaken),
        ({"expected": {"flew": 1}}, ReportUnsound),
        ({"expected": {"moved_in": -1}}, ReportUnsound),
        ({"words": "x" * 4_001}, ReportUnsound),
    ],
)
def test_refusals_keep_nothing(world, changed, refusal):
    with pytest.raises(refusal):
        issue(world, **changed)

    assert not InvestorReport.objects.exists()
    assert not InvestorReportCopy.objects.exists()
    assert not Document.objects.exists()


def test_without_investors_there_is_no_report():
    world = make_contract()
    with pytest.raises(NoInvestors):
        preview_report(
            contract=world.contract, from_on=SERVICE_FROM, until_on=UNTIL, expected={}, today=ISSUED_AT.date()
        )


def test_a_report_that_was_taken_back_is_cancelled_and_frees_its_period(world):
    make_officer(world.parties["bigfund"].organisation, email="big@example.org")
    report = issue(world)
    render_all(report)

    with pytest.raises(ReasonMissing):
        withdraw_report(report=report, reason=" ", actor=HOLDER, at=ISSUED_AT)
    withdraw_report(report=report, reason="The grant was missing.", actor=HOLDER, at=ISSUED_AT)
    with pytest.raises(ReportNotLast):
        withdraw_report(report=report, reason="Again.", actor=HOLDER, at=ISSUED_AT)

    assert all(hasattr(one, "cancellation") for one in Document.objects.in_batch(report.public_id))
    assert next_from_on(world.contract) == SERVICE_FROM
    assert issue(world).number == 2
    mails = MailMessage.objects.filter(template__startswith="bonds/").order_by("pk")
    assert [(one.to, one.subject) for one in mails] == [
        ("big@example.org", "Report 1 to investors in Brightwater Homes"),
        ("big@example.org", "Report 1 to investors in Brightwater Homes was taken back"),
    ]
    assert "£" not in " ".join(one.text for one in mails)
    acts = AuditEvent.objects.filter(action__startswith="bonds.investor_report").order_by("pk")
    assert [one.action for one in acts] == [
        "bonds.investor_report_issued", "bonds.investor_report_withdrawn", "bonds.investor_report_issued",
    ]  # fmt: skip


def test_only_the_last_can_be_taken_back(world):
    first = issue(world, until_on=date(2025, 8, 1))
    issue(world, from_on=date(2025, 8, 1))

    with pytest.raises(ReportNotLast):
        withdraw_report(report=first, reason="Wrong", actor=HOLDER, at=ISSUED_AT)

    assert InvestorReport.objects.standing().count() == 2


def test_the_database_refuses_a_second_report_of_a_day(world):
    report = issue(world)

    with pytest.raises(IntegrityError, match="another report tells"), transaction.atomic():
        InvestorReport.objects.create(
            contract=world.contract, number=2, from_on=date(2026, 4, 30), until_on=date(2026, 5, 2),
            facts=report.facts, issued_on=report.issued_on, issued_by="x", issued_at=ISSUED_AT,
        )  # fmt: skip


def test_the_documents_are_tagged_and_name_their_investor(world):
    made = render_all(issue(world))

    content = read_file(made["bigfund"].file.stored_file)
    root = PdfReader(BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-gb"
    figures = [one for one in _walk(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    titles = [str(one["/Alt"]) for one in figures if "/Alt" in one]
    assert [title.partition("\n")[0][:24] for title in titles] == [
        "Your money since the beg", "Results in the period ag", "Money in and out, month ",
        "Where each tranche stand", "Code that opens the page",
    ]  # fmt: skip
    assert made["bigfund"].reference == "INVREP-000001"


def _walk(node: Any) -> Iterator[Any]:
    """Every element of the structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, dict):
        yield node
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            yield from _walk(kid)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            {
                "name": "reserve",
                "facts": {"due": 5, "paid": 5, "target": 600, "reserve": 600, "months": 3},
            },
            "It is to hold 3 months of cost, £6.00. £0.05 went into it; it holds £6.00.",
        ),
        (
            {"name": "recycled", "facts": {"until_on": "2026-09-01", "kept": 700}},
            "Until 1 September 2026 nothing is paid to investors: £7.00 stays for the service.",
        ),
        (
            {"name": "interest", "facts": {"due": 100, "cut": 20, "paid": 90, "unpaid": 10}},
            "£1.00 was due and £0.90 was given. A cap on returns cut £0.20. The money did not reach for £0.10.",
        ),
        (
            {"name": "available", "facts": {"cash": 100, "reserve": 50, "released": 50}},
            "£1.00 was in the bank and not promised before, and £0.50 came out of the reserve.",
        ),
    ],
)
def test_every_step_of_a_run_is_said(step, words):
    assert say_stage({"amount": 0, **step}, currency="GBP", tranches={}) == words


@pytest.mark.parametrize(
    ("returns", "outstanding", "words"),
    [
        ({"rate": None, "rate_state": "total_loss", "paid_in": 5}, 0, "-100 %: all that was paid in was lost"),
        ({"rate": None, "rate_state": "total_loss", "paid_in": 5}, 5, "none yet: nothing has come back"),
        ({"rate": None, "rate_state": "undefined", "paid_in": 0}, 0, "none yet: nothing was paid in"),
        ({"rate": "6.50000000", "rate_state": "unique", "paid_in": 5}, 0, "6.50 % a year"),
        (
            {"rate": "6.5", "rate_state": "not_unique", "paid_in": 5},
            0,
            "6.50 % a year, not unique: other rates fit these payments as well, so look at the multiple",
        ),
    ],
)
def test_the_rate_has_its_label_and_is_never_a_nought(returns, outstanding, words):
    assert say_rate(returns, outstanding=outstanding) == words


def test_what_was_expected_comes_from_the_plan_unless_it_is_typed(world):
    plan = PaymentPlan.objects.create(
        contract=world.contract, number=0, every="quarter", from_on=SERVICE_FROM, until_on=date(2026, 4, 1),
        locked_until_on=SERVICE_FROM, made_by="x", made_at=SIGNED_AT,
    )  # fmt: skip
    for on, metric, count in (
        ("2025-04-01", "moved_in", 5),
        ("2025-07-01", "moved_in", 6),
        ("2025-07-01", "stayed_3m", 4),
    ):
        PlanRow.objects.create(
            plan=plan, period_on=date.fromisoformat(on), metric=metric, is_actual=False, count=count, gross_pence=0,
            pence=0,
        )  # fmt: skip

    facts = issue(world, expected={"stayed_3m": 9}).facts

    assert [(one["metric"], one["expected"]) for one in facts["results"]] == [("moved_in", 11), ("stayed_3m", 9)]
