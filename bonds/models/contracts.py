"""Outcomes contracts, the versions of their terms, and the record of what happened to them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bonds import states
from bonds.arithmetic.deadlines import Nation
from bonds.models import choices
from foundation.models import AppendOnlyModel, PublicIdModel
from people.models import Organisation

if TYPE_CHECKING:
    from datetime import date

State = states.ContractState
SALT_BYTES = 32


def new_salt() -> bytes:
    """Make the contract's part of the key that people are recognised by."""
    return secrets.token_bytes(SALT_BYTES)


class OutcomesContractQuerySet(models.QuerySet["OutcomesContract"]):
    """Contracts by who may see them."""

    def for_organisation(self, organisation: Organisation) -> Self:
        """Contracts in which an organisation holds the books or is a party."""
        return self.filter(Q(organisation=organisation) | Q(parties__organisation=organisation)).distinct()


class OutcomesContract(PublicIdModel):
    """A contract under which results are paid for, from its draft to the last repayment.

    Draft: parties and terms are being written; nothing can be claimed.
    Signed: every party that signs has signed version 1; results count from the first day of service.
    Varied: a later version is in force; earlier results keep the version of their day.
    Run-off: service has ended; results that last until later may still be claimed.
    Closed: everything is paid, repaid or written off. Nothing follows.

    `organisation` holds the contract and its books: the special vehicle, or whoever acts as one.
    """

    public_id_prefix: ClassVar[str] = "oct"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="outcomes_contracts")
    reference = models.SlugField(_("reference"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    purpose = models.TextField(_("what it is for"), blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="GBP")
    # Whose bank holidays count in "working days".
    nation = models.CharField(
        _("working days as in"), max_length=20, choices=choices.NATIONS, default=Nation.ENGLAND_AND_WALES.value
    )
    state = models.CharField(_("state"), max_length=10, choices=choices.CONTRACT_STATES, default=State.DRAFT.value)
    book_slug = models.CharField(max_length=64)
    memo_slug = models.CharField(max_length=64)
    # Half of the key under which people are recognised; the other half is in the settings.
    identity_salt = models.BinaryField(default=new_salt, editable=False)
    created_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    run_off_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OutcomesContractQuerySet.as_manager()

    class Meta:
        """States are tied to the instants of the acts that led to them."""

        ordering: ClassVar[list[str]] = ["reference"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("state", State, "bonds_contract_state_known"),
            choices.known("nation", Nation, "bonds_contract_nation_known"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(reference=""), name="bonds_contract_named"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="bonds_contract_currency"),
            models.CheckConstraint(
                condition=(Q(state=State.DRAFT.value) & Q(signed_at__isnull=True))
                | (~Q(state=State.DRAFT.value) & Q(signed_at__isnull=False)),
                name="bonds_contract_signed_is_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.CLOSED.value) & Q(closed_at__isnull=False))
                | (~Q(state=State.CLOSED.value) & Q(closed_at__isnull=True)),
                name="bonds_contract_closed_is_dated",
            ),
        ]

    def __str__(self) -> str:
        """Show the reference, which parties know."""
        return self.reference


class ContractStateChange(AppendOnlyModel):
    """Who moved a contract, when, from where to where, and why. Append-only."""

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="state_changes")
    from_state = models.CharField(max_length=10, choices=choices.CONTRACT_STATES)
    to_state = models.CharField(max_length=10, choices=choices.CONTRACT_STATES)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.TextField(blank=True)

    class Meta:
        """In the order in which they happened."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        """Show the step."""
        return f"{self.from_state} -> {self.to_state}"


class ContractVersionQuerySet(models.QuerySet["ContractVersion"]):
    """Versions of the terms."""

    def signed(self) -> Self:
        """Versions that every party signed, in their order."""
        return self.filter(state=states.VersionState.SIGNED.value).order_by("number")

    def in_force_on(self, on: date) -> Self:
        """The versions that have begun on a day, the one that holds first: a later one replaces an earlier."""
        return self.signed().filter(effective_on__lte=on).order_by("-number")


class ContractVersion(PublicIdModel):
    """What the contract says from a day on. A variation is another version; a signed one never changes.

    Draft: being written. Proposed: fixed, and put to the parties. Signed: in force from `effective_on`, for what is
    achieved from then until the next version's day. Withdrawn: dropped before it was signed.

    `terms` and `investor_terms` are the JSON of `bonds.arithmetic.terms.Terms` and of the investors' terms; `digest`
    is of both, and is what the parties sign.
    """

    public_id_prefix: ClassVar[str] = "ocv"

    contract = models.ForeignKey(OutcomesContract, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(max_length=10, choices=choices.VERSION_STATES, default=states.VersionState.DRAFT.value)
    effective_on = models.DateField(_("holds from"))
    reason = models.TextField(_("why it differs from the version before"), blank=True)
    terms = models.JSONField(default=dict)
    investor_terms = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    drafted_by = models.CharField(max_length=80)
    drafted_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)

    objects = ContractVersionQuerySet.as_manager()

    class Meta:
        """Numbers count up; at most one version is being written or signed at a time."""

        ordering: ClassVar[list[str]] = ["contract_id", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            choices.known("state", states.VersionState, "bonds_version_state_known"),
            models.UniqueConstraint(fields=["contract", "number"], name="bonds_version_number_once"),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state__in=[states.VersionState.DRAFT.value, states.VersionState.PROPOSED.value]),
                name="bonds_version_one_open",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=[states.VersionState.PROPOSED.value, states.VersionState.SIGNED.value])
                    & ~Q(digest="")
                    & Q(proposed_at__isnull=False)
                )
                | Q(state__in=[states.VersionState.DRAFT.value, states.VersionState.WITHDRAWN.value]),
                name="bonds_version_proposed_is_fixed",
            ),
            models.CheckConstraint(
                condition=(Q(state=states.VersionState.SIGNED.value) & Q(signed_at__isnull=False))
                | (~Q(state=states.VersionState.SIGNED.value) & Q(signed_at__isnull=True)),
                name="bonds_version_signed_is_dated",
            ),
        ]

    def __str__(self) -> str:
        """Show the version."""
        return f"version {self.number}"
