"""What programs say and are told about shares. Amounts are whole pence, and always say so."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from core.money import to_minor
from people.models import EmailPurpose
from shares.models import Application, ConsentWording
from shares.states import EndReason, HolderKind

MOST_SHARES = 1_000_000_000


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "250 shares for myself",
            value={"offer": "save-the-drovers-rest", "number_of_shares": 250},
            request_only=True,
        )
    ]
)
class StartSerializer(serializers.Serializer[Any]):
    """An application to begin."""

    offer = serializers.SlugField(max_length=80, help_text="The offer's name in its address.")
    number_of_shares = serializers.IntegerField(min_value=1, max_value=MOST_SHARES)
    holder_kind = serializers.ChoiceField(
        choices=[kind.value for kind in HolderKind], default=HolderKind.INDIVIDUAL.value
    )
    body_name = serializers.CharField(max_length=200, default="", allow_blank=True)
    body_number = serializers.CharField(max_length=20, default="", allow_blank=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Name, address and notices by e-mail",
            value={
                "full_name": "Ada Okafor",
                "address_line_1": "3 Mill Lane",
                "town": "Ashcombe",
                "postcode": "EX7 0QD",
                "country": "GB",
                "email_for_notices": "ada@example.org",
                "email_purposes": ["notices"],
                "date_of_birth": "1980-02-29",
            },
            request_only=True,
        )
    ]
)
class DetailsSerializer(serializers.Serializer[Any]):
    """The particulars that the register of members needs; a date of birth only where the rules set an age."""

    full_name = serializers.CharField(max_length=200)
    address_line_1 = serializers.CharField(max_length=120)
    address_line_2 = serializers.CharField(max_length=120, default="", allow_blank=True)
    town = serializers.CharField(max_length=80)
    postcode = serializers.CharField(max_length=12, default="", allow_blank=True)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", default="GB")
    email_for_notices = serializers.EmailField(max_length=254, default="", allow_blank=True)
    email_purposes = serializers.ListField(
        child=serializers.ChoiceField(choices=EmailPurpose.choices), default=list, max_length=10
    )
    date_of_birth = serializers.DateField(default=None, allow_null=True)


class ConsentsSerializer(serializers.Serializer[Any]):
    """The declarations that are given; those left out are not given."""

    wordings = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1),
        max_length=50,
        help_text="Ids from /consent-wordings/.",
    )


class WordingSerializer(serializers.ModelSerializer[ConsentWording]):
    """One declaration in the words that are in force."""

    class Meta:
        """Read only, an allow-list."""

        model = ConsentWording
        fields = ("id", "code", "version", "text", "is_required")
        read_only_fields = fields


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """An application, for whoever made it."""

    id = serializers.CharField(source="public_id", read_only=True)
    offer = serializers.CharField(source="offer.slug", read_only=True)
    amount_pence = serializers.SerializerMethodField()
    has_details = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="Steps that are open before payment can begin.")
    end_reason = serializers.ChoiceField(
        choices=["", *[reason.value for reason in EndReason]], read_only=True, help_text="Empty until it has ended."
    )

    class Meta:
        """Read only, an allow-list."""

        model = Application
        fields = (
            "id",
            "offer",
            "state",
            "number_of_shares",
            "amount_pence",
            "holder_kind",
            "body_name",
            "has_details",
            "missing",
            "started_at",
            "reserved_until",
            "paid_at",
            "allotted_at",
            "ended_at",
            "end_reason",
        )
        read_only_fields = fields

    def get_amount_pence(self, application: Application) -> int:
        """What the shares cost."""
        return to_minor(application.amount)

    def get_has_details(self, application: Application) -> bool:
        """Whether the particulars were given."""
        return application.particulars_id is not None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_missing(self, application: Application) -> list[str]:
        """Names of the steps that are open: amount, details, consents."""
        return list(self.context.get("missing", []))


class CheckoutSerializer(serializers.Serializer[Any]):
    """Where to send the person who pays."""

    redirect_url = serializers.URLField(read_only=True)


class CloseSerializer(serializers.Serializer[Any]):
    """The closing of an offer."""

    reason = serializers.CharField(max_length=200, default="", allow_blank=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A resolution",
            value={"minute_reference": "2026/11-4", "board_on": "2026-11-20", "allotted_on": "2026-11-22"},
            request_only=True,
        )
    ]
)
class AllotSerializer(serializers.Serializer[Any]):
    """The board's resolution to issue the shares."""

    minute_reference = serializers.CharField(max_length=80)
    board_on = serializers.DateField()
    allotted_on = serializers.DateField()


class AllottedSerializer(serializers.Serializer[Any]):
    """What was issued."""

    batch = serializers.CharField(source="public_id", read_only=True)
    minute_reference = serializers.CharField(read_only=True)
    allotted_on = serializers.DateField(read_only=True)
    number_of_entries = serializers.IntegerField(read_only=True)
    number_of_shares = serializers.IntegerField(read_only=True)


class FailSerializer(serializers.Serializer[Any]):
    """The board's finding that an offer has failed."""

    reason = serializers.CharField(max_length=200)
    is_contingency = serializers.BooleanField(default=False)


class OfferStateSerializer(serializers.Serializer[Any]):
    """Where an offer stands after an act."""

    offer = serializers.CharField(source="slug", read_only=True)
    state = serializers.CharField(read_only=True)


class RegisterRowSerializer(serializers.Serializer[Any]):
    """One member, by the letters of section 30."""

    member = serializers.CharField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)
    address = serializers.ListField(child=serializers.CharField(), read_only=True)
    email = serializers.CharField(read_only=True)
    email_purposes = serializers.ListField(child=serializers.CharField(), read_only=True)
    shares = serializers.IntegerField(read_only=True)
    paid_pence = serializers.IntegerField(read_only=True)
    other_property = serializers.ListField(child=serializers.CharField(), read_only=True)
    entered_on = serializers.DateField(read_only=True)
    ceased_on = serializers.DateField(read_only=True, allow_null=True)


class RegisterSerializer(serializers.Serializer[Any]):
    """The register of members as it stood at the end of a day."""

    on = serializers.DateField(read_only=True)
    count = serializers.IntegerField(read_only=True)
    next_after = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Send it as `after` for the next page."
    )
    members = RegisterRowSerializer(many=True, read_only=True)
