"""Changing a part of the terms under the lock of the contract, so that two writers do not undo each other's work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.models import ContractVersion, OutcomesContract
from bonds.operations.drafting import write_terms
from bonds.operations.errors import VersionChanged
from bonds.operations.locks import lock_contract
from bonds.operations.parties import check_open_to_change
from bonds.queries.terms import version_digest
from foundation.access import Actor

# The terms themselves, or what investors agreed beside them.
Document = Literal["terms", "investor_terms"]


@transaction.atomic
def edit_terms(
    *,
    contract: OutcomesContract,
    edit: Callable[[dict[str, Any]], dict[str, Any]],
    seen_digest: str = "",
    document: Document = "terms",
    actor: Actor,
    at: datetime,
) -> ContractVersion:
    """Change the terms that are being written, from what they are at this moment.

    Args:
        contract: With a version being written.
        edit: Gives the new terms for the present ones; may refuse with a domain error. See `arithmetic.editing`.
        seen_digest: If given, the version has to be the one with this digest still.
        document: Which part of the version it is about.
        actor: Who acts.
        at: Now.

    Raises:
        NothingOpenToChange: no version is being written.
        VersionChanged: somebody has written since.
        TermsUnreadable: what comes out is no object, or too long.
    """
    contract = lock_contract(contract.pk)
    version = check_open_to_change(contract)
    _check_unchanged(version, seen_digest)
    written = {document: edit(getattr(version, document))}
    return write_terms(contract=contract, actor=actor, at=at, **written)


@transaction.atomic
def replace_terms(
    *,
    contract: OutcomesContract,
    terms: Any = None,
    investor_terms: Any = None,
    seen_digest: str,
    actor: Actor,
    at: datetime,
) -> ContractVersion:
    """Replace what is being written as a whole, if it is still what was seen.

    Args:
        contract: With a version being written.
        terms: The whole of the terms as JSON; None leaves them.
        investor_terms: The whole of the investors' terms as JSON; None leaves them.
        seen_digest: Of the version as it was seen.
        actor: Who acts.
        at: Now.

    Raises:
        NothingOpenToChange: no version is being written.
        VersionChanged: somebody has written since.
        TermsUnreadable: one of them is no object, or too long.
    """
    contract = lock_contract(contract.pk)
    _check_unchanged(check_open_to_change(contract), seen_digest)
    return write_terms(contract=contract, terms=terms, investor_terms=investor_terms, actor=actor, at=at)


def _check_unchanged(version: ContractVersion, seen_digest: str) -> None:
    if seen_digest and version_digest(version) != seen_digest:
        raise VersionChanged(_("Somebody has written at the terms since you read them. Please read them again."))
