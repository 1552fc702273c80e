"""What the pages ask: a day, a month, a stretch of a statement. All by GET, so a page can be bookmarked."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.periods import Period
from core.reports import GENERAL_MONEY, UNRESTRICTED, Asked
from ledger.models import Account
from ledger.queries.general import LedgerPlace
from treasury.arithmetic.years import CALENDAR_YEARS, Years
from treasury.queries.reports import ReportKind
from treasury.states import ErasureReason

FIRST_YEAR = 1900
LAST_YEAR = 2999


class DayInput(forms.DateInput):
    """A day as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput(), input_formats=["%Y-%m-%d"])


def _check_year(day: date | None) -> date | None:
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise forms.ValidationError(_("Please give a year between 1900 and 2999."))
    return day


class AsOfForm(forms.Form):
    """The day of a trial balance."""

    on = _day_field(gettext_lazy("At the end of"))

    def clean_on(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["on"])


class StatementForm(forms.Form):
    """The stretch of a statement, its last day included, and perhaps one owner."""

    from_on = _day_field(gettext_lazy("From"))
    through_on = _day_field(gettext_lazy("Through"))
    owner = forms.CharField(label=gettext_lazy("Owner"), required=False, max_length=64)

    def clean_from_on(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["from_on"])

    def clean_through_on(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["through_on"])

    def clean(self) -> dict[str, Any]:
        """Refuse a stretch that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        from_on, through_on = cleaned.get("from_on"), cleaned.get("through_on")
        if from_on and through_on and through_on < from_on:
            self.add_error("through_on", _("The last day lies before the first."))
        return cleaned

    @property
    def until_on(self) -> date | None:
        """The first day that no longer counts."""
        through_on: date | None = self.cleaned_data.get("through_on")
        return through_on + timedelta(days=1) if through_on else None


class EntriesForm(StatementForm):
    """What to look for among the entries."""

    text = forms.CharField(label=gettext_lazy("Words, reference or key"), required=False, max_length=100, strip=True)
    kind = forms.CharField(label=gettext_lazy("Kind of entry"), required=False, max_length=64)
    account = forms.CharField(label=gettext_lazy("Account"), required=False, max_length=8)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount of one line, in pounds"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=15,
        decimal_places=2,
    )

    @property
    def amount_pence(self) -> int | None:
        """The amount in minor units."""
        amount: Decimal | None = self.cleaned_data.get("amount")
        return int(amount * 100) if amount is not None else None


class MonthForm(forms.Form):
    """The month of the control panel."""

    month = forms.DateField(
        label=gettext_lazy("Month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "YYYY-MM"}),
    )

    def clean_month(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["month"])


def month_of(day: date) -> Period:
    """Give the month in which a day lies."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1))


class CloseForGoodForm(forms.Form):
    """Through which day the books are closed for good; the tick says that it is meant."""

    through = forms.DateField(label=gettext_lazy("Last day to close"), widget=DayInput(), input_formats=["%Y-%m-%d"])
    is_meant = forms.BooleanField(
        label=gettext_lazy("I know that this cannot be undone"),
        error_messages={"required": gettext_lazy("Tick the box to close the books for good.")},
    )

    def clean_through(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["through"])


class CloseSoftlyForm(forms.Form):
    """Through which day only the treasurer posts; no day opens the books again."""

    through = _day_field(gettext_lazy("Last day that only the treasurer can post to"))

    def clean_through(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["through"])


class CarryYearForm(forms.Form):
    """The last day of the financial year."""

    year_end = forms.DateField(
        label=gettext_lazy("Last day of the financial year"), widget=DayInput(), input_formats=["%Y-%m-%d"]
    )

    def clean_year_end(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["year_end"])


ALL_MONEY = ""
_PLACE = re.compile(r"\A([0-9]{4,8})\.([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})\.([01])\Z")


class ReportForm(forms.Form):
    """What a report is asked: days, a fund, an account, whether beside the year before, as known at which moment.

    Pages and the API read a question with the same form. What is left out is filled in: the financial year until
    today. A last day in another year begins with that year.
    """

    from_on = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), input_formats=["%Y-%m-%d"])
    through_on = forms.DateField(label=gettext_lazy("Through"), widget=DayInput(), input_formats=["%Y-%m-%d"])
    on = forms.DateField(label=gettext_lazy("At the end of"), widget=DayInput(), input_formats=["%Y-%m-%d"])
    account = forms.ChoiceField(label=gettext_lazy("Account"), required=False)
    fund = forms.ChoiceField(label=gettext_lazy("Fund"), required=False)
    known_at = forms.DateTimeField(
        label=gettext_lazy("As it was known at"),
        required=False,
        help_text=gettext_lazy("London time. What was recorded later is left out."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    compare = forms.BooleanField(label=gettext_lazy("Beside the year before"), required=False)
    after = forms.RegexField(_PLACE, required=False, strip=False, widget=forms.HiddenInput())

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        kind: ReportKind,
        funds: Sequence[str],
        accounts: Sequence[Account],
        today: date,
        years: Years = CALENDAR_YEARS,
    ) -> None:
        """Take what was typed, and keep it; fill in what was not.

        Args:
            data: The question as it came.
            kind: Which report, and so which questions.
            funds: What can be chosen besides all money and general money.
            accounts: What can be chosen.
            today: The legal day.
            years: The financial years of the book's organisation.
        """
        self.years = years
        defaults = {
            "from_on": years.year_of(_last_day(data.get("through_on", ""), today)).first_on.isoformat(),
            "through_on": today.isoformat(),
            "on": today.isoformat(),
        }
        super().__init__(defaults | {name: data[name] for name in data})
        for name in set(self.fields) - {*kind.fields, "after"}:
            del self.fields[name]
        if "account" in self.fields:
            self._choices("account", [("", _("All accounts")), *((one.code, str(one)) for one in accounts)])
        if "fund" in self.fields:
            general = (GENERAL_MONEY, _("General money, tied to nothing"))
            self._choices("fund", [(ALL_MONEY, _("All money")), general, *((one, one) for one in funds)])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Keep to years that a calendar knows, and refuse a stretch that ends before it begins."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("from_on", "through_on", "on", "known_at"):
            day = cleaned.get(name)
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, _("Please give a year between 1900 and 2999."))
        from_on, through_on = cleaned.get("from_on"), cleaned.get("through_on")
        if from_on and through_on and through_on < from_on:
            self.add_error("through_on", _("The last day lies before the first."))
        return cleaned

    def clean_after(self) -> LedgerPlace | None:
        """Read the place after which a page begins, as our own links write it."""
        found = _PLACE.fullmatch(self.cleaned_data["after"])
        if found is None:
            return None
        try:
            return LedgerPlace(found[1], date.fromisoformat(found[2]), int(found[3]), int(found[4]))
        except ValueError:
            raise forms.ValidationError(_("There is no such page.")) from None

    def asked(self) -> Asked:
        """Give the question, once the form is valid."""
        cleaned = self.cleaned_data
        through_on: date = cleaned.get("through_on") or cleaned["on"]
        from_on: date | None = cleaned.get("from_on")
        before = self.years.compared(from_on, through_on) if from_on else self.years.compared_as_of(through_on)
        fund = cleaned.get("fund") or None
        return Asked(
            from_on=from_on or self.years.year_of(through_on).first_on,
            through_on=through_on,
            compare=bool(cleaned.get("compare")),
            fund=UNRESTRICTED if fund == GENERAL_MONEY else fund,
            known_at=cleaned.get("known_at"),
            account=cleaned.get("account", ""),
            before=before,
        )


class EraseWordsForm(forms.Form):
    """Why words are erased for good; the tick says that it is meant."""

    reason = forms.TypedChoiceField(
        label=gettext_lazy("Why the words go"),
        coerce=ErasureReason,
        choices=[
            (ErasureReason.ASKED.value, gettext_lazy("Somebody asked for it: the words name them")),
            (ErasureReason.MISPLACED.value, gettext_lazy("They should never have been written in the books")),
            (ErasureReason.NOT_NEEDED.value, gettext_lazy("Nobody needs them any more")),
        ],
        widget=forms.RadioSelect(),
        error_messages={"required": gettext_lazy("Choose why the words go.")},
    )
    is_meant = forms.BooleanField(
        label=gettext_lazy("I know that this cannot be undone"),
        error_messages={"required": gettext_lazy("Tick the box to erase the words for good.")},
    )


class AddAccountForm(forms.Form):
    """One more account; what is given here stays."""

    code = forms.RegexField(
        r"^[0-9]{4,8}$",
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Four to eight digits, such as 7150."),
        error_messages={"invalid": gettext_lazy("Give four to eight digits.")},
    )
    name = forms.RegexField(
        r"^[A-Z0-9][A-Za-z0-9-]*$",
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("Letters, digits and hyphens, with a capital first, such as Roof-Repairs."),
        error_messages={
            "invalid": gettext_lazy("Use letters, digits and hyphens only, with a capital or digit first.")
        },
    )
    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=[
            ("A", gettext_lazy("Asset: what we have, or are owed")),
            ("L", gettext_lazy("Liability: what we owe")),
            ("Q", gettext_lazy("Equity: shares and reserves")),
            ("I", gettext_lazy("Income")),
            ("X", gettext_lazy("Expense")),
        ],
    )
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        label=gettext_lazy("Currency"),
        required=False,
        help_text=gettext_lazy("Three letters such as EUR; leave it empty for the book's own."),
        error_messages={"invalid": gettext_lazy("Give three capital letters, such as EUR.")},
    )
    has_owners = forms.BooleanField(label=gettext_lazy("Each posting names whose money it is"), required=False)


class RetireAccountForm(forms.Form):
    """The account that is no longer used, and its last day."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=8)
    on = forms.DateField(label=gettext_lazy("Last day in use"), widget=DayInput(), input_formats=["%Y-%m-%d"])

    def clean_on(self) -> date | None:
        """Keep to years that a calendar knows."""
        return _check_year(self.cleaned_data["on"])


def _last_day(through_on: str, today: date) -> date:
    """Give the day on which a stretch ends; today, where it cannot be read or no calendar of accounts knows it."""
    try:
        day = date.fromisoformat(through_on)
    except ValueError:
        return today
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else today
