"""What the contract holder does with investors' money: always looked at first, then confirmed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from bonds.operations.investor_errors import PreviewOutdated
from bonds.policies import Standpoint
from bonds.policies import investors as policies
from bonds.views.investors import InvestorsPageMixin
from core.errors import DomainError, NotFound
from foundation.access import Actor, Decision

CONFIRM = "confirm"


class KeeperPageMixin(InvestorsPageMixin):
    """A page of those who keep the investors' side."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who keeps it."""
        return policies.may_keep_investors(actor, standpoint)


@method_decorator(never_cache, name="dispatch")
class KeeperFormView(KeeperPageMixin, FormView[Any], ABC):
    """An act by those who keep the investors' side. Whatever stands in the way is said, and nothing typed is lost."""

    http_method_names: Sequence[str] = ("get", "post", "head", "options")
    title: ClassVar[str | Promise] = ""
    about: ClassVar[str | Promise] = ""
    button: ClassVar[str | Promise] = ""
    done: ClassVar[str | Promise] = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it means."""
        facts = {"title": self.title, "about": self.about, "button": self.button}
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Do it and lead on; or say why not."""
        try:
            self.act(form.cleaned_data)
        except NotFound:
            raise
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect(self.after())

    def after(self) -> str:
        """Lead to the overview."""
        return self.url("investors")

    @abstractmethod
    def act(self, typed: dict[str, Any]) -> None:
        """Do it."""


class PreviewedView(KeeperFormView):
    """An act that shows what it would do before it is confirmed, and does exactly that or nothing."""

    @abstractmethod
    def look(self, typed: dict[str, Any]) -> tuple[Any, str]:
        """Give what it would do, for the page, and its digest."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Show what it would do; when that was confirmed, do it."""
        is_confirmed = self.request.POST.get("act") == CONFIRM and bool(self.seen)
        if is_confirmed:
            try:
                self.act(form.cleaned_data)
            except PreviewOutdated as outdated:
                form.add_error(None, outdated.message)
            except DomainError as refused:
                form.add_error(None, refused.message)
                return self.form_invalid(form)
            else:
                messages.success(self.request, self.say_done())
                return redirect(self.after())
        return self.show(form)

    def say_done(self) -> str:
        """Say that it is done."""
        return str(self.done)

    def show(self, form: BaseForm) -> HttpResponse:
        """Show the form with what it would do now."""
        try:
            shown, digest = self.look(form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, shown=shown, seen=digest))

    @property
    def seen(self) -> str:
        """Digest of what was looked at."""
        return self.request.POST.get("seen", "")[:64]
