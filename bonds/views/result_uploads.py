"""A file of results: hand it in, look at what it would record, then say yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View
from django.views.generic.edit import FormView

from bonds.arithmetic.uploads import COLUMNS, MAX_BYTES
from bonds.forms.results import ConfirmUploadForm, UploadForm
from bonds.operations import uploads as operations
from bonds.policies import Standpoint
from bonds.policies import results as policies
from bonds.queries import results as result_queries
from bonds.queries import uploads as upload_queries
from bonds.views.results import ResultsPageMixin
from core.errors import DomainError, NotFound
from foundation import clock
from foundation.access import Actor, Decision
from foundation.models import Job


class UploadPageMixin(ResultsPageMixin):
    """A page for whoever may record results."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may record."""
        return policies.may_record_results(actor, standpoint)


class UploadView(UploadPageMixin, FormView[UploadForm]):
    """The form, and after it was sent, what the file would record. Nothing is recorded here."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/results/upload.html"
    form_class = UploadForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the columns and the short names of results."""
        facts = {"columns": ",".join(COLUMNS), "metrics": result_queries.metrics_of(self.contract).values()}
        return super().get_context_data(**facts | kwargs)

    def form_valid(self, form: UploadForm) -> HttpResponse:
        """Read the file and show what it would record, or what is wrong with it."""
        upload = form.cleaned_data["file"]
        content = upload.read(MAX_BYTES + 1)
        check = upload_queries.check_upload(
            contract=self.contract, provider=self.party, content=content, today=clock.today()
        )
        facts: dict[str, Any] = {"check": check}
        if not check.problem_count and not check.recorded:
            try:
                kept = operations.keep_upload(
                    provider=self.party, content=content, name=upload.name or "results.csv", at=clock.now()
                )
            except DomainError as refused:
                form.add_error("file", refused.message)
                return self.form_invalid(form)
            facts["confirm"] = ConfirmUploadForm(initial={"file": kept.public_id})
        named = result_queries.metrics_of(self.contract)
        facts["counts"] = [
            (named[code].name if code in named else code, number) for code, number in sorted(check.by_metric.items())
        ]
        self.template_name = "bonds/results/upload_preview.html"
        return self.render_to_response(self.get_context_data(**facts))


class ConfirmUploadView(UploadPageMixin, View):
    """Recording what was looked at. It is read and checked once more: others may have recorded since."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Record it, or begin the job that does."""
        form = ConfirmUploadForm(request.POST)
        here = (self.organisation.slug, self.contract.reference)
        if not form.is_valid():
            messages.error(request, _("Please choose the file again."))
            return redirect("bonds:upload", *here)
        try:
            done = operations.begin_upload(
                contract=self.contract,
                provider=self.party,
                file=upload_queries.get_upload(provider=self.party, public_id=form.cleaned_data["file"]),
                actor=self.actor.ref,
                at=clock.now(),
                today=clock.today(),
                result_path=reverse("bonds:results", args=here),
            )
        except NotFound:
            raise
        except DomainError as refused:
            messages.error(request, refused.message)
            return redirect("bonds:upload", *here)
        if isinstance(done, Job):
            return redirect("foundation:job", done.public_id)
        if done.replayed:
            messages.info(request, _("The results of this file were recorded before. Nothing was added."))
        else:
            messages.success(request, _("Every result in the file is recorded now."))
        return redirect("bonds:missing", *here)
