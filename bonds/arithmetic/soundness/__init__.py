"""Whether terms can be meant: what is wrong in them, each thing with its place, in words for whoever wrote them."""

from bonds.arithmetic.soundness.whole import find_problems

__all__ = ["find_problems"]
