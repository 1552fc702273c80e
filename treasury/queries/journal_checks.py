"""What is wrong with a journal as it was typed, line by line, and what posting it would mean.

The same check answers while somebody types, when a draft is shown, and again when a journal is submitted and approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.amounts import read_pence
from core.money import format_pounds
from foundation.registries import OWNER_LABELS
from ledger.models import MAX_AMOUNT, OWNER_LENGTH, Account, Book
from treasury.arithmetic.journals import (
    MAX_DAYS_AHEAD,
    MAX_LINES,
    MIN_LINES,
    Keeper,
    TypedJournal,
    TypedLine,
    guarded_accounts,
    read_day,
)
from treasury.arithmetic.legs import Difference, Leg, LegsCancelOut, PairedLine, find_differences, pair_legs
from treasury.models.journals import CODE_LENGTH, FUND_LENGTH, NARRATION_LENGTH, TEXT_LENGTH


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and what to do about it.

    `line` is the row, counted from 1, or None for the journal as a whole; `field` the field to go to.
    """

    line: int | None
    field: str
    code: str
    message: str

    @property
    def is_unreadable(self) -> bool:
        """Whether it cannot even be kept in a draft, because nobody can tell what it was meant to be."""
        return self.code in UNREADABLE


UNREADABLE = frozenset(
    {"amount_unreadable", "amount_too_large", "date_unreadable", "text_unreadable", "too_many_lines"}
)


@dataclass(frozen=True, slots=True)
class GuardedUse:
    """An account in the journal that the platform keeps by itself."""

    account: Account
    keeper: Keeper
    why: str


@dataclass(slots=True)
class JournalCheck:
    """Everything about a journal that the page says: problems, sums, warnings, and the transfers it would become.

    Amounts are in minor units. `pairs` is empty while anything is wrong.
    """

    book: Book
    on: date | None = None
    reverse_on: date | None = None
    problems: list[Problem] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)
    guarded: list[GuardedUse] = field(default_factory=list)
    pairs: list[PairedLine] = field(default_factory=list)
    is_soft: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether it may be submitted."""
        return not self.problems

    @property
    def debit_pence(self) -> int:
        """All debits that can be read."""
        return sum(leg.debit_pence for leg in self.legs)

    @property
    def credit_pence(self) -> int:
        """All credits that can be read."""
        return sum(leg.credit_pence for leg in self.legs)

    @property
    def differences(self) -> list[Difference]:
        """What does not balance, by currency and fund."""
        return find_differences(self.legs)

    def of_line(self, number: int) -> list[Problem]:
        """List the problems of one row."""
        return [one for one in self.problems if one.line == number]


def check_journal(*, book: Book, typed: TypedJournal, today: date) -> JournalCheck:
    """Check a journal as it was typed, against the book as it is now.

    Args:
        book: Where it is to be posted.
        typed: Everything as text.
        today: The legal day.

    Returns:
        Every problem at once, by row; nothing is raised, so that nothing typed gets lost.
    """
    found = JournalCheck(book)
    lines = [line for line in typed.lines if not line.is_empty]
    found.problems += _check_head(found, typed, today=today)
    if len(lines) > MAX_LINES:
        found.problems.append(
            Problem(None, "lines", "too_many_lines", _("A journal has at most %(most)s lines.") % {"most": MAX_LINES})
        )
        return found
    accounts = found.accounts = {
        one.code: one
        for one in Account.objects.filter(book=book, code__in={code_of(line.account) for line in lines}).select_related(
            "closure"
        )
    }
    known_owners = _find_owners(line.owner for line in lines)
    for line in lines:
        found.problems += _check_texts(line)
        found.problems += _check_account(line, accounts.get(code_of(line.account)), found, known_owners)
        found.problems += _check_amount(line, accounts.get(code_of(line.account)), found)
    found.guarded = _find_guarded(book, accounts)
    found.problems += _check_whole(found, lines)
    if found.is_sound:
        _pair(found)
    found.problems.sort(key=lambda one: (one.line is not None, one.line or 0))
    return found


def code_of(account: str) -> str:
    """Take the code of what was typed or chosen for an account: "7100" of "7100 Premises"."""
    return account.strip().partition(" ")[0]


def _check_head(found: JournalCheck, typed: TypedJournal, *, today: date) -> Iterator[Problem]:
    found.on, found.reverse_on = read_day(typed.effective_on), read_day(typed.reverse_on)
    if typed.effective_on and found.on is None:
        yield Problem(None, "effective_on", "date_unreadable", _("Give the date as a day that the calendar knows."))
    elif found.on is None:
        yield Problem(None, "effective_on", "date_missing", _("Give the date for which the journal counts."))
    else:
        yield from _check_day(found, found.on, today=today)
    if typed.reverse_on and found.reverse_on is None:
        yield Problem(None, "reverse_on", "date_unreadable", _("Give the day of the reversal, or leave it empty."))
    elif found.reverse_on and found.on and found.reverse_on <= found.on:
        yield Problem(
            None, "reverse_on", "reversal_too_early", _("The reversal has to come after the journal's own date.")
        )
    if not typed.narration.strip():
        yield Problem(None, "narration", "narration_missing", _("Say in a few words what the journal is for."))
    elif not _is_plain(typed.narration, NARRATION_LENGTH):
        yield _unreadable(None, "narration", NARRATION_LENGTH)


def _check_day(found: JournalCheck, on: date, *, today: date) -> Iterator[Problem]:
    closed, soft = found.book.locked_through, found.book.soft_through
    if closed is not None and on <= closed:
        words = _("The books are closed through %(day)s. Give a later date.") % {"day": _day(closed)}
        yield Problem(None, "effective_on", "date_closed", words)
    elif on > today + timedelta(days=MAX_DAYS_AHEAD):
        last = _day(today + timedelta(days=MAX_DAYS_AHEAD))
        words = _("This is too far ahead: the last day possible now is %(day)s.") % {"day": last}
        yield Problem(None, "effective_on", "date_too_late", words)
    found.is_soft = soft is not None and on <= soft


def _check_texts(line: TypedLine) -> Iterator[Problem]:
    for name, longest in (("owner", OWNER_LENGTH), ("fund", FUND_LENGTH), ("text", TEXT_LENGTH)):
        if not _is_plain(getattr(line, name), longest):
            yield _unreadable(line.number, name, longest)


def _check_account(
    line: TypedLine, account: Account | None, found: JournalCheck, known_owners: Mapping[str, bool]
) -> Iterator[Problem]:
    code, number = code_of(line.account), line.number
    if not code:
        yield Problem(number, "account", "account_missing", _("Choose an account."))
        return
    if account is None:
        words = _("This book has no account %(code)s. Choose one from the list.") % {"code": code[:CODE_LENGTH]}
        yield Problem(number, "account", "text_unreadable" if _is_too_long(code) else "account_unknown", words)
        return
    closure = getattr(account, "closure", None)
    if closure is not None and found.on is not None and found.on > closure.closed_on:
        words = _("Account %(account)s was closed on %(day)s. Choose another one, or an earlier date.")
        yield Problem(number, "account", "account_closed", words % {"account": account, "day": _day(closure.closed_on)})
    if account.is_control and not line.owner.strip():
        words = _("Say whose part of %(account)s this is: it is the sum of what its owners have.")
        yield Problem(number, "owner", "owner_missing", words % {"account": account})
    elif not account.is_control and line.owner.strip():
        words = _("Leave the owner empty: %(account)s is not kept by owners.")
        yield Problem(number, "owner", "owner_unexpected", words % {"account": account})
    elif known_owners.get(line.owner.strip()) is False:
        words = _("There is no %(owner)s. Copy the reference from the account's own page.")
        yield Problem(number, "owner", "owner_unknown", words % {"owner": line.owner.strip()})


def _check_amount(line: TypedLine, account: Account | None, found: JournalCheck) -> Iterator[Problem]:
    number, amounts = line.number, {}
    for name in ("debit", "credit"):
        typed = getattr(line, name).strip()
        pence = read_pence(typed) if typed else 0
        if pence is None:
            words = _("“%(typed)s” is no amount. Write pounds and pence, such as 12.50, without a minus.")
            yield Problem(number, name, "amount_unreadable", words % {"typed": typed[:30]})
        elif pence > MAX_AMOUNT:
            yield Problem(number, name, "amount_too_large", _("This is more than a book can hold."))
        amounts[name] = pence
    debit, credit = amounts["debit"], amounts["credit"]
    if debit is None or credit is None:
        return
    if debit and credit:
        words = _("Give a debit or a credit. Write the other one on a line of its own.")
        yield Problem(number, "credit", "amount_both_sides", words)
    elif not debit and not credit:
        yield Problem(number, "debit", "amount_missing", _("Give an amount above zero, as a debit or as a credit."))
    currency = account.currency if account else found.book.currency
    code = account.code if account else code_of(line.account)
    found.legs.append(Leg(code, line.owner.strip(), line.fund.strip(), currency, debit, credit))


def _check_whole(found: JournalCheck, lines: Sequence[TypedLine]) -> Iterator[Problem]:
    if len(lines) < MIN_LINES:
        yield Problem(None, "lines", "too_few_lines", _("A journal has at least two lines: a debit and a credit."))
        return
    if len(found.legs) < len(lines):
        return  # An amount that cannot be read would make a false difference.
    for one in found.differences:
        words = _("Debits are %(amount)s more than credits%(where)s. They have to be equal.")
        if one.pence < 0:
            words = _("Credits are %(amount)s more than debits%(where)s. They have to be equal.")
        where = _(" in the fund “%(fund)s”") % {"fund": one.fund} if one.fund else ""
        amount = format_pounds(abs(one.pence), one.currency)
        yield Problem(
            None, "lines", "unbalanced_fund" if one.fund else "unbalanced", words % {"amount": amount, "where": where}
        )


def _pair(found: JournalCheck) -> None:
    """Make the transfers; the one thing that shows only now is an account that would pay itself."""
    try:
        found.pairs = pair_legs(found.legs)
    except LegsCancelOut as refused:
        words = _("%(account)s is debited and credited with the same money. Write only the difference.")
        found.problems.append(Problem(None, "lines", "cancels_out", words % {"account": refused.facts["account"]}))


def _find_guarded(book: Book, accounts: Mapping[str, Account]) -> list[GuardedUse]:
    kept = guarded_accounts(book.template, frozenset(accounts))
    return [GuardedUse(accounts[code], keeper, keeper_words(keeper)) for code, keeper in kept.items()]


def keeper_words(keeper: Keeper) -> str:
    """Say why an account is no place for a hand-written posting."""
    return {
        Keeper.REGISTER: _("The register of members keeps this account: by hand, the two no longer agree."),
        Keeper.APPLICATIONS: _("Applications for shares keep this account: by hand, money waits for nobody."),
        Keeper.REFUNDS: _("Refunds keep this account: by hand, somebody is paid back twice or never."),
        Keeper.PAYMENTS_OUT: _("Payments to members keep this account: by hand, what they are owed no longer agrees."),
        Keeper.CARD: _("Card payments keep this account: by hand, it no longer equals the balance at the provider."),
        Keeper.INVESTORS: _("Investors' commitments and loans keep this account: by hand, theirs no longer agree."),
        Keeper.CONTRACT: _("Claims under the contract keep this account: by hand, the two no longer agree."),
    }[keeper]


def _find_owners(owners: Iterable[str]) -> dict[str, bool]:
    """Ask the rooms that know owners by prefix ("mem_...") whether each is there; others may be called anything."""
    known: dict[str, bool] = {}
    by_prefix: dict[str, list[str]] = {}
    for owner in sorted({one.strip() for one in owners if "_" in one}):
        by_prefix.setdefault(owner.partition("_")[0], []).append(owner)
    for prefix, members in by_prefix.items():
        ask = OWNER_LABELS.find(prefix)
        if ask is not None:
            answers = ask(members)
            known |= {owner: owner in answers for owner in members}
    return known


def _is_plain(text: str, longest: int) -> bool:
    return len(text) <= longest and text.isprintable()


def _is_too_long(code: str) -> bool:
    return len(code) > CODE_LENGTH or not code.isprintable()


def _unreadable(line: int | None, name: str, longest: int) -> Problem:
    words = _("Write this on one line, with at most %(longest)s characters.") % {"longest": longest}
    return Problem(line, name, "text_unreadable", words)


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
