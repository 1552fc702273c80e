from typing import Any, ClassVar

import pytest
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.idempotency import IdempotentMixin


class OrderSerializer(serializers.Serializer[Any]):
    shares = serializers.IntegerField(min_value=1)


class OrderView(IdempotentMixin, APIView):
    """Orders."""

    idempotency_required = True
    required_scopes: ClassVar[dict[str, str]] = {"post": "orders:write"}

    @extend_schema(operation_id="order", request=OrderSerializer, responses={201: OrderSerializer})
    def post(self, request):
        """Order shares."""
        return Response({}, status=201)


class PublicView(APIView):
    """Anybody."""

    is_public = True

    @extend_schema(operation_id="look", responses={200: OrderSerializer})
    def get(self, request, public_id):
        """Look."""
        return Response({})


@pytest.fixture(scope="module")
def schema():
    patterns = [
        path("api/v1/orders/", OrderView.as_view(authentication_classes=[])),
        path("api/v1/things/<str:public_id>/", PublicView.as_view(authentication_classes=[])),
    ]
    return SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)


def test_every_operation_names_its_problems_in_one_shape(schema):
    responses = schema["paths"]["/api/v1/orders/"]["post"]["responses"]

    assert set(responses) == {*("201", "400", "401", "403", "404", "406", "409", "413", "415", "422", "429", "503")}
    assert responses["422"]["content"] == {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
    }


def test_problem_is_described(schema):
    problem = schema["components"]["schemas"]["Problem"]

    assert set(problem["required"]) == {"type", "title", "status", "code", "detail"}
    assert set(problem["properties"]) == {"type", "title", "status", "code", "detail", "errors", "facts"}


def test_idempotent_operation_documents_its_header_and_its_scope(schema):
    operation = schema["paths"]["/api/v1/orders/"]["post"]

    [header] = [parameter for parameter in operation["parameters"] if parameter["in"] == "header"]
    assert (header["name"], header["required"]) == ("Idempotency-Key", True)
    assert "`orders:write`" in operation["description"]


def test_public_reading_needs_no_sign_in(schema):
    operation = schema["paths"]["/api/v1/things/{public_id}/"]["get"]

    assert set(operation["responses"]) == {"200", "400", "404", "406", "429", "503"}
    assert [parameter["name"] for parameter in operation["parameters"]] == ["public_id"]
