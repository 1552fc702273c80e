"""The chart of a book on a page."""

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
from ledger import queries as ledger
from ledger.models import Book
from ledger.states import AccountType
from people.views import RecentAuthenticationMixin
from treasury import operations, policies, queries
from treasury.forms import AddAccountForm, RetireAccountForm
from treasury.views.mixins import BooksPageMixin

FORMS: dict[str, type[Form]] = {"add": AddAccountForm, "retire": RetireAccountForm}


class ChartView(BooksPageMixin, RecentAuthenticationMixin, FormView[Form]):
    """Every account, what is on it, and what is reserved. Whoever reads the books may look; the treasurer changes."""

    template_name = "treasury/chart.html"
    http_method_names: Sequence[str] = ("get", "head", "options")
    act: ClassVar[str] = ""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may look, or who may change the chart."""
        if self.request.method == "POST":
            return policies.may_change_chart(actor, self.organisation.public_id)
        return super().decide(actor)

    def get_form_class(self) -> type[Form]:
        """The form of this address's act."""
        return FORMS[self.act or "add"]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form that was sent the ids that it has on the page."""
        return super().get_form_kwargs() | {"auto_id": f"{self.act}_%s"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the chart, and both forms; the one that was sent keeps what was typed."""
        book = self.get_book()
        forms = {f"{name}_form": make(auto_id=f"{name}_%s") for name, make in FORMS.items()}
        if self.act:
            forms[f"{self.act}_form"] = kwargs.get("form") or self.get_form()
        facts = {
            "book": book,
            "chart": queries.get_chart(book=book),
            "holds": queries.open_holds(book=book),
            "may_change": bool(policies.may_change_chart(self.actor, self.organisation.public_id)),
        }
        return super().get_context_data(**forms | facts | kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        """Do the act, or show why not."""
        book = self.get_book()
        try:
            message = self.change(book, form)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, message)
        response = HttpResponse(status=303)
        response["Location"] = reverse("treasury:chart", args=[self.organisation.slug, book.slug])
        return response

    def change(self, book: Book, form: Form) -> str:
        """Add an account."""
        asked = form.cleaned_data
        account = operations.add_account(
            book=book,
            code=asked["code"],
            name=asked["name"],
            type=AccountType(asked["type"]),
            currency=asked["currency"],
            has_owners=asked["has_owners"],
            actor=self.actor,
            at=clock.now(),
        )
        return _("Account %(account)s was added.") % {"account": account}


class AddAccountView(ChartView):
    """Adding an account."""

    http_method_names = ("post", "options")
    act = "add"


class RetireAccountView(ChartView):
    """Closing an account."""

    http_method_names = ("post", "options")
    act = "retire"

    def change(self, book: Book, form: Form) -> str:
        """Close an account."""
        account = ledger.get_account(book=book, code=form.cleaned_data["code"])
        operations.retire_account(
            account=account, on=form.cleaned_data["on"], today=clock.today(), actor=self.actor, at=clock.now()
        )
        return _("Account %(account)s was closed.") % {"account": account}
