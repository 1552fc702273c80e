"""The parties of a contract and their roles; a provider's own words on how it goes about it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from django.views.generic.edit import FormView

from bonds import operations
from bonds.forms.contracts import AddPartyForm, ApproachForm, EndRoleForm, GiveRoleForm
from bonds.models import Party, PartyRoleHeld
from bonds.policies import Standpoint
from bonds.policies import contracts as policies
from bonds.queries.contracts import newest_version
from bonds.queries.parties import get_party, get_role, parties_of
from bonds.queries.terms import find_problems
from bonds.states import PartyRole, VersionState
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision


@method_decorator(never_cache, name="dispatch")
class PartiesView(ContractPageMixin, TemplateView):
    """Who takes part, as what, and from when; every party reads it."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/contracts/parties.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List them, and what is missing."""
        version = newest_version(self.contract)
        is_open = version.state == VersionState.DRAFT.value
        may_write = bool(policies.may_write_contract(self.actor, self.standpoint)) and is_open
        problems = [one["problem"] for one in find_problems(version) if one["at"] == "/parties"] if may_write else []
        facts = {
            "version": version,
            "parties": parties_of(self.contract),
            "may_write": may_write,
            "problems": problems,
            "may_describe": bool(policies.may_describe_approach(self.actor, self.standpoint)),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class PartyFormView(ContractPageMixin, FormView[Any], ABC):
    """A form on parties: one act behind its button."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/contracts/act.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who writes contracts."""
        return policies.may_write_contract(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it is, and where it leads back to."""
        back = reverse("bonds:parties", args=[self.organisation.slug, self.contract.reference])
        return super().get_context_data(
            **{"back": back, "back_words": _("Back to the parties")} | self.words() | kwargs
        )

    def form_valid(self, form: Any) -> HttpResponse:
        """Act, or say why not and keep what was typed."""
        try:
            done = self.act(form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, done)
        return redirect("bonds:parties", self.organisation.slug, self.contract.reference)

    @abstractmethod
    def words(self) -> dict[str, str]:
        """Give the words of the page: title, about and button."""

    @abstractmethod
    def act(self, typed: dict[str, Any]) -> str:
        """Do it, and say what was done."""


class AddPartyView(PartyFormView):
    """Making an organisation a party."""

    form_class = AddPartyForm

    def words(self) -> dict[str, str]:
        """Say what a party is."""
        about = _("An organisation is one party, whatever it does. You give it its roles in the next step.")
        return {"title": _("Add a party"), "about": about, "button": _("Add it")}

    def act(self, typed: dict[str, Any]) -> str:
        """Add it."""
        party = operations.add_party(contract=self.contract, actor=self.actor, at=clock.now(), **typed)
        return _("%(name)s is a party now. Give it a role.") % {"name": party.organisation.name}


class GiveRoleView(PartyFormView):
    """Giving a party a role."""

    form_class = GiveRoleForm

    @cached_property
    def its_party(self) -> Party:
        """The party of the address."""
        return get_party(contract=self.contract, code=str(self.kwargs["code"]))

    def get_initial(self) -> dict[str, Any]:
        """Begin with the first day of the version."""
        return {"from_on": newest_version(self.contract).effective_on}

    def words(self) -> dict[str, str]:
        """Say for whom."""
        about = _("A party can have several roles. Whoever claims never verifies: a provider cannot be the verifier.")
        title = _("A role for %(name)s") % {"name": self.its_party.organisation.name}
        return {"title": title, "about": about, "button": _("Give it this role")}

    def act(self, typed: dict[str, Any]) -> str:
        """Give it."""
        held = operations.give_role(
            party=self.its_party,
            role=PartyRole(typed["role"]),
            from_on=typed["from_on"],
            until_on=_day_after(typed["last_on"]),
            actor=self.actor,
            at=clock.now(),
        )
        role = held.get_role_display()
        return _("%(name)s: %(role)s.") % {"name": self.its_party.organisation.name, "role": role}


class EndRoleView(PartyFormView):
    """Ending a role."""

    form_class = EndRoleForm

    @cached_property
    def held(self) -> PartyRoleHeld:
        """The role of the address."""
        return get_role(contract=self.contract, public_id=str(self.kwargs["role"]))

    def words(self) -> dict[str, str]:
        """Say which role."""
        facts = {"name": self.held.party.organisation.name, "role": self.held.get_role_display()}
        about = _("What was done in this role before stays as it is.")
        return {"title": _("End a role: %(name)s, %(role)s") % facts, "about": about, "button": _("End it")}

    def act(self, typed: dict[str, Any]) -> str:
        """End it with the last day."""
        until_on = typed["last_on"] + timedelta(days=1)
        operations.end_role(held=self.held, until_on=until_on, actor=self.actor, at=clock.now())
        return _("The role ends on that day.")


class ApproachView(PartyFormView):
    """A provider says how it goes about it."""

    form_class = ApproachForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who speaks for a provider."""
        return policies.may_describe_approach(actor, standpoint)

    @cached_property
    def own(self) -> Party:
        """The provider itself."""
        found = next((one for one in parties_of(self.contract) if one.organisation_id == self.organisation.pk), None)
        if found is None:
            raise Http404
        return found

    def get_initial(self) -> dict[str, Any]:
        """Begin with the newest words."""
        newest = next(iter(self.own.approaches.all()), None)
        return {name: getattr(newest, name) for name in ("title", "text", "place_name")} if newest else {}

    def words(self) -> dict[str, str]:
        """Say who reads it."""
        about = _("Every party reads it, and so does everybody on the contract's public page. Earlier words are kept.")
        return {"title": _("How we go about it"), "about": about, "button": _("Save")}

    def act(self, typed: dict[str, Any]) -> str:
        """Keep the words."""
        operations.describe_approach(party=self.own, actor=self.actor, at=clock.now(), **typed)
        return _("Saved.")


def _day_after(last_on: date | None) -> date | None:
    return None if last_on is None else last_on + timedelta(days=1)
