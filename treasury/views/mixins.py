"""What the pages of the books share."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from core.errors import NotFound
from foundation.access import Actor, Decision
from ledger.models import Book
from people.views import OfficerPageMixin
from treasury import policies, queries


class BooksPageMixin(OfficerPageMixin):
    """A page for those who may read the books; what does not exist for them is not found."""

    def decide(self, actor: Actor) -> Decision:
        """Ask who may read the books."""
        return policies.may_read_books(actor, self.organisation.public_id)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Turn what the domain does not find into a page that says so."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotFound as missing:
            raise Http404(missing.message) from missing

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether this officer may download."""
        may_export = bool(policies.may_export_books(self.actor, self.organisation.public_id))
        return super().get_context_data(may_export=may_export, **kwargs)

    def get_book(self) -> Book:
        """Return the book of the address."""
        return queries.get_book_of(organisation=self.organisation.public_id, slug=self.kwargs["book"])
