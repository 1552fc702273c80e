"""Providers' pay on pages: what is due to whom, booking it, one provider's account, and why an amount is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from bonds import operations, states
from bonds.forms.providers import PeriodForm
from bonds.models import Party, ProviderDue
from bonds.operations.provider_statements import STATEMENT
from bonds.policies import Standpoint
from bonds.policies import providers as policies
from bonds.queries import provider_pay as queries
from bonds.queries import provider_statements as statements
from bonds.queries.claims import names_of_metrics
from bonds.queries.pay_words import KIND_WORDS, say_about, say_pay_step, say_unbooked
from bonds.queries.provider_dues import Unseen, find_unbooked, results_of
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from core.money import format_pounds
from core.reports import Report
from documents.exports.report_csv import csv_report
from documents.exports.text import Audience
from documents.models import Document
from foundation import clock
from foundation.access import Actor, Decision
from foundation.models import Job

UNBOOKED_SHOWN = 200
STATEMENTS_SHOWN = 24


class PayPageMixin(ContractPageMixin):
    """A page for the holder, and for providers as far as their own account goes."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees what providers are due."""
        return policies.may_see_pay(actor, standpoint)

    @property
    def sees_all(self) -> bool:
        """Whether the organisation sees every provider's account."""
        return policies.sees_every_account(self.standpoint)

    @property
    def is_running(self) -> bool:
        """Whether anything may be booked and paid under the contract."""
        return self.contract.state in {one.value for one in states.RUNNING_STATES}

    def url(self, name: str, *more: object) -> str:
        """Give an address of this contract."""
        return reverse(f"bonds:{name}", args=[self.organisation.slug, self.contract.reference, *more])


@method_decorator(never_cache, name="dispatch")
class ProviderPayView(PayPageMixin, TemplateView):
    """What each provider was booked, paid and is still due, and what a booking now would book; here it is booked."""

    http_method_names: Sequence[str] = ("get", "post", "head", "options")
    template_name = "bonds/providers/pay.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who books, for a booking."""
        is_act = self.request.method == "POST"
        return (policies.may_book_dues if is_act else policies.may_see_pay)(actor, standpoint)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it; a provider has one account and is led there."""
        if not self.sees_all:
            return redirect(self.url("provider-account", self.party.code))
        return super().get(request, *args, **kwargs)

    def post(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Book what is due by today, or begin the job that does."""
        here = self.url("provider-pay")
        try:
            made = operations.begin_booking(contract=self.contract, actor=self.actor, at=clock.now(), result_path=here)
        except DomainError as refused:
            messages.error(self.request, refused.message)
        else:
            if isinstance(made, Job):
                return redirect("foundation:job", made.public_id)
            facts = {"number": made.number, "sum": format_pounds(made.pence, self.contract.currency)}
            messages.success(self.request, _("Booking %(number)s: %(sum)s is in the books.") % facts)
        return redirect(here)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect balances, quarters, and what is not booked."""
        balances = queries.balances_of(self.contract)
        unseen = find_unbooked(self.contract, on=clock.today()) if self.is_running else Unseen([], 0, 0)
        facts = {
            "balances": balances,
            "sums": {name: sum(getattr(one, name) for one in balances) for name in ("due", "paid", "open", "waiting")},
            "quarters": [
                (begins, ends, [sums.get(one.provider.pk, 0) for one in balances], sum(sums.values()))
                for begins, ends, sums in queries.sums_by_round(self.contract)
            ],
            "unbooked": self._preview(unseen),
            "unbooked_count": len(unseen.dues),
            "unbooked_pence": unseen.pence,
            "may_book": bool(policies.may_book_dues(self.actor, self.standpoint)),
            "may_pay": self.is_running and bool(policies.may_pay_providers(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)

    def _preview(self, unseen: Unseen) -> list[dict[str, Any]]:
        """What a booking would book, each in words; of very many the first ones."""
        names, shown = names_of_metrics(self.contract), unseen.dues[:UNBOOKED_SHOWN]
        results = results_of(shown)
        return [
            {
                "provider": one.provider,
                "what": KIND_WORDS[one.due.kind.value],
                "about": say_unbooked(one, names, results),
                "pence": one.due.pence,
            }
            for one in shown
        ]


class AccountMixin(PayPageMixin):
    """A page of one provider's account, for the holder and that provider."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees this account; an account that is not there is not found."""
        decision = policies.may_see_pay(actor, standpoint)
        if not decision:
            return decision
        provider = self.provider.organisation.public_id
        return policies.may_see_account(actor, standpoint, provider=provider)

    @cached_property
    def provider(self) -> Party:
        """The provider of the address; to other providers it does not exist."""
        provider = queries.get_provider(contract=self.contract, code=str(self.kwargs["code"]))
        provider.contract = self.contract
        return provider

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whose account it is."""
        facts = {"provider": self.provider, "sees_all": self.sees_all}
        return super().get_context_data(**facts | kwargs)


class StatementMixin(AccountMixin):
    """A provider's statement of the days that are asked for; of everything where none are."""

    @cached_property
    def form(self) -> PeriodForm:
        """The days, as they were asked for."""
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        typed = {name: data.get(name, "") for name in ("from_on", "through_on")}
        begins = statements.first_day_of(self.contract)
        whole = {"from_on": begins.isoformat(), "through_on": max(clock.today(), begins).isoformat()}
        return PeriodForm({name: value or whole[name] for name, value in typed.items()})

    def days(self) -> tuple[date, date]:
        """First day, and the day after the last, of a form that is valid."""
        return self.form.cleaned_data["from_on"], self.form.cleaned_data["through_on"] + statements.ONE_DAY

    def build(self) -> Report | None:
        """Write the statement; None where the days cannot be."""
        if not self.form.is_valid():
            return None
        from_on, until_on = self.days()
        return statements.build_statement(
            self.provider, from_on=from_on, until_on=until_on, address_of=self._address_of
        )

    def _address_of(self, due: ProviderDue) -> str:
        return self.url("provider-due", self.provider.code, due.public_id)


@method_decorator(never_cache, name="dispatch")
class ProviderAccountView(StatementMixin, TemplateView):
    """What a provider was due and paid, day by day, each amount with its reason; and the statements it was sent."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/providers/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        issued = list(self.provider.statements.order_by("-pk")[:STATEMENTS_SHOWN])
        made = Document.objects.filter(
            kind=STATEMENT, subject__in=[one.public_id for one in issued], file__isnull=False
        )
        files = {one.subject: one for one in made}
        facts = {
            "balance": queries.balance_of(self.provider),
            "report": self.build(),
            "form": self.form,
            "query": self.request.GET.urlencode(),
            "issued": [(one, one.until_on - statements.ONE_DAY, files.get(one.public_id)) for one in issued],
            "may_issue": self.is_running and bool(policies.may_book_dues(self.actor, self.standpoint)),
            "may_pay": self.is_running and bool(policies.may_pay_providers(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class StatementFileView(StatementMixin, View):
    """The statement of the days that are asked for, as a CSV file."""

    http_method_names = ("get", "head", "options")

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send it; days that cannot be lead back to the page, which says so."""
        report = self.build()
        if report is None:
            query = self.request.GET.urlencode()
            return redirect(f"{self.url('provider-account', self.provider.code)}?{query}")
        response = StreamingHttpResponse(csv_report(report, audience=Audience.HUMAN), content_type="text/csv")
        asked = report.asked
        name = f"{self.contract.reference}-{self.provider.code}-{asked.from_on}-{asked.through_on}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


@method_decorator(never_cache, name="dispatch")
class ProviderDueView(AccountMixin, TemplateView):
    """Why an amount is what it is, step by step."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/providers/due.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say each step."""
        due = queries.get_due(provider=self.provider, public_id=str(self.kwargs["amount"]))
        steps = [
            (say_pay_step(step["name"], step["facts"], currency=self.contract.currency), step["amount"])
            for step in due.steps
        ]
        facts = {"due": due, "about": say_about(due, names_of_metrics(self.contract)), "steps": steps}
        return super().get_context_data(**facts | kwargs)
