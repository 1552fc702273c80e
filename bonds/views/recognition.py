"""When income is recognised under a contract, and recording that it is otherwise from a day on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from bonds import operations
from bonds.forms.invoices import RecognitionForm
from bonds.policies import Standpoint
from bonds.policies import invoices as policies
from bonds.queries.recognition import find_policy, sum_early
from bonds.states import Recognition
from bonds.views.invoices import InvoicesPageMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision


@method_decorator(never_cache, name="dispatch")
class RecognitionView(InvoicesPageMixin, FormView[RecognitionForm]):
    """What holds today, what is income of claims that wait, and another policy from a day on."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/invoices/recognition.html"
    form_class = RecognitionForm

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who keeps these books."""
        return policies.may_issue_invoices(actor, standpoint)

    def get_initial(self) -> dict[str, Any]:
        """Begin with today."""
        return {"from_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show what holds today, and what was recorded."""
        policy = find_policy(contract=self.contract, on=clock.today())
        facts = {
            "policy": policy,
            "is_early": policy is not None and policy.recognise_at == Recognition.SUBMITTED_CONSTRAINED.value,
            "early_pence": sum_early(self.contract),
            "policies": self.contract.recognition_policies.order_by("-from_on", "-pk"),
        }
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: RecognitionForm) -> HttpResponse:
        """Record it, or say what is wrong where it is wrong."""
        try:
            operations.record_recognition(contract=self.contract, actor=self.actor, at=clock.now(), **form.cleaned_data)
        except DomainError as refused:
            field = refused.facts.get("field")
            form.add_error(field if field in form.fields else None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Recorded. It counts for claims that are submitted from that day on."))
        return redirect(self.url("recognition"))
