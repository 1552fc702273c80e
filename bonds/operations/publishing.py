"""Showing a contract to everybody, and taking that back: a dated decision of its holder."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bonds.models import OutcomesContract, Publication
from bonds.operations.errors import NotPublic, NotRunning, PriceUnknown
from bonds.operations.locks import lock_contract
from bonds.queries.claims import names_of_metrics
from bonds.queries.publications import find_publication
from bonds.states import ContractState
from foundation import audit
from foundation.access import Actor


@transaction.atomic
def publish_contract(
    *, contract: OutcomesContract, private_prices: Collection[str] = (), actor: Actor, at: datetime
) -> Publication:
    """Show a contract to everybody from now on: what is paid for, by whom, and results without small numbers.

    Args:
        contract: Signed once; it may be closed since.
        private_prices: Codes of results whose prices are not shown.
        actor: Who decides for the holder.
        at: Now.

    Raises:
        NotRunning: it is a draft.
        PriceUnknown: a code is of no result of the contract.
    """
    contract = lock_contract(contract.pk)
    if contract.state == ContractState.DRAFT.value:
        raise NotRunning(_("A contract is shown to everybody once it is signed."))
    unknown = sorted(set(private_prices) - set(names_of_metrics(contract)))
    if unknown:
        raise PriceUnknown(_("The terms have no such result: %(code)s.") % {"code": unknown[0]}, codes=unknown)
    made = Publication.objects.create(
        contract=contract, is_public=True, private_prices=sorted(set(private_prices)), by=actor.ref, at=at
    )
    _note(made, "bonds.contract_published", actor=actor, at=at)
    return made


@transaction.atomic
def withdraw_publication(*, contract: OutcomesContract, actor: Actor, at: datetime) -> Publication:
    """Show a contract to nobody any more but its parties. Copies that others have made are out of reach.

    Args:
        contract: On show.
        actor: Who decides for the holder.
        at: Now.

    Raises:
        NotPublic: it is not on show.
    """
    contract = lock_contract(contract.pk)
    if find_publication(contract) is None:
        raise NotPublic(_("The contract has no public page."))
    made = Publication.objects.create(contract=contract, is_public=False, by=actor.ref, at=at)
    _note(made, "bonds.contract_unpublished", actor=actor, at=at)
    return made


def _note(made: Publication, action: str, *, actor: Actor, at: datetime) -> None:
    audit.record(
        actor=actor.ref,
        action=action,
        at=at,
        organisation=made.contract.organisation.public_id,
        subject=made.contract.public_id,
        after={"private_prices": made.private_prices} if made.is_public else {},
    )
