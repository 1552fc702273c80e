"""What happened, in words: the kinds of entries as people call them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from foundation.registries import ENTRY_KINDS

_REVERSAL: Final = "_reversal"


def kind_words(kind: str) -> str:
    """Write the kind of an entry in the words that its room registered, or else the kind itself without its marks.

    Args:
        kind: Such as "payments.receipt"; a reversal has the kind of its original and "_reversal" after it.
    """
    found = ENTRY_KINDS.find(kind)
    if found is not None:
        return str(found)
    if kind.endswith(_REVERSAL):
        return _("Reversed: %(what)s") % {"what": kind_words(kind.removesuffix(_REVERSAL))}
    return kind.replace("_", " ").replace(".", ": ").capitalize()
