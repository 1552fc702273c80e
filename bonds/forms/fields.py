"""Fields of the builder: amounts, percentages and days, which read what is typed and show what the terms hold."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bonds.models.choices import CODE
from core.amounts import MAX_DIGITS, read_pence

FIRST_YEAR, LAST_YEAR = 1990, 2199
_RATE: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?", re.ASCII)
_WHOLE: Final = 100


class DayInput(forms.DateInput):
    """A day as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, kept as the text that terms have it as."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=DayInput(), input_formats=["%Y-%m-%d"], **more)

    def clean(self, value: Any) -> Any:
        """Give the day as "2026-01-31", or None."""
        day = super().clean(value)
        if day is None:
            return None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Please give a year between 1990 and 2199."))
        return day.isoformat()


class PlainDayField(forms.DateField):
    """A day in years that a contract can have, kept as a day."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=DayInput(), input_formats=["%Y-%m-%d"], **more)

    def clean(self, value: Any) -> Any:
        """Refuse other years."""
        day = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Please give a year between 1990 and 2199."))
        return day


class PoundsField(forms.CharField):
    """An amount of money, kept in whole pence."""

    is_money = True

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=24, **more)

    def prepare_value(self, value: Any) -> Any:
        """Show pence as an amount; what was typed stays as it was typed."""
        return _write_hundredths(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Give pence, or None."""
        return _read_hundredths(super().clean(value), _("Write an amount such as 500 or 1,250.50, without a minus."))


class PercentField(forms.CharField):
    """A percentage, kept in hundredths of a percent."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=12, **more)

    def prepare_value(self, value: Any) -> Any:
        """Show hundredths of a percent as a percentage; what was typed stays as it was typed."""
        return _write_hundredths(value).removesuffix(".00") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Give hundredths of a percent, or None."""
        text = super().clean(value).removesuffix("%").strip()
        return _read_hundredths(text, _("Write a percentage such as 40 or 33.33."))


class RateField(forms.CharField):
    """A number with decimals, kept as the text that was typed: 0.075."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=24, **more)

    def clean(self, value: Any) -> Any:
        """Give the text, or None."""
        text = super().clean(value).replace(",", "")
        if not text:
            return None
        if not _RATE.fullmatch(text):
            raise forms.ValidationError(_("Write a number such as 12, 0.5 or -0.25."))
        return text


class CodeField(forms.RegexField):
    """A short name by which other parts of the terms point here."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("label", gettext_lazy("Short name"))
        more.setdefault("help_text", gettext_lazy("Small letters, digits, - and _ only, such as housed_3m."))
        wrong = gettext_lazy("Use small letters, digits, - and _, up to 40 of them, beginning with a letter or digit.")
        super().__init__(CODE, max_length=40, error_messages={"invalid": wrong}, **more)


def last_day(until_on: Any) -> Any:
    """Give the last day of a period for the first day after it; what is no day is given as it is."""
    return _shift(until_on, -1)


def day_after(last_on: Any) -> Any:
    """Give the first day after a period for its last day."""
    return _shift(last_on, 1)


def _shift(day: Any, days: int) -> Any:
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except (TypeError, ValueError, OverflowError):
        return day


def _write_hundredths(value: int) -> str:
    sign, whole = ("-", -value) if value < 0 else ("", value)
    return f"{sign}{whole // _WHOLE}.{whole % _WHOLE:02d}"


def _read_hundredths(text: str, complaint: str) -> int | None:
    if not text:
        return None
    found = read_pence(text)
    if found is None or len(str(found)) > MAX_DIGITS:
        raise forms.ValidationError(complaint)
    return found
