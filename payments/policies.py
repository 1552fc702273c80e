"""Who may see payments and who may set refunds going: pure answers on an actor, without a query."""

from __future__ import annotations

from django.utils.translation import gettext as _

from foundation.access import Actor, Decision, refuse
from people import policies as people_policies
from people.models import Organisation, Role

SESSION_REQUIRED = "payments.session_required"


def may_see_payments(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may see an organisation's receipts, refunds and disputes: its treasurer or its secretary."""
    return people_policies.may_act_as(actor, organisation, Role.TREASURER, Role.SECRETARY)


def may_run_refunds(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may confirm or resume a run of refunds: the treasurer, in a session.

    Money that goes back to the card it came from, by rule, needs one confirmation.
    """
    if actor.scopes is not None:
        return refuse(_("A key cannot set refunds going. Please sign in."), SESSION_REQUIRED)
    return people_policies.may_act_as(actor, organisation, Role.TREASURER)


def may_resolve(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may ask the provider again and mark a matter as dealt with: the treasurer, in a session."""
    return may_run_refunds(actor, organisation)


def may_see_recorded(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may see what an organisation recorded by hand: its treasurer, a director or its secretary."""
    return people_policies.may_act_as(actor, organisation, Role.TREASURER, Role.DIRECTOR, Role.SECRETARY)


def may_record_money(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may write down money that moved, take that back, and ask to reverse it: the treasurer."""
    return people_policies.may_act_as(actor, organisation, Role.TREASURER)


def may_decide_recorded(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may be the second person for recorded money: another treasurer, or a director.

    That they did not ask for it themselves, and are no key, is checked with the record.
    """
    return people_policies.may_act_as(actor, organisation, Role.TREASURER, Role.DIRECTOR)


def may_see_platform_matters(actor: Actor) -> Decision:
    """Whether an actor may see matters that belong to no organisation we know of: the platform's staff."""
    return people_policies.may_act_as_staff(actor)
