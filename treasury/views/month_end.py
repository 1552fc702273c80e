"""The month-end panel."""

from typing import Any

from django.views.generic import TemplateView

from foundation import clock
from treasury import queries
from treasury.forms import MonthForm, month_of
from treasury.views.mixins import BooksPageMixin


class MonthEndView(BooksPageMixin, TemplateView):
    """Every control of a month, green or red, each with what is wrong and where to put it right."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/month_end.html"

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Run the controls; without a month, of this one."""
        form = MonthForm(self.request.GET or None)
        chosen = form.cleaned_data["month"] if form.is_bound and form.is_valid() else None
        month = month_of(chosen or clock.today())
        controls = queries.run_controls(
            organisation=self.organisation.public_id,
            slug=self.organisation.slug,
            from_on=month.from_on,
            until_on=month.until_on,
        )
        return super().get_context_data(
            form=form if form.is_bound else MonthForm(initial={"month": month.from_on}),
            month=month,
            controls=controls,
            open_count=sum(not one.passed for one in controls),
        )
