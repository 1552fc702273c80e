"""What reports to investors register with the rooms below: their documents, and who is told when one is made."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds.documents import investor_reports as documents
from bonds.operations import report_mails
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.DOCUMENT_KINDS.register(
        documents.REPORT,
        registries.DocumentKind(
            template="documents/investor_report.html",
            series=documents.SERIES,
            title=_("Report to an investor in an outcome contract"),
            context=documents.report_context,
            may_download=documents.may_download_report,
            file_name=documents.name_report,
            made=report_mails.tell_ready,
        ),
    )
