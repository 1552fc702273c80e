"""What shares show on the resident's own page: unfinished and recent applications, and holdings by society."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from foundation import clock
from foundation.access import Actor
from people.models import User
from people.queries import find_person
from shares import queries
from shares.states import ApplicationState
from shares.views.steps import is_editable, page_url

APPLICATIONS_SHOWN = 12


def give_panels(actor: Actor) -> Sequence[dict[str, Any]]:
    """Give the panels of whoever is signed in."""
    if actor.user_id is None:
        return []
    return [*_applications(actor), *_holdings(actor)]


def _applications(actor: Actor) -> list[dict[str, Any]]:
    user = User(pk=actor.user_id)
    rows: list[dict[str, Any]] = [
        {"application": application, "url": _next_page(application), "may_go_on": is_editable(application)}
        for application in queries.applications_of_user(user)[:APPLICATIONS_SHOWN]
    ]
    if not rows:
        return []
    unfinished = ApplicationState.AWAITING_PAYMENT.value
    first = any(row["may_go_on"] or row["application"].state == unfinished for row in rows)
    return [
        {
            "title": _("Your applications"),
            "template": "shares/panels/applications.html",
            "rows": rows,
            "order": 10 if first else 30,
        }
    ]


def _next_page(application: Any) -> str:
    return page_url(application, "tasks" if is_editable(application) else "paid")


def _holdings(actor: Actor) -> list[dict[str, Any]]:
    person = find_person(actor.user_id)
    if person is None:
        return []
    panels = []
    for holding in queries.holdings_of_person(person=person, on=clock.today()):
        certificates = queries.certificates_of_entries(holding.entries)
        panels.append(
            {
                "title": holding.society.organisation.name,
                "template": "shares/panels/holding.html",
                "holding": holding,
                "certificates": [
                    certificates[entry.public_id] for entry in holding.entries if entry.public_id in certificates
                ],
                "order": 20,
            }
        )
    return panels
