"""Changing a part of the terms under the lock of the contract, so that two writers do not undo each other's work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.models import ContractVersion, OutcomesContract
from bonds.operations.drafting import write_terms
from bonds.operations.errors import VersionChanged
from bonds.operations.locks import lock_contract
from bonds.operations.parties import check_open_to_change
from bonds.queries.terms import version_digest
from foundation.access import Actor


@transaction.atomic
def edit_terms(
    *,
    contract: OutcomesContract,
    edit: Callable[[dict[str, Any]], dict[str, Any]],
    seen_digest: str = "",
    actor: Actor,
    at: datetime,
) -> ContractVersion:
    """Change the terms that are being written, from what they are at this moment.

    Args:
        contract: With a version being written.
        edit: Gives the new terms for the present ones; may refuse with a domain error. See `arithmetic.editing`.
        seen_digest: If given, the version has to be the one with this digest still.
        actor: Who acts.
        at: Now.

    Raises:
        NothingOpenToChange: no version is being written.
        VersionChanged: somebody has written since.
        TermsUnreadable: what comes out is no object, or too long.
    """
    contract = lock_contract(contract.pk)
    version = check_open_to_change(contract)
    if seen_digest and version_digest(version) != seen_digest:
        raise VersionChanged(_("Somebody has written at the terms since you read them. Please read them again."))
    return write_terms(contract=contract, terms=edit(version.terms), actor=actor, at=at)
