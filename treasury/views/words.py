"""Erasing words: one page that says what goes and what stays, for entries and for journals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from ledger import queries as ledger
from ledger.models import Entry
from people.views import RecentAuthenticationMixin
from treasury import operations, policies, queries
from treasury.forms import EraseWordsForm
from treasury.operations import journals
from treasury.states import OVER, ErasureReason, JournalState
from treasury.views.journals import JournalPageMixin
from treasury.views.mixins import BooksPageMixin


@method_decorator(never_cache, name="dispatch")
class EraseWordsView(BooksPageMixin, RecentAuthenticationMixin, FormView[EraseWordsForm], ABC):
    """What goes, what stays, and the button; where there is nothing to erase, the page that one came from."""

    template_name = "treasury/erase_words.html"
    form_class = EraseWordsForm
    http_method_names = ("get", "post", "head", "options")

    def decide(self, actor: Actor) -> Decision:
        """Ask who may erase words."""
        return policies.may_erase_words(actor, self.organisation.public_id)

    @property
    @abstractmethod
    def words(self) -> queries.Words:
        """What would go."""

    @abstractmethod
    def erase(self, reason: ErasureReason) -> bool:
        """Do it; say whether there was anything to do."""

    def can_erase(self) -> bool:
        """Whether the page has anything to ask."""
        return bool(self.words.texts)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, where there is something to ask."""
        if not self.can_erase():
            messages.info(request, _("There are no words here that could be erased."))
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what would go."""
        return super().get_context_data(book=self.get_book(), words=self.words, back=self.get_success_url(), **kwargs)

    def form_valid(self, form: EraseWordsForm) -> HttpResponse:
        """Do it, or say why not on the page that one came from."""
        try:
            erased = self.erase(form.cleaned_data["reason"])
        except DomainError as refused:
            messages.error(self.request, refused.message)
            return redirect(self.get_success_url())
        messages.success(
            self.request,
            _("The words are erased. The figures stay, and so does their proof.")
            if erased
            else _("These words had been erased before."),
        )
        return redirect(self.get_success_url())


class EraseEntryWordsView(EraseWordsView):
    """The words of an entry."""

    @cached_property
    def entry(self) -> Entry:
        """The entry of the address."""
        return ledger.get_entry(book=self.get_book(), public_id=self.kwargs["entry"])

    @cached_property
    def words(self) -> queries.Words:
        """Its words, and those of its journal."""
        return queries.words_of_entry(self.entry)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the entry."""
        return super().get_context_data(entry=self.entry, **kwargs)

    def get_success_url(self) -> str:
        """Back to the entry."""
        return reverse("treasury:entry", args=[self.organisation.slug, self.kwargs["book"], self.entry.public_id])

    def erase(self, reason: ErasureReason) -> bool:
        """Erase them."""
        return operations.erase_entry_words(entry=self.entry, actor=self.actor, reason=reason, at=clock.now())


class EraseJournalWordsView(JournalPageMixin, EraseWordsView):
    """The words of a journal that is over."""

    @cached_property
    def words(self) -> queries.Words:
        """Its words."""
        return queries.words_of_journal(self.journal)

    def can_erase(self) -> bool:
        """Words that can still be changed are not erased."""
        return super().can_erase() and JournalState(self.journal.state) in OVER

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the journal, and the entry where there is one."""
        return super().get_context_data(journal=self.journal, entry=self.journal.entry, **kwargs)

    def get_success_url(self) -> str:
        """Back to the journal."""
        return reverse("treasury:journal", args=[self.organisation.slug, self.kwargs["book"], self.journal.public_id])

    def erase(self, reason: ErasureReason) -> bool:
        """Erase them."""
        return journals.erase_words(journal=self.journal, actor=self.actor, reason=reason, at=clock.now())
