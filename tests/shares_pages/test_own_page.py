"""What a resident finds on their own page: holdings, certificates, statements."""

from __future__ import annotations

import io

import pikepdf
import pypdf
import pytest

from documents.invariants import find_gaps
from documents.models import Document
from foundation.models import MailMessage
from shares import documents
from shares.models import Member, RegisterEntry
from tests.factories import shares as make
from tests.people.support import sign_in
from tests.shares_pages.test_applying import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(offer, resident, clock):
    """The resident holds 125 shares, issued on the day the offer closed."""
    application = make.paid(offer, 125, user=resident)
    make.closed_offer(offer)
    make.allot(offer)
    make.drive("shares.issue_certificates", at=make.AFTER)
    make.drive("documents.render", at=make.AFTER)
    clock.move_to(make.AFTER)
    return application


def pdf_text(response) -> str:
    content = b"".join(response.streaming_content)
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def test_the_own_page_shows_holding_and_certificate(held, resident):
    page = text_of(sign_in(resident).get("/me/"))

    assert held.organisation.name in page
    assert "Shares 125" in page
    assert "Paid for them £1,250.00" in page
    assert "Certificate CERT-000001 (PDF)" in page


def test_the_certificate_says_what_the_register_says(held, resident):
    certificate = Document.objects.get()

    text = pdf_text(sign_in(resident).get(f"/documents/{certificate.public_id}/"))

    entry = RegisterEntry.objects.get()
    for words in (
        held.organisation.name,
        entry.particulars.full_name,
        "125 (one hundred and twenty-five) shares of 10",
        "of £10 each, £1,250.00 fully paid",
        "29 May 2026",
        "B/2026/07",
        "The Old School, High Street",
    ):
        assert words in text


def test_the_certificate_was_mailed_once(held):
    mails = MailMessage.objects.filter(template="shares/mail/certificate")

    assert mails.count() == 1
    make.drive("documents.render", at=make.AFTER)
    assert mails.count() == 1


def test_a_statement_is_made_once_a_day_and_is_genuine(held, resident, client):
    web = sign_in(resident)
    member = Member.objects.get()

    first = web.post(f"/me/holdings/{member.public_id}/statement/")
    second = web.post(f"/me/holdings/{member.public_id}/statement/")
    text = pdf_text(web.get(first["Location"]))
    statement = Document.objects.get(kind=documents.STATEMENT)

    assert first["Location"] == second["Location"]
    for words in ("Statement of holding", "125", "£1,250.00", "Member number", "STMT-000001", "29 May 2026"):
        assert words in text
    assert "Valid." in text_of(client.get(f"/verify/{statement.token}/"))
    assert list(find_gaps()) == []


def test_a_statement_is_archival_and_accessible(held, resident):
    web = sign_in(resident)
    made = web.post(f"/me/holdings/{Member.objects.get().public_id}/statement/")
    content = b"".join(web.get(made["Location"]).streaming_content)

    with pikepdf.open(io.BytesIO(content)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "3A"
        assert metadata["pdfuaid:part"] == "1"
        headers = [
            element
            for element in opened.objects
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/TH"
        ]
        assert headers
        assert all("/Scope" in element.A for element in headers)


def test_documents_of_others_are_for_nobody_else(held, client):
    certificate = Document.objects.get()
    stranger = sign_in(make.make_user("stranger"))

    assert stranger.get(f"/documents/{certificate.public_id}/").status_code in {403, 404}
    assert stranger.post(f"/me/holdings/{Member.objects.get().public_id}/statement/").status_code == 404
    assert client.get(f"/documents/{certificate.public_id}/").status_code == 302


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "one"),
        (10, "ten"),
        (21, "twenty-one"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (1_001, "one thousand and one"),
        (1_250, "one thousand two hundred and fifty"),
        (92_300, "ninety-two thousand three hundred"),
        (100_000, "one hundred thousand"),
        (1_000_050, "one million and fifty"),
        (999_999, "nine hundred and ninety-nine thousand nine hundred and ninety-nine"),
    ],
)
def test_numbers_in_words(number, words):
    assert documents.number_in_words(number) == words
