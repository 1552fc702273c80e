"""Tags of the pages of claims."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bonds.arithmetic.sampling import WHOLE
from bonds.models import Claim, ClaimLine
from bonds.queries.evidence import Unclaimed
from bonds.queries.sample_words import say_percent
from bonds.queries.words import say_step
from bonds.states import LINE_TRANSITIONS, OPEN_STATES, LineState, may_change
from core.money import format_pounds
from foundation.templatetags.ui import day, status

register = template.Library()

# The colours of the house know these words; our own states are told in them.
TONES = {
    "submitted": "waiting",
    "resubmitted": "waiting",
    "queried": "refused",
    "flagged": "refused",
    "validated": "accepted",
    "decided": "accepted",
    "invoiced": "accepted",
    "rejected": "failed",
    "clawed_back": "failed",
    "disputed": "refused",
}


@register.simple_tag
def pence(amount: int, currency: str) -> SafeString:
    """Show whole pence as an amount of a currency that never breaks over two lines."""
    return format_html('<span class="money">{}</span>', format_pounds(amount, currency))


@register.simple_tag
def state_badge(thing: Claim | ClaimLine) -> SafeString:
    """Show where a claim or a line stands as a badge with its words."""
    words = str(thing.get_state_display())
    return status(TONES.get(thing.state, thing.state), words[:1].upper() + words[1:])


@register.filter
def called(code: str, names: Mapping[str, str]) -> str:
    """What the terms call a result; its code where they do not say."""
    return names.get(code, code)


@register.simple_tag
def left_words(days: int) -> str:
    """Say how many days are left."""
    if days < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
    if days == 0:
        return _("today is the last day")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


@register.simple_tag
def missing_words(one: Unclaimed) -> list[str]:
    """Say what a result misses, a sentence each."""
    said = []
    if one.obstacle == "too_early":
        earliest = day(date.fromisoformat(one.obstacle_until))
        said.append(_("It can be achieved on %(day)s at the earliest.") % {"day": earliest})
    elif one.obstacle == "no_clock":
        said.append(_("The day from which the time counts is not recorded."))
    elif one.obstacle:
        said.append(_("The result that comes before it is not recorded."))
    for missing in one.missing:
        sentence = say_step("evidence", {"missing": missing.kinds}, currency="")
        said.append(f"{missing.payer}: {sentence}" if missing.payer else sentence)
    return said


@register.simple_tag
def reason_words(reason: str) -> str:
    """Name the reason of a reduction in few words."""
    words = reason.replace("_", " ")
    return words[:1].upper() + words[1:]


@register.filter
def can_be_ticked(line: ClaimLine, is_withdrawing: bool) -> bool:  # noqa: FBT001  a filter has one plain argument
    """Whether something can be done with a line together with others: taken out, withdrawn, or decided."""
    if line.state == LineState.DRAFT.value:
        return True
    if is_withdrawing:
        return may_change(LINE_TRANSITIONS, line.state, LineState.WITHDRAWN.value)
    return line.state in {state.value for state in OPEN_STATES}


@register.simple_tag
def change_words(pence: int, currency: str) -> str:
    """Say a difference: "£100.00 more", "£20.00 less", "the same"."""
    if not pence:
        return _("the same")
    words = _("%(amount)s more") if pence > 0 else _("%(amount)s less")
    return words % {"amount": format_pounds(abs(pence), currency)}


@register.filter
def hundredths(percent: int) -> str:
    """Show hundredths of a percent as a percentage."""
    return say_percent(Fraction(percent, WHOLE))


@register.simple_tag
def share_words(part: int, whole: int) -> str:
    """Show a part of a whole as a percentage; of nothing it is none."""
    return say_percent(Fraction(part, whole)) if whole else ""
