"""Public pages: the first page, offers on show, and what everybody should know."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from core.errors import NotFound
from foundation.clock import now
from marketplace import documents
from marketplace.arithmetic import is_more_than_a_district
from marketplace.forms import SearchForm
from marketplace.queries import offer_page, offers

ON_FIRST_PAGE = 3


class HomeView(TemplateView):
    """What this is, how to find an offer, how it works, what the risk is."""

    template_name = "pages/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the search form and the offers that close soonest."""
        cards = offers.find_latest(at=now(), count=ON_FIRST_PAGE)
        return super().get_context_data(form=SearchForm({}), cards=cards, **kwargs)


class OfferListView(TemplateView):
    """Offers on show, as a list and on a map."""

    template_name = "marketplace/offer_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a search; one that names a whole postcode is sent on to its district."""
        form = SearchForm(request.GET)
        if is_more_than_a_district(request.GET.get("near", "")):
            return HttpResponseRedirect(f"{reverse('marketplace:offers')}?{form.address()}")
        found = offers.search_offers(form.search(request.GET.get("page", "")), at=now())
        return self.render_to_response(self.get_context_data(form=form, found=found, address=form.address(), **kwargs))


class OfferPageView(TemplateView):
    """One offer: what it is for, how far it has come, the terms, the risks."""

    template_name = "marketplace/offer_page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the offer, and its chart for wide and for narrow screens."""
        page = _page_or_404(kwargs["slug"])
        return super().get_context_data(
            page=page,
            offer=page.offer,
            card=page.card,
            chart=documents.draw_chart(page),
            chart_narrow=documents.draw_chart(page, narrow=True),
            **kwargs,
        )


class OfferDocumentView(View):
    """The offer document as PDF."""

    def get(self, _request: HttpRequest, slug: str) -> HttpResponse:
        """Make the document, or give the one that was made for the same figures."""
        content = documents.offer_document(_page_or_404(slug), at=now())
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{slug}-offer-document.pdf"'
        return response


class PlainPage(TemplateView):
    """A page that asks nothing of the database: how it works, the risks, complaints, privacy, accessibility."""


def _page_or_404(slug: str) -> offer_page.OfferPage:
    try:
        return offer_page.get_offer_page(slug=slug, at=now())
    except NotFound as error:
        raise Http404(error.message) from error
