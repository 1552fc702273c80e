"""Offers on show as JSON. Amounts are whole pence; days are legal days in London."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from marketplace.queries.offer_page import OfferPage
from marketplace.queries.offers import Card
from marketplace.states import Standing
from shares.models.choices import VENTURE_KINDS


class RaisedSerializer(serializers.Serializer[Any]):
    """The three totals of an offer, never mixed up."""

    applied_pence = serializers.IntegerField(help_text="Applications whose payment runs or has arrived.")
    cleared_pence = serializers.IntegerField(help_text="Paid and held, or become shares.")
    allotted_pence = serializers.IntegerField(help_text="Become shares.")
    returned_pence = serializers.IntegerField(help_text="On its way back, or gone back, because the offer failed.")
    members = serializers.IntegerField(help_text="People and bodies who have paid.")


class SocietySerializer(serializers.Serializer[Any]):
    """The society that offers its shares."""

    name = serializers.CharField(source="organisation.name")
    registration_number = serializers.CharField(source="society.registration_number")
    legal_form = serializers.CharField(source="society.legal_form")
    registered_office = serializers.CharField(source="society.registered_office")
    asset_lock = serializers.CharField(source="society.asset_lock")


class OfferSerializer(serializers.Serializer[Card]):
    """One offer in a list."""

    id = serializers.CharField(source="offer.public_id")
    slug = serializers.SlugField(source="offer.slug")
    title = serializers.CharField(source="offer.title")
    summary = serializers.CharField(source="offer.summary")
    venture_kind = serializers.ChoiceField(source="offer.venture_kind", choices=VENTURE_KINDS)
    place = serializers.CharField(source="offer.place_name")
    outcode = serializers.CharField(source="offer.outcode", help_text="Postcode district.")
    area = serializers.CharField(help_text="Local authority.")
    standing = serializers.ChoiceField(choices=[standing.value for standing in Standing])
    opens_at = serializers.DateTimeField(source="offer.opens_at")
    closes_at = serializers.DateTimeField(source="offer.closes_at")
    days_left = serializers.IntegerField(help_text="Legal days to the closing day; less than 0 after it.")
    society = SocietySerializer(source="offer")
    minimum_pence = serializers.IntegerField()
    maximum_pence = serializers.IntegerField()
    raised = RaisedSerializer(source="totals")


class PassageSerializer(serializers.Serializer[Any]):
    """A heading of the offer document and what stands under it."""

    name = serializers.CharField()
    heading = serializers.CharField()
    text = serializers.CharField()


class DaySerializer(serializers.Serializer[Any]):
    """How much had been raised by the end of one legal day."""

    on = serializers.DateField()
    cleared_pence = serializers.IntegerField()
    applied_pence = serializers.IntegerField()


class OfferDetailSerializer(serializers.Serializer[OfferPage]):
    """One offer with its terms, its risks and how the money grew."""

    offer = OfferSerializer(source="card")
    terms_id = serializers.CharField(source="terms.public_id")
    terms_version = serializers.IntegerField(source="terms.version")
    optimum_pence = serializers.IntegerField()
    price_pence = serializers.IntegerField()
    smallest_holding_pence = serializers.IntegerField()
    largest_holding_pence = serializers.IntegerField()
    cooling_off_days = serializers.IntegerField(source="terms.cooling_off_days")
    purpose = serializers.CharField(source="terms.purpose")
    risks = PassageSerializer(many=True)
    share_terms = PassageSerializer(many=True)
    money = PassageSerializer(many=True)
    plan = PassageSerializer(many=True)
    raised_by_day = serializers.SerializerMethodField()

    @extend_schema_field(DaySerializer(many=True))
    def get_raised_by_day(self, page: OfferPage) -> list[dict[str, Any]]:
        """Days with news."""
        return [{"on": on, "cleared_pence": cleared, "applied_pence": applied} for on, cleared, applied in page.points]
