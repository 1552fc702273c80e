"""The bell that tells the posting thread of new work."""

import threading

_bell = threading.Event()


def set() -> None:  # noqa: A001 - the same two words as threading.Event has.
    """Ring the bell."""
    _bell.set()


def wait(seconds: float) -> None:
    """Wait for the bell, at most so many seconds."""
    _bell.wait(seconds)
    _bell.clear()
