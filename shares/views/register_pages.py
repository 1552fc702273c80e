"""The register of members: in full for officers, and the view that others may inspect."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils.dateparse import parse_date
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from foundation import audit, clock
from foundation.access import Actor, Decision
from people.queries import officers_of
from people.views import OfficerPageMixin
from shares import policies, queries
from shares.models import Society


@method_decorator(never_cache, name="dispatch")
class RegisterPage(OfficerPageMixin, TemplateView, ABC):
    """A view of the register as it stood at the end of a day; whoever looks is noted."""

    audit_action = ""

    @cached_property
    def society(self) -> Society:
        """The society of this organisation."""
        found = Society.objects.select_related("organisation").filter(organisation=self.organisation).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def on(self) -> date:
        """The day asked for; today without one, and never a day to come."""
        try:
            asked = parse_date(self.request.GET.get("on", ""))
        except ValueError:
            asked = None
        return min(asked or clock.today(), clock.today())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Note who looks, and show the rows."""
        rows = self.rows()
        audit.record(
            actor=self.actor.ref,
            action=self.audit_action,
            at=clock.now(),
            organisation=self.organisation.public_id,
            subject=self.society.public_id,
            after={"on": self.on.isoformat(), "members": len(rows)},
        )
        own = {"society": self.society, "on": self.on, "rows": rows, "officers": officers_of(self.organisation)}
        return super().get_context_data(**own | kwargs)

    @abstractmethod
    def rows(self) -> list[Any]:
        """The members in this view."""


class RegisterView(RegisterPage):
    """Every column that the law names."""

    template_name = "shares/officer/register.html"
    audit_action = "shares.register_viewed"

    def decide(self, actor: Actor) -> Decision:
        """Ask the register's own policy."""
        return policies.may_see_register(actor, self.organisation.public_id)

    def rows(self) -> list[Any]:
        """All members, past and present."""
        return queries.register_of_members(society=self.society, on=self.on)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the totals."""
        context = super().get_context_data(**kwargs)
        rows = context["rows"]
        totals = {"shares": sum(row.shares for row in rows), "paid_pence": sum(row.paid_pence for row in rows)}
        return context | {"totals": totals, "present": sum(row.ceased_on is None for row in rows)}


class InspectionView(RegisterPage):
    """Names, postal addresses and dates, and the officers: no shareholdings, property or e-mail."""

    template_name = "shares/officer/inspection.html"
    audit_action = "shares.inspection_view_shown"

    def decide(self, actor: Actor) -> Decision:
        """Ask the inspection view's own policy."""
        return policies.may_see_inspection_view(actor, self.organisation.public_id)

    def rows(self) -> list[Any]:
        """All members, past and present."""
        return queries.inspection_view(society=self.society, on=self.on)
