"""The secretary's pages: watch an offer fill, close it, allot its shares, or send all the money back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property, partial
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from django.views.generic.edit import FormView

from core.errors import DomainError
from core.periods import legal_day
from foundation import charts, clock
from foundation.access import Actor, Decision
from payments import operations as payment_operations
from payments.models import RefundRun
from people.views import OfficerPageMixin, RecentAuthenticationMixin
from shares import operations, policies, queries
from shares.forms import AllotForm, CloseForm, FailForm
from shares.models import ShareOffer
from shares.states import OfferState
from shares.views.application_pages import SeeOther
from shares.views.board import next_acts, preview_allotment, preview_refunds, run_of_offer

APPLICATIONS_A_PAGE = 50
REFUNDING = frozenset({OfferState.FAILED.value, OfferState.REFUNDED.value})


@method_decorator(never_cache, name="dispatch")
class OffersView(OfficerPageMixin, TemplateView):
    """The offers of one society."""

    template_name = "shares/officer/offers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List them, the newest first, each with what it has raised."""
        offers = ShareOffer.objects.for_organisation(self.organisation).with_everything()
        rows = [(offer, queries.raised_so_far(offer) if offer.current_terms else None) for offer in offers]
        return super().get_context_data(**{"rows": rows} | kwargs)


@method_decorator(never_cache, name="dispatch")
class OfferPage(OfficerPageMixin):
    """A page of one offer, of this society and of no other."""

    @cached_property
    def offer(self) -> ShareOffer:
        """The offer under this address."""
        rows = ShareOffer.objects.for_organisation(self.organisation).with_everything()
        found = rows.filter(slug=self.kwargs["offer"]).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give every page of an offer the offer and what it has raised."""
        own = {"offer": self.offer, "raised": queries.raised_so_far(self.offer) if self.offer.current_terms else None}
        # The address's own "offer" is only its name.
        return super().get_context_data(**kwargs | own)

    def back_to_offer(self) -> HttpResponseBase:
        """Go to the page of the offer."""
        return SeeOther(reverse("shares:offer", args=[self.organisation.slug, self.offer.slug]))


class OfferView(OfferPage, TemplateView):
    """Watching an offer: totals, chart, who applied, what happened, and what may be done next."""

    template_name = "shares/officer/offer.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect what there is to see. Applicants are shown by name and amount: no address, e-mail or birthday."""
        offer = self.offer
        rows = queries.applications_of_offer(offer).exclude(number_of_shares=0)
        page = Paginator(rows, APPLICATIONS_A_PAGE).get_page(self.request.GET.get("page"))
        allotment = getattr(offer, "allotment", None)
        own = {
            "page": page,
            "totals": queries.totals_by_state(offer),
            "awaiting": queries.applications_awaiting(offer),
            "history": offer.state_changes.all(),
            "acts": next_acts(offer, self.actor, at=clock.now()),
            "allotment": allotment,
            "job": queries.job_of_batch(allotment) if allotment else None,
            "run": run_of_offer(offer) if offer.state in REFUNDING else None,
        }
        return super().get_context_data(**own | self._picture() | kwargs)

    def _picture(self) -> dict[str, Any]:
        offer = self.offer
        if offer.opened_at is None:
            return {"chart": "", "narrow_chart": "", "series": []}
        series = queries.daily_series(offer, until_on=clock.today())
        raised = queries.raised_so_far(offer)
        points = [(day.on, day.cleared_pence, day.applied_pence) for day in series]
        draw = partial(
            charts.money_raised,
            points,
            raised.minimum_pence,
            raised.maximum_pence,
            raised.optimum_pence,
            until_on=legal_day(offer.closes_at),
            title=_("Money raised so far"),
        )
        return {
            "chart": draw(),
            "narrow_chart": draw(narrow=True),
            "series": series[::-1],
        }


class OfferActView(OfferPage, RecentAuthenticationMixin, FormView, ABC):  # type: ignore[type-arg]
    """An act on an offer: a page that says what it means, and one operation behind its button."""

    act: ClassVar[str] = ""

    def decide(self, actor: Actor) -> Decision:
        """Officers see the page; only who may act gets past it."""
        return policies.may_see_applications(actor, self.organisation.public_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether the act is possible now, and why not."""
        acts = {act.key: act for act in next_acts(self.offer, self.actor, at=clock.now())}
        return super().get_context_data(**{"act": acts[self.act]} | kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse whoever may only look."""
        policy = policies.may_run_offer if self.act == "close" else policies.may_decide_offer
        decision = policy(self.actor, self.offer)
        if not decision:
            raise PermissionDenied(decision.reason)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Act, or say why not and keep what was typed."""
        try:
            done = self.do(form.cleaned_data)
        except DomainError as refused:
            form.add_error(None, refused.message)
            return self.form_invalid(form)
        messages.success(self.request, done)
        return self.back_to_offer()  # type: ignore[return-value]

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    @abstractmethod
    def do(self, data: dict[str, Any]) -> str:
        """Call the operation, and say what was done."""


class CloseView(OfferActView):
    """Closing an offer to new applications."""

    act = "close"
    template_name = "shares/officer/close.html"
    form_class = CloseForm

    def do(self, data: dict[str, Any]) -> str:
        """Close it."""
        operations.close_offer(offer=self.offer, reason=data["reason"], actor=self.actor, at=clock.now())
        return _("The offer is closed. The board decides next.")


class AllotView(OfferActView):
    """Recording the board's allotment: the shares are issued."""

    act = "allot"
    template_name = "shares/officer/allot.html"
    form_class = AllotForm

    def get_initial(self) -> dict[str, Any]:
        """Begin with today as the date of issue."""
        return {"allotted_on": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show in advance what will be issued."""
        return super().get_context_data(**{"preview": preview_allotment(self.offer)} | kwargs)

    def do(self, data: dict[str, Any]) -> str:
        """Issue the shares."""
        batch = operations.allot_shares(
            offer=self.offer,
            minute_reference=data["minute_reference"],
            board_on=data["board_on"],
            allotted_on=data["allotted_on"],
            actor=self.actor,
            at=clock.now(),
        )
        return _("%(shares)s shares are issued in %(entries)s register entries. The certificates are being made.") % {
            "shares": f"{batch.number_of_shares:,}",
            "entries": f"{batch.number_of_entries:,}",
        }


class FailView(OfferActView):
    """Recording that an offer has failed: every payment goes back."""

    act = "fail"
    template_name = "shares/officer/fail.html"
    form_class = FailForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show in advance what would go back."""
        return super().get_context_data(**{"preview": preview_refunds(self.offer)} | kwargs)

    def do(self, data: dict[str, Any]) -> str:
        """Fail it."""
        operations.fail_offer(
            offer=self.offer,
            reason=data["reason"],
            is_contingency=data["is_contingency"],
            actor=self.actor,
            at=clock.now(),
        )
        return _("The offer has failed. Every payment goes back in full; this page shows how far that is.")


class RefundsView(OfferPage, TemplateView):
    """How far the refunds of a failed offer are, and what money is missing for them."""

    template_name = "shares/officer/refunds.html"

    @cached_property
    def run(self) -> RefundRun | None:
        """The run of refunds, once it has been prepared."""
        return run_of_offer(self.offer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the run."""
        if self.offer.state not in REFUNDING:
            raise Http404
        decision = policies.may_decide_offer(self.actor, self.offer)
        own = {"run": self.run, "totals": queries.totals_by_state(self.offer), "may_act": decision.allowed}
        return super().get_context_data(**own | kwargs)


class RefundActView(RefundsView, RecentAuthenticationMixin):
    """Asking the provider what float is missing, or letting a paused run go on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Do it, or say why not."""
        decision = policies.may_decide_offer(self.actor, self.offer)
        if not decision:
            raise PermissionDenied(decision.reason)
        if self.run is None:
            raise Http404
        try:
            if request.POST.get("act") == "resume":
                payment_operations.start_refund_run(run_id=self.run.pk, actor=self.actor.ref, at=clock.now())
                messages.success(request, _("The refunds go on where they stopped."))
            else:
                payment_operations.measure_float(run_id=self.run.pk, at=clock.now())
        except DomainError as refused:
            messages.error(request, refused.message)
        return SeeOther(reverse("shares:refunds", args=[self.organisation.slug, self.offer.slug]))
