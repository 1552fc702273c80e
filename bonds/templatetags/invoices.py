"""Tags of the pages of invoices."""

from __future__ import annotations

from datetime import date, timedelta

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bonds.models import Invoice
from bonds.queries.invoice_lists import Order
from bonds.states import InvoiceKind, InvoiceState
from core.money import format_pounds
from foundation.templatetags.ui import status

register = template.Library()


@register.simple_tag
def invoice_badge(invoice: Invoice, days_over: int) -> SafeString:
    """Show where an invoice stands as a badge with its words: to be paid, overdue, settled; or a credit note."""
    if invoice.kind == InvoiceKind.CREDIT_NOTE.value:
        return status("withdrawn", _("Credit note"))
    if invoice.state == InvoiceState.PAID.value:
        return status("paid", _("Settled"))
    return status("failed", _("Overdue")) if days_over else status("waiting", _("To be paid"))


@register.simple_tag
def over_words(days: int) -> str:
    """Say how many days ago the last day to pay was."""
    return ngettext("%(days)s day overdue", "%(days)s days overdue", days) % {"days": days}


@register.simple_tag
def order_words(order: Order, currency: str) -> str:
    """Say what of a purchase order is left: expired, used up, passed or so much."""
    if order.is_over:
        return _("expired")
    if order.left_pence is None:
        return _("no amount is named")
    if order.left_pence < 0:
        return _("passed by %(amount)s") % {"amount": format_pounds(-order.left_pence, currency)}
    if order.left_pence == 0:
        return _("used up")
    return _("%(amount)s left") % {"amount": format_pounds(order.left_pence, currency)}


@register.filter
def day_before(day: date) -> date:
    """Give the last day of a period that ends before a day."""
    return day - timedelta(days=1)
