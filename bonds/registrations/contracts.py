"""What contracts register with the rooms below: what must always hold, and their place in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bonds.invariants import INVARIANTS
from foundation import registries


def register() -> None:
    """Register it; called once, when the models are loaded."""
    registries.INVARIANTS.register("bonds", INVARIANTS)
    registries.MENU_ITEMS.register(
        "bonds.contracts",
        registries.MenuItem(
            _("Outcome contracts"),
            "bonds:contracts",
            frozenset({"treasurer", "director", "secretary"}),
            order=300,
        ),
    )
