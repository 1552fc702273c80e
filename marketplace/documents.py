"""The offer document as PDF: the same facts, headings and chart as the offer's page."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.periods import legal_day
from documents.exports.pdf import render_pdf
from foundation import charts
from marketplace.queries.offer_page import OfferPage

KEEP_SECONDS = 60 * 60


def draw_chart(page: OfferPage, *, narrow: bool = False) -> SafeString:
    """Draw the money raised over time, on the page and in the PDF alike."""
    return charts.money_raised(
        page.points or [(legal_day(page.offer.opens_at), 0, 0)],
        page.card.minimum_pence,
        page.card.maximum_pence,
        page.optimum_pence,
        until_on=page.until_on,
        narrow=narrow,
    )


def offer_document(page: OfferPage, *, at: datetime) -> bytes:
    """Make the offer document; the same figures on the same day always give the same bytes.

    A laid-out document is kept for an hour under a digest of what it says, so that readers do not each cost a
    typesetting run; new money or new terms make another digest.

    Args:
        page: What the offer's page says.
        at: The present instant; the document states its legal day.
    """
    on = legal_day(at)
    html = render_to_string(
        "documents/offer_document.html", {"page": page, "offer": page.offer, "chart": draw_chart(page), "made_on": on}
    )
    key = f"offer-document:{get_language()}:{hashlib.sha256(html.encode()).hexdigest()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = render_pdf(html, made_on=on)
        cache.set(key, kept, KEEP_SECONDS)
    return kept
