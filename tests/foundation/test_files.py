import hashlib
import shutil
import stat
from pathlib import Path

import pytest
from django.conf import settings

from foundation import files
from foundation.models import StoredFile
from tests.foundation.things import NOON

PDF = b"%PDF-1.7\n...\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n....."
JPEG = b"\xff\xd8\xff\xe0...."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Mark</title><path d="M0 0"/></svg>'
CSV = "name,pence\nCaf\u00e9,100\n".encode()


@pytest.fixture(autouse=True)
def media():
    """Begin with nothing on the disk: what other tests stored is not rolled back with the database."""
    root = Path(settings.MEDIA_ROOT)
    shutil.rmtree(root / "private", ignore_errors=True)
    return root


def store(content=PDF, name="offer.pdf", media_type="application/pdf", organisation="org_pub", **given):
    return files.store_file(
        content=content, name=name, media_type=media_type, organisation=organisation, at=NOON, **given
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "media_type", "suffix"),
    [
        (PDF, "application/pdf", ".pdf"),
        (PNG, "image/png", ".png"),
        (JPEG, "image/jpeg", ".jpg"),
        (SVG, "image/svg+xml", ".svg"),
        (b'<?xml version="1.0"?>\n' + SVG, "image/svg+xml", ".svg"),
        (CSV, "text/csv", ".csv"),
        (b"Dear all\n", "text/plain", ".txt"),
    ],
)
def test_content_comes_back_as_it_went_in(content, media_type, suffix):
    stored = store(content, "thing.xyz", media_type)

    assert files.read_file(stored) == content
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert (stored.size_bytes, stored.media_type, stored.name) == (len(content), media_type, f"thing{suffix}")


@pytest.mark.django_db
def test_content_lies_in_private_under_its_digest_and_only_we_may_read_it(media):
    stored = store()

    path = files.path_of(stored.sha256)
    assert path == media / "private" / stored.sha256[:2] / stored.sha256[2:4] / stored.sha256
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [stored.sha256], "nothing half-written is left"


@pytest.mark.django_db
def test_same_content_and_name_is_one_row_and_another_owner_has_a_row_of_their_own():
    first, again, other = store(), store(), store(organisation="org_shop")

    assert first.pk == again.pk
    assert other.pk != first.pk
    assert files.path_of(other.sha256) == files.path_of(first.sha256)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><script>alert(1)</script></html>", "application/pdf"),
        (PNG, "image/jpeg"),
        (PDF, "image/png"),
        (b"MZ\x90\x00\x03", "application/pdf"),
        (b"PK\x03\x04....", "text/plain"),
        (b"a,b\n\x00,1", "text/csv"),
        ("café".encode("latin-1"), "text/plain"),
        (b"<html></html>", "text/plain"),
        (CSV, "text/html"),
        (CSV, "application/x-sh"),
    ],
)
def test_content_of_another_type_than_said_is_refused_and_nothing_is_kept(content, said, media):
    with pytest.raises(files.FileTypeRefused) as refused:
        store(content, "x", said)

    assert refused.value.code == "files.type_refused"
    assert StoredFile.objects.count() == 0
    assert list(media.rglob("*")) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<a href="javascript:alert(1)"><path/></a>',
        '<image href="https://example.org/x.png"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://example.org/x.svg#a"/>',
        "<foreignObject><p/></foreignObject>",
        "<style>@import url(https://example.org/x.css)</style>",
        '<rect fill="url(https://example.org/x.svg#a)"/>',
        '<x xmlns="http://www.w3.org/1999/xhtml"/>',
        '<rect style="fill: URL( &quot;//example.org/&quot; )"/>',
        '<animate attributeName="x"/><set attributeName="href" to="javascript:alert(1)"/>',
    ],
)
def test_picture_that_can_run_or_load_anything_is_refused(inside):
    with pytest.raises(files.FileTypeRefused):
        store(SVG.replace(b"</svg>", inside.encode() + b"</svg>"), "mark.svg", "image/svg+xml")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "start",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!doctype svg SYSTEM "file:///etc/passwd">',
        b'<?xml-stylesheet href="https://example.org/x.css"?>',
    ],
)
def test_picture_with_entities_or_stylesheets_is_refused(start):
    with pytest.raises(files.FileTypeRefused):
        store(start + SVG, "mark.svg", "image/svg+xml")


@pytest.mark.django_db
def test_picture_may_refer_to_itself():
    inside = b'<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/><use href="#a"/></svg>'

    assert store(SVG.replace(b"</svg>", inside), "mark.svg", "image/svg+xml").media_type == "image/svg+xml"


@pytest.mark.django_db
def test_too_big_and_empty_files_are_refused():
    with pytest.raises(files.FileTooBig) as refused:
        store(b"a" * 11, "a.txt", "text/plain", max_bytes=10)
    with pytest.raises(files.FileEmpty):
        store(b"", "a.txt", "text/plain")

    assert refused.value.facts == {"size_bytes": 11, "max_bytes": 10}
    assert store(b"a" * 10, "a.txt", "text/plain", max_bytes=10).size_bytes == 10


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Share offer (final).pdf", "Share offer (final).pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\win.ini", "win.pdf"),
        ("/absolute.PDF", "absolute.pdf"),
        ("evil.pdf.exe", "evil.pdf.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a-Set-Cookie- x=1.pdf".replace("=", "-")),
        ('na"me;<b>.pdf', "na-me-b.pdf"),
        ("nul\x00byte.pdf", "nul-byte.pdf"),
        ("\u202egnp.pdf", "gnp.pdf"),
        ("Caffi Ŵyn.pdf", "Caffi Ŵyn.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".htaccess", "file.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_file_name_is_safe_everywhere(name, safe):
    assert files.safe_name(name, "application/pdf") == safe


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "media_type", "inline", "disposition"),
    [
        (PDF, "application/pdf", True, "inline"),
        (PDF, "application/pdf", False, "attachment"),
        (SVG, "image/svg+xml", True, "inline"),
        (CSV, "text/csv", True, "attachment"),
        (b"Dear all", "text/plain", True, "attachment"),
    ],
)
def test_stream_is_downloaded_or_shown_and_never_sniffed(content, media_type, inline, disposition):
    response = files.stream(store(content, "thing", media_type), inline=inline)

    assert b"".join(response) == content
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"].startswith(f'{disposition}; filename="thing.')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert ("sandbox" in response.get("Content-Security-Policy", "")) == (media_type != "application/pdf")


@pytest.mark.django_db
def test_content_that_was_changed_on_the_disk_is_not_given_out():
    stored = store()
    files.path_of(stored.sha256).write_bytes(PDF.replace(b".", b"!"))

    with pytest.raises(files.FileDamaged):
        files.read_file(stored)


@pytest.mark.django_db
def test_forgetting_deletes_the_content_with_its_last_row():
    first, other = store(), store(organisation="org_shop")

    files.forget_file(first)
    assert files.read_file(other) == PDF
    files.forget_file(other)

    assert not Path(files.path_of(other.sha256)).exists()
    assert StoredFile.objects.count() == 0
