"""The answer of an act that became a job."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from rest_framework import status
from rest_framework.response import Response

from bonds.serializers.jobs import JobBegunSerializer
from foundation.models import Job

RETRY_SECONDS: Final = 2


def answer_begun(job: Job) -> Response:
    """Name the job, and say after how many seconds it is worth asking again."""
    facts = {"job": reverse("api:job", args=[job.public_id])}
    headers = {"Location": facts["job"], "Retry-After": str(RETRY_SECONDS)}
    return Response(JobBegunSerializer(facts).data, status=status.HTTP_202_ACCEPTED, headers=headers)
