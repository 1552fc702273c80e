"""The resident's own pages: home, particulars, data."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from django.views.generic.base import View
from django.views.generic.edit import FormView

from core.errors import DomainError
from foundation import clock
from foundation.access import require
from foundation.registries import HOME_PANELS
from people import exports, operations, policies, queries
from people.forms import ErasureForm, ParticularsForm, ProfileForm
from people.models import Particulars, Person, User
from people.views.mixins import RecentAuthenticationMixin, SignedInMixin


def own_person(request: HttpRequest) -> Person:
    """Return the person of whoever is signed in."""
    assert isinstance(request.user, User)
    return operations.give_person(user=request.user)


@method_decorator(never_cache, name="dispatch")
class HomeView(SignedInMixin, TemplateView):
    """What a resident has here: what they began, what they hold, whom they act for."""

    template_name = "people/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect the panels of all rooms."""
        panels = [panel for _key, give in HOME_PANELS.items() for panel in give(self.actor)]
        panels.sort(key=lambda panel: panel.get("order", 100))
        person = queries.find_person(self.actor.user_id)
        organisations = queries.organisations_of(self.actor)
        own = {"panels": panels, "person": person, "organisations": organisations}
        return super().get_context_data(**own | kwargs)


@method_decorator(never_cache, name="dispatch")
class ParticularsView(SignedInMixin, FormView):  # type: ignore[type-arg]
    """What a register says of me, and since when; a correction is a new row."""

    template_name = "people/particulars.html"
    form_class = ParticularsForm

    def get_initial(self) -> dict[str, Any]:
        """Begin with what holds today."""
        latest = self._latest()
        if latest is None:
            person = queries.find_person(self.actor.user_id)
            return {"full_name": person.full_name if person else "", "country": "GB"}
        return {name: getattr(latest, name) for name in ParticularsForm.base_fields}

    def _latest(self) -> Particulars | None:
        person = queries.find_person(self.actor.user_id)
        return queries.find_particulars(person, clock.today())

    def form_valid(self, form: ParticularsForm) -> HttpResponse:
        """Record the new row, or say what is missing."""
        try:
            operations.record_particulars(
                person=own_person(self.request), at=clock.now(), actor=self.actor.ref, **form.cleaned_data
            )
        except DomainError as refused:
            for name in refused.facts.get("missing", []) or [None]:
                form.add_error(name, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Your particulars are recorded."))
        return redirect("people:particulars")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the rows so far, the newest first."""
        person = queries.find_person(self.actor.user_id)
        rows = Particulars.objects.for_person(person) if person else []
        return super().get_context_data(**{"rows": rows} | kwargs)


class ProfileView(SignedInMixin, FormView):  # type: ignore[type-arg]
    """How I am called."""

    template_name = "people/profile.html"
    form_class = ProfileForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Edit the person of whoever is signed in."""
        person = queries.find_person(self.actor.user_id)
        return super().get_form_kwargs() | {"instance": person or Person(user_id=self.actor.user_id)}

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        """Save the names."""
        form.save()
        messages.success(self.request, _("Your name is saved."))
        return redirect("people:me")


@method_decorator(never_cache, name="dispatch")
class DataView(SignedInMixin, TemplateView):
    """What is kept on me, and what I can do about it."""

    template_name = "people/data.html"


@method_decorator(never_cache, name="dispatch")
class DownloadDataView(SignedInMixin, RecentAuthenticationMixin, View):
    """Everything that is kept on me, as a zip of JSON files."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Collect, pack and hand over."""
        at = clock.now()
        person = own_person(request)
        require(policies.may_change_person(self.actor, person))
        collected = operations.export_person(person=person, actor=self.actor.ref, at=at)
        response = HttpResponse(exports.pack(collected, at), content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
        return response


@method_decorator(never_cache, name="dispatch")
class EraseDataView(SignedInMixin, RecentAuthenticationMixin, FormView):  # type: ignore[type-arg]
    """Ask for erasure: what may go goes at once, and the answer says what stays and why."""

    template_name = "people/erase.html"
    form_class = ErasureForm

    def form_valid(self, form: ErasureForm) -> HttpResponse:
        """Erase, sign out, and show the answer."""
        person = own_person(self.request)
        require(policies.may_change_person(self.actor, person))
        try:
            erasure = operations.erase_person(person=person, actor=self.actor.ref, at=clock.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        logout(self.request)
        return render(self.request, "people/erased.html", {"answers": erasure.answers})
