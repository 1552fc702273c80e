"""The collector stands still during a batch, and only then."""

import gc

import pytest

from foundation.collector import collector_paused


@pytest.fixture(autouse=True)
def _running() -> None:
    assert gc.isenabled()


def test_the_collector_runs_again_after_a_pause() -> None:
    with collector_paused():
        assert not gc.isenabled()
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_runs_again_after_a_refusal() -> None:
    with pytest.raises(ValueError, match="no"), collector_paused():
        raise ValueError("no")
    assert gc.isenabled()


def test_who_has_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
