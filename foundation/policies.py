"""Who may do what with the foundation's own pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from foundation.access import ALLOWED, Actor, Decision, refuse


def may_operate(actor: Actor) -> Decision:
    """Say whether somebody may look into the outbox: staff of the platform, signed in with a second factor."""
    if actor.is_staff and actor.second_factor and actor.scopes is None:
        return ALLOWED
    return refuse(_("Only the platform's staff may do this."), "foundation.staff_only")
