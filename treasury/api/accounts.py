"""The chart of a book over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.access import require
from foundation.idempotency import IdempotentMixin
from ledger import queries as ledger
from ledger.models import Book
from ledger.states import AccountType
from treasury import operations, policies, queries
from treasury.api.books import actor_of, readable_book
from treasury.serializers import AccountSerializer, AddAccountSerializer, HoldSerializer, RetireAccountSerializer


def changeable_book(request: Request, slug: str) -> Book:
    """Return a book whose chart the actor may change.

    Raises:
        BookMissing: there is none for this actor.
        NotAllowed: the actor may not change it.
    """
    book = queries.get_readable_book(actor=actor_of(request), slug=slug)
    require(policies.may_change_chart(actor_of(request), book.organisation))
    return book


class AccountsApi(IdempotentMixin, APIView):
    """The accounts of a book."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": "books:read", "post": "books:write"}

    @extend_schema(operation_id="books_accounts", summary="Accounts of a book", responses=AccountSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List every account with its balance, used or not."""
        book = readable_book(request, slug)
        rows = [row for part in queries.get_chart(book=book) for row in part.rows]
        return Response(AccountSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="books_add_account",
        summary="Add an account",
        request=AddAccountSerializer,
        responses={201: AccountSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add an account; what is given here stays."""
        book = changeable_book(request, slug)
        given = AddAccountSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        account = operations.add_account(
            book=book,
            code=asked["code"],
            name=asked["name"],
            type=AccountType(asked["type"]),
            currency=asked["currency"],
            has_owners=asked["has_owners"],
            actor=actor_of(request),
            at=clock.now(),
        )
        return Response(AccountSerializer(queries.ChartRow(account, 0, is_closed=False)).data, status=201)


class RetireAccountApi(IdempotentMixin, APIView):
    """The closing of an account."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": "books:write"}

    @extend_schema(
        operation_id="books_close_account",
        summary="Close an account",
        request=RetireAccountSerializer,
        responses=AccountSerializer,
    )
    def post(self, request: Request, slug: str, code: str) -> Response:
        """Close an account that is empty; nothing later can be posted to it."""
        book = changeable_book(request, slug)
        given = RetireAccountSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        account = ledger.get_account(book=book, code=code)
        operations.retire_account(
            account=account,
            on=given.validated_data["on"],
            today=clock.today(),
            actor=actor_of(request),
            at=clock.now(),
        )
        return Response(AccountSerializer(queries.ChartRow(account, 0, is_closed=True)).data)


class HoldsApi(APIView):
    """What is reserved in a book."""

    required_scopes: ClassVar[Mapping[str, str]] = {"get": "books:read"}

    @extend_schema(operation_id="books_holds", summary="Open holds of a book", responses=HoldSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """List what is reserved and neither posted nor let go."""
        book = readable_book(request, slug)
        return Response(HoldSerializer(queries.open_holds(book=book), many=True).data)
