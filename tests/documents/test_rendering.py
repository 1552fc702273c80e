"""The file of a document: archival, accessible, the same bytes whoever makes it."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import threading
from pathlib import Path

import pikepdf
import pypdf
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.template.loader import render_to_string
from weasyprint.urls import FatalURLFetchingError

from documents import operations
from documents.exports import pdf
from documents.models import Document, DocumentFile
from foundation import files
from tests.documents.conftest import AT, ON, certificate_context, issue, made_documents

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(society) -> Document:
    return operations.render_document(document_id=issue(society).pk, at=AT)


@pytest.fixture
def content(made) -> bytes:
    return files.read_file(made.file.stored_file)


def test_the_file_is_kept_under_the_hash_of_its_bytes(made, content):
    assert made.file.sha256 == hashlib.sha256(content).hexdigest()
    assert made.file.size_bytes == len(content)
    assert made.file.stored_file.name == "CERT-000001.pdf"
    assert made.file.stored_file.organisation == made.organisation.public_id


def test_a_certificate_says_what_it_has_to(made, content):
    [page] = pypdf.PdfReader(io.BytesIO(content)).pages

    text = " ".join(page.extract_text().split())

    for words in (
        "The Drovers' Rest (Ashcombe) Limited",
        "number 8416",
        "Siân Ŵyn-Llewellyn",
        "3 Mill Lane, Ashcombe, Devon EX7 0QD",
        "member number 17",
        "1,250 (one thousand two hundred and fifty) withdrawable ordinary shares",
        "of £1 each, £1,250.00 fully paid",
        "CERT-000001",
        "20 November 2026",
        "2026/11-4",
        "Director",
        "Secretary",
    ):
        assert words in text


def test_a_certificate_is_one_sheet_of_a4_whoever_holds_it(society):
    document = issue(society, "ent_long")

    made = operations.render_document(document_id=document.pk, at=AT)

    reader = pypdf.PdfReader(io.BytesIO(files.read_file(made.file.stored_file)))
    assert len(reader.pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in reader.pages[0].mediabox[2:]] == [297, 210]


def test_the_file_claims_both_standards(content):
    with pikepdf.open(io.BytesIO(content)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["pdfuaid:part"] == "1"
        assert bytes(opened.Root.Metadata.read_bytes()).count(b"<rdf:RDF") == 1
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "en-gb"
        assert str(opened.docinfo["/Title"]) == "Share certificate CERT-000001, The Drovers' Rest (Ashcombe) Limited"


def test_qpdf_finds_nothing_wrong(content, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(content)

    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_pdfua_finds_nothing_wrong(content, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(content)

    done = subprocess.run(
        [Path(sys.executable).with_name("pdfua"), "check", str(path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_letter_is_in_the_file_and_no_clock_is(content):
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20261120000000")
        fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
        assert fonts
        for font in fonts:
            [descendant] = font.DescendantFonts
            assert any(key in descendant.FontDescriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_code_on_it_opens_its_own_page(made, settings):
    address = operations.rendering.verify_address(made)

    assert address == f"{settings.PUBLIC_BASE_URL}/verify/{made.token}/"
    content = files.read_file(made.file.stored_file)
    with pikepdf.open(io.BytesIO(content)) as opened:
        figures = [
            str(element.Alt)
            for element in opened.objects
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/Figure"
        ]
    assert figures == [f"Code that opens the page which confirms this certificate: {address}"]


def test_making_it_again_keeps_the_first_file(made):
    again = operations.render_document(document_id=made.pk, at=AT.replace(year=2027))

    assert again.file.pk == made.file.pk
    assert again.file.rendered_at == AT
    assert made_documents == [made.public_id]


def test_another_process_makes_the_same_bytes(tmp_path):
    html = tmp_path / "certificate.html"
    context = certificate_context("ent_one") | {"document": {"reference": "CERT-000001", "language": "en-gb"}}
    html.write_text(render_to_string("documents/share_certificate.html", context | {"qr": "data:,"}), "utf-8")
    here = hashlib.sha256(pdf.render_pdf(html.read_text("utf-8"), made_on=ON)).hexdigest()
    program = (
        "import django, hashlib, sys, pathlib, datetime; django.setup();"
        "from documents.exports.pdf import render_pdf;"
        "html = pathlib.Path(sys.argv[1]).read_text('utf-8');"
        "print(hashlib.sha256(render_pdf(html, made_on=datetime.date(2026, 11, 20))).hexdigest())"
    )

    there = subprocess.run(
        [sys.executable, "-c", program, str(html)], capture_output=True, text=True, check=True, env=own_environment()
    )

    assert there.stdout.strip() == here


def own_environment() -> dict[str, str]:
    import os

    return {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_reach_one_file_and_one_hash(society):
    document = issue(society)
    ready = threading.Barrier(2)
    hashes: list[str] = []

    def work() -> None:
        ready.wait()
        hashes.append(operations.render_document(document_id=document.pk, at=AT).file.sha256)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(hashes) == 2
    assert len(set(hashes)) == 1
    assert DocumentFile.objects.count() == 1
    assert made_documents == [document.public_id]


def test_the_recorded_hash_cannot_be_changed(made):
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentFile.objects.filter(pk=made.file.pk).update(sha256="0" * 64)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/logo.png",
        "http://127.0.0.1:8000/static/foundation/img/mark.svg",
        "//example.org/logo.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "ftp://example.org/logo.png",
        "/static/../../../../../../etc/passwd",
    ],
)
def test_a_template_that_asks_for_more_than_shipped_files_is_stopped(address):
    html = f'<html lang="en"><title>x</title><body><img src="{address}" alt="x"></body></html>'

    with pytest.raises((FatalURLFetchingError, Exception)) as stopped:
        pdf.render_pdf(html, made_on=ON)

    assert type(stopped.value).__name__ in {"FatalURLFetchingError", "SuspiciousFileOperation"}


def test_fonts_are_set_up_once(society, monkeypatch):
    seen = []
    real = pdf.CSS
    monkeypatch.setattr(pdf, "CSS", lambda **more: seen.append(more["url"]) or real(**more))
    pdf._stylesheet.cache_clear()

    for subject in ("ent_one", "ent_two", "ent_three"):
        operations.render_document(document_id=issue(society, subject).pk, at=AT)

    assert len(seen) == len(set(seen)) == 2
