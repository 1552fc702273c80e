"""An act whose form stands on the page of what it is done to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView

from core.errors import DomainError, NotFound


class PageAct(FormView[Any], ABC):
    """An act on what a page shows. Whatever stands in the way is said on that page, with what was ticked and typed.

    Mixed in behind the mixin that gives the page its facts.
    """

    http_method_names: Sequence[str] = ("post", "options")
    # Under which name the page knows the form of this act, and how its fields' ids begin there.
    form_name: ClassVar[str] = "act_form"
    auto_id: ClassVar[str] = "id_%s"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the ids that it has on the page."""
        return super().get_form_kwargs() | {"auto_id": self.auto_id}

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the page again with this form as it was sent."""
        return self.render_to_response(self.get_context_data(form=form, **{self.form_name: form}))

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Do it, say so, and lead on."""
        try:
            words = self.act(form)
        except NotFound:
            raise
        except DomainError as refused:
            # Somebody else may have acted meanwhile: the page shows what it is about as it is now.
            self.forget()
            for one in self.say_refused(refused):
                form.add_error(None, one)
            return self.form_invalid(form)
        messages.success(self.request, words)
        return redirect(self.after())

    def say_refused(self, refused: DomainError) -> list[str]:
        """What stands in the way, in sentences."""
        return [refused.message]

    @abstractmethod
    def forget(self) -> None:
        """Drop what was read, so that the page reads it again."""

    @abstractmethod
    def after(self) -> str:
        """Where it leads."""

    @abstractmethod
    def act(self, form: Any) -> str:
        """Do it; give what to say."""
