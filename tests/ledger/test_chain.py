"""The chain: gapless, tied together, and broken wherever somebody changes a link."""

import pytest
from django.db import IntegrityError, transaction

from ledger import operations
from ledger.arithmetic.content import compute_seal_hash
from ledger.models import Anchor, Entry, Seal, SealQueue
from ledger.operations import Line
from ledger.queries.replay import find_altered_entries, find_broken_links
from tests.ledger.support import AT, post
from tests.ledger.test_verification import unguarded

pytestmark = pytest.mark.django_db(transaction=True)


def seal(book, limit=1_000):
    return operations.seal_entries(book=book, at=AT, limit=limit)


@pytest.fixture
def posted(book):
    for number in range(1, 4):
        post(book, f"k{number}", Line("1200", "4000", number))
    return book


def test_what_waits_is_sealed_in_order_without_a_gap(posted):
    assert SealQueue.objects.count() == 3

    assert (seal(posted, 2), seal(posted), seal(posted)) == (2, 1, 0)

    seals = list(Seal.objects.order_by("seq"))
    assert [(one.seq, one.entry.key) for one in seals] == [(1, "k1"), (2, "k2"), (3, "k3")]
    previous = ""
    for one in seals:
        expected = compute_seal_hash(book="pub", seq=one.seq, previous=previous, content_hash=one.entry.content_hash)
        assert (one.previous_hash, one.hash) == (previous, expected)
        previous = one.hash
    assert SealQueue.objects.count() == 0
    assert list(find_broken_links()) == []


def test_books_have_chains_of_their_own(posted):
    other = operations.open_book(slug="shop", organisation="org_shop", name="Shop", at=AT)
    post(other, "k1", Line("1200", "4000", 1))

    assert (seal(posted), seal(other)) == (3, 1)

    assert sorted(Seal.objects.values_list("book__slug", "seq")) == [("pub", 1), ("pub", 2), ("pub", 3), ("shop", 1)]


def test_a_head_is_published_once_in_a_place_and_must_be_a_seal(posted):
    seal(posted)
    head = Seal.objects.get(seq=3)

    first = operations.record_anchor(seal=head, place="mail", at=AT)

    assert operations.record_anchor(seal=head, place="mail", at=AT) == first
    operations.record_anchor(seal=head, place="file", at=AT)
    assert Anchor.objects.count() == 2
    with pytest.raises(IntegrityError, match="no such head"), transaction.atomic():
        Anchor.objects.create(book=posted, seq=2, hash=head.hash, place="x", published_at=AT)


@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE ledger_seal SET hash = 'x' WHERE seq = 2", ["pub no. 2 (", "pub no. 3 ("]),
        ("UPDATE ledger_seal SET previous_hash = 'x' WHERE seq = 2", ["pub no. 2 ("]),
        ("DELETE FROM ledger_seal WHERE seq = 2", ["pub no. 2: missing", "neither sealed"]),
        ("UPDATE ledger_seal SET seq = 5 WHERE seq = 3", ["pub no. 3: missing", "pub no. 3: published"]),
        ("UPDATE ledger_anchor SET hash = 'x'", ["pub no. 3: published"]),
    ],
)
def test_a_change_to_a_link_shows(posted, statement, found):
    seal(posted)
    operations.record_anchor(seal=Seal.objects.get(seq=3), place="mail", at=AT)
    with unguarded() as connection:
        connection.execute(statement)

    lines = list(find_broken_links())

    assert len(lines) == len(found)
    assert all(part in line for part, line in zip(found, lines, strict=True))


@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    "change",
    [
        "public_id = 'ent_x'",
        "key = 'x'",
        "kind = 'x'",
        "effective_on = '2026-01-04'",
        "recorded_at = recorded_at + '1us'",
        "actor = 'x'",
        "source = 'x'",
        "reason = 'x'",
        "batch = 'x'",
        "authority = 'x'",
        "line_count = 9",
        "fingerprint = 'x'",
        "narration_digest = 'x'",
        "hash_version = 1",
        "content_hash = 'x'",
    ],
)
def test_any_one_stored_field_changed_by_hand_fails_at_exactly_that_entry(posted, change):
    seal(posted)
    entry = Entry.objects.get(key="k2")
    with unguarded() as connection:
        connection.execute(f"UPDATE ledger_entry SET {change} WHERE key = 'k2'")
    entry.refresh_from_db()

    lines = list(find_altered_entries())
    if change.startswith("line_count"):
        from ledger.queries.verification import find_partial_entries

        lines = find_partial_entries()

    assert len(lines) == 1
    assert entry.public_id in lines[0]


@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    "change",
    ["amount = 9", "fund = 'x'", "line_no = 2", "debit_account_id = debit_account_id + 1", "currency = 'EUR'"],
)
def test_any_field_of_a_transfer_too(posted, change):
    entry = Entry.objects.get(key="k2")
    with unguarded() as connection:
        connection.execute(f"UPDATE ledger_transfer SET {change} WHERE entry_id = {entry.pk}")

    lines = list(find_altered_entries())
    if change.startswith("line_no"):
        from ledger.queries.verification import find_partial_entries

        lines = find_partial_entries()

    assert len(lines) == 1
    assert entry.public_id in lines[0]
