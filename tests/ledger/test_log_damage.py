"""A log that was damaged or forged is refused by line, and nothing is changed."""

import json

import pytest

from ledger.arithmetic.content import compute_hashes, compute_seal_hash
from ledger.arithmetic.logchecks import content_of
from ledger.arithmetic.logs import read_line, write_line
from ledger.operations import BookExists, UnusableLog
from tests.ledger.support import contents
from tests.ledger.test_logs import full_book, log_of, read_back, remove_books
from tests.ledger.test_verification import broken

__all__ = ["full_book"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_ids_of_other_books_are_not_taken_again(full_book):
    """The same entries under another book's name: every hash is right, and the ids are there already."""
    changed = rehashed(log_of(full_book), lambda one: one.update(slug="inn", kind="second") if "slug" in one else None)
    before = contents()

    with pytest.raises(BookExists) as refused:
        read_back(changed)

    assert "in the books already" in refused.value.message
    assert contents() == before


def rehashed(text, change):
    """Forge a log: change lines, then make every hash and count fit, as one would who has this code."""
    lines = [json.loads(line) for line in text.splitlines()]
    slug, seq, head = "", 0, ""
    for one in lines:
        change(one)
        slug = one.get("slug", slug)
        if one["type"] == "entry":
            read = read_line(write_line(one))
            one["fingerprint"], one["content_hash"] = compute_hashes(content_of(slug, read), version=2)
            if one["seal"]:
                seq += 1
                link = compute_seal_hash(book=slug, seq=seq, previous=head, content_hash=one["content_hash"])
                one["seal"] |= {"seq": seq, "previous_hash": head, "hash": link}
                head = link
        if one["type"] in {"period", "end"}:
            one |= {"head_seq": seq, "head_hash": head}
        if one["type"] == "anchor":
            one["hash"] = next(o["seal"]["hash"] for o in lines if o.get("seal") and o["seal"]["seq"] == one["seq"])
    return "".join(write_line(one) for one in lines)


def test_a_forged_log_is_only_as_good_as_its_anchors(full_book):
    """Whoever writes all hashes anew has another head, which is what publishing heads is for."""
    text = log_of(full_book)
    head = json.loads(text.splitlines()[-1])["head_hash"]
    remove_books()

    result = read_back(rehashed(text, entry("rent, early", actor="other")))

    assert result["head_hash"] != head
    assert broken() == set()


def entry(key, /, **new):
    return lambda one: one.update(new) if one.get("key") == key and one["type"] == "entry" else None


def lines_of(key, /, **new):
    return lambda one: one["lines"][0].update(new) if one.get("key") == key and one["type"] == "entry" else None


FORGERIES = {
    "an unknown entry is reversed": (entry("undo", reverses="ent_x"), "does not come before it"),
    "a reversal mirrors something else": (lines_of("undo", amount=6), "does not mirror"),
    "an owner where there is none": (lines_of("late", debit_owner="app_1"), "nobody's elsewhere"),
    "a floor is passed": (lines_of("gone", amount=999_999), "would make it"),
    "a key comes twice": (entry("late", key="rent, early"), "key is there twice"),
    "an id comes twice": (lambda one: one.update(public_id=_id(one)) if "public_id" in one else None, "there twice"),
    "an amount moves": (lines_of("late", amount=10), "what was posted makes"),
    "a date in a closed period": (entry("late", effective_on="2026-01-30"), "closed through"),
    "a closed account is used": (entry("rent, early", effective_on="2026-02-11"), "has been closed"),
    "a hold posts something else": (
        lambda one: one["end"].update(amount=251) if one.get("end") and one["end"]["entry"] else None, "does not move"
    ),
    "a hold was posted too late": (
        lambda one: one["end"].update(ended_at="2027-01-01T00:00:00.000000Z")
        if one.get("end") and one["end"]["entry"] else None, "has expired"
    ),
    "a hold of nobody's entry": (
        lambda one: one["end"].update(entry="ent_x") if one.get("end") and one["end"]["entry"] else None,
        "not in the log",
    ),
    "an open hold of more than there is": (
        lambda one: one.update(amount=10**6) if one.get("key") == "open" else None, "ledger_balance"
    ),
    "a balance is another": (
        lambda one: one.update(debits=one["debits"] + 1) if one["type"] == "balance" else None, "what was posted makes"
    ),
    "a closed balance is another": (
        lambda one: one.update(debits=one["debits"] + 1) if one["type"] == "period_balance" else None,
        "what was posted makes",
    ),
}  # fmt: skip


def _id(one):
    return "ent_same" if one["type"] == "entry" else one["public_id"]


@pytest.mark.parametrize("name", FORGERIES)
def test_what_the_books_do_not_allow_a_log_cannot_bring(full_book, name):
    change, words = FORGERIES[name]
    text = rehashed(log_of(full_book), change)
    remove_books()

    with pytest.raises(UnusableLog) as refused:
        read_back(text)

    assert words in refused.value.message
    assert refused.value.facts["line"] == refused.value.facts["problems"][0]["line"]
    assert {table: rows for table, rows in contents().items() if rows} == {}


def drop(kind, nth=0):
    def without(text):
        lines = text.splitlines(keepends=True)
        places = [place for place, line in enumerate(lines) if json.loads(line)["type"] == kind]
        return "".join(line for place, line in enumerate(lines) if place != places[nth])

    return without


def changed(old, new):
    def change(text):
        assert old in text
        return text.replace(old, new, 1)

    return change


DAMAGE = {
    "empty": lambda _text: "",
    "not JSON": lambda text: "x" + text,
    "cut short": lambda text: text[: text.rindex('{"type":"end"')],
    "cut in a line": lambda text: text[:-20],
    "something after the end": lambda text: text + text.splitlines(keepends=True)[-1],
    "no header": drop("header"),
    "no book": drop("book"),
    "another version": changed('"version":1', '"version":2'),
    "another slug": changed('"slug":"pub"', '"slug":"inn"'),
    "an account less": drop("account"),
    "the first entry less": drop("entry"),
    "the last entry less": drop("entry", -1),
    "a sealed entry less": drop("entry", 4),
    "a period less": drop("period", 1),
    "a hold less": drop("hold"),
    "a balance less": drop("balance", 3),
    "an anchor less": drop("anchor"),
    "a penny more": changed('"amount":1000,', '"amount":1001,'),
    "half a penny": changed('"amount":1000,', '"amount":1000.5,'),
    "a whole float": changed('"amount":1000,', '"amount":1000.0,'),
    "not a number": changed('"amount":1000,', '"amount":NaN,'),
    "true for one": changed('"amount":1,', '"amount":true,'),
    "nothing at all": changed('"amount":1000,', '"amount":0,'),
    "too much": changed('"amount":1000,', f'"amount":{10**16},'),
    "another actor": changed('"actor":"system:test"', '"actor":"system:rest"'),
    "another time": changed('"recorded_at":"2026-01-05T12:00:00.0', '"recorded_at":"2026-01-05T12:00:00.1'),
    "a time without its zone": changed("T12:00:00.000000Z", "T12:00:00.000000"),
    "a day that is none": changed('"effective_on":"2026-01-05"', '"effective_on":"2026-02-30"'),
    "another word": changed("naïve", "naive"),
    "a word for an erased one": changed('{"text":"","salt":""', '{"text":"x","salt":""'),
    "another fingerprint": changed('"fingerprint":"', '"fingerprint":"0'),
    "another encoding": changed('"hash_version":2', '"hash_version":9'),
    "a field more": changed('"type":"book",', '"type":"book","more":1,'),
    "a field twice": changed('"type":"book",', '"type":"book","slug":"pub",'),
    "a field less": changed('"template":"society",', ""),
    "another type": changed('"type":"entry"', '"type":"note"'),
    "two entries the other way round": lambda text: swapped(text, "entry", 1, 2),
    "an account after the entries": lambda text: swapped(text, "account", 0, None),
    "an account that is not there": changed('"debit":"1250"', '"debit":"1999"'),
    "another currency": changed('"currency":"GBP","fund"', '"currency":"EUR","fund"'),
    "a line end in a name": changed('"actor":"system:test"', '"actor":"system:\\n"'),
}  # fmt: skip


def swapped(text, kind, first, second):
    lines = text.splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if json.loads(line)["type"] == kind]
    one, other = places[first], places[second] if second is not None else len(lines) - 2
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


@pytest.fixture
def damaged(full_book):
    text = log_of(full_book)
    remove_books()
    return lambda change: change(text)


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_log_is_refused_by_line(damaged, name):
    text = damaged(DAMAGE[name])

    with pytest.raises(UnusableLog) as refused:
        read_back(text)

    problems = refused.value.facts["problems"]
    assert all(0 <= one["line"] <= text.count("\n") + 1 and one["problem"] for one in problems)
    assert {table: rows for table, rows in contents().items() if rows} == {}


def test_every_bad_line_is_listed_at_its_line(damaged):
    def change(text):
        lines = text.splitlines(keepends=True)
        for number in (5, 7, 9):
            lines[number - 1] = '{"type":"account"}\n'
        return "".join(lines)

    with pytest.raises(UnusableLog) as refused:
        read_back(damaged(change))

    listed = [one["line"] for one in refused.value.facts["problems"]]
    assert listed[:3] == [5, 7, 9]
    assert refused.value.facts["line"] == 5
