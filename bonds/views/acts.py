"""Recording something under a contract: one form on a page, and nothing that was typed is lost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView

from bonds.models import OutcomeEvent, Participant
from bonds.policies import Standpoint
from bonds.policies import results as policies
from bonds.queries import people as people_queries
from bonds.queries import results as result_queries
from bonds.views.results import ResultsPageMixin
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision


class ActView(ResultsPageMixin, FormView[Any], ABC):
    """A form that does one thing; a refusal is said at its field, with all that was typed still there."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/results/form.html"
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise] = gettext_lazy("Record it")
    intro: ClassVar[str | Promise] = ""
    # Which field of the form a refusal is about, by the error's code.
    fields: ClassVar[dict[str, str]] = {}

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may record."""
        return policies.may_record_results(actor, standpoint)

    def form_valid(self, form: Any) -> HttpResponse:
        """Do it, or say what stands in the way."""
        try:
            there = self.act(form)
        except NotFound as missing:
            field = self.fields.get(missing.code)
            if field is None:
                raise
            form.add_error(field, missing.message)
            return self.form_invalid(form)
        except DomainError as refused:
            form.add_error(self.find_field(refused, form), _words_of(refused))
            return self.form_invalid(form)
        return HttpResponseRedirect(there)

    def find_field(self, refused: DomainError, form: forms.Form) -> str | None:
        """Find the field that a refusal is about."""
        field = self.fields.get(refused.code) or str(refused.facts.get("identifier", ""))
        return field if field in form.fields else None

    @abstractmethod
    def act(self, form: Any) -> str:
        """Do it, and give the address of what comes next."""

    @abstractmethod
    def back(self) -> str:
        """Where one comes from."""

    def go(self, name: str, *parts: str) -> str:
        """Give the address of a page of this contract."""
        return reverse(f"bonds:{name}", args=[self.organisation.slug, self.contract.reference, *parts])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the words of the page."""
        facts = {"title": self.title, "button": self.button, "intro": self.intro, "back": self.back()}
        return super().get_context_data(**facts | kwargs)

    def facts(self) -> dict[str, Any]:
        """What every act is given."""
        return {
            "contract": self.contract,
            "provider": self.party,
            "actor": self.actor,
            "at": clock.now(),
            "today": clock.today(),
        }

    def own_person(self, pseudonym: str) -> Participant:
        """Return one of the provider's own people."""
        return people_queries.get_person(contract=self.contract, pseudonym=pseudonym, provider=self.party)

    def own_result(self) -> OutcomeEvent:
        """Return one of the provider's own results."""
        return result_queries.get_result(contract=self.contract, public_id=self.kwargs["event"], provider=self.party)


def _words_of(refused: DomainError) -> list[str]:
    """The message of a refusal, with each of its problems where it lists some."""
    problems = refused.facts.get("problems") or []
    return [refused.message, *(f"{one['at']}: {one['problem']}" for one in problems if "at" in one)]
