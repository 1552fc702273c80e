"""Who may issue reports to investors, and who may read them: as all that shows investors' positions."""

from __future__ import annotations

from bonds.policies.investors import may_keep_investors, may_see_investors, sees_every_investor
from bonds.policies.standing import Standpoint
from foundation.access import Actor, Decision


def may_see_reports(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may see that there are reports: the holder's treasurer and directors, and investors' officers.

    An investor reads their own copy; the holder's keepers read all of them.
    """
    return may_see_investors(actor, standpoint)


def may_issue_reports(actor: Actor, standpoint: Standpoint) -> Decision:
    """Whether an actor may preview, issue and take back reports: the holder's treasurer and directors."""
    return may_keep_investors(actor, standpoint)


def sees_every_copy(actor: Actor, standpoint: Standpoint) -> bool:
    """Whether somebody has everybody's copies before them; otherwise their own organisation's only."""
    return sees_every_investor(actor, standpoint)
