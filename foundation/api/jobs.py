"""Progress of jobs, for machines."""

from __future__ import annotations

from typing import ClassVar

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import NotFound
from foundation import jobs
from foundation.access import Actor
from foundation.models import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    """What is told of a job: how far it is, never who started it."""

    id = serializers.CharField(source="public_id", read_only=True)
    percent = serializers.IntegerField(read_only=True, min_value=0, max_value=100)

    class Meta:
        """Read only, an allow-list."""

        model = Job
        fields = ("id", "kind", "state", "done", "total", "percent", "failure", "result_path", "started_at", "ended_at")
        read_only_fields = fields


class JobView(APIView):
    """One job."""

    required_scopes: ClassVar[dict[str, str]] = {"get": "jobs:read"}

    @extend_schema(operation_id="jobs_read", summary="How far a job is", responses={200: JobSerializer})
    def get(self, request: Request, public_id: str) -> Response:
        """Tell how far a job is, to whoever may watch it."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        job = get_object_or_404(Job, public_id=public_id)
        if not jobs.may_see_job(actor, job):
            raise NotFound(_("There is no such job."))
        return Response(JobSerializer(job).data)
