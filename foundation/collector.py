"""Work that makes very many objects, all of which live to its end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Do not look for circular garbage in between: every object made here is still needed, so each look is for nothing.

    Objects that nobody refers to any more are freed at once as always. A pause inside a pause ends with the outer one;
    of two threads at once, the first to end may end the other's too, which costs time and nothing else.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()
