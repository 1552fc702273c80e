"""Every pair of states, for offers and applications, against what the table says."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shares import operations
from shares.models import Application, ApplicationStateChange, OfferStateChange, ShareOffer
from shares.operations.records import change_application_state, change_offer_state
from shares.states import (
    APPLICATION_TRANSITIONS,
    OFFER_TRANSITIONS,
    ApplicationState,
    EndReason,
    OfferState,
)
from tests.factories import shares as make

OFFER_PAIRS = list(itertools.product(OfferState, OfferState))
APPLICATION_PAIRS = list(itertools.product(ApplicationState, ApplicationState))
_ENDS = {
    ApplicationState.LAPSED,
    ApplicationState.CANCELLED,
    ApplicationState.REFUND_DUE,
    ApplicationState.REFUNDED,
    ApplicationState.CHARGED_BACK,
}


def _offer_in(state: OfferState) -> ShareOffer:
    """An offer that was led to a state along the shortest way of the table."""
    offer = make.draft_offer()
    for step in _way(OFFER_TRANSITIONS, OfferState.DRAFT, state):
        change_offer_state(offer=offer, to=step, actor="user:usr_1", at=make.NOW)
    return offer


def _way(table, start, goal):
    ways = [[start]]
    while ways:
        way = ways.pop(0)
        if way[-1] is goal:
            return way[1:]
        ways.extend([*way, step] for step in sorted(table[way[-1]]) if step not in way)
    raise AssertionError(f"no way leads to {goal}")


@pytest.mark.django_db
@pytest.mark.breaks_invariants
@pytest.mark.parametrize(("before", "after"), OFFER_PAIRS, ids=[f"{a}-{b}" for a, b in OFFER_PAIRS])
def test_an_offer_moves_only_along_the_table(before, after):
    offer = _offer_in(before)
    changes = OfferStateChange.objects.filter(offer=offer).count()

    if after in OFFER_TRANSITIONS[before]:
        change_offer_state(offer=offer, to=after, actor="user:usr_1", at=make.NOW, reason="because")
        assert make.reread_offer(offer).state == after.value
        last = OfferStateChange.objects.filter(offer=offer).last()
        assert (last.from_state, last.to_state, last.by, last.reason) == (
            before.value,
            after.value,
            "user:usr_1",
            "because",
        )
    else:
        with pytest.raises(operations.WrongState):
            change_offer_state(offer=offer, to=after, actor="user:usr_1", at=make.NOW)
        assert make.reread_offer(offer).state == before.value
        assert OfferStateChange.objects.filter(offer=offer).count() == changes


def _application_in(state: ApplicationState) -> Application:
    application = make.complete(make.open_offer())
    for step in _way(APPLICATION_TRANSITIONS, ApplicationState.STARTED, state):
        _step(application, step)
    return application


def _step(application: Application, to: ApplicationState) -> None:
    change_application_state(
        application=application,
        to=to,
        actor="user:usr_1",
        at=make.NOW,
        end_reason=EndReason.CANCELLED if to in _ENDS else None,
        reserved_until=make.NOW + timedelta(minutes=40) if to is ApplicationState.AWAITING_PAYMENT else None,
    )


@pytest.mark.django_db
@pytest.mark.breaks_invariants
@pytest.mark.parametrize(("before", "after"), APPLICATION_PAIRS, ids=[f"{a}-{b}" for a, b in APPLICATION_PAIRS])
def test_an_application_moves_only_along_the_table(before, after):
    application = _application_in(before)
    changes = ApplicationStateChange.objects.filter(application=application).count()

    if after in APPLICATION_TRANSITIONS[before]:
        _step(application, after)
        assert make.reread(application).state == after.value
        assert ApplicationStateChange.objects.filter(application=application).count() == changes + 1
    else:
        with pytest.raises(operations.WrongState):
            _step(application, after)
        assert make.reread(application).state == before.value
        assert ApplicationStateChange.objects.filter(application=application).count() == changes


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in OfferState if state is not OfferState.DRAFT])
def test_the_database_refuses_a_state_of_an_offer_without_its_instants(state):
    offer = make.draft_offer()

    if state is OfferState.SUBMITTED:
        ShareOffer.objects.filter(pk=offer.pk).update(current_terms=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareOffer.objects.filter(pk=offer.pk).update(state=state.value)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [state for state in ApplicationState if state is not ApplicationState.STARTED])
def test_the_database_refuses_a_state_of_an_application_without_its_instants(state):
    application = make.started(make.open_offer())

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(state=state.value)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["open ", "OPEN", "", "sold"])
def test_the_database_knows_no_other_state(state):
    offer = make.draft_offer()

    with pytest.raises(IntegrityError), transaction.atomic():
        ShareOffer.objects.filter(pk=offer.pk).update(state=state)
