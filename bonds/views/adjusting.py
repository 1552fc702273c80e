"""What a version that reaches back changes of accepted lines: looked at first, then carried out by the holder."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from bonds import operations
from bonds.models import VersionAdjustment
from bonds.policies import Standpoint
from bonds.policies import adjusting as policies
from bonds.queries.adjustment_previews import Adjustments, look_at_adjustments
from bonds.queries.claims import names_of_metrics
from bonds.states import RUNNING_STATES
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from foundation.models import Job

CHANGES_A_PAGE: Final = 100


@method_decorator(never_cache, name="dispatch")
class AdjustmentsView(ContractPageMixin, TemplateView):
    """Lines that come to another amount now, before and after; the holder's treasurer has them worked out again."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/contracts/adjustments.html"

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who sees them."""
        return policies.may_see_adjustments(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Work out what would change, and give what was changed before."""
        is_running = self.contract.state in {one.value for one in RUNNING_STATES}
        found, problem = Adjustments(), ""
        if is_running:
            try:
                found = look_at_adjustments(self.contract)
            except DomainError as refused:
                problem = refused.message
        may_adjust = bool(policies.may_adjust(self.actor, self.standpoint))
        facts = {
            "found": found,
            "problem": problem,
            "page": Paginator(found.changes, CHANGES_A_PAGE).get_page(self.request.GET.get("page")),
            "names": names_of_metrics(self.contract),
            "made": VersionAdjustment.objects.filter(contract=self.contract).select_related("version"),
            "may_adjust": may_adjust and not problem and found.looked_at > 0,
        }
        return super().get_context_data(**facts | kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Have them worked out again, at once or by a job; or, where it is much, have it found out first."""
        decision = policies.may_adjust(self.actor, self.standpoint)
        if not decision:
            raise PermissionDenied(decision.reason)
        here = reverse("bonds:adjustments", args=[self.organisation.slug, self.contract.reference])
        finds_out = request.POST.get("act") == "preview"
        begin = operations.begin_adjustment_preview if finds_out else operations.begin_adjustment
        try:
            done = begin(contract=self.contract, actor=self.actor, at=clock.now(), result_path=here)
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect(here)
        if isinstance(done, Job):
            return redirect("foundation:job", done.public_id)
        words = ngettext(
            "Done: %(count)s line was worked out again. Payers and providers have been told.",
            "Done: %(count)s lines were worked out again. Payers and providers have been told.",
            done.changed_count,
        )
        unchanged = _("Looked at: every line comes to the same as before, so nothing was changed.")
        messages.success(request, words % {"count": done.changed_count} if done.changed_count else unchanged)
        return redirect(here)
