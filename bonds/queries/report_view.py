"""A report to investors laid out for people: the facts that were kept, in words, with pictures of the same figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.dateformat import format as format_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from bonds.arithmetic.tranches import TrancheKind
from bonds.queries.return_words import say_multiple, say_rate
from bonds.queries.run_words import name_stage, say_stage
from bonds.queries.told_counts import name_counted, say_told
from core.money import format_pounds
from foundation.count_charts import CountRow, count_bars
from foundation.report_charts import money_bars, money_columns

Facts = Mapping[str, Any]
# Reports that do not name their threshold were issued when it was this.
_FIRST_THRESHOLD: Final = 5
Row = tuple[str, str]

_MONEY: Final[Mapping[tuple[str, str], str | Promise]] = {
    ("in", "results"): lazy("Paid for results by commissioners and funds"),
    ("in", "advances"): lazy("Paid before results, still to be earned"),
    ("in", "investors"): lazy("Paid in by investors"),
    ("in", "other"): lazy("Other money that came in"),
    ("out", "providers"): lazy("To providers, for the service"),
    ("out", "interest"): lazy("To investors, interest"),
    ("out", "returns"): lazy("To investors, their share of what results earned"),
    ("out", "principal"): lazy("To investors, of the money that they paid in"),
    ("out", "advances"): lazy("Back to payers, of what they paid before results"),
    ("out", "payers"): lazy("Back to payers, of what they had paid too much"),
    ("out", "tax"): lazy("Tax withheld, paid on"),
    ("out", "other"): lazy("Other costs"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The same picture twice, for wide pages and paper, and for phones."""

    wide: SafeString
    narrow: SafeString


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result in words; a number that could tell who is meant is not in it."""

    name: str
    expected: str
    in_period: str
    so_far: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the waterfall: its number and day, and each step with what was left after it."""

    number: int
    on: date
    given: str
    steps: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says to one investor, or to all.

    Attributes:
        threshold: Counts of fewer people are not told.
        results: One row for each result that is paid for.
        came, left: Money in and out, in words and pounds, each with its sum.
        cash: Cash and reserve at the beginning and the end.
        months: Month, came, left.
        tranches: Name, and each figure in pounds.
        runs: How cash was shared out.
        coming: What is expected next.
        own: One investor's places; empty in what all are told.
        multiple, rate: Over all their places, the multiple first.
        charts: By name: results, months, tranches, own.
    """

    threshold: int
    results: tuple[ResultRow, ...]
    came: tuple[Row, ...]
    left: tuple[Row, ...]
    cash: tuple[Row, ...]
    months: tuple[tuple[str, str, str], ...]
    tranches: tuple[tuple[str, ...], ...]
    runs: tuple[RunRow, ...]
    coming: tuple[str, ...]
    own: tuple[Mapping[str, Any], ...]
    multiple: str
    rate: str
    charts: Mapping[str, Picture]


def lay_out_report(common: Facts, own: Facts | None = None) -> Report:
    """Lay a report out in words.

    Args:
        common: What all investors are told, as it was collected.
        own: What one is told; None for what all are told.
    """

    def pounds(pence: int) -> str:
        return format_pounds(pence, common["currency"])

    total = own["returns"] if own else None
    threshold = _threshold(common)
    return Report(
        threshold=threshold,
        results=tuple(_say_result(one, threshold) for one in common["results"]),
        came=_say_money(common["money"], "in", pounds),
        left=_say_money(common["money"], "out", pounds),
        cash=_say_cash(common, pounds),
        months=tuple((_month(one["month"]), pounds(one["in"]), pounds(one["out"])) for one in common["months"]),
        tranches=tuple(_say_tranche(one, pounds) for one in common["tranches"]),
        runs=tuple(_say_run(one, common) for one in common["runs"]),
        coming=tuple(_say_next([*(own["next"] if own else ()), *common["next"]], pounds, is_own=own is not None)),
        own=tuple(_say_place(one, pounds) for one in own["places"]) if own else (),
        multiple=say_multiple(total) if total else "",
        rate=say_rate(total, outstanding=own["outstanding"]) if own and total else "",
        charts=_draw(common, own),
    )


def _threshold(common: Facts) -> int:
    found: int = common.get("threshold", _FIRST_THRESHOLD)
    return found


def _say_result(one: Facts, threshold: int) -> ResultRow:
    step = one.get("step", threshold)
    so_far = _("not told") if one["so_far"] is None else str(one["so_far"])
    return ResultRow(
        name=name_counted(one["name"], is_of_groups=one.get("is_of_groups", False)),
        expected=_("not said") if one["expected"] is None else str(one["expected"]),
        in_period=say_told(one["in_period"], threshold=threshold, step=step),
        so_far=_("%(number)s or more") % {"number": so_far} if one.get("is_least") else so_far,
    )


def _say_money(money: Sequence[Facts], way: str, pounds: Callable[[int], str]) -> tuple[Row, ...]:
    mine = [one for one in money if one["way"] == way]
    rows = [(str(_MONEY.get((way, one["what"]), one["what"])), pounds(one["pence"])) for one in mine]
    return (*rows, (_("Together"), pounds(sum(one["pence"] for one in mine))))


def _say_cash(common: Facts, pounds: Callable[[int], str]) -> tuple[Row, ...]:
    cash = common["cash"]
    return (
        (_("Cash and reserve at the beginning"), pounds(cash["before"])),
        (_("Cash and reserve at the end"), pounds(cash["after"])),
        (_("Of this, held in reserve for costs"), pounds(cash["reserve"])),
    )


def _month(iso: str) -> str:
    return format_date(date.fromisoformat(iso), "M Y")


def _say_tranche(one: Facts, pounds: Callable[[int], str]) -> tuple[str, ...]:
    names = ("committed", "undrawn", "drawn", "repaid", "written_off", "outstanding", "interest_paid")
    # What a guarantor returned has come back as well.
    figures = {
        **one,
        "repaid": one["repaid"] + one["guaranteed"],
        "interest_paid": one["interest_paid"] + one["upside"],
    }
    return (one["name"], *(pounds(figures[name]) for name in names))


def _say_run(one: Facts, common: Facts) -> RunRow:
    names, currency = {each["code"]: each["name"] for each in common["tranches"]}, common["currency"]
    return RunRow(
        number=one["number"],
        on=date.fromisoformat(one["run_on"]),
        given=format_pounds(one["given"], currency),
        steps=tuple(
            (
                name_stage(step, tranches=names),
                say_stage(step, currency=currency, tranches=names),
                format_pounds(step["amount"], currency),
            )
            for step in one["steps"]
        ),
    )


def _say_place(one: Facts, pounds: Callable[[int], str]) -> Mapping[str, Any]:
    if one["kind"] == TrancheKind.GRANT.value:
        words = (
            ("committed", _("Promised")),
            ("undrawn", _("Of this, may still be called")),
            ("drawn", _("Given in the period")),
        )
        never = _("none: a grant is not repaid")
        rows = [(label, pounds(one[name])) for name, label in words]
        return {"name": one["name"], "rows": rows, "multiple": never, "rate": never}
    return _say_loan(one, pounds)


def _say_loan(one: Facts, pounds: Callable[[int], str]) -> Mapping[str, Any]:
    words: Sequence[tuple[str, str | Promise]] = (
        ("committed", _("Committed")),
        ("undrawn", _("Of this, may still be called")),
        ("principal_before", _("Lent at the beginning")),
        ("drawn", _("Paid in")),
        ("repaid", _("Returned to you of what you paid in")),
        ("guaranteed", _("Returned to you by a guarantor")),
        ("written_off", _("Lost and written off")),
        ("principal_after", _("Lent at the end")),
        ("interest_before", _("Interest earned and not paid, at the beginning")),
        ("interest_earned", _("Interest earned")),
        ("interest_paid", _("Interest paid")),
        ("interest_released", _("Interest that will not be paid")),
        ("interest_after", _("Interest earned and not paid, at the end")),
        ("upside", _("Your share of what results earned, paid")),
        ("downside", _("Paid by you because results were bad")),
    )
    always = {"committed", "undrawn", "principal_before", "drawn", "repaid", "principal_after", "interest_paid"}
    rows = [(str(label), pounds(one[name])) for name, label in words if one.get(name) or name in always]
    outstanding = one["principal_after"]
    return {
        "name": one["name"],
        "rows": rows,
        "multiple": say_multiple(one["returns"]),
        "rate": say_rate(one["returns"], outstanding=outstanding),
    }


def _say_next(told: Sequence[Facts], pounds: Callable[[int], str], *, is_own: bool) -> list[str]:
    words = {
        "call": _("Call %(number)s: %(pence)s of yours is wanted by %(on)s."),
        "promised": _("Shared out and not paid yet: %(pence)s."),
        "service_ends": _("The service goes on until the day before %(on)s."),
        "last_results": _("Results can be achieved until the day before %(on)s."),
        "recycled_until": _("Until %(on)s money that comes back stays in the service."),
        "matures": _("“%(name)s” is to be returned on %(on)s."),
    }
    own_promise = _("Of what was shared out, %(pence)s is yours and not paid yet.")
    said = []
    for place, one in enumerate(told):
        named = dict(one) | {"pence": pounds(one.get("pence", 0)), "on": _day(one.get("on", ""))}
        is_first_promise = one["what"] == "promised" and is_own and "promised" not in {x["what"] for x in told[:place]}
        is_mine = is_first_promise and sum(x["what"] == "promised" for x in told) > 1
        said.append((own_promise if is_mine else words[one["what"]]) % named)
    return said


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "j F Y") if iso else ""


def _draw(common: Facts, own: Facts | None) -> Mapping[str, Picture]:
    currency = common["currency"]
    charts = {}
    counted = [one for one in common["results"] if one["expected"] is not None or one["in_period"]]
    if counted:
        charts["results"] = _draw_results(counted, _threshold(common))
    labels = [format_date(date.fromisoformat(one["month"]), "M y") for one in common["months"]]
    moved = [(_("Came in"), [one["in"] for one in common["months"]])]
    moved.append((_("Went out"), [one["out"] for one in common["months"]]))
    charts["months"] = _columns(_("Money in and out, month by month"), labels, moved, currency)
    tranches = [one["name"] for one in common["tranches"]]
    stands = [(_("Paid in so far"), [one["drawn"] for one in common["tranches"]])]
    stands.append((_("Still lent"), [one["outstanding"] for one in common["tranches"]]))
    charts["tranches"] = _columns(_("Where each tranche stands"), tranches, stands, currency)
    if own:
        charts["own"] = _draw_own(own, currency)
    return charts


def _draw_results(counted: Sequence[Facts], threshold: int) -> Picture:
    rows = []
    for one in counted:
        said = _say_result(one, threshold)
        words = _("%(there)s of %(wanted)s") if one["expected"] is not None else "%(there)s"
        shown = words % {"there": said.in_period, "wanted": said.expected}
        rows.append(CountRow(said.name, one["expected"], one["in_period"], shown))
    names = {"wanted_name": _("Expected"), "there_name": _("Accepted by the verifier")}
    title = _("Results in the period against what was expected")
    return Picture(*(count_bars(title=title, rows=rows, narrow=narrow, **names) for narrow in (False, True)))


def _columns(title: str, labels: list[str], series: list[tuple[str, list[int]]], currency: str) -> Picture:
    drawn = (
        money_columns(title=title, labels=labels, series=series, currency=currency, narrow=narrow)
        for narrow in (False, True)
    )
    return Picture(*drawn)


def _draw_own(own: Facts, currency: str) -> Picture:
    returns = own["returns"]
    rows = [
        (_("You paid in, since the beginning"), returns["paid_in"]),
        (_("You got back, since the beginning"), returns["paid_out"]),
        (_("Still lent"), own["outstanding"]),
    ]
    title = _("Your money since the beginning")
    drawn = (money_bars(title=title, rows=rows, currency=currency, narrow=narrow) for narrow in (False, True))
    return Picture(*drawn)
