"""Money recorded by hand on pages: the list, a new record, one record, and what a second person does with it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from ledger.models import Book
from payments import forms, operations, policies, queries
from payments.models import RecordedMoney
from payments.models.recorded import STATE_WORDS
from payments.operations.recording import RecordUnsound
from payments.states import RECORDED_STATES, Direction, RecordedState
from people.views import OfficerPageMixin, RecentAuthenticationMixin

PAGE_SIZE = 50
DIRECTION_OF = {"receipt": Direction.IN, "payment": Direction.OUT}


class RecordedPageMixin(OfficerPageMixin):
    """A page for officers who see what was recorded; what does not exist for them is not found."""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may see it."""
        return policies.may_see_recorded(actor, self.organisation)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Turn what the domain does not find into a page that says so."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotFound as missing:
            raise Http404(missing.message) from missing


@method_decorator(never_cache, name="dispatch")
class RecordedListView(RecordedPageMixin, TemplateView):
    """What was recorded, newest first, perhaps only what is in one state."""

    http_method_names = ("get", "head", "options")
    template_name = "payments/recorded/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give one page of it."""
        state = self.request.GET.get("state", "")
        chosen = state if state in RECORDED_STATES else ""
        rows = queries.recorded_of(organisation=self.organisation, state=chosen)
        facts = {
            "page": Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page")),
            "state": chosen,
            "states": STATE_WORDS,
            "waiting": RecordedMoney.objects.for_organisation(self.organisation).waiting().count(),
            "books": queries.books_with_bank(self.organisation),
            "may_record": bool(policies.may_record_money(self.actor, self.organisation)),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class NewRecordedView(RecordedPageMixin, RecentAuthenticationMixin, FormView[forms.MoneyForm]):
    """Writing down a receipt or a payment. Nothing that was typed is lost when something is wrong."""

    template_name = "payments/recorded/new.html"
    form_class = forms.MoneyForm

    def decide(self, actor: Actor) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_money(actor, self.organisation)

    @cached_property
    def book(self) -> Book:
        """The book of the address."""
        return queries.get_book_with_bank(organisation=self.organisation, slug=self.kwargs["book"])

    @property
    def direction(self) -> str:
        """Which way the money went."""
        return DIRECTION_OF[self.kwargs["what"]]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form the book and the direction."""
        return super().get_form_kwargs() | {"book": self.book, "direction": self.direction}

    def get_initial(self) -> dict[str, Any]:
        """Begin with today, and with a key of this form's own, so that a double click records once."""
        return {"key": uuid4().hex, "moved_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which book and which way."""
        return super().get_context_data(book=self.book, is_receipt=self.direction == Direction.IN, **kwargs)

    def form_valid(self, form: forms.MoneyForm) -> HttpResponse:
        """Record it, or show everything that is wrong."""
        record = operations.record_receipt if self.direction == Direction.IN else operations.record_payment
        try:
            made = record(
                organisation=self.organisation,
                book=self.book,
                facts=form.facts(),
                key=f"form:{form.cleaned_data['key']}",
                actor=self.actor,
                at=clock.now(),
                today=clock.today(),
            )
        except RecordUnsound as unsound:
            form.take_problems(unsound.facts["problems"])
            return self.form_invalid(form)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, asked_words())
        return redirect("payments:recorded", self.organisation.slug, made.public_id)


class OneRecordMixin(RecordedPageMixin):
    """A page of one record of this group and of no other."""

    @cached_property
    def record(self) -> RecordedMoney:
        """The record of the address."""
        return queries.get_recorded(organisation=self.organisation, public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect what the page shows, and what this officer may do."""
        record = self.record
        shown = queries.get_recorded_page(record)
        waits = record.state == RecordedState.REQUESTED
        may_record = bool(policies.may_record_money(self.actor, self.organisation))
        may_decide = waits and bool(policies.may_decide_recorded(self.actor, self.organisation))
        is_own = record.approval.requested_by_user == self.actor.user_id
        can_reverse = record.state == RecordedState.APPROVED and not record.reverses_id and not shown.live_reversal
        facts = {
            "record": record,
            "shown": shown,
            "purpose": queries.purpose_words(record),
            "waits": waits,
            "may_decide": may_decide and not is_own,
            "is_own": may_decide and is_own,
            "may_withdraw": waits and may_record,
            "may_reverse": may_record and can_reverse,
            "refusal_form": forms.RefusalForm(auto_id="id_refuse_%s"),
            "reversal_form": forms.ReversalForm(auto_id="id_reverse_%s", initial={"moved_on": clock.today()}),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class RecordedView(OneRecordMixin, TemplateView):
    """One record: what the statement says, what it does to the books, what happened, and what may be done."""

    http_method_names = ("get", "head", "options")
    template_name = "payments/recorded/record.html"


class RecordedAct(OneRecordMixin, FormView[Form], ABC):
    """An act on a record. Whatever stands in the way is said on the record's page, with what was typed."""

    http_method_names: Sequence[str] = ("post", "options")
    template_name = "payments/recorded/record.html"
    form_class = Form
    # Under which name the page knows the form of this act, and how its fields' ids begin there.
    form_name: ClassVar[str] = "act_form"
    auto_id: ClassVar[str] = "id_%s"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the ids that it has on the page."""
        return super().get_form_kwargs() | {"auto_id": self.auto_id}

    def form_invalid(self, form: Form) -> HttpResponse:
        """Show the page again with this form as it was sent."""
        return self.render_to_response(self.get_context_data(form=form, **{self.form_name: form}))

    def form_valid(self, form: Form) -> HttpResponse:
        """Do it, and show the record."""
        try:
            record, words = self.act(form)
        except NotFound:
            raise
        except DomainError as refused:
            # Somebody else may have decided meanwhile: the page shows the record as it is now.
            del self.record
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, words)
        return redirect("payments:recorded", self.organisation.slug, record.public_id)

    @abstractmethod
    def act(self, form: Form) -> tuple[RecordedMoney, str]:
        """Do it; give the record to show and what to say."""


class ApproveRecordedView(RecordedAct, RecentAuthenticationMixin):
    """Yes."""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may be the second person."""
        return policies.may_decide_recorded(actor, self.organisation)

    def act(self, form: Form) -> tuple[RecordedMoney, str]:
        """Approve."""
        record = operations.approve_recorded(record=self.record, actor=self.actor, at=clock.now(), today=clock.today())
        return record, _("Approved. It is in the books.")


class RefuseRecordedView(RecordedAct):
    """No, and why."""

    form_class = forms.RefusalForm
    form_name = "refusal_form"
    auto_id = "id_refuse_%s"

    def decide(self, actor: Actor) -> Decision:
        """Ask who may be the second person."""
        return policies.may_decide_recorded(actor, self.organisation)

    def act(self, form: Form) -> tuple[RecordedMoney, str]:
        """Refuse."""
        reason = form.cleaned_data["reason"]
        record = operations.refuse_recorded(record=self.record, reason=reason, actor=self.actor, at=clock.now())
        return record, _("Refused. Whoever wrote it down is told why.")


class WithdrawRecordedView(RecordedAct):
    """Taking it back."""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_money(actor, self.organisation)

    def act(self, form: Form) -> tuple[RecordedMoney, str]:
        """Withdraw."""
        record = operations.withdraw_recorded(record=self.record, actor=self.actor, at=clock.now())
        return record, _("Withdrawn. Nothing was posted.")


class ReverseRecordedView(RecordedAct, RecentAuthenticationMixin):
    """Undoing what is in the books by mistake."""

    form_class = forms.ReversalForm
    form_name = "reversal_form"
    auto_id = "id_reverse_%s"

    def decide(self, actor: Actor) -> Decision:
        """Ask who may write money down."""
        return policies.may_record_money(actor, self.organisation)

    def act(self, form: Form) -> tuple[RecordedMoney, str]:
        """Ask for the reversal."""
        record = operations.reverse_recorded(
            record=self.record, actor=self.actor, at=clock.now(), today=clock.today(), **form.cleaned_data
        )
        return record, asked_words()


def asked_words() -> str:
    """Say that nothing is posted before somebody else agrees."""
    return _("Written down. A second person has been asked by mail; nothing is posted yet.")
