"""What claims register with the rooms below: their statement, their entries, and what they are called in the books."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.documents import claims as documents
from bonds.operations import recognising, submitting
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.ENTRY_KINDS.register("bonds.accepted", _("Results accepted"))
    registries.ENTRY_KINDS.register("bonds.claimed", _("Results claimed"))
    registries.ENTRY_KINDS.register("bonds.claim_decided", _("Claimed results decided"))
    registries.ENTRY_KINDS.register(recognising.EARLY_KIND, _("Income recognised when results were claimed"))
    registries.ENTRY_KINDS.register(recognising.RELEASED_KIND, _("Income recognised before, released by a decision"))
    registries.DOCUMENT_KINDS.register(
        documents.CLAIM,
        registries.DocumentKind(
            template="documents/outcome_claim.html",
            series=documents.SERIES,
            title=_("Claim under an outcome contract"),
            context=documents.claim_context,
            may_download=documents.may_download_claim,
            file_name=documents.name_file,
        ),
    )
    registries.OUTBOX_HANDLERS.register(submitting.TOPIC, handlers.submit_claim)
    registries.JOB_KINDS.register(submitting.TOPIC, registries.JobKind(title=_("Sending the claim")))
    registries.OWNER_LABELS.register("clm", handlers.give_claim_labels)
    registries.ENTRY_SOURCES.register("clm", handlers.give_claim_sources)
