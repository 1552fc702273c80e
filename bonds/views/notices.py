"""Whether calls on investors are posted when they are made, and recording that it is otherwise from a day on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from bonds import operations
from bonds.forms.notices import NoticePolicyForm
from bonds.operations.investor_errors import NoticePolicyUnsound
from bonds.queries.notices import awaited_of_commitments, find_notice_policy
from bonds.views.investor_acts import KeeperFormView
from foundation import clock


class NoticePolicyView(KeeperFormView):
    """What holds today, what is awaited in the books, and another choice from a day on."""

    template_name = "bonds/investors/notices.html"
    form_class = NoticePolicyForm
    title = gettext_lazy("Calls in the books")
    about = gettext_lazy(
        "What investors were called for and have not paid yet can stand in the books as awaited, and as a loan. You "
        "choose; ask your accountant. Interest, cash to share out, multiples and rates count money when it came, "
        "whatever you choose. Calls on grants are never posted."
    )
    button = gettext_lazy("Record it")
    done = gettext_lazy("Recorded. It counts for calls made from that day on.")

    def get_initial(self) -> dict[str, Any]:
        """Begin with today."""
        return {"from_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show what holds today, and what was recorded."""
        policy = find_notice_policy(contract=self.contract, on=clock.today())
        facts = {
            "policy": policy,
            "awaited_pence": sum(awaited_of_commitments(self.contract).values()),
            "policies": self.contract.notice_policies.order_by("-from_on", "-pk"),
        }
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Record it, or say beside the field why not."""
        assert isinstance(form, NoticePolicyForm)
        try:
            self.act(form.cleaned_data)
        except NoticePolicyUnsound as refused:
            form.take_refusal(refused.facts.get("field", ""), refused.message)
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect(self.url("investor-notices"))

    def act(self, typed: dict[str, Any]) -> None:
        """Record it."""
        operations.record_notice_policy(contract=self.contract, actor=self.actor, at=clock.now(), **typed)
