"""Closing the books over REST."""

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
from ledger.models import Book
from people.models import Organisation
from treasury import operations, policies, queries
from treasury.api.books import actor_of, readable_book
from treasury.serializers import (
    BookSerializer,
    CarryYearSerializer,
    CloseBooksSerializer,
    ClosingSerializer,
    EntrySerializer,
)

SCOPES: Mapping[str, str] = {"get": "books:read", "post": "books:write"}


def closable_book(request: Request, slug: str) -> Book:
    """Return a book that the actor may close.

    Raises:
        BookMissing: there is none for this actor.
        NotAllowed: the actor may not close it.
    """
    book = queries.get_readable_book(actor=actor_of(request), slug=slug)
    require(policies.may_close_books(actor_of(request), book.organisation))
    return book


class ClosingsApi(IdempotentMixin, APIView):
    """The closed periods of a book."""

    required_scopes: ClassVar[Mapping[str, str]] = SCOPES

    @extend_schema(operation_id="books_closings", summary="Closed periods and the chain", responses=ClosingSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Say what is closed, where the chain stands, and where its heads were published."""
        book = readable_book(request, slug)
        return Response(ClosingSerializer(queries.get_closing(book=book, today=clock.today())).data)

    @extend_schema(
        operation_id="books_close",
        summary="Close through a day",
        request=CloseBooksSerializer,
        responses=BookSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Close softly or for good; softly without a day opens again what is not closed for good."""
        book = closable_book(request, slug)
        given = CloseBooksSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        today, actor, at = clock.today(), actor_of(request), clock.now()
        through = given.validated_data["through"]
        if given.validated_data["for_good"]:
            organisation = Organisation.objects.get(public_id=book.organisation)
            operations.close_books(
                book=book, organisation=organisation, through=through, today=today, actor=actor, at=at
            )
        else:
            operations.close_books_softly(book=book, through=through, today=today, actor=actor, at=at)
        return Response(BookSerializer(book).data)


class YearEndsApi(IdempotentMixin, APIView):
    """The year-end entry of a book."""

    required_scopes: ClassVar[Mapping[str, str]] = {"post": "books:write"}

    @extend_schema(
        operation_id="books_carry_year",
        summary="Carry a year's result to reserves",
        request=CarryYearSerializer,
        responses=EntrySerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Post the entry that carries income and expenditure to reserves, each fund to its own."""
        book = closable_book(request, slug)
        given = CarryYearSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        entry = operations.carry_year(
            book=book,
            year_end=given.validated_data["year_end"],
            today=clock.today(),
            actor=actor_of(request),
            at=clock.now(),
        )
        return Response(EntrySerializer(entry).data)
