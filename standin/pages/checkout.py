"""The hosted checkout page. It needs no JavaScript, and says on each page that no real money moves."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from standin.acts import checkout, intents, passing_time
from standin.acts.checkout import Payer
from standin.cards import CARDS, find_card
from standin.errors import StripeError
from standin.models import CheckoutSession, PaymentIntent
from standin.store import writing

SEE_OTHER = 303
PAYMENT_REQUIRED = 402
GONE = 410


def _get_session(session_id: str) -> CheckoutSession:
    passing_time.catch_up()
    found = CheckoutSession.objects.select_related("account", "payment_intent").filter(id=session_id).first()
    if found is None:
        message = "There is no such checkout."
        raise Http404(message)
    return found


def _see_other(url: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(url)
    response.status_code = SEE_OTHER
    return response


def get_success_url(session: CheckoutSession) -> str:
    """Return where the payer goes after paying, with the session's id where the caller asked for it."""
    return session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id)


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, session_id: str) -> HttpResponse:
    """Show the card form; on POST pay, then go to the success address, the bank's question, or back with the reason."""
    session = _get_session(session_id)
    if session.status == "complete":
        return _see_other(get_success_url(session))
    if session.status == "expired":
        return render(request, "standin/expired.html", {"session": session}, status=GONE)
    if request.method == "POST":
        return _take_card(request, session)
    return _show_form(request, session, error="")


def _show_form(request: HttpRequest, session: CheckoutSession, *, error: str) -> HttpResponse:
    facts = {"session": session, "lines": session.line_items, "error": error, "cards": CARDS, "typed": request.POST}
    return render(request, "standin/pay.html", facts, status=PAYMENT_REQUIRED if error else 200)


def _take_card(request: HttpRequest, session: CheckoutSession) -> HttpResponse:
    card = find_card(request.POST.get("card_number", ""))
    if card is None:
        error = (
            "Your card number is not one of the practice cards. Choose one from the list below. Never type a real card."
        )
        return _show_form(request, session, error=error)
    payer = Payer(
        name=request.POST.get("name", "")[:200],
        email=request.POST.get("email", "")[:512],
        postcode=request.POST.get("postcode", "")[:16],
    )
    try:
        with writing():
            locked = CheckoutSession.objects.get(pk=session.pk)
            checkout.pay(locked, card=card, payer=payer)
    except StripeError:
        # Two clicks: the first one paid, or time ran out in between. The page of the state it is in now says so.
        return _see_other(request.path)
    return _go_on(request, locked)


def _go_on(request: HttpRequest, session: CheckoutSession) -> HttpResponse:
    intent = session.payment_intent
    assert intent is not None, "presenting a card makes the intent"
    if session.status == "complete":
        return _see_other(get_success_url(session))
    if intent.status == "requires_action":
        return _see_other(f"/c/confirm/{intent.id}")
    error = (intent.last_payment_error or {}).get("message", "")
    return _show_form(request, session, error=error)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, intent_id: str) -> HttpResponse:
    """Play the bank that asks its customer for confirmation (3D Secure)."""
    intent = PaymentIntent.objects.select_related("account").filter(id=intent_id).first()
    if intent is None:
        message = "There is no such payment."
        raise Http404(message)
    session = intent.sessions.first()
    if request.method == "POST" and intent.status == "requires_action":
        is_confirmed = request.POST.get("answer") == "confirm"
        with writing():
            intent.refresh_from_db()
            intents.finish_confirmation(intent, is_confirmed=is_confirmed)
            if session is not None:
                session = CheckoutSession.objects.select_related("payment_intent").get(pk=session.pk)
                checkout.complete_if_paid(session)
    if intent.status == "requires_action":
        return render(request, "standin/confirm.html", {"intent": intent})
    if session is not None:
        return _after_confirmation(request, session)
    return _see_other(intent.return_url or "/")


def _after_confirmation(request: HttpRequest, session: CheckoutSession) -> HttpResponse:
    if session.status == "open":
        return _show_form_again(request, session)
    return _see_other(f"/c/pay/{session.id}")


def _show_form_again(request: HttpRequest, session: CheckoutSession) -> HttpResponse:
    intent = session.payment_intent
    error = (intent.last_payment_error or {}).get("message", "") if intent is not None else ""
    facts = {
        "session": session,
        "lines": session.line_items,
        "error": error,
        "cards": CARDS,
        "typed": {"name": session.payer_name, "email": session.payer_email, "postcode": session.payer_postcode},
        "action": f"/c/pay/{session.id}",
    }
    return render(request, "standin/pay.html", facts, status=PAYMENT_REQUIRED if error else 200)


@require_GET
def cancel(_request: HttpRequest, session_id: str) -> HttpResponse:
    """Go back to the shop; the session stays open, as Stripe leaves it."""
    session = _get_session(session_id)
    return _see_other(session.cancel_url or f"/c/pay/{session.id}")
