"""Applications over REST: the same operations as on the pages, for a session or a key."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotFound
from foundation import clock
from foundation.access import Actor
from foundation.api import CursorPages
from foundation.idempotency import IdempotentMixin
from foundation.ratelimits import check_rate
from people.models import User
from shares import operations, policies, queries
from shares.models import Application, ConsentWording, ShareOffer
from shares.operations.errors import NoApplication
from shares.serializers import (
    ApplicationSerializer,
    CheckoutSerializer,
    ConsentsSerializer,
    DetailsSerializer,
    StartSerializer,
    WordingSerializer,
)
from shares.states import HolderKind
from shares.views import steps

READ, WRITE = "applications:read", "applications:write"
STARTS_AN_HOUR = 60
HOUR_SECONDS = 3600


class NoOffer(NotFound):
    """There is no such offer, or none that the actor may read."""

    code = "shares.no_offer"


def actor_of(request: Request) -> Actor:
    """Who calls."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def user_of(request: Request) -> User:
    """The user behind a session or a key; the permissions let nobody else pass."""
    return cast("User", request.user)


def get_offer(request: Request, slug: str) -> ShareOffer:
    """Return an offer that the actor may read.

    Raises:
        NoOffer: there is none.
    """
    offer = ShareOffer.objects.with_everything().filter(slug=slug).first()
    if offer is None or not policies.may_see_offer(actor_of(request), offer):
        raise NoOffer(_("There is no such offer."))
    return offer


def represent(application: Application) -> dict[str, Any]:
    """Give an application as programs see it, with the steps that are still open."""
    missing = []
    if steps.is_editable(application):
        missing = [
            step.key
            for step in steps.steps_of(application, at=clock.now())
            if not step.is_done and step.key != "review"
        ]
    return dict(ApplicationSerializer(application, context={"missing": missing}).data)


class OneApplication(APIView):
    """An application, for whoever made it; to everybody else it does not exist."""

    def get_application(self, request: Request, public_id: str) -> Application:
        """Return it.

        Raises:
            NoApplication: there is none, or it is somebody else's.
        """
        found = queries.find_application(public_id.replace("\x00", ""))
        if found is None or not policies.may_change_application(actor_of(request), found):
            raise NoApplication(_("There is no such application."))
        return found

    def answer(self, public_id: str) -> Response:
        """Give the application as it stands now."""
        found = queries.find_application(public_id)
        assert found is not None, "applications are never deleted"
        return Response(represent(found))


class ApplicationsApi(IdempotentMixin, APIView):
    """My applications."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ, "post": WRITE}
    pagination_class = CursorPages

    @extend_schema(operation_id="applications_list", responses=ApplicationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the caller's own applications, the newest first."""
        pages = CursorPages()
        rows = pages.paginate_queryset(
            Application.objects.of_user(user_of(request)).with_everything(), request, view=self
        )
        return pages.get_paginated_response([represent(row) for row in rows or []])

    @extend_schema(
        operation_id="applications_start",
        request=StartSerializer,
        responses={201: ApplicationSerializer},
        examples=[
            OpenApiExample(
                "Over the limit",
                value={
                    "type": "about:blank",
                    "title": "Refused",
                    "status": 422,
                    "code": "shares.holding_limit_exceeded",
                    "detail": "By law nobody may hold more than £100,000.00 in one society.",
                    "facts": {"most_pence": 9_975_000},
                },
                response_only=True,
                status_codes=["422"],
                media_type="application/problem+json",
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Begin an application for a number of shares."""
        given = StartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        check_rate(
            name="shares.apply", who=actor_of(request).ref, limit=STARTS_AN_HOUR, seconds=HOUR_SECONDS, at=clock.now()
        )
        application = operations.begin_application(
            offer=get_offer(request, data["offer"]),
            user=user_of(request),
            number_of_shares=data["number_of_shares"],
            holder_kind=HolderKind(data["holder_kind"]),
            body_name=data["body_name"],
            body_number=data["body_number"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return Response(represent(application), status=201)


class ApplicationApi(OneApplication):
    """One application."""

    required_scopes: ClassVar[dict[str, str]] = {"get": READ, "patch": WRITE}

    @extend_schema(operation_id="applications_read", responses=ApplicationSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        """Tell how an application stands."""
        return Response(represent(self.get_application(request, public_id)))

    @extend_schema(operation_id="applications_give_details", request=DetailsSerializer, responses=ApplicationSerializer)
    def patch(self, request: Request, public_id: str) -> Response:
        """Give the particulars that the register of members needs."""
        application = self.get_application(request, public_id)
        given = DetailsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        operations.give_own_particulars(
            application=application,
            user=user_of(request),
            date_of_birth=said.pop("date_of_birth"),
            said=said,
            actor=actor_of(request),
            at=clock.now(),
        )
        return self.answer(application.public_id)


class ConsentsApi(IdempotentMixin, OneApplication):
    """The declarations of one application."""

    required_scopes: ClassVar[dict[str, str]] = {"post": WRITE}

    @extend_schema(operation_id="applications_consent", request=ConsentsSerializer, responses=ApplicationSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        """Record which declarations are given."""
        application = self.get_application(request, public_id)
        given = ConsentsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        operations.give_consents(
            application=application,
            wording_ids=given.validated_data["wordings"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return self.answer(application.public_id)


class CheckoutApi(IdempotentMixin, OneApplication):
    """The payment of one application."""

    required_scopes: ClassVar[dict[str, str]] = {"post": WRITE}

    @extend_schema(operation_id="applications_checkout", request=None, responses=CheckoutSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        """Reserve the shares, and tell where the person can pay for them."""
        application = self.get_application(request, public_id)
        back = f"{settings.PUBLIC_BASE_URL}{steps.page_url(application, 'paid')}"
        redirect_url = operations.pay_application(
            application=application,
            success_url=back,
            cancel_url=f"{back}?back=1",
            actor=actor_of(request),
            at=clock.now(),
        )
        return Response({"redirect_url": redirect_url})


class CancelApi(IdempotentMixin, OneApplication):
    """Giving up one application."""

    required_scopes: ClassVar[dict[str, str]] = {"post": WRITE}

    @extend_schema(operation_id="applications_cancel", request=None, responses=ApplicationSerializer)
    def post(self, request: Request, public_id: str) -> Response:
        """Give up before payment, or within the days to change one's mind after it."""
        application = self.get_application(request, public_id)
        operations.cancel_application(application=application, actor=actor_of(request), at=clock.now())
        return self.answer(application.public_id)


class WordingsApi(APIView):
    """The declarations in force."""

    is_public: ClassVar[bool] = True
    required_scopes: ClassVar[dict[str, str]] = {"get": READ}

    @extend_schema(operation_id="consent_wordings_list", responses=WordingSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the declarations that an applicant is asked today, in their order."""
        rows = ConsentWording.objects.in_force(clock.today())
        return Response(WordingSerializer(rows, many=True).data)
