"""Contracts and their versions over REST. Nothing here signs: a person does that, signed in."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bonds import operations
from bonds.api.standing import READ, WRITE, Place, actor_of, organisation_of, place_of, read_given
from bonds.arithmetic.agreements import InvestorTermsUnsound, explain_investor_change, read_investor_terms
from bonds.arithmetic.reading import TermsUnsound, explain_change
from bonds.arithmetic.tranches import InvestorTerms
from bonds.models import ContractVersion, OutcomesContract
from bonds.operations.editing import replace_terms
from bonds.policies import contracts as policies
from bonds.queries.contracts import newest_version
from bonds.queries.terms import find_problems, terms_of, version_digest
from bonds.queries.versions import get_version, signings_of, version_before, versions_of
from bonds.serializers.contracts import (
    ContractSerializer,
    OpenContractSerializer,
    ReasonSerializer,
    VariationSerializer,
    VersionSerializer,
    VersionTermsSerializer,
    WriteTermsSerializer,
)
from foundation import clock
from foundation.idempotency import IdempotentMixin


class ContractsApi(IdempotentMixin, APIView):
    """The contracts of an organisation."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ, "post": WRITE}

    @extend_schema(
        operation_id="contracts_list", summary="Contracts of an organisation", responses=ContractSerializer(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        """List those in which it holds the books or is a party, by reference."""
        organisation = organisation_of(request, slug, policies.may_list_contracts)
        rows = OutcomesContract.objects.for_organisation(organisation).select_related("organisation")
        return Response(ContractSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="contracts_open",
        summary="Open a contract",
        request=OpenContractSerializer,
        responses={201: ContractSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Open a draft that this organisation will hold; nothing binds anybody before all have signed."""
        organisation = organisation_of(request, slug, policies.may_open_contract)
        given = read_given(OpenContractSerializer, request)
        contract = operations.open_contract(organisation=organisation, actor=actor_of(request), at=clock.now(), **given)
        return Response(ContractSerializer(contract).data, status=201)


class ContractApi(APIView):
    """One contract."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ}

    @extend_schema(operation_id="contracts_get", summary="A contract", responses=ContractSerializer)
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Give it."""
        return Response(ContractSerializer(place_of(request, slug, reference).contract).data)


class VersionsApi(APIView):
    """The versions of a contract."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ}

    @extend_schema(
        operation_id="contracts_versions", summary="Versions of a contract", responses=VersionSerializer(many=True)
    )
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """List them, the newest first."""
        place = place_of(request, slug, reference)
        return Response(VersionSerializer(versions_of(place.contract), many=True).data)


class VersionApi(APIView):
    """One version."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ}

    @extend_schema(operation_id="contracts_version", summary="A version", responses=VersionTermsSerializer)
    def get(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Give its words, what they change against the last signed version, and who has signed."""
        place = place_of(request, slug, reference)
        return Response(describe_version(get_version(contract=place.contract, number=number)))


class TermsApi(APIView):
    """The terms of the newest version."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ, "put": WRITE}

    @extend_schema(operation_id="contracts_terms", summary="Newest terms", responses=VersionTermsSerializer)
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """Give the newest version, whatever its state, with every problem that is left in it."""
        return Response(describe_version(newest_version(place_of(request, slug, reference).contract)))

    @extend_schema(
        operation_id="contracts_write_terms",
        summary="Write the terms",
        request=WriteTermsSerializer,
        responses=VersionTermsSerializer,
    )
    def put(self, request: Request, slug: str, reference: str) -> Response:
        """Replace the terms that are being written. They may be incomplete: the answer lists what is left."""
        place = place_of(request, slug, reference, policies.may_write_contract)
        given = read_given(WriteTermsSerializer, request)
        version = replace_terms(contract=place.contract, actor=actor_of(request), at=clock.now(), **given)
        return Response(describe_version(version))


class WriterAct(IdempotentMixin, APIView):
    """An act of those who write a contract."""

    required_scopes: ClassVar[dict[str, str]] = {"post": WRITE}

    def writing_place(self, request: Request, slug: str, reference: str) -> Place:
        """Return the place for those who write.

        Raises:
            ContractMissing: there is no such contract for this actor.
            Refused: the actor does not write it.
        """
        return place_of(request, slug, reference, policies.may_write_contract)

    def reason(self, request: Request) -> str:
        """Read why."""
        given = read_given(ReasonSerializer, request)
        return str(given["reason"])


class ProposeApi(WriterAct):
    """Putting a version to the parties."""

    @extend_schema(
        operation_id="contracts_propose", summary="Put to the parties", request=None, responses=VersionTermsSerializer
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Fix the version that is being written. Refused with every problem (`facts.problems`) while there is one."""
        contract = self.writing_place(request, slug, reference).contract
        version = operations.propose_version(contract=contract, actor=actor_of(request), at=clock.now())
        return Response(describe_version(version))


class TakeBackApi(WriterAct):
    """Taking a version back."""

    @extend_schema(
        operation_id="contracts_take_back", summary="Take back", request=ReasonSerializer, responses=VersionSerializer
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Take back what is with the parties, to write on it."""
        contract = self.writing_place(request, slug, reference).contract
        version = operations.take_back_version(
            contract=contract, reason=self.reason(request), actor=actor_of(request), at=clock.now()
        )
        return Response(VersionSerializer(version).data)


class VariationsApi(WriterAct):
    """Varying a contract."""

    @extend_schema(
        operation_id="contracts_vary",
        summary="Begin a variation",
        request=VariationSerializer,
        responses={201: VersionTermsSerializer},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Begin the next version with the words of the last signed one."""
        contract = self.writing_place(request, slug, reference).contract
        given = read_given(VariationSerializer, request)
        version = operations.begin_variation(contract=contract, actor=actor_of(request), at=clock.now(), **given)
        version.contract = contract
        return Response(describe_version(version), status=201)


class WithdrawApi(WriterAct):
    """Dropping a variation."""

    @extend_schema(
        operation_id="contracts_withdraw",
        summary="Drop a variation",
        request=ReasonSerializer,
        responses=VersionSerializer,
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Drop the variation that is being written or signed; what was signed before goes on."""
        contract = self.writing_place(request, slug, reference).contract
        version = operations.withdraw_version(
            contract=contract, reason=self.reason(request), actor=actor_of(request), at=clock.now()
        )
        return Response(VersionSerializer(version).data)


def describe_version(version: ContractVersion) -> dict[str, Any]:
    """Give a version with its words, its problems, its changes and its signatures, as the API says it."""
    own = VersionSerializer(version).data
    before = version_before(version)
    return {
        **own,
        "seen_digest": version_digest(version),
        "terms": version.terms,
        "investor_terms": version.investor_terms,
        "problems": find_problems(version),
        "changes": _changes(before, version) if before else [],
        "signatures": [{"party": one.party.code, "signed_at": one.signed_at} for one in signings_of(version)],
    }


def _changes(before: ContractVersion, version: ContractVersion) -> list[dict[str, Any]]:
    """List what differs; nothing while the terms cannot be read, which the problems say."""
    try:
        changes = explain_change(terms_of(before), terms_of(version))
        of_investors = explain_investor_change(*(_investor_terms_of(one) for one in (before, version)))
    except (InvestorTermsUnsound, TermsUnsound):
        return []
    changes += [(f"/investor_terms{at}", old, new) for at, old, new in of_investors]
    return [{"at": at, "before": old, "after": new} for at, old, new in changes]


def _investor_terms_of(version: ContractVersion) -> InvestorTerms | None:
    return read_investor_terms(version.investor_terms) if version.investor_terms else None
