"""Kinds of entries and owners, in words."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from moneyed import Money

from core.money import from_minor
from treasury.queries import OwnerLabel
from treasury.queries.kinds import kind_words

register = template.Library()
register.filter(kind_words)


@register.filter
def label_of(owners: Mapping[str, OwnerLabel], owner: str) -> str:
    """Give the label of an owner, or its reference where nobody knows it."""
    found = owners.get(owner)
    return found.label if found else owner


@register.filter
def place_words(place: str) -> str:
    """Say where a head of the chain was published."""
    words = {
        "file": _("In a file outside the database"),
        "mail": _("By mail to the auditors"),
        "mail:officers": _("By mail to treasurer and directors"),
    }
    return words.get(place, place)


@register.filter
def erasure_words(reason: str) -> str:
    """Say why words were erased, from the code that is kept."""
    words = {
        "asked": _("whom they named asked for it"),
        "misplaced": _("they never belonged in the books"),
        "not_needed": _("nobody needs them any more"),
    }
    return words.get(reason, reason)


@register.filter
def type_words(kind: str) -> str:
    """Name the type of an account, as a heading of the chart."""
    words = {
        "A": _("What we have (assets)"),
        "L": _("What we owe (liabilities)"),
        "Q": _("Shares and reserves (equity)"),
        "I": _("Income"),
        "X": _("Expenses"),
    }
    return words[kind]


@register.filter
def kept_in(pence: int, currency: str) -> Money:
    """Give an amount of the ledger in the currency that its account is kept in."""
    return from_minor(pence, currency)


@register.simple_tag
def owner_link(owners: Mapping[str, OwnerLabel], owner: str) -> SafeString:
    """Show an owner, with a link to its own page where there is one."""
    found = owners.get(owner, OwnerLabel(owner, owner))
    if found.url:
        return format_html('<a href="{}">{}</a>', found.url, found.label)
    return format_html("{}", found.label)


@register.simple_tag
def name_of(names: Mapping[str, str], ref: str) -> str:
    """Show what people call somebody who acted, or their reference where nobody knows."""
    return names.get(ref, ref)
