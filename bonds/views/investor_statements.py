"""The statement of an investor: a period on a page, and as a PDF through the documents room."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from bonds.documents.investors import STATEMENT, statement_subject
from bonds.forms.investor_acts import PeriodForm
from bonds.models import Party
from bonds.queries.investor_statements import PartyStatement, get_statement
from bonds.queries.parties import get_party
from bonds.queries.terms import version_starts
from bonds.views.investors import InvestorsPageMixin
from documents import operations as document_operations
from foundation import clock

ONE_DAY = timedelta(days=1)


class StatementMixin(InvestorsPageMixin):
    """A page of one investor's statement: one's own, or that of the investor for whom the contract holder asks."""

    @cached_property
    def investors(self) -> list[tuple[str, str]]:
        """Codes and names of those whose statements can be seen here."""
        codes = dict.fromkeys(one.investor for one in self.terms.commitments) if self.terms else {}
        return [(code, self.names.parties.get(code, code)) for code in codes if self.only in {"", code}]

    @cached_property
    def of(self) -> Party | None:
        """Whose statement it is; the first investor where none is asked for."""
        asked = self.request.POST.get("investor") or self.request.GET.get("investor") or ""
        codes = [code for code, _name in self.investors]
        code = asked if asked in codes else next(iter(codes), "")
        return get_party(contract=self.contract, code=code) if code else None

    def read(self, form: PeriodForm) -> PartyStatement | None:
        """Work the statement out for a valid period; None where nobody invests."""
        if self.of is None or not form.is_valid():
            return None
        first, last = form.cleaned_data["from_on"], form.cleaned_data["last_on"]
        return get_statement(contract=self.contract, party=self.of, from_on=first, until_on=last + ONE_DAY)

    def first_days(self) -> dict[str, date]:
        """Begin with the whole time since the contract began."""
        starts = [on for on, _number in version_starts(self.contract)]
        today = clock.today()
        return {"from_on": min([*starts, today]), "last_on": today}


@method_decorator(never_cache, name="dispatch")
class StatementView(StatementMixin, TemplateView):
    """The statement of a period."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/investors/statement.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Work it out for the days that are asked for."""
        given = {name: self.request.GET.get(name, "") for name in ("from_on", "last_on")}
        form = PeriodForm(given if any(given.values()) else self.first_days())
        facts = {"form": form, "statement": self.read(form), "investors": self.investors, "of": self.of}
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class StatementFileView(StatementMixin, View):
    """The statement as a PDF; as long as nothing changes, asking again gives the same file."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Make it, and lead to the file."""
        statement = self.read(PeriodForm(request.POST))
        if statement is None:
            return redirect(self.url("investor-statement"))
        document = document_operations.make_document(
            kind=STATEMENT,
            organisation=self.contract.organisation,
            subject=statement_subject(statement),
            actor=self.actor,
            at=clock.now(),
            issued_on=clock.today(),
        )
        return redirect("documents:download", public_id=document.public_id)
