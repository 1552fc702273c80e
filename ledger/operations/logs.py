"""A book from its log: read twice, first to see that it is right in itself, then to post it into an empty book.

Everything passes the guards that any posting passes, so what a log says and the books would not allow is refused. It
all happens in one transaction: a log is taken whole, or nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TextIO

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ledger.arithmetic.logchecks import LogCheck
from ledger.arithmetic.logs import MAX_LINE, Facts, LineUnusable, read_line
from ledger.operations.restoring import Restoring, at_line, unusable

MOST_PROBLEMS: Final = 100
_END_OF_FILE: Final = ""


def import_log(*, log: TextIO, organisation: str) -> dict[str, Any]:
    """Make a book from a log, with the very ids, times and hashes that it had.

    Hashes are computed anew and compared, entries are posted and sealed again, and the links, the closed figures and
    the balances that this gives are compared with those of the log.

    Args:
        log: Open for reading from its beginning, able to go back there, its line ends left alone.
        organisation: Opaque reference of whose book it becomes; no hash covers it.

    Returns:
        What the log's last line says: counts, and the head of the chain.

    Raises:
        UnusableLog: the log is damaged, or says what books do not allow; `facts["problems"]` lists lines and reasons.
        BookExists: there is a book of this slug, or the organisation has one of this kind, or an id is taken.
    """
    last = _check(log)
    log.seek(0)
    with transaction.atomic():
        restoring = Restoring(organisation)
        for number, text in _numbered(log):
            restoring.take(number, read_line(text))
        with at_line(0), connection.cursor() as cursor:
            # What is otherwise looked at when the transaction ends; here it can still be said of the log.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return {name: value for name, value in last.items() if name != "type"}


def _check(log: TextIO) -> Facts:
    """Read a log without writing anything, and give its last line."""
    check, problems, last = LogCheck(), list[tuple[int, str]](), Facts()
    for number, text in _numbered(log):
        try:
            last = read_line(text)
            problems += [(number, problem) for problem in check.check(last)]
        except LineUnusable as error:
            problems.append((number, str(error)))
        if len(problems) >= MOST_PROBLEMS:
            break
    else:
        if not check.is_whole:
            problems.append((0, _("the log is cut short: its last line is missing")))
    if problems:
        raise unusable(problems[:MOST_PROBLEMS])
    return last


def _numbered(log: TextIO) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        while (text := log.readline(MAX_LINE + 1)) != _END_OF_FILE:
            number += 1
            yield number, text
            if len(text) > MAX_LINE:
                return
    except UnicodeDecodeError as error:
        raise unusable([(number + 1, _("the log is not UTF-8"))]) from error
