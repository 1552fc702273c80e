"""Documents over REST."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents import policies, queries
from documents.serializers import ConfirmationSerializer, DocumentSerializer
from documents.views import may_ask_again
from foundation.access import Actor


class DocumentView(APIView):
    """One document, for those who may have its file."""

    required_scopes: ClassVar[dict[str, str]] = {"get": "holdings:read"}

    @extend_schema(operation_id="documents_retrieve", responses=DocumentSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        """Give number, hash and addresses of a document."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        document = queries.get_document(public_id=public_id)
        if not policies.may_download(actor, document):
            # Whether somebody else's document exists is nobody's business.
            raise queries.DocumentUnknown(_("There is no such document."))
        return Response(DocumentSerializer(document).data)


class VerifyView(APIView):
    """The public confirmation of a document."""

    is_public: ClassVar[bool] = True

    @extend_schema(operation_id="documents_verify", responses=ConfirmationSerializer, auth=[])
    def get(self, request: Request, token: str) -> Response:
        """Tell anybody who holds a document whether it is genuine and still counts."""
        may_ask_again(request._request)  # noqa: SLF001  the limiter counts web requests
        return Response(ConfirmationSerializer(queries.get_confirmation(token=token)).data)
