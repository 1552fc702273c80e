"""What providers' pay registers with the rooms below: how it is paid, its statement, and the words for its entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.documents import providers as documents
from bonds.operations import provider_dues, provider_payments
from bonds.operations.provider_statements import STATEMENT
from bonds.queries.provider_pay import PAYMENT_PURPOSE
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.RECORDED_PURPOSES.register(
        PAYMENT_PURPOSE,
        registries.RecordedPurpose(
            title=_("Payment of what a provider is due"),
            directions=frozenset({"out"}),
            lines=provider_payments.payment_lines,
            check=provider_payments.check_payment,
            settled=provider_payments.note_paid,
            reversed=provider_payments.note_payment_undone,
            lock_first=provider_payments.lock_for_payment,
        ),
    )
    registries.DOCUMENT_KINDS.register(
        STATEMENT,
        registries.DocumentKind(
            template="documents/provider_statement.html",
            series=documents.SERIES,
            title=_("Statement for a provider"),
            context=documents.statement_context,
            may_download=documents.may_download_statement,
            file_name=documents.name_file,
            made=documents.tell_made,
        ),
    )
    registries.OUTBOX_HANDLERS.register(provider_dues.TOPIC, handlers.book_provider_dues)
    registries.JOB_KINDS.register(provider_dues.TOPIC, registries.JobKind(title=_("Booking what providers are due")))
    registries.ENTRY_KINDS.register("bonds.provider_dues", _("What providers are due"))
    registries.ENTRY_KINDS.register("bonds.compensation", _("Compensation for people not referred"))
    registries.ENTRY_KINDS.register("bonds.compensation_undone", _("Compensation for people not referred, undone"))
    registries.OWNER_LABELS.register("pty", handlers.give_party_labels)
    registries.ENTRY_SOURCES.register("pac", handlers.give_accrual_sources)
    registries.ENTRY_SOURCES.register("rcp", handlers.give_compensation_sources)
