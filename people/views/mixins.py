"""Who gets to a page, and where everybody else is sent."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic.base import ContextMixin, View

from foundation.access import Actor, Decision
from foundation.registries import MENU_ITEMS
from people import policies, queries
from people.models import Organisation


class SignedInMixin(View):
    """A page for anybody who is signed in; everybody else signs in first and comes back."""

    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let signed-in people pass."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.actor = request.actor  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)


class RecentAuthenticationMixin(View):
    """A sensitive act: who has not given their password or code lately is asked, then the act goes on.

    Put it behind the mixin that says who may come here at all. Reading asks nothing, unless
    `recent_authentication_to_read` is set.
    """

    recent_authentication_to_read: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask again where it has been too long."""
        if request.method in {"GET", "HEAD", "OPTIONS"} and not self.recent_authentication_to_read:
            return super().dispatch(request, *args, **kwargs)
        return self._dispatch_recently(request, *args, **kwargs)

    @method_decorator(reauthentication_required)
    def _dispatch_recently(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)


class OfficerPageMixin(ContextMixin, View):
    """A page of an organisation, under its slug, for its officers with a second factor.

    To people without a role there, the page does not exist, whether the organisation does or not.
    """

    # The roles that may come here; empty for every officer.
    roles: ClassVar[frozenset[str]] = frozenset()
    organisation: Organisation
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let officers of this organisation pass."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            self.organisation = queries.get_organisation(str(kwargs["slug"]))
        except queries.NoSuchOrganisation:
            raise Http404 from None
        self.actor = request.actor  # type: ignore[attr-defined]
        decision = self.decide(self.actor)
        if decision.code == policies.SECOND_FACTOR_REQUIRED:
            return send_to_second_factor(request, decision.reason)
        if decision.code == policies.NO_ROLE:
            raise Http404
        if not decision:
            raise PermissionDenied(decision.reason)
        return super().dispatch(request, *args, **kwargs)

    def decide(self, actor: Actor) -> Decision:
        """Ask the policy of this page; a page with a rule of its own overrides this."""
        return policies.may_act_as(actor, self.organisation, *self.roles)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the template the organisation and the officers' menu."""
        facts = {"organisation": self.organisation, "menu": self.menu()}
        return super().get_context_data(**facts | kwargs)

    def menu(self) -> list[dict[str, Any]]:
        """List the lines of the menu that this officer's roles and the kind of the organisation show."""
        held = self.actor.roles_in(self.organisation.public_id)
        items = sorted((item for _key, item in MENU_ITEMS.items()), key=lambda item: item.order)
        return [
            {"label": item.label, "url": reverse(item.url_name, args=[self.organisation.slug])}
            for item in items
            if (not item.roles or item.roles & held) and (not item.kinds or self.organisation.kind in item.kinds)
        ]


def send_to_second_factor(request: HttpRequest, reason: str) -> HttpResponseBase:
    """Send an officer to prove the second factor, or to set one up."""
    if queries.has_second_factor(request.user):  # type: ignore[arg-type]
        messages.info(request, _("Please enter a code from your authenticator app."))
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
    messages.info(request, reason)
    return redirect("mfa_activate_totp")
