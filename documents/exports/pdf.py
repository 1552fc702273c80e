"""HTML in, finished PDF bytes out: the only module that knows WeasyPrint.

# Note [Fonts are set up once]

Reading, checking and registering fonts costs far more than laying out a page. One `FontConfiguration` and one parsed
copy of each stylesheet live as long as the process. Pango's font map is not made for several threads, so one
document is laid out at a time in a process; more speed comes from more worker processes.

# Note [Same document, same bytes]

A document may be made twice, by a retry or by two workers at once, and both must reach the same hash. So nothing in
the file depends on the machine's clock or on chance: dates come from the document, font subsets are named after
their content, and the file identifier is computed from the bytes.

# Note [Pictures carry their colours]

WeasyPrint draws an inline SVG by the styles inside it alone, whatever the document's style sheets say. So the rules
for charts are copied into each chart before it is laid out; without them every area would be black.
"""

from __future__ import annotations

import os
import re
import threading
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from documents.exports.finish import finish_pdf

VARIANT = "pdf/a-3a"

# Addresses in a template are read as if they stood on this host, which exists nowhere (RFC 2606).
INSIDE = "http://documents.invalid/"

# fontTools stamps the fonts that it subsets with this instant instead of the clock's.
FONT_TIMESTAMP = "0"

CHART = re.compile(r'(<svg class="(?:chart|bar)\b[^>]*>)')
CHART_STYLES = "foundation/css/charts.css"
# Plain rules for what is inside a chart; SVG knows no boxes, and media rules are for screens.
CHART_RULE = re.compile(r"^\.(?:chart|bars?) \..*$|^\.chart text .*$", re.MULTILINE)

STYLESHEET_LINK = re.compile(r'<link rel="stylesheet" href="([^"]+)">\s*')

_one_at_a_time = threading.Lock()


class ShippedFilesOnly(URLFetcher):  # type: ignore[misc]
    """Fetch inline data and our own static files; anything else stops the document.

    A document is made on a server that holds personal data: a template must never make it call out, nor
    read another file of the machine.
    """

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return what is behind the address.

        Raises:
            FatalURLFetchingError: the address is neither inline data nor a shipped file.
        """
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = _find_shipped_file(url)
        if path is None:
            raise FatalURLFetchingError(f"A document may use inline data and shipped files only, not {url[:80]}")
        return URLFetcherResponse(url, path.read_bytes())


def _find_shipped_file(url: str) -> Path | None:
    """Find the static file behind an address, as collected in production or in its app's folder before that."""
    prefix = urljoin(INSIDE, static(""))
    if not url.startswith(prefix):
        return None
    name = unquote(urlsplit(url.removeprefix(prefix)).path)
    found = finders.find(name) or staticfiles_storage.path(name)
    path = Path(str(found))
    return path if path.is_file() else None


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _stylesheet(url: str) -> CSS:
    return CSS(url=url, url_fetcher=ShippedFilesOnly(), font_config=_fonts())


@cache
def _chart_styles() -> str:
    path = _find_shipped_file(urljoin(INSIDE, static(CHART_STYLES)))
    assert path is not None, CHART_STYLES
    letters = 'text { font-family: "Atkinson", "DejaVu Sans", sans-serif; }'
    return f"<style>{letters} {' '.join(CHART_RULE.findall(path.read_text('utf-8')))}</style>"


def render_pdf(html: str, *, made_on: date) -> bytes:
    """Lay out one document as a tagged PDF that is both PDF/A-3a and PDF/UA-1.

    Args:
        html: The whole document, with `<title>` and `<html lang>`; its stylesheets are linked with `{% static %}`.
        made_on: The date that the file states as its own, for both creation and change.

    Returns:
        The bytes; the same arguments always give the same bytes.

    Raises:
        FatalURLFetchingError: the template asks for something that is not shipped with it.
    """
    addresses = [urljoin(INSIDE, href) for href in STYLESHEET_LINK.findall(html)]
    with _one_at_a_time:
        os.environ.setdefault("SOURCE_DATE_EPOCH", FONT_TIMESTAMP)
        coloured = CHART.sub(lambda found: found[1] + _chart_styles(), STYLESHEET_LINK.sub("", html))
        source = HTML(string=coloured, base_url=INSIDE, url_fetcher=ShippedFilesOnly())
        laid_out = source.render(
            font_config=_fonts(),
            stylesheets=[_stylesheet(address) for address in addresses],
            pdf_variant=VARIANT,
        )
        laid_out.metadata.created = laid_out.metadata.modified = f"{made_on.isoformat()}T00:00:00Z"
        content: bytes = laid_out.write_pdf(pdf_variant=VARIANT)
    return finish_pdf(content)
