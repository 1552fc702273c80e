"""Words for the short names that terms use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bonds.arithmetic.evidence import OR, TOO_MANY
from bonds.arithmetic.terms import Metric
from foundation.templatetags.ui import day

register = template.Library()


@register.filter
def kind_words(kind: str) -> str:
    """Write a kind of evidence as people say it: "landlord letter or self cert"; "too many: sighting"."""
    if kind.startswith(TOO_MANY):
        return _("too many of: %(kind)s") % {"kind": _spaced(kind.removeprefix(TOO_MANY))}
    return _(" or ").join(_spaced(one) for one in kind.split(OR))


@register.filter
def days_left_words(days: int) -> str:
    """Say how long there still is to claim."""
    if days < 0:
        return ngettext("%(days)s day too late", "%(days)s days too late", -days) % {"days": -days}
    if days == 0:
        return _("today is the last day")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


@register.filter
def spaced(code: str) -> str:
    """Write a short name with spaces."""
    return _spaced(code)


@register.simple_tag
def result_name(metrics: Mapping[str, Metric], code: str) -> str:
    """Give what the terms call a result; its short name where they know it no more."""
    return metrics[code].name if code in metrics else code


@register.simple_tag
def subgroup_name(subgroups: Mapping[str, str], code: str) -> str:
    """Give what the terms call a group."""
    return subgroups.get(code, code)


@register.simple_tag
def obstacle_words(obstacle: str, until: str = "") -> str:
    """Say what stands in the way of a result that has to last."""
    if obstacle == "too_early":
        return _("it has to last until %(day)s") % {"day": day(date.fromisoformat(until))}
    if obstacle == "no_clock":
        return _("nobody has recorded when it began")
    return _("the result before it is not recorded")


@register.filter
def as_json(value: Any) -> str:
    """Write JSON for people to read."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)


def _spaced(code: str) -> str:
    return code.replace("_", " ").replace("-", " ")
