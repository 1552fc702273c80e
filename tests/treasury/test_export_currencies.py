"""Journals of a book that keeps accounts in two currencies."""

import csv
import io
import subprocess

import beancount.loader
import pytest
from django.core.management import call_command

from ledger import operations
from ledger.operations import Line
from ledger.states import AccountType
from tests.ledger.support import AT, post
from treasury.operations import JournalFormat, write_journal


@pytest.fixture
def two_currencies(db):
    """A book in pounds with a bank account in euros, money changed through trading accounts."""
    book = operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)
    operations.open_account(book=book, code="1290", name="Bank-Euro", type=AccountType.ASSET, currency="EUR")
    operations.open_account(book=book, code="3990", name="Trading-Pound", type=AccountType.EQUITY)
    operations.open_account(book=book, code="3991", name="Trading-Euro", type=AccountType.EQUITY, currency="EUR")
    post(
        book,
        "exchange",
        Line("3990", "1200", 8_600),
        Line("1290", "3991", 10_000, currency="EUR"),
        kind="exchange",
    )
    return book


def test_amounts_of_other_currencies_name_them(two_currencies, tmp_path):
    text = "".join(write_journal(book=two_currencies, shape=JournalFormat.PLAINTEXT))

    assert text.endswith(
        "  Equity:3990-Trading-Pound  86.00 GBP\n"
        "  Assets:1200-Bank-Current  -86.00 GBP\n"
        "  Assets:1290-Bank-Euro  100.00 EUR\n"
        "  Equity:3991-Trading-Euro  -100.00 EUR\n"
    )
    rows = list(csv.DictReader(io.StringIO("".join(write_journal(book=two_currencies, shape=JournalFormat.CSV)))))
    assert [(row["account"], row["debit"] or "-" + row["credit"], row["currency"]) for row in rows] == [
        ("3990", "86.00", "GBP"),
        ("1200", "-86.00", "GBP"),
        ("1290", "100.00", "EUR"),
        ("3991", "-100.00", "EUR"),
    ]


def test_three_programs_keep_currencies_apart(two_currencies, tmp_path):
    path = tmp_path / "journal.txt"
    call_command("ledger_export", book="pub", format="plaintext", out=path)
    (tmp_path / "main.beancount").write_text(f'plugin "beancount.plugins.auto_accounts"\ninclude "{path.name}"\n')

    _entries, errors, _options = beancount.loader.load_file(str(tmp_path / "main.beancount"))
    hledger = ["hledger", "-f", path, "bal", "--flat", "-N", "-O", "csv"]
    ledger = ["ledger", "-f", path, "--args-only", "bal", "--flat", "--no-total", "--format", "%(account)\t%(amount)\n"]
    by_hledger = subprocess.run(hledger, check=True, capture_output=True, text=True, timeout=60).stdout
    by_ledger = subprocess.run(ledger, check=True, capture_output=True, text=True, timeout=60).stdout

    assert errors == []
    assert '"Assets:1290-Bank-Euro","100.00 EUR"' in by_hledger
    assert '"Assets:1200-Bank-Current","-86.00 GBP"' in by_hledger
    assert "Assets:1290-Bank-Euro\t100.00 EUR\n" in by_ledger
    assert "Assets:1200-Bank-Current\t-86.00 GBP\n" in by_ledger
