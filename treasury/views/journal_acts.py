"""What is done with a journal: submitted, decided, withdrawn, reversed, its files, and the limit. One act each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View
from django.views.generic.edit import FormView

from core.amounts import write_pence
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from foundation.files import stream
from people.queries import find_names
from people.views import RecentAuthenticationMixin
from treasury import policies
from treasury.models import ManualJournal
from treasury.operations import journals as operations
from treasury.queries import journals as journal_queries
from treasury.states import JournalState
from treasury.views.journal_forms import LimitForm, ReasonForm, ReversalForm
from treasury.views.journals import JournalPageMixin
from treasury.views.mixins import BooksPageMixin


class JournalAct(JournalPageMixin, View, ABC):
    """An act of the treasurer on a journal; whatever stands in the way is said on the journal's page."""

    http_method_names = ("post", "options")

    def decide(self, actor: Actor) -> Decision:
        """Ask who may write journals."""
        return policies.may_write_journals(actor, self.organisation.public_id)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Do it, and show the journal."""
        try:
            journal, words = self.act()
        except NotFound:
            raise
        except DomainError as refused:
            messages.error(request, refused.message)
            return self.to_journal()
        messages.success(request, words)
        return self.to_journal(journal)

    @abstractmethod
    def act(self) -> tuple[ManualJournal, str]:
        """Do it; give the journal to show and what to say."""


class SecondPersonAct(JournalAct):
    """An act of the second person."""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may be the second person."""
        return policies.may_decide_journals(actor, self.organisation.public_id)


class SubmitJournalView(JournalAct, RecentAuthenticationMixin):
    """Into the books, or to a second person."""

    def act(self) -> tuple[ManualJournal, str]:
        """Submit the version that was read."""
        journal = operations.submit_journal(
            journal=self.journal,
            version=_version(self.request.POST.get("version", "")),
            actor=self.actor,
            at=clock.now(),
            today=clock.today(),
        )
        return journal, _what_became(journal)


class ApproveJournalView(SecondPersonAct, RecentAuthenticationMixin):
    """Yes."""

    def act(self) -> tuple[ManualJournal, str]:
        """Approve what was read."""
        journal = operations.approve_journal(
            journal=self.journal,
            digest=self.request.POST.get("digest", ""),
            actor=self.actor,
            at=clock.now(),
            today=clock.today(),
        )
        return journal, _("Approved. The journal is in the books.")


class RefuseJournalView(SecondPersonAct):
    """No, and why."""

    def act(self) -> tuple[ManualJournal, str]:
        """Refuse."""
        form = ReasonForm(self.request.POST)
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        journal = operations.refuse_journal(journal=self.journal, reason=reason, actor=self.actor, at=clock.now())
        return journal, _("Refused. Whoever wrote the journal is told why.")


class WithdrawJournalView(JournalAct):
    """Giving it up."""

    def act(self) -> tuple[ManualJournal, str]:
        """Withdraw."""
        journal = operations.withdraw_journal(journal=self.journal, actor=self.actor, at=clock.now())
        return journal, _("Withdrawn. Nothing was posted.")


class ReverseJournalView(JournalAct, RecentAuthenticationMixin):
    """Undoing a posted journal."""

    def act(self) -> tuple[ManualJournal, str]:
        """Reverse on the day asked for."""
        form = ReversalForm(self.request.POST)
        if not form.is_valid():
            words = " ".join(
                f"{form.fields[name].label}: {text}" for name, texts in form.errors.items() for text in texts
            )
            raise operations.WhyMissing(words)
        journal = operations.reverse_journal(
            journal=self.journal,
            effective_on=form.cleaned_data["effective_on"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=clock.now(),
            today=clock.today(),
        )
        return journal, _what_became(journal)


class AttachFileView(JournalAct):
    """One more file."""

    def act(self) -> tuple[ManualJournal, str]:
        """Keep it; more bytes than a journal may have are not even read."""
        upload = self.request.FILES.get("file")
        content = upload.read(operations.MAX_FILE_BYTES + 1) if upload else b""
        operations.attach_file(
            journal=self.journal,
            content=content,
            name=(upload.name or "") if upload else ".txt",
            actor=self.actor,
            at=clock.now(),
        )
        return self.journal, _("The file is attached.")


class DetachFileView(JournalAct):
    """One file fewer."""

    def act(self) -> tuple[ManualJournal, str]:
        """Take it off."""
        operations.detach_file(journal=self.journal, public_id=self.kwargs["file"], actor=self.actor, at=clock.now())
        return self.journal, _("The file is taken off.")


class JournalFileView(JournalPageMixin, View):
    """A file of a journal, for whoever may read the books."""

    http_method_names = ("get", "head", "options")

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send it, and write down that it was taken."""
        stored = operations.read_attachment(
            journal=self.journal, public_id=self.kwargs["file"], actor=self.actor, at=clock.now()
        )
        return stream(stored, inline=False)


class JournalLimitView(BooksPageMixin, RecentAuthenticationMixin, FormView[LimitForm]):
    """Up to how much one person may post alone: read by officers, set by the board."""

    template_name = "treasury/journals/limit.html"
    form_class = LimitForm

    def decide(self, actor: Actor) -> Decision:
        """Reading is for every officer; setting it is not for whom it binds."""
        if self.request.method == "POST":
            return policies.may_set_journal_limit(actor, self.organisation.public_id)
        return super().decide(actor)

    def get_initial(self) -> dict[str, Any]:
        """Begin with the limit that holds."""
        return {"limit": write_pence(journal_queries.find_limit(self.organisation).pence) or "0"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the limit, who may change it, and what it was before."""
        history = journal_queries.find_limits(self.organisation)
        decision = policies.may_set_journal_limit(self.actor, self.organisation.public_id)
        facts = {
            "limit": journal_queries.find_limit(self.organisation),
            "history": history,
            "names": find_names({row.set_by for row in history}),
            "may_set": bool(decision),
            "why_not": decision.reason,
        }
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: LimitForm) -> HttpResponse:
        """Set it."""
        operations.set_limit(
            organisation=self.organisation,
            pence=form.cleaned_data["limit"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=clock.now(),
        )
        messages.success(self.request, _("The limit holds from now on."))
        return redirect("treasury:journal-limit", self.organisation.slug)


def _version(text: str) -> int:
    """Read a version as our own form sends it; anything else is none that there is."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else 0


def _what_became(journal: ManualJournal) -> str:
    if journal.state == JournalState.POSTED.value:
        return _("Posted. The journal is in the books.")
    return _("Submitted. A second person has been asked by mail; nothing is posted before they agree.")
