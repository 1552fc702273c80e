"""A contract as INDIGO data: downloading it, and trying a file before it is handed on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from bonds.arithmetic.indigo import RowsRefused, read_indigo
from bonds.arithmetic.indigo_writing import write_indigo
from bonds.documents import indigo as files
from bonds.forms.publishing import IndigoExportForm, IndigoForm
from bonds.policies import Standpoint
from bonds.policies import contracts as policies
from bonds.queries.indigo import gather_indigo, named_parties
from bonds.states import ContractState
from bonds.views.mixins import ContractPageMixin
from core.errors import DomainError
from foundation import clock
from foundation.access import Actor, Decision

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
MOST_SHOWN = 500


class HolderFilesMixin(ContractPageMixin):
    """A page for the officers of the holder."""

    def decide_here(self, actor: Actor, standpoint: Standpoint) -> Decision:
        """Ask who may take data out."""
        return policies.may_export(actor, standpoint)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give both forms."""
        facts: dict[str, Any] = {
            "is_signed": self.contract.state != ContractState.DRAFT.value,
            "export_form": IndigoExportForm(parties=named_parties(self.contract)),
            "check_form": IndigoForm(),
        }
        return super().get_context_data(**facts | kwargs)


@method_decorator(never_cache, name="dispatch")
class IndigoView(HolderFilesMixin, FormView[IndigoExportForm]):
    """The contract as a file, with the ids under which its payers and investors are known."""

    http_method_names = ("get", "post", "head", "options")
    template_name = "bonds/public/indigo.html"
    form_class = IndigoExportForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Ask for the id of each payer and investor."""
        return super().get_form_kwargs() | {"parties": named_parties(self.contract)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the form as it was sent."""
        form = kwargs.get("form")
        return super().get_context_data(**({"export_form": form} if form else {}) | kwargs)

    def form_valid(self, form: IndigoExportForm) -> HttpResponse:
        """Give the file."""
        if self.contract.state == ContractState.DRAFT.value:
            return self.render_to_response(self.get_context_data())
        tabs = write_indigo(
            gather_indigo(
                contract=self.contract,
                identifiers=form.identifiers(),
                recipient=form.cleaned_data["recipient"],
                on=clock.today(),
            )
        )
        shape = form.cleaned_data["act"]
        content = files.write_workbook(tabs) if shape == "xlsx" else files.write_zip(tabs)
        response = HttpResponse(content, content_type=MEDIA_TYPES[shape])
        name = f"{self.contract.reference}-indigo-{clock.today().isoformat()}.{shape}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


@method_decorator(never_cache, name="dispatch")
class IndigoCheckView(HolderFilesMixin, FormView[IndigoForm]):
    """Trying a file: every bad row is named. Nothing of it is kept."""

    http_method_names = ("post", "options")
    template_name = "bonds/public/indigo.html"
    form_class = IndigoForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the form as it was sent."""
        form = kwargs.get("form")
        return super().get_context_data(**({"check_form": form} if form else {}) | kwargs)

    def form_valid(self, form: IndigoForm) -> HttpResponse:
        """Read the file, and say what is in it or what is wrong with it."""
        upload = form.cleaned_data["file"]
        facts: dict[str, Any] = {"file_name": upload.name}
        try:
            facts["found"] = check_file(upload.read(files.MOST_BYTES + 1))
        except RowsRefused as refused:
            problems = refused.facts["problems"]
            facts |= {"problems": problems[:MOST_SHOWN], "problem_count": len(problems)}
        except DomainError as refused:
            form.add_error("file", refused.message)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, **facts))


def check_file(content: bytes) -> dict[str, Any]:
    """Read a file of INDIGO data and count what is in it.

    Raises:
        FileUnreadable: it is no such file.
        RowsRefused: it has bad rows.
    """
    return read_indigo(files.read_tabs(content), on=clock.today()).describe()
