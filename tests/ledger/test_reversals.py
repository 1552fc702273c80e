"""Correction by reversal: once, exact, and only of what is not itself a reversal."""

from datetime import date

import pytest

from ledger import operations
from ledger.models import Entry, Transfer
from ledger.operations import Line
from tests.ledger.support import AT, JAN_5, contents, nets, pay, post


def undo(entry, key="undo", **more):
    asked = {"effective_on": JAN_5, "actor": "system:test", "reason": "typed twice", "recorded_at": AT} | more
    return operations.reverse(entry=entry, key=key, **asked)


def test_a_reversal_mirrors_every_line(book):
    original = pay(book, "app_1", 50_000, 770).entry

    reversal = undo(original, effective_on=date(2026, 1, 9)).entry

    assert reversal.reverses == original
    assert (reversal.kind, reversal.reason) == ("application_paid_reversal", "typed twice")
    sides = ("debit_account__code", "debit_owner", "credit_account__code", "credit_owner", "amount")
    assert list(Transfer.objects.filter(entry=reversal).order_by("line_no").values_list(*sides)) == [
        ("2150", "app_1", "1250", "", 50_000),
        ("1250", "", "7420", "", 770),
    ]
    assert nets(book) == {}
    assert nets(book, on=date(2026, 1, 8)) == {"1250": 49_230, "2150": 50_000, "7420": 770}


def test_reversing_and_posting_again_equals_posting(book):
    undo(pay(book, "app_1", 50_000, 770).entry)

    post(book, "again", Line("1250", "2150", 40_000, credit_owner="app_1"))

    assert nets(book) == {"1250": 40_000, "2150": 40_000}


def test_an_entry_is_reversed_once(book):
    original = pay(book, "app_1", 50_000).entry
    undo(original)
    before = contents()

    with pytest.raises(operations.AlreadyReversed):
        undo(original, key="undo again")

    assert contents() == before


def test_the_same_reversal_again_is_a_replay(book):
    original = pay(book, "app_1", 50_000).entry
    first = undo(original)

    again = undo(original)

    assert again == operations.Posted(first.entry, replayed=True)
    assert Entry.objects.count() == 2


def test_a_reversal_is_not_reversed(book):
    reversal = undo(pay(book, "app_1", 50_000).entry).entry
    before = contents()

    with pytest.raises(operations.ReversalNotReversible):
        undo(reversal, key="undo the undoing")

    assert contents() == before


def test_a_reversal_does_not_take_what_is_gone(book):
    original = pay(book, "app_1", 50_000).entry
    post(book, "allot", Line("2150", "3000", 50_000, debit_owner="app_1", credit_owner="mem_1"))
    before = contents()

    with pytest.raises(operations.LimitExceeded):
        undo(original)

    assert contents() == before


def test_a_reversal_needs_an_open_day(book):
    original = pay(book, "app_1", 50_000).entry
    operations.close_period(book=book, through=JAN_5, actor="a", at=AT)

    with pytest.raises(operations.PeriodClosed):
        undo(original)

    assert undo(original, effective_on=date(2026, 1, 6)).replayed is False
