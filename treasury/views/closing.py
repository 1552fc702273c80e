"""Closing the books, on one page with a form for each act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic.edit import FormView

from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from ledger.models import Book
from people.views import RecentAuthenticationMixin
from treasury import operations, policies, queries
from treasury.forms import CarryYearForm, CloseForGoodForm, CloseSoftlyForm
from treasury.views.mixins import BooksPageMixin

FORMS: dict[str, type[Form]] = {"good": CloseForGoodForm, "softly": CloseSoftlyForm, "year": CarryYearForm}


class ClosingView(BooksPageMixin, RecentAuthenticationMixin, FormView[Form]):
    """Where the books stand, and what can be closed. Whoever reads the books may look; the treasurer closes."""

    template_name = "treasury/closing.html"
    http_method_names: Sequence[str] = ("get", "head", "options")
    act: ClassVar[str] = ""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may look, or who may close."""
        if self.request.method == "POST":
            return policies.may_close_books(actor, self.organisation.public_id)
        return super().decide(actor)

    def get_form_class(self) -> type[Form]:
        """The form of this address's act."""
        return FORMS[self.act or "good"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the state of the book, and every form; the one that was sent keeps what was typed."""
        book = self.get_book()
        closing = queries.get_closing(book=book, today=clock.today())
        # Each form has ids of its own: they stand on one page and share names of fields.
        proposed = {"good": {"through": closing.next_through}, "year": {"year_end": closing.year.proposed_on}}
        forms = {f"{name}_form": make(auto_id=f"{name}_%s", initial=proposed.get(name)) for name, make in FORMS.items()}
        if self.act:
            forms[f"{self.act}_form"] = kwargs.get("form") or self.get_form()
        may_close = bool(policies.may_close_books(self.actor, self.organisation.public_id))
        return super().get_context_data(**forms | {"book": book, "closing": closing, "may_close": may_close} | kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form that was sent the ids that it has on the page."""
        return super().get_form_kwargs() | {"auto_id": f"{self.act}_%s"}

    def form_valid(self, form: Form) -> HttpResponse:
        """Do the act, or show why not."""
        book = self.get_book()
        try:
            message = self.close(book, form)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, message)
        response = HttpResponse(status=303)
        response["Location"] = reverse("treasury:closing", args=[self.organisation.slug, book.slug])
        return response

    def close(self, book: Book, form: Form) -> str:
        """Close for good."""
        period = operations.close_books(
            book=book,
            organisation=self.organisation,
            through=form.cleaned_data["through"],
            today=clock.today(),
            actor=self.actor,
            at=clock.now(),
        )
        return _("The books are closed through %(on)s for good.") % {"on": period.end_on.strftime("%d/%m/%Y")}


class CloseForGoodView(ClosingView):
    """Closing for good."""

    http_method_names = ("post", "options")
    act = "good"


class CloseSoftlyView(ClosingView):
    """Closing for everybody but the treasurer."""

    http_method_names = ("post", "options")
    act = "softly"

    def close(self, book: Book, form: Form) -> str:
        """Close softly, or open again."""
        through = form.cleaned_data["through"]
        operations.close_books_softly(book=book, through=through, today=clock.today(), actor=self.actor, at=clock.now())
        if through is None:
            return _("The books are open again to everybody who posts, after what is closed for good.")
        on = through.strftime("%d/%m/%Y")
        return _("Through %(on)s only the treasurer can post now.") % {"on": on}


class CarryYearView(ClosingView):
    """Carrying the year's result to reserves."""

    http_method_names = ("post", "options")
    act = "year"

    def close(self, book: Book, form: Form) -> str:
        """Post the year-end entry."""
        entry = operations.carry_year(
            book=book,
            year_end=form.cleaned_data["year_end"],
            today=clock.today(),
            actor=self.actor,
            at=clock.now(),
        )
        return _("Income and expenditure were carried to reserves by entry %(entry)s.") % {"entry": entry.public_id}
