"""Accepting everything that waits and misses nothing: how many lines and how much first, then yes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from bonds import operations
from bonds.forms.checks import AcceptAllForm
from bonds.policies import Standpoint
from bonds.policies import claims as policies
from bonds.queries.waiting import Waiting, preview_waiting
from bonds.views.claims import ClaimsPageMixin
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from foundation.models import Job


@method_decorator(never_cache, name="dispatch")
class AcceptWaitingView(ClaimsPageMixin, FormView[AcceptAllForm]):
    """What would be accepted, claim by claim, and what is left to be looked at; then accepting it."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/checks/accept_all.html"
    form_class = AcceptAllForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who verifies."""
        return policies.may_verify(actor, standpoint)

    @cached_property
    def waiting(self) -> Waiting:
        """What waits now, behind the line that was asked for."""
        return preview_waiting(contract=self.contract, verifier=self.party, after=self.after)

    @cached_property
    def after(self) -> str:
        """The last line that was looked at before; empty for the oldest."""
        return self.request.POST.get("after") or self.request.GET.get("after", "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Work it out, or say what stands in the way."""
        facts: dict[str, Any] = {}
        try:
            facts["waiting"] = self.waiting
        except NotFound:
            raise
        except DomainError as refused:
            facts["problem"] = refused.message
        else:
            # Whatever was sent: what is shown now is what the next yes is about.
            facts |= {"digest": self.waiting.digest, "after": self.after}
        return super().get_context_data(**facts | kwargs)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show what waits now, with the note that was typed."""
        return self.render_to_response(self.get_context_data(form=form))

    def form_valid(self, form: AcceptAllForm) -> HttpResponse:
        """Accept what was looked at, or begin the job that does."""
        try:
            done = operations.begin_acceptance(
                contract=self.contract,
                count=self.waiting.count,
                verifier=self.party,
                actor=self.actor,
                at=clock.now(),
                result_path=self.url("claims"),
                **form.cleaned_data,
            )
        except NotFound:
            raise
        except DomainError as refused:
            del self.waiting
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        if isinstance(done, Job):
            return redirect("foundation:job", done.public_id)
        words = ngettext("%(count)s line is accepted.", "%(count)s lines are accepted.", done.lines)
        messages.success(self.request, words % {"count": done.lines})
        return redirect(self.url("claims"))
