"""Tags of the payment pages."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from moneyed import Money

from core.money import from_minor
from foundation.owners import OwnerLabel
from foundation.templatetags.ui import status
from payments.models import RecordedMoney
from payments.queries import state_word, title_of
from payments.states import RecordedState

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


# In the books is good here, while an application that is approved still has a way to go.
RECORD_TONES = {"requested": "waiting", "approved": "posted"}


@register.simple_tag
def record_badge(record: RecordedMoney) -> SafeString:
    """Show the state of recorded money as a badge with one short word: it stands in tables on phones."""
    words = _("Waiting") if record.state == RecordedState.REQUESTED else str(record.get_state_display()).capitalize()
    return status(RECORD_TONES.get(record.state, record.state), words)


@register.filter
def record_words(record: RecordedMoney) -> str:
    """Say in a line what was recorded: whose money and what for, or what kind of record where the words are erased."""
    words = ": ".join(part for part in (record.party_name, record.note) if part)
    return words or title_of(record)


@register.filter
def came_in(record: RecordedMoney) -> bool:
    """Whether the bank account grows by it; of a reversal, the other way round."""
    return record.is_receipt == (record.reverses_id is None)


@register.filter
def amount_of(record: RecordedMoney) -> Money:
    """Give the amount of recorded money in its currency."""
    return from_minor(record.amount_pence, record.currency)


@register.filter
def in_currency(pence: int, currency: str) -> Money:
    """Give whole minor units as an amount of a currency."""
    return from_minor(pence, currency)


@register.simple_tag
def owner_words(owner: OwnerLabel) -> SafeString:
    """Show an owner or a subject, with a link to its own page where there is one."""
    if owner.url:
        return format_html('<a href="{}">{}</a>', owner.url, owner.label)
    return format_html("{}", owner.label)


@register.simple_tag
def name_of(names: Mapping[str, str], ref: str) -> str:
    """Show what people call somebody who acted, or their reference where nobody knows."""
    return names.get(ref, ref)
