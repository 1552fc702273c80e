"""Who may read the books and who may take them away."""

from django.utils.translation import gettext as _

from foundation.access import Actor, Decision, refuse
from people.models import Role
from people.policies import may_act_as

OWN_LIMIT = "treasury.own_limit"


def may_read_books(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may read the books of an organisation (public id): treasurer, director or secretary."""
    return may_act_as(actor, organisation, Role.TREASURER, Role.DIRECTOR, Role.SECRETARY)


def may_export_books(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may download whole journals of an organisation (public id): the treasurer.

    Directors and the secretary read; a file with every posting of every member leaves the house only with the officer
    whose work it is.
    """
    return may_act_as(actor, organisation, Role.TREASURER)


def may_change_chart(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may add and close accounts of an organisation (public id): the treasurer."""
    return may_act_as(actor, organisation, Role.TREASURER)


def may_close_books(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may close the books of an organisation (public id): the treasurer."""
    return may_act_as(actor, organisation, Role.TREASURER)


def may_erase_words(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may erase the words of entries and journals of an organisation (public id): the treasurer."""
    return may_act_as(actor, organisation, Role.TREASURER)


def may_set_year_end(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may say when the financial years of an organisation (public id) end: the treasurer."""
    return may_act_as(actor, organisation, Role.TREASURER)


def may_import_journals(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may take journals of another system into the books of an organisation: the treasurer."""
    return may_act_as(actor, organisation, Role.TREASURER)


def may_write_journals(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may write, submit, withdraw and reverse manual journals of an organisation: the treasurer."""
    return may_act_as(actor, organisation, Role.TREASURER)


def may_decide_journals(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may be the second person of an organisation's journals: another treasurer, or a director.

    That they wrote none of the journal is checked with the journal itself.
    """
    return may_act_as(actor, organisation, Role.TREASURER, Role.DIRECTOR)


def may_set_journal_limit(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may set up to how much one person posts alone: the board, and nobody whom the limit binds."""
    decision = may_act_as(actor, organisation, Role.DIRECTOR, Role.SECRETARY)
    if decision and Role.TREASURER.value in actor.roles_in(organisation):
        return refuse(_("Whoever keeps the books does not set their own limit. Ask another officer."), OWN_LIMIT)
    return decision
