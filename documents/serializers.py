"""What programs are told of documents."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A certificate that counts",
            value={
                "reference": "CERT-000042",
                "title": "Share certificate",
                "society": "The Drovers' Rest (Ashcombe) Limited",
                "issued_on": "2026-11-20",
                "valid": True,
                "cancelled_on": None,
                "sha256": "669c886c66a4ca64c945d45dded170d7e206dc4c3077cc95d45ae4c40c0915a6",
            },
        )
    ]
)
class ConfirmationSerializer(serializers.Serializer[Any]):
    """What anybody who holds a document may learn of it: never holder or amount."""

    reference = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    society = serializers.CharField(read_only=True)
    issued_on = serializers.DateField(read_only=True)
    valid = serializers.BooleanField(source="counts", read_only=True, help_text="Issued, and not cancelled.")
    cancelled_on = serializers.DateField(read_only=True, allow_null=True)
    sha256 = serializers.CharField(read_only=True, help_text="Hash of the genuine file; empty until it is made.")


class DocumentSerializer(serializers.Serializer[Any]):
    """A document, for somebody who may have its file."""

    id = serializers.CharField(source="public_id", read_only=True)
    kind = serializers.CharField(read_only=True)
    reference = serializers.CharField(read_only=True)
    subject = serializers.CharField(read_only=True)
    issued_on = serializers.DateField(read_only=True)
    valid = serializers.SerializerMethodField()
    sha256 = serializers.SerializerMethodField()
    verify_url = serializers.SerializerMethodField()
    download_url = serializers.SerializerMethodField()

    def get_valid(self, document: Any) -> bool:
        """Whether it was not cancelled."""
        return not hasattr(document, "cancellation")

    def get_sha256(self, document: Any) -> str:
        """Hash of the file, empty until it is made."""
        return document.file.sha256 if hasattr(document, "file") else ""

    def get_verify_url(self, document: Any) -> str:
        """Path of the public page that confirms it."""
        return reverse("documents:verify", args=[document.token])

    def get_download_url(self, document: Any) -> str:
        """Path of the file."""
        return reverse("documents:download", args=[document.public_id])
