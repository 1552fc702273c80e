"""The books as files: written line by line from entries that are handed in, and safe to open anywhere."""

from documents.exports.text import Audience
from treasury.exports.journal_csv import csv_journal
from treasury.exports.plaintext import plaintext_journal

__all__ = ["Audience", "csv_journal", "plaintext_journal"]
