"""The offer document: one PDF with every fact of the page, tagged, the same bytes for the same figures."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
import time_machine
from django.core.cache import cache

from marketplace.documents import draw_chart, offer_document
from marketplace.queries.offer_page import get_offer_page
from tests.marketplace.making import NOW, apply, make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def present():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def words(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_document_says_what_the_checklist_asks(client):
    offer = make_offer(number="7116")
    apply(offer, 4)

    response = client.get("/offers/fleece/document.pdf")

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == 'inline; filename="fleece-offer-document.pdf"'
    said = words(response.content)
    for text in (
        "You could lose all the money you put in",
        "no compensation scheme",
        "no ombudsman",
        "registered number 7116",
        "£120,000.00. If less is raised",
        "4 December 2026 at 5pm",
        "On 22 November 2026: cleared £100.00, applied for £100.00, allotted £0.00",
        "1 September 2026 £100.00 £100.00",
        "Terms version 1, made on 22 November 2026",
        "1 / ",
    ):
        assert text in said, text
    for name in offer.current_terms.content_fields():
        assert f"Text on {name.replace('_', ' ')}." in said, name


def test_the_chart_is_the_same_picture_as_on_the_page(client):
    offer = make_offer()
    apply(offer, 4)
    chart = draw_chart(get_offer_page(slug="fleece", at=NOW))

    assert chart in client.get("/offers/fleece/").content.decode()
    assert 'class="chart raised wide"' in chart


def test_the_document_is_archival_and_accessible(tmp_path):
    make_offer()
    path = tmp_path / "document.pdf"

    path.write_bytes(offer_document(get_offer_page(slug="fleece", at=NOW), at=NOW))

    checker = Path(sys.executable).with_name("pdfua")
    checked = subprocess.run([checker, "check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    claims = pypdf.PdfReader(path).xmp_metadata.rdf_root.toxml()
    assert "pdfaid:part" in claims
    assert "pdfuaid:part" in claims


def test_the_same_figures_give_the_same_bytes_and_new_money_new_ones():
    offer = make_offer()
    first = offer_document(get_offer_page(slug="fleece", at=NOW), at=NOW)
    cache.clear()
    again = offer_document(get_offer_page(slug="fleece", at=NOW), at=NOW)
    apply(offer, 4)
    changed = offer_document(get_offer_page(slug="fleece", at=NOW), at=NOW)

    assert first == again
    assert changed != first
