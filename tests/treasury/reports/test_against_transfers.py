"""Reports of books filled at random, against a plain sum over the transfers: funds, owners, closings, late entries."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from core.reports import Asked, RowKind
from ledger import operations
from ledger.models import Transfer
from ledger.operations import Line
from ledger.operations.errors import NothingToClose
from ledger.states import YEAR_END
from tests.ledger.support import AT
from tests.treasury.reports.reading import amounts, table
from treasury.arithmetic.reports import age_owner, is_money
from treasury.queries.reports import KINDS, build_report

PAIRS = [("1200", "4000"), ("1100", "4000"), ("1200", "1100"), ("5000", "2100"), ("2100", "1200"), ("7100", "1200"),
         ("1210", "1200"), ("1200", "4110"), ("1200", "3010"), ("8100", "0030"), ("0030", "1200")]  # fmt: skip
OWNED = {"1100": "cust", "2100": "sup"}
START = date(2024, 1, 1)
DAYS = 900


def fill(book, chance):
    """A hundred and fifty entries, some recorded late, two closed periods and a year's end or two."""
    for number in range(150):
        day = START + timedelta(days=chance.randrange(DAYS))
        if book.locked_through and day <= book.locked_through:
            day = book.locked_through + timedelta(days=1 + chance.randrange(60))
        lines = [line(chance) for _ in range(chance.randint(1, 3))]
        operations.post(
            book=book,
            key=f"n{number}",
            kind="random",
            effective_on=day,
            lines=lines,
            actor="system:test",
            recorded_at=AT + timedelta(hours=number),
        )
        if number in {60, 110}:
            end = date(2024 if number == 60 else 2025, 12, 31)
            try:
                operations.close_year(
                    book=book, year_end=end, key=f"end{number}", actor="u:t", recorded_at=AT + timedelta(hours=number)
                )
            except NothingToClose:
                continue
        if number in {70, 120}:
            operations.close_period(book=book, through=START + timedelta(days=4 * number), actor="u:t", at=AT)
            book.refresh_from_db()


def line(chance):
    debit, credit = chance.choice(PAIRS)
    owners = [f"{OWNED[code]}_{chance.randint(1, 3)}" if code in OWNED else "" for code in (debit, credit)]
    fund = chance.choice(["", "", "roof", "garden"])
    return Line(debit, credit, chance.randint(1, 10**6), debit_owner=owners[0], credit_owner=owners[1], fund=fund)


class Plain:
    """The same figures, added up from the transfers one by one."""

    def __init__(self, book, asked):
        found = Transfer.objects.filter(book=book).select_related("entry", "debit_account", "credit_account")
        self.asked = asked
        self.transfers = [
            one
            for one in found
            if one.effective_on <= asked.through_on
            and (asked.fund is None or one.fund == asked.fund)
            and (asked.known_at is None or one.entry.recorded_at <= asked.known_at)
        ]

    def sides(self, *, since=False, without_year_end=False):
        """Each account with its owner, and what it was debited."""
        for one in self.transfers:
            if since and one.effective_on < self.asked.from_on:
                continue
            if without_year_end and one.entry.kind == YEAR_END:
                continue
            yield one, one.debit_account, one.debit_owner, one.amount
            yield one, one.credit_account, one.credit_owner, -one.amount

    def net(self, types, **which):
        """Debits less credits of accounts of some types."""
        return sum(amount for _one, account, _owner, amount in self.sides(**which) if account.type in types)

    def flows(self):
        """What money accounts received from others, and paid."""
        received = paid = 0
        for one in self.transfers:
            into, out = (is_money(side.code, side.type) for side in (one.debit_account, one.credit_account))
            if one.effective_on >= self.asked.from_on and into != out:
                received, paid = received + one.amount * into, paid + one.amount * out
        return received, paid

    def ages(self, code, sign):
        """What each owner has open, by age."""
        days = defaultdict(list)
        for one, account, owner, amount in self.sides():
            if account.code == code:
                charged = sign * amount
                days[owner].append((one.effective_on, max(charged, 0), max(-charged, 0)))
        aged = {owner: age_owner(found, on=self.asked.through_on) for owner, found in days.items()}
        return {owner: (*item.buckets, item.in_credit, item.total) for owner, item in aged.items() if item.total}


@pytest.fixture(params=[1, 2, 3])
def filled(request, db):
    """A book, and the chance that filled it."""
    book = operations.open_book(slug="pub", organisation="org_pub", name="Pub", at=AT)
    chance = random.Random(request.param)
    fill(book, chance)
    return book, chance


def questions(chance):
    for _ in range(6):
        from_on = START + timedelta(days=chance.randrange(DAYS))
        through_on = from_on + timedelta(days=chance.randrange(500))
        known_at = chance.choice([None, AT + timedelta(hours=chance.randrange(150)), datetime(2020, 1, 1, tzinfo=UTC)])
        yield Asked(from_on, through_on, fund=chance.choice([None, None, "", "roof"]), known_at=known_at)


def test_reports_are_what_the_transfers_add_up_to(filled):
    book, chance = filled

    for asked in questions(chance):
        plain = Plain(book, asked)
        found = {slug: build_report(book=book, slug=slug, asked=asked) for slug in KINDS if slug != "general-ledger"}

        assert all(report.passed for report in found.values())
        result = amounts(found["income-and-expenditure"])
        moved = {"since": True, "without_year_end": True}
        assert result["Total income"] == (-plain.net({"I"}, **moved),)
        assert result["Total expenditure"] == (plain.net({"X"}, **moved),)
        sheet = amounts(found["balance-sheet"])
        assert sheet["Total assets"] == (plain.net({"A"}),)
        assert sheet["Total liabilities"] == (-plain.net({"L"}),)
        assert sheet["Result not yet carried to reserves"] == (-plain.net({"I", "X"}),)
        cash = amounts(found["cash-movement"])
        assert (*cash["Total received"], *cash["Total paid"]) == plain.flows()
        for slug, code, sign in (("aged-debtors", "1100", 1), ("aged-creditors", "2100", -1)):
            rows = {row[1]: row[2:] for row in table(found[slug].sections[0]) if row[1]}
            assert rows == plain.ages(code, sign)


def test_the_general_ledger_has_every_transfer_twice(filled):
    book, chance = filled

    for asked in questions(chance):
        rows = list(build_report(book=book, slug="general-ledger", asked=asked).sections[0].rows)
        trial = amounts(build_report(book=book, slug="trial-balance", asked=asked))

        plain = Plain(book, asked)
        lines = [row for row in rows if row.kind is RowKind.LINE and row.cells[1].value]
        assert sorted((row.cells[0].value, row.cells[1].value, (row.cells[6].value or 0) - (row.cells[7].value or 0))
                      for row in lines) == sorted(
            (account.code, one.effective_on, amount) for one, account, _owner, amount in plain.sides(since=True)
        )  # fmt: skip
        for row in rows:
            if row.kind is RowKind.SUBTOTAL:
                assert abs(row.cells[-1].value) == sum(trial[row.cells[0].value])
