"""Tags of the public pages of contracts."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bonds.arithmetic.small_numbers import Hidden, Shown
from bonds.queries.publications import PublicPrice
from foundation.templatetags.ui import day

register = template.Library()
_ONE_DAY = timedelta(days=1)


@register.simple_tag
def count_words(count: Shown, threshold: int) -> str | SafeString:
    """Show a count, or say why it is not shown."""
    if count.hidden is Hidden.SMALL:
        words = _("fewer than %(threshold)s") % {"threshold": threshold}
        return format_html('<span class="soft">{}</span>', words)
    if count.hidden is Hidden.WITHHELD:
        return format_html('<span class="soft">{}</span>', _("not shown"))
    return str(count.results)


@register.simple_tag
def price_words(price: PublicPrice) -> str:
    """Say to whom, to which numbers and when a price applies; nothing where it applies always."""
    said = []
    if price.subgroup:
        said.append(_("for people in the group “%(group)s”") % {"group": price.subgroup})
    if price.until_count is not None:
        span = {"first": price.from_count, "last": price.until_count - 1}
        said.append(_("for number %(first)s to %(last)s") % span)
    elif price.from_count > 1:
        said.append(_("from number %(first)s on") % {"first": price.from_count})
    if price.from_on:
        said.append(_("from %(day)s") % {"day": day(price.from_on)})
    if price.until_on:
        said.append(_("until %(day)s") % {"day": day(price.until_on - _ONE_DAY)})
    return ", ".join(said)


@register.filter
def last_day_before(until_on: date) -> str:
    """Show the last day of a time that ends before a day."""
    return day(until_on - _ONE_DAY)
