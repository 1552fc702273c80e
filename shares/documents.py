"""What stands in the documents of this room: share certificates and statements of holding."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from core.errors import NotFound
from core.money import format_pounds, to_minor
from foundation.access import ALLOWED, Actor, Decision, refuse
from people.policies import SIGN_IN_REQUIRED
from people.queries import find_person
from shares import policies
from shares.models import Member, RegisterEntry, ShareOffer, Society
from shares.queries import Holding, holdings_of_person
from shares.states import HolderKind, LegalForm

STATEMENT: Final = "holding_statement"
SUBJECT_SEPARATOR: Final = "@"

_ONES: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_HUNDRED, _THOUSAND, _MILLION, _TWENTY, _TEN = 100, 1_000, 1_000_000, 20, 10


class NoHolding(NotFound):
    """Nobody with this number holds shares in the society on this day."""

    code = "shares.no_holding"


def number_in_words(number: int) -> str:
    """Write a whole number in English words, as deeds do so that nobody can add a digit.

    Args:
        number: From 0 to 999,999,999.
    """
    if number < _TWENTY:
        return _ONES[number]
    if number < _HUNDRED:
        tens, ones = divmod(number, _TEN)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if number < _THOUSAND:
        return _joined(number, _HUNDRED, "hundred", " and ")
    if number < _MILLION:
        return _joined(number, _THOUSAND, "thousand", " and " if number % _THOUSAND < _HUNDRED else " ")
    return _joined(number, _MILLION, "million", " and " if number % _MILLION < _HUNDRED else " ")


def _joined(number: int, unit: int, name: str, glue: str) -> str:
    whole, rest = divmod(number, unit)
    return f"{number_in_words(whole)} {name}" + (f"{glue}{number_in_words(rest)}" if rest else "")


def certificate_context(subject: str) -> dict[str, Any]:
    """Give what a share certificate says, from the register entry that it certifies.

    Everything comes from rows that are never changed: the entry, the particulars it points to, the batch, the terms.

    Args:
        subject: Public id of a register entry.

    Source: contents as usual in practice (domain notes 1.3); the law asks for none.
    """
    entry = RegisterEntry.objects.select_related(
        "society__organisation", "member", "share_class", "particulars", "batch"
    ).get(public_id=subject)
    return {
        "society": _society_facts(entry.society),
        "holder": {
            "name": _holder_name(entry.member, entry.particulars.full_name),
            "address": ", ".join(entry.particulars.address_lines),
            "member_number": entry.member.number,
        },
        "shares": {
            "title": _("%(number)s (%(words)s) %(share_class)s")
            % {
                "number": f"{entry.shares:,}",
                "words": number_in_words(entry.shares),
                "share_class": _class_name(entry.share_class.name, entry.shares),
            },
            "nominal": _short(to_minor(entry.share_class.nominal_value)),
            "amount_paid": format_pounds(to_minor(entry.amount_paid)),
            "allotted_on": entry.entered_on,
            "entry_number": entry.number,
            "minute_reference": entry.batch.minute_reference if entry.batch else "",
            "terms": _(
                "Held under the rules of the society. These shares cannot be sold or transferred; they may be "
                "withdrawn only as the rules allow. Their value cannot rise above what was paid for them and may be "
                "written down. "
                "Each member has one vote, however many shares they hold."
            ),
        },
    }


def statement_context(subject: str) -> dict[str, Any]:
    """Give what a statement of holding says.

    Args:
        subject: As `statement_subject` makes it: a member and a day.
    """
    member, on, entry_number = read_statement_subject(subject)
    holding = find_holding(member, on)
    entries = [entry for entry in holding.entries if entry.number <= entry_number]
    balance, rows = 0, []
    for entry in entries:
        balance += entry.shares
        rows.append({"entry": entry, "paid": to_minor(entry.amount_paid), "balance": balance})
    latest = entries[-1]
    return {
        "society": _society_facts(holding.society),
        "holder": {
            "name": _holder_name(member, latest.particulars.full_name),
            "address_lines": latest.particulars.address_lines,
            "member_number": member.number,
        },
        "on": on,
        "rows": rows,
        "shares": balance,
        "paid_pence": sum(row["paid"] for row in rows),
    }


def statement_subject(holding: Holding, on: date) -> str:
    """Name a statement: the member, the last register entry that it covers, and the day.

    The last entry is part of the name, so that a statement made before noon is not taken for one of an evening on
    which more shares were issued.
    """
    return SUBJECT_SEPARATOR.join((holding.member.public_id, str(holding.entries[-1].number), on.isoformat()))


def read_statement_subject(subject: str) -> tuple[Member, date, int]:
    """Read the name of a statement."""
    public_id, entry_number, on = subject.split(SUBJECT_SEPARATOR)
    member = Member.objects.select_related("society__organisation", "person").get(public_id=public_id)
    return member, date.fromisoformat(on), int(entry_number)


def find_holding(member: Member, on: date) -> Holding:
    """Return what a member holds on a day.

    Raises:
        NoHolding: the register has no entry for them by that day.
    """
    for holding in holdings_of_person(person=member.person, on=on):
        if holding.member.pk == member.pk:
            return holding
    raise NoHolding(_("There is no holding to state on this day."))


def may_download_statement(actor: Actor, document: Any) -> Decision:
    """Decide who may have a statement: the member only."""
    member, _on, _entry = read_statement_subject(document.subject)
    person = find_person(actor.user_id)
    if person is not None and member.person_id == person.pk:
        return ALLOWED
    code = SIGN_IN_REQUIRED if actor.is_anonymous else policies.NOT_YOURS
    return refuse(_("This statement is for the member only."), code)


def offer_label(offer: ShareOffer) -> str:
    """Name an offer with its society, for headings."""
    return f"{offer.organisation.name}: {offer.title}"


def _society_facts(society: Society) -> dict[str, str]:
    forms = {
        LegalForm.CO_OPERATIVE.value: _("A co-operative society"),
        LegalForm.COMMUNITY_BENEFIT.value: _("A community benefit society"),
        LegalForm.PRE_COMMENCEMENT.value: _("A registered society"),
    }
    return {
        "name": society.organisation.name,
        "registration_number": society.registration_number,
        "legal_form": forms[society.legal_form],
        "registered_under": _registered_under(society),
        "registered_office": ", ".join(society.registered_office.split("\n")),
    }


def _registered_under(society: Society) -> str:
    if society.jurisdiction == "ni":
        return _("the Co-operative and Community Benefit Societies Act (Northern Ireland) 1969")
    return _("the Co-operative and Community Benefit Societies Act 2014")


def _holder_name(member: Member, full_name: str) -> str:
    return full_name if member.holder_kind == HolderKind.INDIVIDUAL.value else member.body_name


def _class_name(name: str, shares: int) -> str:
    """Put the name of a class after a number: "withdrawable shares", "ordinary shares"."""
    low = name[:1].lower() + name[1:]
    if "share" in low:
        return low
    return _("%(kind)s share") % {"kind": low} if shares == 1 else _("%(kind)s shares") % {"kind": low}


def _short(pence: int) -> str:
    return format_pounds(pence).removesuffix(".00")
