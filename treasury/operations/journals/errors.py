"""What stands in the way of a manual journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core.errors import DomainError, InvalidInput

if TYPE_CHECKING:
    from treasury.queries.journal_checks import Problem


class JournalUnreadable(InvalidInput):
    """Something cannot even be kept in a draft; `facts["problems"]` lists it by line."""

    code = "treasury.journal_unreadable"


class JournalUnsound(InvalidInput):
    """The journal cannot be posted as it is; `facts["problems"]` lists what is wrong by line."""

    code = "treasury.journal_unsound"


class JournalWrongState(DomainError):
    """The journal is not where this act begins."""

    code = "treasury.journal_wrong_state"


class JournalChanged(DomainError):
    """Somebody changed the journal since it was read; read it again."""

    code = "treasury.journal_changed"


class SecondPersonNeeded(DomainError):
    """The journal cannot be posted by one person alone: submit it."""

    code = "treasury.second_person_needed"


class ReversalUnderWay(DomainError):
    """The journal is reversed, or its reversal waits for a second person."""

    code = "treasury.reversal_under_way"


class NotReversible(DomainError):
    """Only a posted journal that is no reversal itself can be reversed."""

    code = "treasury.not_reversible"


class WhyMissing(InvalidInput):
    """This act has to say why."""

    code = "treasury.reason_missing"


class NoWords(DomainError):
    """There are no words to erase, and never were any."""

    code = "treasury.no_words"


class TooManyFiles(DomainError):
    """The journal has as many files as one can have."""

    code = "treasury.too_many_files"


class LimitUnusable(InvalidInput):
    """The limit is no amount of pounds and pence, or more than a book can hold."""

    code = "treasury.limit_unusable"


def list_problems(problems: Sequence[Problem]) -> list[dict[str, object]]:
    """Give problems as machines read them."""
    return [{"line": one.line, "field": one.field, "code": one.code, "detail": one.message} for one in problems]


def unsound(problems: Sequence[Problem]) -> JournalUnsound:
    """Make the error that lists everything that is wrong."""
    return JournalUnsound(
        _("The journal cannot be posted yet: put right what is listed."), problems=list_problems(problems)
    )
