"""Writing down money that moved under a contract: one form, whatever the money was for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from bonds.forms.money_moved import MoneyMovedForm
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError, NotFound
from foundation import clock
from ledger.queries import get_book_by_slug
from payments.models import RecordedMoney
from payments.operations.recording import RecordUnsound
from payments.queries import bank_accounts
from people.views import RecentAuthenticationMixin


@method_decorator(never_cache, name="dispatch")
class MoneyMovedView(ContractPageMixin, RecentAuthenticationMixin, FormView[Any], ABC):
    """Writing down money that moved; a second person lets it into the books, in the payment room."""

    http_method_names = ("get", "post", "head", "options")
    form_class: type[Any] = MoneyMovedForm
    done: ClassVar[str | Promise] = gettext_lazy(
        "Written down. A second person has been asked by mail; nothing is posted yet."
    )
    # Where a refusal stands that says how much is open; None: above the whole form.
    refusal_field: ClassVar[str | None] = "amount_pence"
    key_prefix: ClassVar[str] = "form:"

    @property
    @abstractmethod
    def open_pence(self) -> int:
        """What is still open, with which the form begins."""

    @abstractmethod
    def record(self, typed: dict[str, Any]) -> RecordedMoney:
        """Write it down: what was typed, with its key, who, and when."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the bank accounts of the book."""
        book = get_book_by_slug(slug=self.contract.book_slug)
        return super().get_form_kwargs() | {"banks": [(one.code, str(one)) for one in bank_accounts(book)]}

    def get_initial(self) -> dict[str, Any]:
        """Begin with today and all that is open, and with a key, so that a double click records once."""
        return {"key": uuid4().hex, "moved_on": clock.today(), "amount_pence": self.open_pence}

    def form_valid(self, form: Any) -> HttpResponse:
        """Record it, or show everything that is wrong."""
        key = f"{self.key_prefix}{form.cleaned_data['key']}"
        by = {"key": key, "actor": self.actor, "at": clock.now(), "today": clock.today()}
        try:
            made = self.record(form.cleaned_data | by)
        except RecordUnsound as unsound:
            form.take_problems(unsound.facts["problems"])
            return self.form_invalid(form)
        except NotFound:
            raise
        except DomainError as refused:
            form.add_error(self.refusal_field if "open_pence" in refused.facts else None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect("payments:recorded", self.organisation.slug, made.public_id)
