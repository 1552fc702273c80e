"""The page of the financial year: which years there are, and on which day of the year they end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView

from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from people.queries import find_names
from people.views import RecentAuthenticationMixin
from treasury import operations, policies
from treasury.arithmetic.years import FIRST_DAY
from treasury.forms import DayInput
from treasury.models.journals import REASON_LENGTH
from treasury.queries.years import get_year_page
from treasury.views.mixins import BooksPageMixin

_LONGEST_MONTH = 31


class YearEndForm(forms.Form):
    """On which day of the year financial years end, and since when."""

    day = forms.IntegerField(
        label=gettext_lazy("Day"),
        min_value=1,
        max_value=_LONGEST_MONTH,
        help_text=gettext_lazy("28 or 29 February is its last day in every year."),
    )
    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int, choices=list(MONTHS.items()))
    from_on = forms.DateField(
        label=gettext_lazy("Holds from"),
        required=False,
        widget=DayInput(),
        input_formats=["%Y-%m-%d"],
        help_text=gettext_lazy("Years that end before this day stay. Leave it empty if it has always been so."),
    )
    reason = forms.CharField(
        label=gettext_lazy("What this rests on"),
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("For example the rules, or the date of the notice to the FCA or Companies House."),
    )


class FinancialYearView(BooksPageMixin, RecentAuthenticationMixin, FormView[YearEndForm]):
    """When financial years end: read by officers, said by the treasurer."""

    template_name = "treasury/financial_year.html"
    form_class = YearEndForm

    def decide(self, actor: Actor) -> Decision:
        """Ask who may look, or who may say it."""
        if self.request.method == "POST":
            return policies.may_set_year_end(actor, self.organisation.public_id)
        return super().decide(actor)

    def get_initial(self) -> dict[str, Any]:
        """Begin with the year end that holds."""
        end = get_year_page(organisation=self.organisation, today=clock.today()).end
        return {"day": end.day, "month": end.month}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the years, who may change them, and what was said before."""
        page = get_year_page(organisation=self.organisation, today=clock.today())
        decision = policies.may_set_year_end(self.actor, self.organisation.public_id)
        facts = {
            "shown": page,
            "names": find_names({one.row.set_by for one in page.history}),
            "may_set": bool(decision),
        }
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: YearEndForm) -> HttpResponse:
        """Set it, or show why not."""
        given = form.cleaned_data
        try:
            operations.set_year_end(
                organisation=self.organisation,
                month=given["month"],
                day=given["day"],
                from_on=given["from_on"] or FIRST_DAY,
                reason=given["reason"],
                actor=self.actor,
                at=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("The year end is set. Reports and closing go by it from now on."))
        return redirect("treasury:financial-year", self.organisation.slug)
