"""API keys: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic.base import View
from django.views.generic.edit import FormView

from foundation import clock
from people import operations, policies, queries
from people.forms import ApiKeyForm
from people.models import ApiKey, User
from people.views.mixins import RecentAuthenticationMixin, SignedInMixin, send_to_second_factor


@method_decorator(never_cache, name="dispatch")
class KeysView(SignedInMixin, RecentAuthenticationMixin, FormView):  # type: ignore[type-arg]
    """My keys; a new one is shown on the page that answers, and never again."""

    template_name = "people/keys.html"
    form_class = ApiKeyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the organisations for which this person acts."""
        return super().get_form_kwargs() | {"organisations": queries.organisations_of(self.actor)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List the keys so far."""
        keys = ApiKey.objects.of_user(self.request.user).select_related("organisation")
        return super().get_context_data(**{"keys": keys} | kwargs)

    def form_valid(self, form: ApiKeyForm) -> HttpResponseBase:  # type: ignore[override]
        """Make the key and show it."""
        assert isinstance(self.request.user, User)
        organisation = form.cleaned_data["organisation"]
        decision = policies.may_hold_key(self.actor, organisation)
        if decision.code == policies.SECOND_FACTOR_REQUIRED:
            return send_to_second_factor(self.request, decision.reason)
        if not decision:
            raise PermissionDenied(decision.reason)
        issued = operations.issue_key(
            user=self.request.user,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            organisation=organisation,
            actor=self.actor.ref,
            at=clock.now(),
        )
        fresh = ApiKeyForm(organisations=queries.organisations_of(self.actor))
        return self.render_to_response(self.get_context_data(form=fresh, issued=issued))


class RevokeKeyView(SignedInMixin, View):
    """The end of a key."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Revoke it; somebody else's key does not exist here."""
        key = get_object_or_404(ApiKey, public_id=public_id)
        if not policies.may_revoke_key(self.actor, key.user_id):
            raise Http404
        operations.revoke_key(key=key, actor=self.actor.ref, at=clock.now())
        messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
        return redirect("people:keys")
