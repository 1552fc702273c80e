"""The treasurer's pages and their REST twins: what they show, and to whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory

from foundation.access import Actor
from payments import api, operations, policies, queries, views
from payments.models import AttentionItem, Payment, ProviderEventBody
from people.models import OfficerRole, Person, User
from tests.payments.test_refund_runs import prepare
from tests.payments.world import World, now

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = "4000000000000077"


def officer(world: World, *roles: str, second_factor: bool = True, scopes: frozenset[str] | None = None) -> Actor:
    """Somebody who holds roles in the society."""
    return Actor(
        ref="user:usr_officer",
        user_id=1,
        roles={world.organisation.public_id: frozenset(roles)} if roles else {},
        second_factor=second_factor,
        scopes=scopes,
    )


def treasurer(world: World) -> User:
    user = User.objects.create_user(email="tess@example.org", password="a-long-passphrase-1")
    OfficerRole.objects.create(
        organisation=world.organisation, user=user, role="treasurer", from_on=now().date(), appointed_by="x"
    )
    return user


def page(world: World, view, *, actor: Actor | None = None, method: str = "get", data=None, **names: str):
    """Ask a page as an officer whom the middleware has let in."""
    from django.contrib.messages.middleware import MessageMiddleware
    from django.contrib.sessions.middleware import SessionMiddleware

    request = getattr(RequestFactory(), method)("/", data or {})
    SessionMiddleware(lambda _: None).process_request(request)  # type: ignore[arg-type]
    MessageMiddleware(lambda _: None).process_request(request)  # type: ignore[arg-type]
    request.user = User(email="tess@example.org")
    request.actor = actor or officer(world, "treasurer")
    request.htmx = False
    answer = view.as_view()(request, slug=world.organisation.slug, **names)
    if hasattr(answer, "render"):
        answer.render()
    return answer


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_overview_shows_receipts_fees_and_refunds(world: World):
    payment = world.settle(500_00, card=AT_ONCE)
    world.settle(25_00)
    world.standin.add_float(20_00)
    world.refund(payment)
    world.work()

    shown = text_of(page(world, views.OverviewView))

    for figure in ("£525.00", "£8.28", "£500.00", "£7.70"):
        assert figure in shown
    assert payment.public_id in shown
    assert "Refunded" in shown
    assert "ada@example.org" not in shown


def test_run_page_says_what_is_missing_and_sets_the_run_going(world: World):
    payments = [world.settle(500_00, card=AT_ONCE)]
    run = prepare(world, payments)

    measured = page(world, views.MeasureRunView, method="post", public_id=run.public_id)
    shown = text_of(page(world, views.RunView, public_id=run.public_id))

    assert measured.status_code == 302
    assert "£7.70 is missing" in shown
    assert "Confirm and refund" in shown


def test_matter_page_gives_reason_and_next_step_and_is_closed_with_words(world: World):
    payment = world.ask_for(500_00)
    world.pay(payment)
    Payment.objects.update(amount=400)
    world.deliver()
    item = AttentionItem.objects.get()

    shown = text_of(page(world, views.MatterView, public_id=item.public_id))
    closed = page(
        world,
        views.MatterView,
        method="post",
        data={"resolution": "Refunded at Stripe and asked again"},
        public_id=item.public_id,
    )
    item.refresh_from_db()

    assert "Another amount was paid" in shown
    assert "£400.00" in shown
    assert "£500.00" in shown
    assert "Ask Stripe again" in shown
    assert closed.status_code == 302
    assert (item.resolved_by, item.resolution) == ("user:usr_officer", "Refunded at Stripe and asked again")
    # The invariant that nothing stands still without a next step is for the payment itself.
    Payment.objects.update(amount=500)
    operations.refresh_payment(payment_id=payment.pk, at=now())


def test_another_organisation_s_run_does_not_exist(world: World):
    from django.http import Http404

    from tests.payments.world import make_society

    other = make_society(slug="other", account="acct_other")
    run = operations.prepare_refund_run(
        organisation=other, purpose="test_shares", payment_ids=[], reason="x", key="x", actor="x", at=now()
    )

    with pytest.raises(Http404):
        page(world, views.RunView, public_id=run.public_id)


@pytest.mark.parametrize(
    ("roles", "scopes", "may_see", "may_act"),
    [
        (("treasurer",), None, True, True),
        (("secretary",), None, True, False),
        (("director",), None, False, False),
        ((), None, False, False),
        (("treasurer",), frozenset({"payments:read"}), True, False),
    ],
    ids=["treasurer", "secretary", "director", "nobody", "a treasurer's key"],
)
def test_policies(world: World, roles, scopes, may_see, may_act):
    actor = officer(world, *roles, scopes=scopes)

    assert bool(policies.may_see_payments(actor, world.organisation)) is may_see
    assert bool(policies.may_run_refunds(actor, world.organisation)) is may_act
    assert not policies.may_run_refunds(officer(world, *roles, second_factor=False), world.organisation)


def test_rest_shows_the_same_without_naming_anybody(world: World):
    from rest_framework.test import APIRequestFactory

    payment = world.settle(500_00)

    def ask(view, **names: str):
        request = APIRequestFactory().get("/")
        request.actor = officer(world, "treasurer")
        made = view.as_view(authentication_classes=[ActorFromTest], permission_classes=[])
        answer = made(request, slug=world.organisation.slug, **names)
        assert answer.status_code == 200, answer.data
        return answer.data

    class ActorFromTest:
        def authenticate(self, request):
            request.actor = officer(world, "treasurer")
            return (User(), None)

        def authenticate_header(self, request):
            return None

    one = ask(api.PaymentView, public_id=payment.public_id)
    listed = ask(api.PaymentListView)["results"]
    receipts = ask(api.ReceiptListView)["results"]

    assert one["amount_pence"] == 500_00
    assert one["state"] == "settled"
    assert [row["id"] for row in listed] == [payment.public_id]
    assert (receipts[0]["gross_pence"], receipts[0]["fee_pence"]) == (500_00, 7_70)
    assert "ada@example.org" not in str([one, listed, receipts])
    assert ask(api.MatterListView) == []
    assert ask(api.RefundListView)["results"] == ask(api.RefundRunListView)["results"] == []


def test_person_s_email_is_exported_and_erased_when_the_payment_is_over(world: World):
    user = User.objects.create_user(email="ada@example.org", password="a-long-passphrase-1")
    person = Person.objects.create(user=user, given_name="Ada", family_name="Moor")
    world.settle(25_00)
    waiting = world.ask_for(30_00)

    exported = queries.export_payments(person.public_id)
    from payments.operations import privacy

    answers = privacy.erase_payments(person=person.public_id, at=now())

    assert sorted(row["amount_pence"] for row in exported["payments"]) == [25_00, 30_00]
    assert list(Payment.objects.exclude(payer_email="")) == [waiting]
    assert len(answers) == 3


def test_raw_messages_and_emails_are_forgotten_in_time(world: World):
    payment = world.ask_for(25_00)
    world.pay(payment)
    world.deliver()

    operations.sweep(at=now() + timedelta(days=179))
    kept = (ProviderEventBody.objects.exists(), Payment.objects.get().payer_email)
    operations.sweep(at=now() + timedelta(days=181))

    assert kept == (True, "ada@example.org")
    assert not ProviderEventBody.objects.exists()
    assert Payment.objects.get().payer_email == ""
