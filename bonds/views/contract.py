"""The contracts of an organisation, opening one, the page of a contract, and one version in words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from django.views.generic.edit import FormView

from bonds import operations, states
from bonds.arithmetic.deadlines import Nation
from bonds.forms.contracts import OpenContractForm, ReasonForm, SignForm
from bonds.models import ContractVersion, OutcomesContract
from bonds.policies import Standpoint
from bonds.policies import contracts as policies
from bonds.policies.adjusting import may_see_adjustments
from bonds.queries.adjusting import waits_for_adjustment
from bonds.queries.contracts import newest_version
from bonds.queries.parties import parties_of
from bonds.queries.versions import get_version, may_still_sign, signings_of, version_before, versions_of
from bonds.states import VersionState
from bonds.views.areas import links_for
from bonds.views.builder_steps import documents_of, vocabulary_of
from bonds.views.mixins import ContractPageMixin
from bonds.views.reading import compare_in_words, read_in_words
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from people.queries import find_names
from people.views import OfficerPageMixin

Text = str | Promise


@method_decorator(never_cache, name="dispatch")
class ContractsView(OfficerPageMixin, TemplateView):
    """The contracts in which an organisation has a part."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/contracts/list.html"

    def decide(self, actor: Actor) -> Decision:
        """Ask who may list them."""
        return policies.may_list_contracts(actor, self.organisation)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List them by reference."""
        rows = OutcomesContract.objects.for_organisation(self.organisation).select_related("organisation")
        may_open = bool(policies.may_open_contract(self.actor, self.organisation))
        return super().get_context_data(**{"rows": rows, "may_open": may_open} | kwargs)


@method_decorator(never_cache, name="dispatch")
class OpenContractView(OfficerPageMixin, FormView[OpenContractForm]):
    """Opening a contract that this organisation will hold."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/contracts/open.html"
    form_class = OpenContractForm

    def decide(self, actor: Actor) -> Decision:
        """Ask who may open one."""
        return policies.may_open_contract(actor, self.organisation)

    def form_valid(self, form: OpenContractForm) -> HttpResponse:
        """Open it and go to its steps; or say that the reference is taken."""
        typed = form.cleaned_data
        try:
            contract = operations.open_contract(
                organisation=self.organisation,
                **typed | {"nation": Nation(typed["nation"])},
                actor=self.actor,
                at=clock.now(),
            )
        except DomainError as refused:
            form.add_error("reference", refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("The contract is a draft now. Begin with its parties."))
        return redirect("bonds:parties", self.organisation.slug, contract.reference)


@method_decorator(never_cache, name="dispatch")
class ContractView(ContractPageMixin, TemplateView):
    """A contract: where it stands, who takes part, its versions, and what may be done next."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/contracts/contract.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        newest = newest_version(self.contract)
        may_write = bool(policies.may_write_contract(self.actor, self.standpoint))
        is_running = self.contract.state in {one.value for one in states.RUNNING_STATES}
        is_open = newest.state in {VersionState.DRAFT.value, VersionState.PROPOSED.value}
        sees_all = bool(may_see_adjustments(self.actor, self.standpoint))
        facts = {
            "areas": links_for(
                actor=self.actor,
                standpoint=self.standpoint,
                contract=self.contract,
                organisation=self.organisation,
            ),
            "versions": versions_of(self.contract),
            "newest": newest,
            "parties": parties_of(self.contract),
            "history": self.contract.state_changes.all(),
            "may_write": may_write,
            "may_write_terms": may_write and newest.state == VersionState.DRAFT.value,
            "may_vary": may_write and is_running and not is_open,
            "reaches_back": sees_all and waits_for_adjustment(self.contract),
            "must_sign": may_still_sign(newest, self.organisation),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class VersionView(ContractPageMixin, TemplateView):
    """A version in words: what it says, what it changes, who has signed it; here it is signed too."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/contracts/version.html"

    @cached_property
    def version(self) -> ContractVersion:
        """The version of the address."""
        return get_version(contract=self.contract, number=int(self.kwargs["number"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect it."""
        version, parties = self.version, parties_of(self.contract)
        documents = documents_of(version)
        words = vocabulary_of(self.contract, documents, parties)
        before = version_before(version)
        signings = signings_of(version)
        names = find_names({one.signed_by for one in signings if one.signed_by})
        facts: dict[str, Any] = {
            "version": version,
            "read": read_in_words(documents, words),
            "before": before,
            "signings": [(one, names.get(one.signed_by, "")) for one in signings],
        }
        if before is not None:
            old = documents_of(before)
            old_words = vocabulary_of(self.contract, old, parties)
            facts["changes"] = compare_in_words(old, documents, old_words, words)
        return super().get_context_data(**facts | self._acts() | kwargs)

    def _acts(self) -> dict[str, Any]:
        """Say what this officer may do with the version now."""
        is_proposed = self.version.state == VersionState.PROPOSED.value
        may_write = bool(policies.may_write_contract(self.actor, self.standpoint))
        is_missing = may_still_sign(self.version, self.organisation)
        may_sign = is_missing and bool(policies.may_sign(self.actor, self.standpoint))
        return {
            "may_take_back": may_write and is_proposed,
            "may_sign": may_sign,
            "waits_for_director": is_missing and not may_sign,
            "sign_form": SignForm(initial={"digest": self.version.digest}) if may_sign else None,
        }


@method_decorator(never_cache, name="dispatch")
class WriterFormView(ContractPageMixin, FormView[Any], ABC):
    """An act with a reason, by those who write the contract: a page that says what it means, and one operation."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/contracts/act.html"
    form_class = ReasonForm
    title: ClassVar[Text] = ""
    about: ClassVar[Text] = ""
    button: ClassVar[Text] = ""
    done: ClassVar[Text] = ""
    follows: ClassVar[str] = "bonds:contract"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who writes contracts."""
        return policies.may_write_contract(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it means."""
        facts = {"title": self.title, "about": self.about, "button": self.button}
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Act, or say why not and keep what was typed."""
        try:
            self.act(form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect(self.follows, self.organisation.slug, self.contract.reference)

    @abstractmethod
    def act(self, typed: dict[str, Any]) -> None:
        """Do it."""
