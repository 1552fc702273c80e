"""Heads of the chains leave the database: a line in a file, a mail to the auditors, each once."""

from datetime import timedelta
from pathlib import Path

import pytest

from foundation.models import MailMessage
from ledger import operations as ledger_operations
from ledger.models import Anchor, Seal
from ledger.operations import Line
from ledger.tasks import expire_holds, seal_books
from tests.ledger.support import AT, pay, post
from treasury import operations
from treasury.tasks import publish_heads

pytestmark = pytest.mark.django_db


@pytest.fixture
def heads(tmp_path, settings) -> Path:
    settings.LEDGER_HEADS_FILE = tmp_path / "away" / "heads.txt"
    settings.LEDGER_HEADS_MAIL = ["auditor@example.org"]
    return settings.LEDGER_HEADS_FILE


@pytest.fixture
def book(db):
    return ledger_operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)


def test_a_head_is_published_once_in_each_place(book, heads):
    pay(book, "app_1", 100)
    post(book, "k", Line("1200", "4000", 5))

    assert operations.publish_heads(at=AT) == 1
    assert operations.publish_heads(at=AT + timedelta(days=1)) == 0

    head = Seal.objects.get(seq=2)
    line = f"pub 2 {head.hash} 2026-01-05"
    assert heads.read_text() == f"{line}\n"
    assert sorted(Anchor.objects.values_list("place", "seq", "hash")) == [
        ("file", 2, head.hash),
        ("mail", 2, head.hash),
    ]
    mail = MailMessage.objects.get()
    assert (mail.to, line in mail.text) == ("auditor@example.org", True)


def test_a_later_head_is_added_and_a_book_without_news_is_not(book, heads):
    other = ledger_operations.open_book(slug="shop", organisation="org_shop", name="Shop", at=AT)
    post(book, "k", Line("1200", "4000", 5))
    post(other, "k", Line("1200", "4000", 5))
    operations.publish_heads(at=AT)
    post(book, "k2", Line("1200", "4000", 5))

    assert operations.publish_heads(at=AT) == 1

    assert [line.split()[:2] for line in heads.read_text().splitlines()] == [["pub", "1"], ["shop", "1"], ["pub", "2"]]
    assert MailMessage.objects.count() == 2


def test_without_auditors_there_is_the_file(book, heads, settings):
    settings.LEDGER_HEADS_MAIL = []
    post(book, "k", Line("1200", "4000", 5))

    publish_heads()

    assert len(heads.read_text().splitlines()) == 1
    assert (Anchor.objects.get().place, MailMessage.objects.count()) == ("file", 0)


def test_the_clock_seals_and_lets_go(book):
    pay(book, "app_1", 100)
    line = Line("2150", "2155", 5, debit_owner="app_1", credit_owner="app_1")
    ledger_operations.hold(
        book=book, key="h", kind="refund", line=line, actor="a", held_at=AT, expires_at=AT + timedelta(minutes=5)
    )

    seal_books()
    expire_holds()

    assert Seal.objects.count() == 1
    assert line.amount == 5
    assert ledger_operations.expire_holds(at=AT + timedelta(days=900)) == 0
