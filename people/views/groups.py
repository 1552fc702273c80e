"""Pages of an organisation for its officers: the home page, and who the officers are."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from django.views.generic.edit import FormView

from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from people import operations, policies, queries
from people.forms import AppointmentForm, EndRoleForm
from people.models import OfficerRole
from people.views.mixins import OfficerPageMixin, RecentAuthenticationMixin


@method_decorator(never_cache, name="dispatch")
class GroupHomeView(OfficerPageMixin, TemplateView):
    """Where an officer of an organisation starts."""

    template_name = "people/group_home.html"


@method_decorator(never_cache, name="dispatch")
class OfficersView(OfficerPageMixin, RecentAuthenticationMixin, FormView):  # type: ignore[type-arg]
    """The officers of an organisation: directors and the secretary see them, the secretary appoints."""

    template_name = "people/officers.html"
    form_class = AppointmentForm

    def decide(self, actor: Actor) -> Decision:
        """Let the platform's staff in as well: they appoint the first secretary."""
        if actor.is_staff:
            return policies.may_act_as_staff(actor)
        return policies.may_see_officers(actor, self.organisation)

    def get_initial(self) -> dict[str, Any]:
        """Begin with today."""
        return {"from_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List who holds and who held a role."""
        own = {
            "officers": queries.officers_of(self.organisation),
            "may_appoint": policies.may_appoint(self.actor, self.organisation).allowed,
        }
        return super().get_context_data(**own | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse whoever may only look."""
        decision = policies.may_appoint(self.actor, self.organisation)
        if not decision:
            raise PermissionDenied(decision.reason)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AppointmentForm) -> HttpResponse:
        """Appoint, or say why not."""
        user = queries.find_user(form.cleaned_data["email"])
        if user is None:
            form.add_error("email", _("Nobody with a confirmed sign-in uses this e-mail. Ask the person to sign up."))
            return self.form_invalid(form)
        try:
            operations.appoint_officer(
                user=user,
                organisation=self.organisation,
                role=form.cleaned_data["role"],
                from_on=form.cleaned_data["from_on"],
                actor=self.actor.ref,
                at=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("The officer is appointed and can work from now on."))
        return redirect("people:officers", slug=self.organisation.slug)


@method_decorator(never_cache, name="dispatch")
class EndRoleView(OfficerPageMixin, RecentAuthenticationMixin, FormView):  # type: ignore[type-arg]
    """The end of an office."""

    template_name = "people/end_role.html"
    form_class = EndRoleForm

    def decide(self, actor: Actor) -> Decision:
        """Only who may appoint may end."""
        if actor.is_staff:
            return policies.may_act_as_staff(actor)
        return policies.may_appoint(actor, self.organisation)

    @cached_property
    def role(self) -> OfficerRole:
        """The role, of this organisation and no other."""
        rows = OfficerRole.objects.for_organisation(self.organisation).select_related("user", "user__person")
        return get_object_or_404(rows, public_id=self.kwargs["public_id"])

    def get_initial(self) -> dict[str, Any]:
        """Begin with today."""
        return {"until_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show whose role it is."""
        return super().get_context_data(**{"role": self.role} | kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send whoever comes too late back to the list."""
        if self.role.until_on is not None:
            messages.info(request, _("This role has ended already."))
            return redirect("people:officers", slug=self.organisation.slug)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: EndRoleForm) -> HttpResponse:
        """End it; the person loses access with the next click."""
        try:
            operations.end_role(role=self.role, actor=self.actor.ref, at=clock.now(), **form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("The role has ended."))
        if self.role.user_id == self.actor.user_id:
            return redirect("people:me")
        return redirect("people:officers", slug=self.organisation.slug)
