"""Tags of the payment pages."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from foundation.templatetags.ui import status
from payments.queries import state_word

register = template.Library()

# The colours of the house know these words; our own states are told in them.
TONES = {
    "settled": "paid",
    "needs_attention": "failed",
    "prepared": "waiting",
    "requested": "waiting",
    "lost": "failed",
}


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """Show a state as a badge with its word."""
    return status(TONES.get(state, state), str(state_word(state)))
