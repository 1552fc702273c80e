"""What is done with a version: put to the parties, taken back, signed, varied, dropped."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from bonds import operations
from bonds.forms.contracts import SignForm, VariationForm
from bonds.models import ContractVersion
from bonds.policies import Standpoint
from bonds.policies import contracts as policies
from bonds.queries.versions import get_version
from bonds.states import VersionState
from bonds.views.contract import WriterFormView
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from people.views import RecentAuthenticationMixin


class ProposeView(ContractPageMixin, View):
    """Putting the version that is being written to the parties."""

    http_method_names = ("post", "options")

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who writes contracts."""
        return policies.may_write_contract(actor, standpoint)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Fix it and show it; or show what is still to be put right."""
        slug, reference = self.organisation.slug, self.contract.reference
        try:
            version = operations.propose_version(contract=self.contract, actor=self.actor, at=clock.now())
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect("bonds:terms", slug, reference)
        messages.success(request, _("The terms are fixed now. They hold once each party that signs has signed them."))
        return redirect("bonds:version", slug, reference, version.number)


class SignView(ContractPageMixin, RecentAuthenticationMixin, View):
    """Signing for one's organisation, in person."""

    http_method_names = ("post", "options")

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may sign."""
        return policies.may_sign(actor, standpoint)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Sign the words that were shown."""
        version = get_version(contract=self.contract, number=int(self.kwargs["number"]))
        form = SignForm(request.POST)
        if form.is_valid():
            self._sign(version, form.cleaned_data["digest"])
        else:
            messages.error(request, _("Tick the box to sign."))
        return redirect("bonds:version", self.organisation.slug, self.contract.reference, version.number)

    def _sign(self, version: ContractVersion, digest: str) -> None:
        try:
            signed = operations.sign_version(
                version=version, party=self.party, digest=digest, actor=self.actor, at=clock.now()
            )
        except DomainError as refused:
            messages.error(self.request, refused.message)
            return
        if signed.state == VersionState.SIGNED.value:
            messages.success(self.request, _("Signed. Everybody has signed: this version is in force."))
        else:
            messages.success(self.request, _("Signed. It is in force once the other parties have signed too."))


class TakeBackView(WriterFormView):
    """Taking back a version that is with the parties."""

    title = gettext_lazy("Take the terms back to change them")
    about = gettext_lazy("Signatures count only for the same words: after a change, everybody signs again.")
    button = gettext_lazy("Take them back")
    done = gettext_lazy("Taken back. You can write again.")
    follows: ClassVar[str] = "bonds:terms"

    def act(self, typed: dict[str, Any]) -> None:
        """Take it back."""
        operations.take_back_version(contract=self.contract, reason=typed["reason"], actor=self.actor, at=clock.now())


class VaryView(WriterFormView):
    """Beginning a variation."""

    form_class = VariationForm
    title = gettext_lazy("Vary the contract")
    about = gettext_lazy(
        "A variation begins with the words in force. What was signed stays as it is; you change the copy, everybody "
        "who signs sees what is different, and it holds from its day once all have signed."
    )
    button = gettext_lazy("Begin the variation")
    done = gettext_lazy("Begun. Change what is to be different; the page of the version shows what that is.")
    follows: ClassVar[str] = "bonds:terms"

    def act(self, typed: dict[str, Any]) -> None:
        """Begin it."""
        operations.begin_variation(
            contract=self.contract,
            effective_on=typed["effective_on"],
            reason=typed["reason"],
            actor=self.actor,
            at=clock.now(),
        )


class WithdrawView(WriterFormView):
    """Dropping a variation."""

    title = gettext_lazy("Drop the variation")
    about = gettext_lazy("What was signed before goes on. The variation stays in the record as withdrawn.")
    button = gettext_lazy("Drop it")
    done = gettext_lazy("Dropped. What was signed before goes on.")

    def act(self, typed: dict[str, Any]) -> None:
        """Drop it."""
        operations.withdraw_version(contract=self.contract, reason=typed["reason"], actor=self.actor, at=clock.now())
