"""Manual journals on pages: the list, one journal, the form, and its check while somebody types."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision
from ledger.models import Account, Book
from treasury import policies, queries
from treasury.arithmetic.journals import TypedJournal
from treasury.models import ManualJournal
from treasury.operations import journals as operations
from treasury.queries import journals as journal_queries
from treasury.queries.journal_checks import JournalCheck, check_journal
from treasury.states import CHANGEABLE, OVER, JournalState
from treasury.views.journal_forms import ReasonForm, ReversalForm
from treasury.views.journal_sheet import MORE_ROWS, read_sheet, show_rows
from treasury.views.mixins import BooksPageMixin

PAGE_SIZE = 50


@method_decorator(never_cache, name="dispatch")
class JournalsView(BooksPageMixin, TemplateView):
    """The journals of a group, or of one of its books, newest first, perhaps only those in one state."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/journals/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give one page of them."""
        book = self.get_book() if "book" in self.kwargs else None
        state = self.request.GET.get("state", "")
        chosen = state if state in {one.value for one in JournalState} else ""
        rows = journal_queries.journals_of(organisation=self.organisation, book=book, state=chosen)
        facts = {
            "book": book,
            "books": queries.books_of(self.organisation.public_id),
            "page": Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page")),
            "state": chosen,
            "states": ManualJournal._meta.get_field("state").choices,  # noqa: SLF001 - documented API
            "waiting": ManualJournal.objects.for_organisation(self.organisation).waiting().count(),
            "limit": journal_queries.find_limit(self.organisation),
            "may_write": bool(policies.may_write_journals(self.actor, self.organisation.public_id)),
        }
        # The address's own "book" is only its name.
        return super().get_context_data(**kwargs | facts)


class JournalPageMixin(BooksPageMixin):
    """A page of one journal, of this group's book and of no other."""

    @cached_property
    def journal(self) -> ManualJournal:
        """The journal of the address."""
        return journal_queries.get_journal(
            organisation=self.organisation.public_id, public_id=self.kwargs["journal"], book=self.get_book()
        )

    def to_journal(self, journal: ManualJournal | None = None) -> HttpResponse:
        """Go to the journal's page."""
        shown = journal or self.journal
        return redirect("treasury:journal", self.organisation.slug, shown.book.slug, shown.public_id)


@method_decorator(never_cache, name="dispatch")
class JournalPageView(JournalPageMixin, TemplateView):
    """One journal: its lines, what is wrong or worth a warning, its files, what happened, and what may be done."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/journals/journal.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect all of it."""
        journal, organisation = self.journal, self.organisation.public_id
        page = journal_queries.get_journal_page(journal=journal, today=clock.today())
        may_write = bool(policies.may_write_journals(self.actor, organisation))
        is_open = JournalState(journal.state) in CHANGEABLE
        waits = journal.state == JournalState.SUBMITTED.value
        may_decide = waits and bool(policies.may_decide_journals(self.actor, organisation))
        wrote = self.actor.user_id in journal.writer_ids
        words = queries.words_of_journal(journal)
        can_erase = words.texts and JournalState(journal.state) in OVER
        can_reverse = journal.state == JournalState.POSTED.value and not journal.reverses_id
        facts = {
            "book": journal.book,
            "journal": journal,
            "shown": page,
            "may_write": may_write,
            "may_change": may_write and is_open and not journal.reverses_id,
            "may_submit": may_write and journal.state == JournalState.DRAFT.value,
            "may_withdraw": may_write and is_open,
            "may_decide": may_decide and not wrote,
            "is_own": may_decide and wrote,
            "may_reverse": may_write and can_reverse and page.live_reversal is None,
            "waits": waits,
            "words": words,
            "may_erase": bool(can_erase and policies.may_erase_words(self.actor, organisation)),
            "refusal_form": ReasonForm(auto_id="id_refuse_%s"),
            "reversal_form": ReversalForm(auto_id="id_reverse_%s", initial={"effective_on": clock.today()}),
            "max_megabytes": operations.MAX_FILE_BYTES // 1_000_000,
        }
        return super().get_context_data(**kwargs | facts)


class SheetMixin(BooksPageMixin):
    """What the form and its check share: who may write, and what stands on the page."""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may write journals."""
        return policies.may_write_journals(actor, self.organisation.public_id)

    def check(self, book: Book, typed: TypedJournal) -> JournalCheck:
        """Check what was typed."""
        return check_journal(book=book, typed=typed, today=clock.today())

    def sheet(self, book: Book, typed: TypedJournal, check: JournalCheck | None, *, more: int = 0) -> dict[str, Any]:
        """Give the form as it was typed, with what is wrong where it is wrong."""
        limit = journal_queries.find_limit(self.organisation)
        rows = show_rows(typed, check, more=more)
        return {
            "book": book,
            "typed": typed,
            "rows": rows,
            "last_row": len(rows),
            "check": check,
            "reasons": journal_queries.why_second_person(check=check, limit=limit) if check else [],
            "head_problems": {one.field: one.message for one in check.problems if one.line is None} if check else {},
        }


@method_decorator(never_cache, name="dispatch")
class JournalFormView(SheetMixin, TemplateView):
    """Writing a journal, new or again. Rows are added and the journal is checked without JavaScript as with it."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "treasury/journals/form.html"

    @cached_property
    def journal(self) -> ManualJournal | None:
        """The journal of the address; None for a new one."""
        if "journal" not in self.kwargs:
            return None
        return journal_queries.get_journal(
            organisation=self.organisation.public_id, public_id=self.kwargs["journal"], book=self.get_book()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the form: of the stored journal, or an empty one of today, unless it was sent."""
        facts: dict[str, Any] = {"journal": self.journal}
        if "typed" not in kwargs:
            facts["version"] = self.journal.version if self.journal else 0
            book = self.get_book()
            today = clock.today().isoformat()
            typed = journal_queries.typed_of(self.journal) if self.journal else TypedJournal(effective_on=today)
            facts |= self.sheet(book, typed, self.check(book, typed) if self.journal else None)
        accounts = Account.objects.filter(
            book__slug=self.kwargs["book"], book__organisation=self.organisation.public_id
        )
        facts["accounts"] = accounts.filter(closure__isnull=True).order_by("code")
        return super().get_context_data(**kwargs | facts)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Save the draft and show it; or give the form back with more rows, or with what is wrong."""
        book, typed = self.get_book(), read_sheet(request.POST)
        act = request.POST.get("act", "save")
        if act == "more":
            return self._again(book, typed, None, more=MORE_ROWS)
        if act == "check":
            return self._again(book, typed, self.check(book, typed))
        try:
            journal = self._save(book, typed, request.POST.get("version", ""))
        except DomainError as refused:
            messages.error(request, refused.message)
            return self._again(book, typed, self.check(book, typed))
        messages.success(request, _("Saved. It is not in the books yet."))
        return redirect("treasury:journal", self.organisation.slug, book.slug, journal.public_id)

    def _save(self, book: Book, typed: TypedJournal, version: str) -> ManualJournal:
        at, today = clock.now(), clock.today()
        if self.journal is None:
            return operations.write_draft(
                organisation=self.organisation, book=book, typed=typed, actor=self.actor, at=at, today=today
            )
        read = int(version) if version.isascii() and version.isdigit() and len(version) < len("1000000000") else 0
        return operations.change_draft(
            journal=self.journal, version=read, typed=typed, actor=self.actor, at=at, today=today
        )

    def _again(self, book: Book, typed: TypedJournal, check: JournalCheck | None, *, more: int = 0) -> HttpResponseBase:
        sheet = self.sheet(book, typed, check, more=more)
        version = self.request.POST.get("version", "0")
        return self.render_to_response(self.get_context_data(**sheet | {"version": version}))


class JournalCheckView(SheetMixin, View):
    """The check of what is in the form, as a piece of the page, while somebody types. Nothing is stored."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Check, and answer with sums and problems."""
        book, typed = self.get_book(), read_sheet(request.POST)
        response = render(request, "treasury/journals/_check.html", self.sheet(book, typed, self.check(book, typed)))
        response["Cache-Control"] = "private, no-store"
        return response
