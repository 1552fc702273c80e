"""The pages on which somebody applies for shares. Each asks one policy and calls one operation."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic.base import View

from core.errors import DomainError
from core.money import to_minor
from core.periods import legal_day
from foundation import clock
from foundation.access import Actor
from foundation.ratelimits import check_rate
from people.models import User
from people.queries import find_particulars, find_person
from shares import operations, policies, queries
from shares.arithmetic import BuyingRoom
from shares.forms import AmountForm, ConsentsForm, DetailsForm, amount_initial
from shares.models import Application, Consent, ConsentWording, ShareOffer
from shares.operations.applying import SESSION_KEY, digest_of
from shares.operations.conditions import check_offer_open
from shares.states import ApplicationState
from shares.views import steps

STARTS_AN_HOUR = 30
HOUR_SECONDS = 3600
# A visitor's session keeps so many begun applications, the newest.
KEPT_TOKENS = 20


class SeeOther(HttpResponseRedirect):
    """Go on with GET, whatever the method was: a reload sends nothing twice."""

    status_code = 303


def signed_in_user(request: HttpRequest) -> User | None:
    """The user behind a request, or None for a visitor."""
    return request.user if request.user.is_authenticated else None


@method_decorator(never_cache, name="dispatch")
class StartView(View):
    """The door: what applying means, and the button that begins it."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show what will be asked; an offer that is not open says so."""
        offer = self._offer(request, slug)
        return self._page(request, offer)

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Begin, or go on with what this person has begun."""
        offer = self._offer(request, slug)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        at = clock.now()
        try:
            check_rate(
                name="shares.apply",
                who=request.META.get("REMOTE_ADDR", "") if actor.is_anonymous else actor.ref,
                limit=STARTS_AN_HOUR,
                seconds=HOUR_SECONDS,
                at=at,
            )
            started = operations.start_application(offer=offer, user=signed_in_user(request), actor=actor, at=at)
        except DomainError as refused:
            return self._page(request, offer, problem=refused.message)
        if started.claim_token and actor.is_anonymous:
            tokens = [*request.session.get(SESSION_KEY, []), started.claim_token]
            request.session[SESSION_KEY] = tokens[-KEPT_TOKENS:]
        return SeeOther(steps.page_url(started.application, "amount"))

    def _offer(self, request: HttpRequest, slug: str) -> ShareOffer:
        offer = ShareOffer.objects.with_everything().filter(slug=slug).first()
        if offer is None or not policies.may_apply(request.actor, offer):  # type: ignore[attr-defined]
            raise Http404
        return offer

    def _page(self, request: HttpRequest, offer: ShareOffer, problem: str = "") -> HttpResponse:
        try:
            check_offer_open(offer, clock.now())
        except DomainError as refused:
            problem = problem or refused.message
        context = {"offer": offer, "terms": offer.current_terms, "problem": problem}
        return render(
            request, "shares/apply.html", context, status=409 if problem and request.method == "POST" else 200
        )


@method_decorator(never_cache, name="dispatch")
class ApplicationPage(View):
    """A page of one application, for whoever made it; to everybody else it does not exist."""

    step: ClassVar[str] = ""
    template_name: ClassVar[str] = ""
    needs_sign_in: ClassVar[bool] = False
    # Pages on which something is filled in send whoever is past that to the page that tells how it stands.
    only_editable: ClassVar[bool] = True

    application: Application
    actor: Actor
    stages: list[steps.Step]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let the applicant pass, and nobody past a step that is not done."""
        self.actor = request.actor  # type: ignore[attr-defined]
        found = queries.find_application(str(kwargs["public_id"]).replace("\x00", ""))
        digests = frozenset(digest_of(token) for token in request.session.get(SESSION_KEY, []))
        if found is None or not policies.may_claim_application(self.actor, found, digests):
            if self.actor.is_anonymous:
                return redirect_to_login(request.get_full_path())
            raise Http404
        self.application = found
        if self.needs_sign_in and self.actor.is_anonymous:
            return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.get_full_path()})}")
        return self._pass(request) or super().dispatch(request, *args, **kwargs)

    def _pass(self, request: HttpRequest) -> HttpResponseBase | None:
        """Send somebody on whose application is not at this page."""
        self.stages = []
        if not self.only_editable:
            return None
        if not steps.is_editable(self.application):
            return SeeOther(steps.page_url(self.application, "paid"))
        self.stages = steps.steps_of(self.application, at=clock.now())
        if self.step and not steps.may_visit(self.stages, self.step):
            target = steps.first_open_step(self.stages)
            messages.info(request, target.problem)
            return SeeOther(target.url)
        return None

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Show the page with what every page of an application needs."""
        shared = {
            "application": self.application,
            "offer": self.application.offer,
            "terms": self.application.terms,
            "stages": self.stages,
            "step_names": [step.name for step in self.stages],
            "step_number": steps.EDIT_STEPS.index(self.step) + 1 if self.step else 0,
        }
        return render(self.request, self.template_name, shared | context, status=status)

    def refuse(self, refused: DomainError) -> HttpResponseBase:
        """Say why, on the page where it can be put right."""
        messages.error(self.request, refused.message)
        fallback = "tasks" if steps.is_editable(self.application) else "paid"
        return SeeOther(steps.page_url(self.application, steps.STEP_OF_CODE.get(refused.code, fallback)))

    def go_on(self) -> HttpResponseBase:
        """Go to the step after this one."""
        following = steps.EDIT_STEPS[steps.EDIT_STEPS.index(self.step) + 1]
        return SeeOther(steps.page_url(self.application, following))


class TasksView(ApplicationPage):
    """What must be done before one can pay."""

    template_name = "shares/tasks.html"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """List the steps."""
        first = steps.first_open_step(self.stages)
        tasks = [
            {
                "name": step.name,
                "state": "done" if step.is_done else "waiting",
                "label": _("done") if step.is_done else _("to do"),
                "url": step.url if step.is_done or step.key == first.key else "",
                "hint": "" if step.is_done else step.problem,
            }
            for step in self.stages
        ]
        return self.show(tasks=tasks, first=first)


class AmountView(ApplicationPage):
    """How much, with what may still be bought: the page shows the rule that checks it."""

    step = "amount"
    template_name = "shares/amount.html"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Show what is held, pending and possible."""
        room = self._room()
        return self._page(AmountForm(initial=amount_initial(self.application), price_pence=room.price_pence), room)

    def post(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """Set the number of shares, or say what would be right."""
        price = queries.current_terms(self.application.offer).price
        form = AmountForm(request.POST, price_pence=to_minor(price))
        if not form.is_valid():
            return self._page(form, self._room(), status=422)
        try:
            operations.set_number_of_shares(
                application=self.application,
                number_of_shares=form.cleaned_data["amount"],
                holder_kind=form.cleaned_data["holder_kind"],
                body_name=form.cleaned_data["body_name"],
                body_number=form.cleaned_data["body_number"],
                actor=self.actor,
                at=clock.now(),
            )
        except DomainError as refused:
            form.add_error("body_number" if refused.code in _ABOUT_BODY else "amount", refused.message)
            return self._page(form, self._room(), status=422)
        return self.go_on()

    def _room(self) -> BuyingRoom:
        return queries.buying_room_for(application=self.application, on=legal_day(clock.now()))

    def _page(self, form: AmountForm, room: BuyingRoom, status: int = 200) -> HttpResponse:
        return self.show(form=form, room=room, status=status)


_ABOUT_BODY = frozenset({"shares.holder_unknown", "shares.registration_number_malformed"})


class DetailsView(ApplicationPage):
    """What the register of members has to say of the applicant."""

    step = "details"
    template_name = "shares/details.html"
    needs_sign_in = True

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Begin with what is known already."""
        return self.show(form=self._form(initial=self._initial()))

    def post(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """Record it, or say what is missing; nothing typed is lost."""
        form = self._form(request.POST)
        user = signed_in_user(request)
        assert user is not None, "this page is for signed-in people"
        if not form.is_valid():
            return self.show(form=form, status=422)
        said = dict(form.cleaned_data)
        try:
            operations.give_own_particulars(
                application=self.application,
                user=user,
                date_of_birth=said.pop("date_of_birth", None),
                said=said,
                actor=self.actor,
                at=clock.now(),
            )
        except DomainError as refused:
            if refused.code == "shares.wrong_state":
                return self.refuse(refused)
            self._say(form, refused)
            return self.show(form=form, status=422)
        return self.go_on()

    def _form(self, *args: Any, **kwargs: Any) -> DetailsForm:
        return DetailsForm(*args, minimum_age=self.application.offer.society.minimum_age, **kwargs)

    def _initial(self) -> dict[str, Any]:
        person = find_person(self.actor.user_id)
        known = self.application.particulars or find_particulars(person, clock.today())
        if known is None:
            return {"full_name": person.full_name if person else "", "country": "GB"}
        born = {"date_of_birth": person.date_of_birth if person else None}
        return born | {name: getattr(known, name) for name in DetailsForm.base_fields if name != "date_of_birth"}

    @staticmethod
    def _say(form: DetailsForm, refused: DomainError) -> None:
        fields = refused.facts.get("missing") or [_FIELD_OF_CODE.get(refused.code)]
        for name in fields:
            form.add_error(name if name in form.fields else None, refused.message)


_FIELD_OF_CODE = {"shares.too_young": "date_of_birth", "people.email_purpose_unknown": "email_purposes"}


class ConsentsView(ApplicationPage):
    """The declarations, each ticked by itself, each recorded with its wording and time."""

    step = "consents"
    template_name = "shares/consents.html"
    needs_sign_in = True

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Show each wording with an open box, or with the tick that this person gave before."""
        wordings = self._wordings()
        answers = Consent.objects.filter(application=self.application).values_list("wording_id", "is_given")
        initial = {f"wording_{wording}": is_given for wording, is_given in answers}
        return self.show(form=ConsentsForm(wordings=wordings, initial=initial))

    def post(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """Record what is ticked; what is required and open is asked for again."""
        form = ConsentsForm(request.POST, wordings=self._wordings())
        form.is_valid()
        try:
            operations.give_consents(
                application=self.application, wording_ids=form.given(), actor=self.actor, at=clock.now()
            )
        except DomainError as refused:
            return self.refuse(refused)
        given = set(form.given())
        missing = [wording.code for wording in form.wordings if wording.is_required and wording.pk not in given]
        if missing:
            form.say_missing(missing)
            return self.show(form=form, status=422)
        return self.go_on()

    @staticmethod
    def _wordings() -> list[ConsentWording]:
        return list(ConsentWording.objects.in_force(clock.today()))


class ReviewView(ApplicationPage):
    """Everything once more, with a way back to each part, and the button that pays."""

    step = "review"
    template_name = "shares/review.html"
    needs_sign_in = True

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Show what will be bought."""
        return self.show(rows=self._rows())

    def _rows(self) -> list[tuple[str, Any, str]]:
        application, particulars = self.application, self.application.particulars
        assert particulars is not None, "the steps before this one are done"
        amount, details = (steps.page_url(application, page) for page in ("amount", "details"))
        email = particulars.email_for_notices or _("none: notices come by post")
        for_whom = application.body_name or _("Myself")
        return [
            (_("Society"), application.offer.organisation.name, ""),
            (_("Shares"), application.number_of_shares, amount),
            (_("Who they are for"), for_whom, amount),
            (_("Name in the register"), particulars.full_name, details),
            (_("Address"), ", ".join(particulars.address_lines), details),
            (_("E-mail for notices"), email, details),
            (_("Declarations"), _("All required ones given"), steps.page_url(application, "consents")),
        ]


class PayView(ApplicationPage):
    """Reserves the shares and leads to the provider's page."""

    step = "review"
    template_name = "shares/paid.html"
    needs_sign_in = True

    def _pass(self, request: HttpRequest) -> HttpResponseBase | None:
        """Let also pass who has begun to pay: a second click or another card goes to the same payment."""
        if request.method == "POST" and self.application.state == ApplicationState.AWAITING_PAYMENT.value:
            self.stages = []
            return None
        return super()._pass(request)

    def get(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """Nothing is paid by a link: show what is to be paid."""
        return SeeOther(steps.page_url(self.application, "review"))

    def post(self, request: HttpRequest, public_id: str) -> HttpResponseBase:
        """Go to the provider, or say what stands in the way; nothing is reserved then."""
        try:
            checkout_url = operations.pay_application(
                application=self.application,
                success_url=f"{settings.PUBLIC_BASE_URL}{steps.page_url(self.application, 'paid')}",
                cancel_url=f"{settings.PUBLIC_BASE_URL}{steps.page_url(self.application, 'paid')}?back=1",
                actor=self.actor,
                at=clock.now(),
            )
        except DomainError as refused:
            return self.refuse(refused)
        return SeeOther(checkout_url)
