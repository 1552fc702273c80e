"""The contract builder: the list of steps, each step, and the form of one row. It works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from bonds.arithmetic import editing
from bonds.arithmetic.agreements import tidy_investor_terms
from bonds.arithmetic.editing import PartUnreadable, Row, RowChanged
from bonds.forms.rows import RowForm, Vocabulary
from bonds.models import ContractVersion, Party
from bonds.operations.editing import edit_terms
from bonds.policies import Standpoint
from bonds.policies.contracts import may_write_contract
from bonds.queries.contracts import newest_version
from bonds.queries.parties import parties_of
from bonds.queries.terms import find_problems
from bonds.states import VersionState
from bonds.views.builder_investor_steps import INVESTOR_STEPS
from bonds.views.builder_step import Documents, Step
from bonds.views.builder_steps import (
    BY_SLUG,
    CONTRACT_STEPS,
    PARTIES,
    STEPS,
    documents_of,
    step_of_problem,
    vocabulary_of,
)
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision


@method_decorator(never_cache, name="dispatch")
class BuilderPage(ContractPageMixin):
    """A page of the builder, for those who write the contract, while a version is being written."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who writes terms."""
        return may_write_contract(actor, standpoint)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show an unreadable part as what it is: the review page says what is wrong with it."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except PartUnreadable:
            messages.error(
                request,
                _("This part was written through the API in a shape that these pages cannot show. See what is wrong."),
            )
            return self.to_review()

    @cached_property
    def version(self) -> ContractVersion:
        """The version that is being written, or the newest one."""
        return newest_version(self.contract)

    @cached_property
    def parties(self) -> list[Party]:
        """The parties with their roles."""
        return parties_of(self.contract)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What rows can point to."""
        return vocabulary_of(self.contract, self.documents, self.parties)

    @property
    def documents(self) -> Documents:
        """What the version says."""
        return documents_of(self.version)

    @property
    def is_open(self) -> bool:
        """Whether the version can be written now."""
        return self.version.state == VersionState.DRAFT.value

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the version too."""
        return super().get_context_data(**{"version": self.version, "is_open": self.is_open} | kwargs)

    def url(self, name: str, *more: object) -> str:
        """Give an address of this contract."""
        return reverse(f"bonds:{name}", args=[self.organisation.slug, self.contract.reference, *more])

    def to_review(self) -> HttpResponse:
        """Go to the list of steps."""
        return redirect(self.url("terms"))


class TermsView(BuilderPage, TemplateView):
    """All steps, each with what it has and what is wrong in it; then the version can be put to the parties."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/contracts/terms.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count and sort it."""
        problems = [self._placed(one) for one in find_problems(self.version)]
        places = [one["slug"] for one in problems]
        tasks = [
            self._party_task(places.count(PARTIES)),
            *(self._task(step, places.count(step.slug)) for step in CONTRACT_STEPS),
        ]
        investors = [self._task(step, places.count(step.slug)) for step in INVESTOR_STEPS]
        facts = {"problems": problems, "tasks": tasks, "investor_tasks": investors}
        return super().get_context_data(**facts | kwargs)

    def _placed(self, problem: Mapping[str, str]) -> dict[str, str]:
        slug, place = step_of_problem(problem["at"])
        step = BY_SLUG.get(slug)
        title, url = (str(step.title), self.url("step", slug)) if step else (_("The terms"), "")
        if slug == PARTIES:
            title, url = _("Parties"), self.url("parties")
        if step is not None and place is not None:
            title, url = f"{title}, {place + 1}", self.url("row", slug, place)
        return {"slug": slug, "title": title, "url": url, "problem": problem["problem"], "at": problem["at"]}

    def _party_task(self, wrong: int) -> dict[str, Any]:
        hint = _("Who takes part, as what, and from when.")
        return {"name": _("Parties"), "url": self.url("parties"), "hint": hint} | self._mark(len(self.parties), wrong)

    def _task(self, step: Step, wrong: int) -> dict[str, Any]:
        try:
            rows = [row for row in step.part.read(self.documents[step.document]) if row]
        except PartUnreadable:
            rows = []
        mark = self._mark(len(rows), wrong, has_rows=step.has_rows, is_needed=step.is_needed)
        return {"name": step.title, "url": self.url("step", step.slug), "hint": step.hint} | mark

    @staticmethod
    def _mark(count: int, wrong: int, *, has_rows: bool = True, is_needed: bool = True) -> dict[str, str]:
        if wrong:
            return {"state": "refused", "label": _("%(count)s to put right") % {"count": wrong}}
        if not count:
            return {"state": "waiting", "label": _("to do")} if is_needed else {"state": "none", "label": _("none yet")}
        return {"state": "done", "label": str(count) if has_rows else _("filled in")}


class StepPage(BuilderPage):
    """A page of one step."""

    @cached_property
    def step(self) -> Step:
        """The step of the address."""
        found = BY_SLUG.get(str(self.kwargs["step"]))
        if found is None:
            raise Http404
        return found

    @property
    def rows(self) -> list[Row]:
        """What the step has."""
        return self.step.part.read(self.documents[self.step.document])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the step, and the one that follows."""
        place = STEPS.index(self.step)
        following = STEPS[place + 1] if place + 1 < len(STEPS) else None
        facts = {"step": self.step, "number": place + 2, "count": len(STEPS) + 1, "following": following}
        # The address's own "step" is only its name.
        return super().get_context_data(**kwargs | facts)

    def to_step(self) -> HttpResponse:
        """Go to the step."""
        return redirect(self.url("step", self.step.slug))

    def edit(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Change the terms as they are now; what investors agreed is kept in the contract's currency, or not at all."""
        of_investors = self.step.document == "investor_terms"
        edit_terms(
            contract=self.contract,
            edit=partial(self._tidy, change) if of_investors else change,
            document=self.step.document,
            actor=self.actor,
            at=clock.now(),
        )

    def _tidy(self, change: Callable[[dict[str, Any]], dict[str, Any]], terms: dict[str, Any]) -> dict[str, Any]:
        return tidy_investor_terms(change(terms), currency=self.contract.currency)


class StepView(StepPage, TemplateView):
    """The rows of a step, in words; a step with one row is its form."""

    http_method_names = ("get", "head", "options")
    template_name = "bonds/contracts/step.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the rows, or go to the only one."""
        if not self.step.has_rows:
            return redirect(self.url("row", self.step.slug, 0))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give each row in words, and the kinds that can be added."""
        rows = describe_rows(self.step, self.documents[self.step.document], self.vocabulary)
        return super().get_context_data(**kwargs | {"rows": rows, "kinds": self.step.kinds})


class RowView(StepPage, TemplateView):
    """The form of one row, new or to be changed. What was typed stays until it is saved."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/contracts/row.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Note which row it is."""
        super().setup(request, *args, **kwargs)
        self.place: int | None = self.kwargs.get("place")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; where the row is gone by now, the step."""
        if self.place is not None and self.place >= len(self.rows):
            messages.error(request, _("This is not there any more."))
            return self.to_step()
        if not self._form_class.base_fields and not self.kwargs.get("place", 0):
            return self.to_step()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Save the row and go on; or give the form back with what is wrong."""
        form = self._make_form(request.POST)
        if not form.is_valid():
            return self._again(form)
        try:
            self.edit(partial(self._put, form))
        except PartUnreadable:
            raise
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self._again(form, is_changed=isinstance(refused, RowChanged))
        messages.success(request, _("Saved."))
        return self.to_step() if self.step.has_rows else self.to_review()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the form, with the fingerprint of the row that it changes."""
        facts = {
            "form": kwargs.get("form") or self._make_form(None),
            "place": self.place,
            "seen": kwargs.get("seen") or (editing.fingerprint(self._row) if self._row is not None else ""),
            "about": getattr(self._form_class, "about", ""),
            "kind": self._kind,
            "kind_title": getattr(self._form_class, "title", ""),
        }
        return super().get_context_data(**kwargs | facts)

    @cached_property
    def _row(self) -> Row | None:
        rows = self.rows
        return rows[self.place] if self.place is not None and self.place < len(rows) else None

    @property
    def _kind(self) -> str:
        asked = self.request.POST.get("kind_of", "") or self.request.GET.get("kind", "")
        return str((self._row or {}).get("kind", asked))

    @cached_property
    def _form_class(self) -> type[RowForm]:
        return self.step.form_of(self._row if self.step.kinds else None, self._kind)

    def _make_form(self, data: Any) -> RowForm:
        return self._form_class(data, vocabulary=self.vocabulary, row=self._row)

    def _put(self, form: RowForm, terms: dict[str, Any]) -> dict[str, Any]:
        row, part = form.made_row(), self.step.part
        if self.place is None:
            return editing.add_row(terms, part, row)
        return editing.replace_row(terms, part, self.place, self.request.POST.get("seen", ""), row)

    def _again(self, form: RowForm, *, is_changed: bool = False) -> HttpResponseBase:
        """Give the form back as it was typed; after somebody else's change, with what the row says now beside it."""
        facts: dict[str, Any] = {"form": form, "seen": self.request.POST.get("seen", "")}
        if is_changed and self._row is not None:
            # The row was read before the lock was taken; what is saved next is saved over what is shown here.
            now = self._form_class(None, vocabulary=self.vocabulary, row=self._row)
            facts |= {"now": now.facts(), "seen": editing.fingerprint(self._row)}
        return self.render_to_response(self.get_context_data(**facts))


class RemoveRowView(StepPage, View):
    """Taking a row out."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Remove the row that was seen."""
        place, seen = int(self.kwargs["place"]), request.POST.get("seen", "")
        if not self.step.has_rows:
            raise Http404
        try:
            self.edit(lambda terms: editing.remove_row(terms, self.step.part, place, seen))
        except PartUnreadable:
            raise
        except DomainError as refused:
            messages.error(request, refused.message)
            return self.to_step()
        messages.success(request, _("Removed."))
        return self.to_step()


def describe_rows(step: Step, terms: Mapping[str, Any], vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Give the rows of a step in words: name, facts, and what tells the row from any other.

    Raises:
        PartUnreadable: the part cannot be read as rows.
    """
    described = []
    for place, row in enumerate(step.part.read(terms)):
        form = step.form_of(row)(None, vocabulary=vocabulary, row=row)
        name = step.name(row, vocabulary) or str(step.title)
        seen = editing.fingerprint(row)
        described.append({"place": place, "name": name, "facts": form.facts(), "seen": seen, "row": row})
    return described
