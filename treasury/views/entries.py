"""Looking for entries."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.views.generic import TemplateView

from ledger import queries as ledger
from ledger.models import Book
from treasury.forms import EntriesForm
from treasury.views.mixins import BooksPageMixin

PAGE: Final = 50
NARROWING: Final = ("from_on", "through_on", "kind", "account", "owner")


class EntriesView(BooksPageMixin, TemplateView):
    """The entries of a book, newest first, narrowed by date, words, kind, account, owner or amount."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/entries.html"

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Give one page of what was found; what cannot be read leaves the page without entries."""
        book = self.get_book()
        form = EntriesForm(self.request.GET)
        page = (
            Paginator(self._find(book, form), PAGE).get_page(self.request.GET.get("page")) if form.is_valid() else None
        )
        return super().get_context_data(
            book=book,
            form=form,
            page=page,
            rows=[(entry, sum(one.amount for one in entry.transfers.all())) for entry in page or ()],
            kinds=ledger.kinds_of(book=book),
            narrowed=any(self.request.GET.get(name) for name in NARROWING),
        )

    def _find(self, book: Book, form: EntriesForm) -> Any:
        asked = form.cleaned_data
        wanted = ledger.EntryFilter(
            from_on=asked["from_on"],
            until_on=form.until_on,
            kind=asked["kind"],
            account=asked["account"],
            owner=asked["owner"],
            text=asked["text"],
            amount=form.amount_pence,
        )
        return ledger.entries_page(book=book, wanted=wanted)
