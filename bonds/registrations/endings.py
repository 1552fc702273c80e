"""What the end of a deal registers with the rooms below: what guarantors' money is for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds.operations import guaranteeing
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    for purpose, title, direction, lines, check in (
        (
            guaranteeing.RECEIPT_PURPOSE,
            _("Payment of a guarantor for principal that did not come back"),
            "in",
            guaranteeing.receipt_lines,
            guaranteeing.check_receipt,
        ),
        (
            guaranteeing.PAYOUT_PURPOSE,
            _("A guarantor's payment, paid on to the investor"),
            "out",
            guaranteeing.payout_lines,
            guaranteeing.check_payout,
        ),
    ):
        registries.RECORDED_PURPOSES.register(
            purpose,
            registries.RecordedPurpose(
                title=title,
                directions=frozenset({direction}),
                lines=lines,
                check=check,
                settled=guaranteeing.note_moved,
                reversed=guaranteeing.note_undone,
                lock_first=guaranteeing.lock_for_guarantee,
            ),
        )
