"""The journal as a file."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.generic import View

from foundation import clock
from foundation.access import Actor, Decision
from foundation.ratelimits import TooManyAttempts
from treasury import operations, policies
from treasury.exports import Audience
from treasury.operations import Download, JournalFormat
from treasury.views.mixins import BooksPageMixin


class JournalView(BooksPageMixin, View):
    """The whole journal of a book, streamed."""

    http_method_names = ("get", "head", "options")

    def decide(self, actor: Actor) -> Decision:
        """Ask who may take the books away."""
        return policies.may_export_books(actor, self.organisation.public_id)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        """Send the file."""
        try:
            audience = Audience(request.GET.get("for", Audience.HUMAN.value))
        except ValueError:
            raise Http404 from None
        try:
            download = operations.download_journal(
                book=self.get_book(),
                shape=JournalFormat(self.kwargs["shape"]),
                audience=audience,
                actor=self.actor,
                at=clock.now(),
            )
        except TooManyAttempts as refused:
            return self._too_many(request, refused)
        return stream(download)

    def _too_many(self, request: HttpRequest, refused: TooManyAttempts) -> HttpResponse:
        messages.error(request, refused.message)
        facts = self.get_context_data(book=self.get_book())
        response = render(request, "treasury/wait.html", facts, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(refused.facts["retry_after"])
        return response


def stream(download: Download) -> StreamingHttpResponse:
    """Answer with a file that is written while it is sent, and that nobody on the way keeps."""
    response = StreamingHttpResponse(download.pieces, content_type=download.media_type)
    response["Content-Disposition"] = f'attachment; filename="{download.file_name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
