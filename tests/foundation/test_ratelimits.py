from datetime import timedelta

import pytest

from foundation import ratelimits
from foundation.models import RateLimitWindow
from tests.foundation.things import NOON, at_once


def attempt(who="user:usr_x", name="tests.apply", at=NOON, limit=3):
    ratelimits.check_rate(name=name, who=who, limit=limit, seconds=600, at=at)


@pytest.mark.django_db
def test_attempts_up_to_the_limit_pass_and_the_next_is_refused_with_the_wait():
    for _ in range(3):
        attempt()

    with pytest.raises(ratelimits.TooManyAttempts) as refused:
        attempt(at=NOON + timedelta(seconds=570))

    assert refused.value.facts == {"retry_after": 30}
    assert refused.value.code == "limits.too_many_attempts"


@pytest.mark.django_db
def test_next_window_begins_anew():
    for _ in range(3):
        attempt()

    attempt(at=NOON + timedelta(seconds=600))


@pytest.mark.django_db
def test_each_name_and_each_person_is_counted_apart():
    for _ in range(3):
        attempt()

    attempt(who="user:usr_y")
    attempt(name="tests.export")


@pytest.mark.django_db
def test_counter_names_nobody():
    attempt(who="ann@example.org")

    window = RateLimitWindow.objects.get()
    assert "ann" not in window.bucket
    assert len(window.bucket) == 64


@pytest.mark.django_db(transaction=True)
def test_attempts_at_once_are_all_counted():
    outcomes = at_once(*[lambda: attempt(limit=2) for _ in range(6)])

    assert sum(isinstance(outcome, ratelimits.TooManyAttempts) for outcome in outcomes) == 4
    assert RateLimitWindow.objects.get().hits == 6


@pytest.mark.django_db
def test_old_windows_are_forgotten():
    attempt()

    assert ratelimits.forget_old_windows(at=NOON + timedelta(seconds=600)) == 0
    assert ratelimits.forget_old_windows(at=NOON + timedelta(seconds=601)) == 1
