"""Contracts, parties and versions as the API reads and says them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from bonds.arithmetic.deadlines import Nation
from bonds.models import ContractVersion, OutcomesContract, PartyRoleHeld
from bonds.models.choices import CODE, RESERVED
from bonds.states import PartyRole
from core.money import MINOR_UNITS

REASON_LENGTH = 2_000


class ContractSerializer(serializers.ModelSerializer[OutcomesContract]):
    """A contract."""

    organisation = serializers.CharField(source="organisation.slug", help_text="Who holds it.")

    class Meta:
        """What every party may know."""

        model = OutcomesContract
        fields = (
            "public_id", "reference", "name", "purpose", "organisation", "currency", "nation", "state", "created_at",
            "signed_at", "run_off_at", "closed_at",
        )  # fmt: skip


class OpenContractSerializer(serializers.Serializer[Any]):
    """A contract that is to be opened."""

    reference = serializers.RegexField(CODE, help_text="Unique and lasting; small letters, digits, - and _.")
    name = serializers.CharField(max_length=160)
    purpose = serializers.CharField(max_length=10_000, help_text="What is paid for, in plain words.")
    effective_on = serializers.DateField(help_text="From which day version 1 holds.")
    currency = serializers.ChoiceField(choices=list(MINOR_UNITS), default="GBP")
    nation = serializers.ChoiceField(choices=[one.value for one in Nation], default=Nation.ENGLAND_AND_WALES.value)

    def validate_reference(self, value: str) -> str:
        """Refuse what is an address of its own."""
        if value in RESERVED:
            raise serializers.ValidationError(_("This word is used by the site itself. Please choose another."))
        return value

    def validate_nation(self, value: str) -> Nation:
        """Give the nation as the domain knows it."""
        return Nation(value)


class VersionSerializer(serializers.ModelSerializer[ContractVersion]):
    """A version, without its words."""

    class Meta:
        """Where it stands."""

        model = ContractVersion
        fields: tuple[str, ...] = (
            "public_id", "number", "state", "effective_on", "reason", "digest", "drafted_at", "proposed_at", "signed_at"
        )  # fmt: skip


class ProblemOfTermsSerializer(serializers.Serializer[Any]):
    """Something that is still to be put right."""

    at = serializers.CharField(help_text="Where, as a JSON Pointer.")
    problem = serializers.CharField(help_text="What, in words.")


class ChangeSerializer(serializers.Serializer[Any]):
    """Something that a version says otherwise than the last one that was signed."""

    at = serializers.CharField(help_text="Where; rows are called by what names them.")
    before = serializers.JSONField(allow_null=True, help_text="Null: it was not there.")
    after = serializers.JSONField(allow_null=True, help_text="Null: it is not there any more.")


class SigningSerializer(serializers.Serializer[Any]):
    """A party that signs a version."""

    party = serializers.CharField(source="party.code")
    signed_at = serializers.DateTimeField(allow_null=True, help_text="Null: not yet.")


class VersionTermsSerializer(VersionSerializer):
    """A version with its words, what is wrong in them, what they change, and who has signed."""

    seen_digest = serializers.CharField(help_text="Send it with a change, so that nobody's work is undone unseen.")
    terms = serializers.JSONField()
    investor_terms = serializers.JSONField(help_text="What investors agreed; empty where nobody invests.")
    problems = ProblemOfTermsSerializer(many=True)
    changes = ChangeSerializer(many=True)
    signatures = SigningSerializer(many=True)

    class Meta(VersionSerializer.Meta):
        """All of it."""

        fields = (
            *VersionSerializer.Meta.fields,
            "seen_digest",
            "terms",
            "investor_terms",
            "problems",
            "changes",
            "signatures",
        )


class WriteTermsSerializer(serializers.Serializer[Any]):
    """The whole of the terms, of what investors agreed, or of both."""

    terms = serializers.JSONField(
        required=False, help_text="One object; see the documentation of outcome contracts. Not given: it stays."
    )
    investor_terms = serializers.JSONField(
        required=False, help_text="One object: tranches, commitments and order of payment. Not given: it stays."
    )
    seen_digest = serializers.CharField(
        max_length=64, help_text="`seen_digest` of the version as you read it; refused if it changed since."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for something to write."""
        if not attrs.keys() & {"terms", "investor_terms"}:
            raise serializers.ValidationError({"terms": [_("Send terms, investors' terms or both.")]})
        return attrs


class PartyRoleSerializer(serializers.ModelSerializer[PartyRoleHeld]):
    """A role of a party."""

    class Meta:
        """From when until when."""

        model = PartyRoleHeld
        fields = ("public_id", "role", "from_on", "until_on")


class PartySerializer(serializers.Serializer[Any]):
    """A party with its roles."""

    public_id = serializers.CharField()
    code = serializers.CharField(help_text="By which terms and claims name it.")
    organisation = serializers.CharField(source="organisation.slug")
    name = serializers.CharField(source="organisation.name")
    roles = serializers.SerializerMethodField()

    def get_roles(self, party: Any) -> list[dict[str, Any]]:
        """List the roles, the earliest first."""
        return list(PartyRoleSerializer(party.roles.all(), many=True).data)


class AddPartySerializer(serializers.Serializer[Any]):
    """An organisation that becomes a party."""

    organisation = serializers.SlugField(max_length=80, help_text="Its slug here.")
    code = serializers.RegexField(CODE)


class GiveRoleSerializer(serializers.Serializer[Any]):
    """A role that is given."""

    role = serializers.ChoiceField(choices=[role.value for role in PartyRole])
    from_on = serializers.DateField()
    until_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="First day without it.")


class EndRoleSerializer(serializers.Serializer[Any]):
    """The end of a role."""

    until_on = serializers.DateField(help_text="First day without it.")


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=REASON_LENGTH)


class VariationSerializer(ReasonSerializer):
    """A variation that is begun."""

    effective_on = serializers.DateField(help_text="Results achieved from this day on are paid by it.")
