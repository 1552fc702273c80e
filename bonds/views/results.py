"""People and what they achieved: lists and single pages, for providers and for those who pay, verify and evaluate."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from bonds.models import Party
from bonds.operations.evidence import read_evidence_file
from bonds.policies import Standpoint
from bonds.policies import providers as provider_policies
from bonds.policies import results as policies
from bonds.queries import evidence as evidence_queries
from bonds.queries import people as people_queries
from bonds.queries import results as result_queries
from bonds.states import PAYER_ROLES, PartyRole
from bonds.views.mixins import ContractPageMixin
from foundation import clock
from foundation.access import Actor, Decision
from foundation.files import stream

PAGE_ROWS = 50


@method_decorator(never_cache, name="dispatch")
class ResultsPageMixin(ContractPageMixin):
    """A page for those who may see results; a provider sees its own."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may see results."""
        return policies.may_see_results(actor, standpoint)

    @property
    def scope(self) -> Party | None:
        """The provider whose results are shown; None: everybody's."""
        return None if policies.sees_all_results(self.standpoint) else self.party

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what this officer may do here."""
        facts = {
            "may_record": bool(policies.may_record_results(self.actor, self.standpoint)),
            "may_refer": bool(policies.may_record_referrals(self.actor, self.standpoint)),
            "may_open": bool(policies.may_see_evidence(self.actor, self.standpoint)),
            "sees_all": self.scope is None,
            "sees_all_evidence": policies.sees_all_evidence(self.standpoint),
        }
        return super().get_context_data(**facts | kwargs)

    def page_of(self, rows: Any) -> Any:
        """Give the page of rows that the address asks for."""
        return Paginator(rows, PAGE_ROWS).get_page(self.request.GET.get("page"))


class ResultsView(ResultsPageMixin, TemplateView):
    """What was achieved, newest first."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/results/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give one page of results."""
        results = result_queries.results_of(contract=self.contract, provider=self.scope)
        facts = {"page": self.page_of(results), "metrics": result_queries.metrics_of(self.contract)}
        return super().get_context_data(**kwargs | facts)


class ResultView(ResultsPageMixin, TemplateView):
    """One result, what shows it and what it still misses."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/results/result.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the result."""
        event = result_queries.get_result(contract=self.contract, public_id=self.kwargs["event"], provider=self.scope)
        looked = evidence_queries.look_at(self.contract, [event], on=clock.today())
        facts = {
            "event": event,
            "metric": result_queries.metrics_of(self.contract).get(event.metric),
            "standing": looked[0] if looked else None,
            "evidence": evidence_queries.evidence_of(event),
            "is_ours": event.provider.organisation_id == self.organisation.pk,
            "is_withdrawn": hasattr(event, "withdrawal"),
            "lines": event.lines.select_related("claim").order_by("pk"),
        }
        return super().get_context_data(**kwargs | facts)


class MissingView(ResultsPageMixin, TemplateView):
    """What is in no claim yet: what it misses, and how long there still is."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/results/missing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the list in three parts: something is missing, ready to claim, too late."""
        rows = evidence_queries.list_unclaimed(contract=self.contract, provider=self.scope, on=clock.today())
        facts = {
            "incomplete": [one for one in rows if not one.is_late and not one.is_complete],
            "ready": [one for one in rows if not one.is_late and one.is_complete],
            "late": [one for one in rows if one.is_late],
        }
        return super().get_context_data(**kwargs | facts)


class PeopleView(ResultsPageMixin, TemplateView):
    """Who is with a provider, by pseudonym."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/results/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give one page of people."""
        people = people_queries.people_of(contract=self.contract, provider=self.scope)
        return super().get_context_data(**kwargs | {"page": self.page_of(people)})


class PersonView(ResultsPageMixin, TemplateView):
    """One person: starts, what has to last, results, and what is known of them."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/results/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the person; of other providers only that they know somebody too."""
        person = people_queries.get_person(contract=self.contract, pseudonym=self.kwargs["person"], provider=self.scope)
        results = result_queries.results_of(contract=self.contract, provider=self.scope).filter(participant=person)
        starts = people_queries.starts_of(person, provider=self.scope)
        facts = {
            "person": person,
            "starts": starts,
            "clocks": people_queries.clocks_of(person),
            "results": results,
            "metrics": result_queries.metrics_of(self.contract),
            "evidence": person.evidence.filter(event=None).select_related("file"),
            "subgroups": result_queries.subgroups_of(self.contract),
            "is_elsewhere": self.scope is not None and person.starts.exclude(provider=self.scope).exists(),
            "is_ours": any(one.provider.organisation_id == self.organisation.pk for one in starts),
        }
        return super().get_context_data(**kwargs | facts)


class ReferralsView(ResultsPageMixin, TemplateView):
    """Who was sent to whom, and how that stands against what was guaranteed."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/results/referrals.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give referrals and guarantees that concern this party."""
        roles = self.standpoint.roles
        sees_all = bool(roles & {PartyRole.HOLDER.value, PartyRole.VERIFIER.value, PartyRole.INTERMEDIARY.value})
        is_payer = bool(roles & {role.value for role in PAYER_ROLES})
        mine = None if sees_all else self.party
        referrals = people_queries.referrals_of(
            contract=self.contract,
            provider=mine if mine is not None and PartyRole.PROVIDER.value in roles else None,
            commissioner=mine if is_payer else None,
        )
        standings = people_queries.guarantee_standings(contract=self.contract, on=clock.today())
        names = {one.code: one.organisation.name for one in people_queries.parties_with(self.contract, *PartyRole)}
        facts = {
            "page": self.page_of(referrals),
            "may_accept": bool(provider_policies.may_book_dues(self.actor, self.standpoint)),
            "guarantees": [
                {"standing": one, "commissioner": names.get(one.guarantee.commissioner, one.guarantee.commissioner),
                 "provider": names.get(one.guarantee.provider, one.guarantee.provider)}
                for one in standings
                if mine is None or mine.code in {one.guarantee.commissioner, one.guarantee.provider}
            ],
        }  # fmt: skip
        return super().get_context_data(**kwargs | facts)


class EvidenceFileView(ContractPageMixin, View):
    """A file of evidence, for its provider and the verifier."""

    http_method_names = ("get", "head", "options")

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may open evidence."""
        return policies.may_see_evidence(actor, standpoint)

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send it, and write down that it was taken."""
        scope = None if policies.sees_all_evidence(self.standpoint) else self.party
        item = evidence_queries.get_evidence(contract=self.contract, public_id=self.kwargs["evidence"], provider=scope)
        stored = read_evidence_file(
            item=item, organisation=self.organisation.public_id, actor=self.actor, at=clock.now()
        )
        if stored is None:
            raise Http404
        return stream(stored, inline=False)
