"""The books on pages: trial balance, statement of an account, entry."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.views.generic import TemplateView

from ledger.models import Book
from ledger.queries import Place
from treasury import policies, queries
from treasury.forms import AsOfForm, StatementForm
from treasury.views.mixins import BooksPageMixin

_PLACE = re.compile(r"(?P<on>[0-9]{4}-[0-9]{2}-[0-9]{2})\.(?P<transfer>[0-9]{1,18})\.(?P<side>[01])")


class BookView(BooksPageMixin, TemplateView):
    """The trial balance of one book, today or as of a day."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/book.html"

    def find_book(self) -> Book | None:
        """Find the book to show."""
        return self.get_book()

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Give the trial balance; a day that cannot be read leaves the page without figures."""
        form = AsOfForm(self.request.GET or None)
        book = self.find_book()
        valid = not form.is_bound or form.is_valid()
        on = form.cleaned_data["on"] if form.is_bound and valid else None
        return super().get_context_data(
            form=form,
            book=book,
            books=queries.books_of(self.organisation.public_id),
            balances=queries.trial_balances(book=book, on=on) if book and valid else [],
            on=on,
        )


class BooksView(BookView):
    """The first page of the books: the main book, and links to the others."""

    def find_book(self) -> Book | None:
        """Find the main book; an organisation may have none yet."""
        return queries.find_main_book(self.organisation.public_id)


class AccountView(BooksPageMixin, TemplateView):
    """The statement of an account, or of one owner's part, with a running balance."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/account.html"

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Give a page of the statement."""
        book = self.get_book()
        form = StatementForm(self.request.GET)
        asked = form.cleaned_data if form.is_valid() else {}
        owner = asked.get("owner") or None
        page = queries.get_statement_page(
            book=book,
            code=self.kwargs["code"],
            owner=owner,
            from_on=asked.get("from_on"),
            until_on=form.until_on if asked else None,
            after=read_place(self.request.GET.get("after", "")),
        )
        return super().get_context_data(
            form=form,
            book=book,
            account=page.statement.account,
            statement=page.statement,
            owners=page.owners,
            owner=page.owners.get(owner) if owner else None,
            next_query=self._next_query(page.statement.next),
        )

    def _next_query(self, place: Place | None) -> str:
        if place is None:
            return ""
        kept = {key: value for key, value in self.request.GET.items() if key != "after" and value}
        return urlencode(kept | {"after": f"{place.on.isoformat()}.{place.transfer}.{place.side}"})


class EntryView(BooksPageMixin, TemplateView):
    """One entry: its transfers, its owners in words, where it comes from and what reverses it."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/entry.html"

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Give the entry."""
        book = self.get_book()
        page = queries.get_entry_page(book=book, public_id=self.kwargs["entry"])
        words = queries.words_of_entry(page.entry)
        may_erase = bool(words.texts and policies.may_erase_words(self.actor, self.organisation.public_id))
        return super().get_context_data(
            book=book, page=page, entry=page.entry, owners=page.owners, words=words, may_erase=may_erase
        )


def read_place(text: str) -> Place | None:
    """Read the place after which a page begins, as our own links write it.

    Raises:
        Http404: it is none that we wrote.
    """
    if not text:
        return None
    found = _PLACE.fullmatch(text)
    try:
        on = date.fromisoformat(found["on"]) if found else None
    except ValueError:
        on = None
    if found is None or on is None:
        raise Http404
    return Place(on, int(found["transfer"]), int(found["side"]))
