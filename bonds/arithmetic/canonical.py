"""A line as canonical JSON: one way only, so that the same line always gives the same bytes, whoever writes it.

Names sorted, no spaces, UTF-8: to the byte what `records.to_bytes` gives for the same data. It is written straight from
the line, because writing a line through dictionaries took longer than working it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring as quote
from typing import Final

from bonds.arithmetic.lines import Line, Reduction, Step
from bonds.arithmetic.records import to_text

# How facts with these names are written: each name in its place, quoted. Engines have a few dozen kinds of steps.
_LAYOUTS: Final[dict[tuple[str, ...], list[tuple[str, str]]]] = {}
_MOST_LAYOUTS: Final = 1024


def write_canonical(line: Line) -> bytes:
    """Write a line without anything that tells who the person is.

    Args:
        line: Any line.

    Raises:
        TypeError: there is something in its facts that JSON has no form for; facts hold numbers, texts and lists.
        ValueError: there is a number in them that is none.
    """
    candidate, version, ordinal, occurrence, units, counted, price, gross, reductions, shares, net, steps = line
    parts = ",".join(
        [
            f'{{"due":{due},"net":{part},"payer":{quote(payer)},"reductions":[{_write_reductions(cuts)}]}}'
            for payer, due, cuts, part in shares
        ]
    )
    return (
        f'{{"candidate":{candidate.id},"counted":{counted},"gross":{gross},"metric":{quote(candidate.metric)},'
        f'"net":{net},"occurrence":{occurrence},"ordinal":{ordinal},"price":{price},'
        f'"reductions":[{_write_reductions(reductions)}],"shares":[{parts}],"steps":[{_write_steps(steps)}],'
        f'"units":{units},"version":{version}}}'
    ).encode()


def write_canonical_steps(steps: tuple[Step, ...]) -> bytes:
    """Write the steps of something else than a line, a run of the waterfall for one, in the same way.

    Args:
        steps: In order.
    """
    return f'{{"steps":[{_write_steps(steps)}]}}'.encode()


def _write_steps(steps: tuple[Step, ...]) -> str:
    return ",".join(
        [f'{{"amount":{amount},"facts":{_write_facts(facts)},"name":{quote(name)}}}' for name, amount, facts in steps]
    )


def _write_reductions(reductions: tuple[Reduction, ...]) -> str:
    if not reductions:
        return ""
    return ",".join(
        [
            f'{{"amount":{amount},"facts":{_write_facts(facts)},"reason":{quote(reason)}}}'
            for reason, amount, facts in reductions
        ]
    )


def _write_facts(facts: Mapping[str, object]) -> str:
    names = tuple(facts)
    layout = _LAYOUTS.get(names)
    if layout is None:
        if not all(isinstance(name, str) for name in names):
            return to_text(dict(facts))
        if len(_LAYOUTS) >= _MOST_LAYOUTS:
            _LAYOUTS.clear()
        layout = _LAYOUTS[names] = [(name, f"{quote(name)}:") for name in sorted(names)]
    return f"{{{','.join([head + _write(facts[name]) for name, head in layout])}}}"


def _write(value: object) -> str:
    # Asked of the type itself: True is an int, and JSON has a word of its own for it.
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is str:
        return quote(value)  # type: ignore[arg-type]
    if kind is list:
        return f"[{','.join([_write(each) for each in value])}]"  # type: ignore[attr-defined]
    if kind is dict:
        return _write_facts(value)  # type: ignore[arg-type]
    return to_text(value)
