"""Tags and filters that give every page the same parts: fields, summaries, money, dates, badges.

How each is used is shown in docs/look.md. Nothing here writes a style or a script into the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.forms.widgets import ChoiceWidget
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from moneyed import Money

from core.money import format_pounds, to_minor
from core.periods import LONDON
from foundation import charts

register = template.Library()

# Which colour a state takes. Colour never speaks alone: the badge always carries the word as well.
TONES: Mapping[str, str] = {
    "open": "good",
    "paid": "good",
    "allotted": "good",
    "succeeded": "good",
    "valid": "good",
    "sent": "good",
    "live": "good",
    "done": "good",
    "posted": "good",
    "awaiting_payment": "doing",
    "started": "doing",
    "paused": "doing",
    "submitted": "doing",
    "approved": "doing",
    "refunding": "doing",
    "waiting": "doing",
    "running": "doing",
    "pending": "doing",
    "closed": "done",
    "allocated": "done",
    "accepted": "done",
    "refunded": "done",
    "finished": "done",
    "withdrawn": "done",
    "failed": "bad",
    "refused": "bad",
    "cancelled": "bad",
    "lapsed": "bad",
    "disputed": "bad",
}


# Money and dates


def _pence(value: Money | int) -> tuple[int, str]:
    if isinstance(value, Money):
        return to_minor(value), value.currency.code
    return value, "GBP"


@register.filter
def pounds(value: Money | int | None) -> str:
    """Write an amount (Money, or an int of pence) in full: £1,234.50. Nothing for None."""
    if value is None or value == "":
        return ""
    return format_pounds(*_pence(value))


@register.filter
def whole_pounds(value: Money | int | None) -> str:
    """Write an amount without its pence where there are none: £1,234, but £1,234.50."""
    return pounds(value).removesuffix(".00")


@register.simple_tag
def money(value: Money | int | None, *, short: bool = False) -> SafeString:
    """Show an amount that never breaks over two lines; `short` leaves out .00."""
    return format_html('<span class="money">{}</span>', whole_pounds(value) if short else pounds(value))


@register.filter
def day(value: date | datetime | None) -> str:
    """Write the day in Europe/London: 22 November 2026."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(LONDON).date()
    return format_date(value, "j F Y")


@register.filter
def moment(value: datetime | None) -> str:
    """Write an instant as London clocks show it: 22 November 2026 at 5:30pm."""
    if not value:
        return ""
    local = value.astimezone(LONDON)
    clock = _clock_words(local)
    return _("%(day)s at %(clock)s") % {"day": format_date(local, "j F Y"), "clock": clock}


def _clock_words(local: datetime) -> str:
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon
    hour = local.hour % 12 or 12
    return f"{hour}:{local.minute:02d}{half}" if local.minute else f"{hour}{half}"


@register.simple_tag
def when(value: date | datetime | None) -> SafeString:
    """Show a day or an instant as a <time> element that machines can read too."""
    if not value:
        return SafeString("")
    text = moment(value) if isinstance(value, datetime) else day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


# Forms


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    hint: str = "",
    prefix: str = "",
    width: str = "",
    big: bool = False,
    say_optional: bool = True,
    attrs: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Show one form field: label, hint and error, tied together for screen readers.

    Args:
        bound: the field, `form.name`.
        hint: text under the label; the field's help_text where none is given.
        prefix: shown before the input, such as "£".
        width: "5", "10" or "20" characters; full width where none is given.
        big: the label is the heading of the page (one thing per page).
        say_optional: whether a field that may stay empty says so; a search, where all may, does not.
        attrs: further attributes of the input.
    """
    widget = bound.field.widget
    hint = hint or str(bound.help_text or "")
    described = [widget.attrs.get("aria-describedby", "")]
    described += [f"{bound.auto_id}_helptext"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    described_by = " ".join(part for part in described if part)
    kind = _field_kind(bound)
    extra: dict[str, str | bool] = dict(attrs or {})
    if described_by and kind != "choices":
        extra["aria-describedby"] = described_by
    return {
        "field": bound,
        "kind": kind,
        "hint": hint,
        "prefix": prefix,
        "width": width,
        "big": big,
        "described_by": described_by,
        "control": "" if kind == "choices" else bound.as_widget(attrs=extra),
        "optional": say_optional and not bound.field.required and kind != "checkbox",
    }


def _field_kind(bound: BoundField) -> str:
    widget = bound.field.widget
    input_type = getattr(widget, "input_type", "")
    if isinstance(widget, ChoiceWidget) and input_type in {"radio", "checkbox"}:
        return "choices"
    if input_type == "checkbox":
        return "checkbox"
    return "group" if bound.use_fieldset else "plain"


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Show all fields of a form in their order, hidden ones included."""
    return {"form": form}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | None) -> dict[str, Any]:
    """List what is wrong at the top of the page, each line a link to its field. Nothing where all is well."""
    problems: list[dict[str, str]] = []
    for form in forms:
        if form is None or not form.is_bound:
            continue
        problems += [{"href": "", "text": str(text)} for text in form.non_field_errors()]
        for bound in form:
            target = f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
            problems += [{"href": f"#{target}", "text": _named(bound, str(text))} for text in bound.errors]
    return {"problems": problems}


def _named(bound: BoundField, text: str) -> str:
    """Put the label before a message of Django's own, which does not say what is wrong with which field."""
    kinds = type(bound.field).__mro__
    generic = {str(words) for kind in kinds for words in getattr(kind, "default_error_messages", {}).values()}
    return f"{bound.label}: {text}" if text in generic else text


# Parts of a page


@register.simple_block_tag
def warning(content: str, title: str = "") -> SafeString:
    """Frame a risk so that nobody misses it: {% warning title="..." %}<p>...</p>{% endwarning %}."""
    heading = format_html('<p class="warning-title">{}</p>', title) if title else ""
    return format_html('<div class="warning" role="note">{}{}</div>', heading, content)


@register.simple_block_tag
def notice(content: str, tone: str = "info") -> SafeString:
    """Frame a remark: tone is info, success, warn or error."""
    return format_html('<div class="notice {}">{}</div>', tone, content)


@register.simple_block_tag
def card(content: str, tone: str = "") -> SafeString:
    """Put content on a card; tone "go" marks the one that leads on."""
    return format_html('<div class="card {}">{}</div>', tone, content)


@register.simple_tag
def status(state: str, label: str = "") -> SafeString:
    """Show a state as a badge: its word, and a colour that repeats the word."""
    words = label or state.replace("_", " ").capitalize()
    return format_html('<span class="badge {}">{}</span>', TONES.get(state, ""), words)


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Show facts as a list of (label, value) or (label, value, change_url)."""
    shown = [{"label": row[0], "value": row[1], "change": row[2] if len(row) > 2 else ""} for row in rows]  # noqa: PLR2004
    return {"rows": shown, "can_change": any(row["change"] for row in shown)}


@register.inclusion_tag("components/steps.html")
def steps(names: Sequence[str], current: int) -> dict[str, Any]:
    """Show where one is on the way: names of the steps, and the number of this one counted from 1."""
    return {"steps": [{"name": name, "number": n} for n, name in enumerate(names, 1)], "current": current}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Show what is to be done: mappings with name, state, and perhaps url, hint and label."""
    return {"tasks": list(tasks)}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any) -> dict[str, Any]:
    """Show links to the previous and next page of a Paginator page, keeping the filters of the address."""
    request = context.get("request")
    kept = request.GET.copy() if request else None
    if kept is not None:
        kept.pop("page", None)
    query = kept.urlencode() if kept else ""
    return {"page": page, "query": f"{query}&" if query else ""}


@register.simple_tag
def progress(
    label: str, done: int, whole: int, *, words: str = "", sure: int | None = None, least: int | None = None
) -> SafeString:
    """Draw a bar of `done` out of `whole`; see foundation.charts.progress_bar."""
    return charts.progress_bar(label=label, done=done, whole=whole, words=words, sure=sure, least=least)


@register.filter
def percent_of(part: int, whole: int) -> int:
    """How many whole per cent, rounded down: 100 is only said when all of it is there."""
    return part * 100 // whole if whole > 0 else 0
