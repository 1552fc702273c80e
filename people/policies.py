"""Who may do what with people and organisations: pure answers on an actor, without a query."""

from __future__ import annotations

from django.utils.translation import gettext as _

from foundation.access import ALLOWED, Actor, Decision, refuse
from people.models import Organisation, Person, Role

SIGN_IN_REQUIRED = "people.sign_in_required"
NO_ROLE = "people.no_role"
ROLE_REQUIRED = "people.role_required"
SECOND_FACTOR_REQUIRED = "people.second_factor_required"
NOT_YOURS = "people.not_yours"
SESSION_REQUIRED = "people.session_required"


def may_act_as(actor: Actor, organisation: Organisation | str, *roles: str) -> Decision:
    """Whether an actor may act for an organisation in one of these roles (in any role where none is named).

    The codes of a no tell the page what to do: without any role there the organisation's pages do not exist
    (404); without a second factor the officer is sent to set one up; with another role the answer is 403.
    """
    held = actor.roles_in(organisation if isinstance(organisation, str) else organisation.public_id)
    if not held:
        return refuse(_("You hold no role in this organisation."), NO_ROLE)
    if not actor.second_factor:
        return refuse(_("Officers sign in with a second factor. Please set it up first."), SECOND_FACTOR_REQUIRED)
    if roles and not held & set(roles):
        return refuse(_("Your role in this organisation does not include this."), ROLE_REQUIRED)
    return ALLOWED


def may_act_as_staff(actor: Actor) -> Decision:
    """Whether an actor may see and do what the platform's staff does."""
    if not actor.is_staff:
        return refuse(_("This is for the platform's staff."), NO_ROLE)
    if not actor.second_factor:
        return refuse(_("Staff sign in with a second factor. Please set it up first."), SECOND_FACTOR_REQUIRED)
    return ALLOWED


def may_see_officers(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may see who acts for an organisation: its secretary and its directors."""
    return may_act_as(actor, organisation, Role.SECRETARY, Role.DIRECTOR)


def may_appoint(actor: Actor, organisation: Organisation | str) -> Decision:
    """Whether an actor may appoint officers and end their roles: the secretary, or the platform's staff.

    Staff appoint the first secretary; from then on it is the secretary's business, in a session of their own.
    """
    if actor.scopes is not None:
        return refuse(_("A key cannot appoint officers."), SESSION_REQUIRED)
    if actor.is_staff:
        return may_act_as_staff(actor)
    return may_act_as(actor, organisation, Role.SECRETARY)


def may_see_person(actor: Actor, person: Person) -> Decision:
    """Whether an actor may see what is kept on a person: only they themselves, signed in.

    Officers see members in the register, where the society's own policy decides.
    """
    if actor.user_id is not None and person.user_id == actor.user_id:
        return ALLOWED
    return refuse(_("There is nothing here for you."), NOT_YOURS)


def may_change_person(actor: Actor, person: Person) -> Decision:
    """Whether an actor may correct, export or erase what is kept on a person: only they, in a session."""
    if actor.scopes is not None:
        return refuse(_("A key cannot do this. Please sign in."), SESSION_REQUIRED)
    return may_see_person(actor, person)


def may_hold_key(actor: Actor, organisation: Organisation | None) -> Decision:
    """Whether an actor may make an API key, for themselves or for an organisation in which they hold a role."""
    if actor.is_anonymous:
        return refuse(_("Please sign in."), SIGN_IN_REQUIRED)
    if actor.scopes is not None:
        return refuse(_("A key cannot make another key."), SESSION_REQUIRED)
    return may_act_as(actor, organisation) if organisation else ALLOWED


def may_revoke_key(actor: Actor, key_user_id: int) -> Decision:
    """Whether an actor may revoke a key: only who made it."""
    if actor.scopes is None and actor.user_id is not None and actor.user_id == key_user_id:
        return ALLOWED
    return refuse(_("There is nothing here for you."), NOT_YOURS)
