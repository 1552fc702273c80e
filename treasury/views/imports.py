"""Taking another system's journal into the books: hand in a file, look at what it would post, then say yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView

from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from foundation.files import stream
from foundation.models import Job
from people.views import RecentAuthenticationMixin
from treasury import policies
from treasury.arithmetic.imports import MAX_BYTES
from treasury.operations import imports as operations
from treasury.queries import imports as import_queries
from treasury.views.import_forms import ConfirmImportForm, ImportForm
from treasury.views.mixins import BooksPageMixin

SHOWN_JOURNALS = 50


class ImportPageMixin(BooksPageMixin):
    """A page for whoever may take journals into the books."""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may."""
        return policies.may_import_journals(actor, self.organisation.public_id)


@method_decorator(never_cache, name="dispatch")
class ImportView(ImportPageMixin, FormView[ImportForm]):
    """The form, and after it was sent, what the file would bring. Nothing is posted here."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "treasury/imports/form.html"
    form_class = ImportForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the form and what came in before."""
        book = self.get_book()
        facts = {"book": book, "imports": import_queries.imports_of(book=book)}
        # The address's own "book" is only its name.
        return super().get_context_data(**kwargs | facts)

    def form_valid(self, form: ImportForm) -> HttpResponse:
        """Read the file and show what it would post, or what is wrong with it."""
        book, options = self.get_book(), form.options
        content, mapping = _bytes_of(form, "file"), _bytes_of(form, "mapping")
        preview = import_queries.check_import(
            book=book, content=content or b"", options=options, mapping_content=mapping
        )
        facts: dict[str, Any] = {"preview": preview, "options": options, "shown": preview.journals[:SHOWN_JOURNALS]}
        if not preview.problems and preview.earlier is None:
            try:
                facts["confirm"] = self._confirmation(form, content or b"", mapping)
            except DomainError as refused:
                form.add_error("file", refused.message)
                return self.form_invalid(form)
        self.template_name = "treasury/imports/preview.html"
        return self.render_to_response(self.get_context_data(**facts))

    def _confirmation(self, form: ImportForm, content: bytes, mapping: bytes | None) -> ConfirmImportForm:
        at, options = clock.now(), form.options
        kept = [
            operations.keep_file(
                organisation=self.organisation, content=one, name=form.cleaned_data[name].name or "file.csv", at=at
            ).public_id
            if one
            else ""
            for name, one in (("file", content), ("mapping", mapping))
        ]
        return ConfirmImportForm(
            initial={
                "file": kept[0],
                "mapping_file": kept[1],
                "kind": options.kind.value,
                "dates": options.dates.value,
                "commas": options.commas,
                "opening_on": options.opening_on,
                "suspense": options.suspense,
            }
        )


class ConfirmImportView(ImportPageMixin, RecentAuthenticationMixin, View):
    """Posting what was looked at. It is read and checked once more: the books may have moved on since."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Post it, or begin the job that does."""
        book, form = self.get_book(), ConfirmImportForm(request.POST)
        here = (self.organisation.slug, book.slug)
        if not form.is_valid():
            messages.error(request, _("Please choose the file again."))
            return redirect("treasury:import", *here)
        try:
            done = self._begin(form)
        except NotFound:
            raise
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect("treasury:import", *here)
        if isinstance(done, Job):
            return redirect("foundation:job", done.public_id)
        if done.replayed:
            messages.info(request, _("This file was in the books already. Nothing was added."))
        else:
            messages.success(request, _("Everything in the file is in the books now."))
        return redirect("treasury:imported", *here, done.row.public_id)

    def _begin(self, form: ConfirmImportForm) -> operations.Imported | Job:
        book, cleaned = self.get_book(), form.cleaned_data
        found = [
            import_queries.get_import_file(organisation=self.organisation.public_id, public_id=cleaned[name])
            for name in ("file", "mapping_file")
            if cleaned[name]
        ]
        path = reverse("treasury:imported", args=[self.organisation.slug, book.slug, "IMPORT"])
        return operations.begin_import(
            book=book,
            organisation=self.organisation,
            file=found[0],
            mapping_file=found[1] if len(found) > 1 else None,
            options=form.options,
            actor=self.actor.ref,
            at=clock.now(),
            result_path=path.replace("IMPORT", "{import}"),
        )


@method_decorator(never_cache, name="dispatch")
class ImportedView(BooksPageMixin, TemplateView):
    """One import: the file, who took it in, and its entries."""

    http_method_names = ("get", "head", "options")
    template_name = "treasury/imports/imported.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the import."""
        book = self.get_book()
        row = import_queries.get_import(book=book, public_id=self.kwargs["imported"])
        facts = {
            "book": book,
            "row": row,
            "entries": import_queries.entries_of(row)[:SHOWN_JOURNALS],
            "may_import": bool(policies.may_import_journals(self.actor, self.organisation.public_id)),
        }
        return super().get_context_data(**kwargs | facts)


class ImportFileView(ImportPageMixin, View):
    """The file as it came."""

    http_method_names = ("get", "head", "options")

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send it."""
        row = import_queries.get_import(book=self.get_book(), public_id=self.kwargs["imported"])
        return stream(row.file, inline=False)


def _bytes_of(form: ImportForm, name: str) -> bytes | None:
    """Read an upload, one byte further than is taken, so that what is too large is said to be."""
    upload = form.cleaned_data.get(name)
    if not upload:
        return None
    content: bytes = upload.read(MAX_BYTES + 1)
    return content
