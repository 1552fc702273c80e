"""People, clocks and referrals under a contract, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds.api.standing import READ, Place, actor_of, place_of, read_given
from bonds.models import Participant, Party, Referral
from bonds.operations import people as operations
from bonds.policies import results as policies
from bonds.queries import people as queries
from bonds.serializers import results as said
from bonds.states import PAYER_ROLES, ClockEvent, PartyRole
from core.errors import NotFound
from foundation import clock
from foundation.access import require
from foundation.idempotency import IdempotentMixin

RECORD = "claims:write"
SCOPES: Mapping[str, str] = {"get": READ, "post": RECORD}


def scope_of(place: Place) -> Party | None:
    """The provider whose people and results are shown; None: everybody's."""
    return None if policies.sees_all_results(place.standpoint) else place.party


def facts_of(request: Request, place: Place) -> dict[str, Any]:
    """What every act of a provider is given."""
    return {
        "contract": place.contract,
        "provider": place.party,
        "actor": actor_of(request),
        "at": clock.now(),
        "today": clock.today(),
    }


class PeopleApi(IdempotentMixin, ListAPIView[Participant]):
    """The people of a provider, by pseudonym."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES
    serializer_class = said.PersonSerializer

    def get_queryset(self) -> QuerySet[Participant]:
        """Give those whom the caller may know of."""
        if getattr(self, "swagger_fake_view", False):
            return Participant.objects.none()
        place = place_of(self.request, self.kwargs["slug"], self.kwargs["reference"], policies.may_see_results)
        return queries.people_of(contract=place.contract, provider=scope_of(place))

    @extend_schema(operation_id="contract_people_list", summary="People under a contract, by pseudonym")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="contract_people_admit",
        summary="Record that somebody starts",
        request=said.NewPersonSerializer,
        responses={201: said.AdmittedSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Recognise somebody or add them, and record their start. Who they are is used once and not kept."""
        place = place_of(request, slug, reference, policies.may_record_results)
        given = said.NewPersonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        referral = (
            queries.get_referral(contract=place.contract, provider=place.party, public_id=asked["referral"])
            if asked["referral"]
            else None
        )
        done = operations.admit_person(
            identifiers=given.identifiers(),
            started_on=asked["started_on"],
            subgroups=asked["subgroups"],
            referral=referral,
            **facts_of(request, place),
        )
        return Response(said.AdmittedSerializer(done).data, status=status.HTTP_201_CREATED)


class PersonApi(APIView):
    """One person."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="contract_person", summary="A person's starts and clocks", responses=said.PersonDetailSerializer
    )
    def get(self, request: Request, slug: str, reference: str, person: str) -> Response:
        """Give starts and clocks of somebody."""
        place = place_of(request, slug, reference, policies.may_see_results)
        scope = scope_of(place)
        found = queries.get_person(contract=place.contract, pseudonym=person, provider=scope)
        facts = {
            "pseudonym": found.pseudonym,
            "starts": queries.starts_of(found, provider=scope),
            "clocks": queries.clocks_of(found),
        }
        return Response(said.PersonDetailSerializer(facts).data)


class ClocksApi(IdempotentMixin, APIView):
    """The clocks of a person."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": RECORD}

    @extend_schema(
        operation_id="contract_clock_start",
        summary="Start a clock, or start it again",
        request=said.NewClockSerializer,
        responses={201: said.ClockSerializer},
    )
    def post(self, request: Request, slug: str, reference: str, person: str) -> Response:
        """Say from when something that has to last is counted."""
        place = place_of(request, slug, reference, policies.may_record_results)
        found = queries.get_person(contract=place.contract, pseudonym=person, provider=place.party)
        asked = read_given(said.NewClockSerializer, request)
        made = operations.start_clock(
            participant=found,
            ladder=asked["ladder"],
            started_on=asked["started_on"],
            event=ClockEvent(asked["event"]),
            **facts_of(request, place),
        )
        return Response(said.ClockSerializer(made).data, status=status.HTTP_201_CREATED)


class ReferralsApi(IdempotentMixin, ListAPIView[Referral]):
    """Who was sent to whom."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES
    serializer_class = said.ReferralSerializer

    def get_queryset(self) -> QuerySet[Referral]:
        """Give the referrals that concern the caller's organisation."""
        if getattr(self, "swagger_fake_view", False):
            return Referral.objects.none()
        place = place_of(self.request, self.kwargs["slug"], self.kwargs["reference"], policies.may_see_results)
        mine = own_referrals(place)
        return queries.referrals_of(contract=place.contract, **mine)

    @extend_schema(operation_id="contract_referrals_list", summary="Referrals under a contract")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List them, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="contract_referrals_record",
        summary="Record a referral",
        request=said.NewReferralSerializer,
        responses={201: said.ReferralSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Say that a commissioner sent somebody to a provider; the same referral again changes nothing."""
        place = place_of(request, slug, reference, policies.may_record_referrals)
        asked = read_given(said.NewReferralSerializer, request)
        commissioner, provider = (get_party(place, asked[name]) for name in ("commissioner", "provider"))
        require(policies.is_about_own(place.standpoint, commissioner.organisation, provider.organisation))
        made = operations.record_referral(
            commissioner=commissioner,
            referred_on=asked["referred_on"],
            reference=asked["reference"],
            **facts_of(request, place) | {"provider": provider},
        )
        return Response(said.ReferralSerializer(made).data, status=status.HTTP_201_CREATED)


class GuaranteesApi(APIView):
    """What was guaranteed."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="contract_guarantees",
        summary="Referrals against what was guaranteed",
        responses=said.GuaranteeSerializer(many=True),
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Say how referrals stand against each guarantee that concerns the caller's organisation."""
        place = place_of(request, slug, reference, policies.may_see_results)
        standings = queries.guarantee_standings(contract=place.contract, on=clock.today())
        if own_referrals(place):
            code = place.party.code
            standings = [one for one in standings if code in {one.guarantee.commissioner, one.guarantee.provider}]
        return Response(said.GuaranteeSerializer(standings, many=True).data)


class PartyMissing(NotFound):
    """There is no such party."""

    code = "bonds.no_party"


def get_party(place: Place, code: str) -> Party:
    """Return a party of a contract by its short name.

    Raises:
        PartyMissing: there is none.
    """
    found = next((one for one in queries.parties_with(place.contract, *PartyRole) if one.code == code), None)
    if found is None:
        raise PartyMissing("There is no such party.", party=code)
    return found


def own_referrals(place: Place) -> dict[str, Party]:
    """Which referrals concern a party: nothing where it sees all of them."""
    roles = place.standpoint.roles
    if roles & {PartyRole.HOLDER.value, PartyRole.VERIFIER.value, PartyRole.INTERMEDIARY.value}:
        return {}
    mine = {}
    if PartyRole.PROVIDER.value in roles:
        mine["provider"] = place.party
    if roles & {role.value for role in PAYER_ROLES}:
        mine["commissioner"] = place.party
    return mine
