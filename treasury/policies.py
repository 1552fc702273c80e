"""Who may read the books and who may take them away."""

from foundation.access import Actor, Decision
from people.models import Role
from people.policies import may_act_as


def may_read_books(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may read the books of an organisation (public id): treasurer, director or secretary."""
    return may_act_as(actor, organisation, Role.TREASURER, Role.DIRECTOR, Role.SECRETARY)


def may_export_books(actor: Actor, organisation: str) -> Decision:
    """Whether an actor may download whole journals of an organisation (public id): the treasurer.

    Directors and the secretary read; a file with every posting of every member leaves the house only with the officer
    whose work it is.
    """
    return may_act_as(actor, organisation, Role.TREASURER)
