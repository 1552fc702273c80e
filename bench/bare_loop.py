"""The yardstick of certificates: WeasyPrint in a loop, fonts set up once, tagged; nothing is stored or numbered.

Usage: python -m bench.bare_loop FILE ROUNDS, where FILE holds a JSON list of whole HTML documents.
It prints how many documents a second it made.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urljoin

import django

django.setup()

from weasyprint import CSS, HTML  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402

from documents.exports.pdf import INSIDE, STYLESHEET_LINK, VARIANT, ShippedFilesOnly  # noqa: E402


def main(path: str, rounds: int) -> float:
    """Make every document so many times after one warm-up; give the rate."""
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    pages = json.loads(Path(path).read_text())
    fonts, fetcher = FontConfiguration(), ShippedFilesOnly()
    addresses = [urljoin(INSIDE, href) for href in STYLESHEET_LINK.findall(pages[0])]
    sheets = [CSS(url=address, url_fetcher=fetcher, font_config=fonts) for address in addresses]

    def make(page: str) -> bytes:
        source = HTML(string=STYLESHEET_LINK.sub("", page), base_url=INSIDE, url_fetcher=fetcher)
        laid_out = source.render(font_config=fonts, stylesheets=sheets, pdf_variant=VARIANT)
        content: bytes = laid_out.write_pdf(pdf_variant=VARIANT)
        return content

    make(pages[0])
    began = time.perf_counter()
    for _ in range(rounds):
        for page in pages:
            make(page)
    return rounds * len(pages) / (time.perf_counter() - began)


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2])))
