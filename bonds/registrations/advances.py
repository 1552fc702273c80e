"""What advances register with the rooms below: what their money is for, and the words for their entries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds import handlers
from bonds.operations import advancing
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    for purpose, title, direction, lines, check in (
        (
            advancing.RECEIPT_PURPOSE,
            _("Advance payment for results"),
            "in",
            advancing.receipt_lines,
            advancing.check_receipt,
        ),
        (
            advancing.REFUND_PURPOSE,
            _("Advance that was not earned, paid back"),
            "out",
            advancing.refund_lines,
            advancing.check_refund,
        ),
    ):
        registries.RECORDED_PURPOSES.register(
            purpose,
            registries.RecordedPurpose(
                title=title,
                directions=frozenset({direction}),
                lines=lines,
                check=check,
                settled=advancing.note_moved,
                reversed=advancing.note_undone,
                lock_first=advancing.lock_for_advance,
            ),
        )
    registries.ENTRY_KINDS.register(advancing.EARNED_KIND, _("Advance payment earned"))
    registries.ENTRY_SOURCES.register("adv", handlers.give_advance_sources)
