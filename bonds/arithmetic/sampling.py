"""Looking at some of the paid lines: a sample that anybody can draw again, its error rate, and what is recovered.

A line's place in the draw is the hash of the seed, of the whole population and of the line. So neither the order in
which lines are given nor the edition of a random generator changes it, and a line that is slipped in or left out
changes the population's hash, which is kept. The seed is chosen by chance before the draw and is kept too.

Source: DWP, Work Programme provider guidance, chapters 5 and 9 (checks after payment, extrapolation to the population
that was not sampled). The guidance's own formula was not published in what could be read: the one here is ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from bonds.arithmetic.figures import write_exact
from bonds.arithmetic.lines import Step
from core.errors import InvalidInput

SAMPLE_VERSION: Final = 1
"""The newest way to draw; a change to it is the next one, and samples keep the one they were drawn by."""
LEAST_SEED_LENGTH: Final = 16
MOST_SEED_LENGTH: Final = 80
WHOLE: Final = 10_000
"""A hundred percent, in hundredths of a percent."""


class ErrorBasis(StrEnum):
    """Of what the error rate is a share."""

    VALUE = "value"  # of the pence that were looked at
    LINES = "lines"  # of the lines that were looked at


class UnusableSeed(InvalidInput):
    """A seed is too short to be there by chance, or too long to be kept."""

    code = "bonds.unusable_seed"


class UnusablePopulation(InvalidInput):
    """A line is in the population twice, or was paid less than nothing."""

    code = "bonds.unusable_population"


class SampleIncomplete(InvalidInput):
    """What was found does not cover just the lines that were drawn."""

    code = "bonds.sample_incomplete"


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line that can be drawn: its lasting id and what was paid for it, in pence."""

    id: str
    paid: int


@dataclass(frozen=True, slots=True)
class Sample:
    """Lines that were drawn, with all that is needed to draw them again.

    Attributes:
        version: The way in which it was drawn.
        seed: As given.
        population_digest: SHA-256 of all lines that could have been drawn.
        population_count: How many these were.
        population_pence: What was paid for them.
        drawn: The lines, in the order in which they were drawn.
    """

    version: int
    seed: str
    population_digest: str
    population_count: int
    population_pence: int
    drawn: tuple[PaidLine, ...]

    @property
    def drawn_pence(self) -> int:
        """What was paid for the lines that were drawn."""
        return sum(line.paid for line in self.drawn)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a line: how much of what was paid stands, in pence."""

    id: str
    valid: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """What is recovered after a sample, in pence.

    Attributes:
        checked: Lines that were looked at.
        invalid: Those of which not all stands.
        found: What does not stand of them.
        error_rate: As a share of what the basis says; 0 where nothing was looked at.
        extrapolated: For the lines that were not drawn.
        steps: How it came to that.
    """

    checked: int
    invalid: int
    found: int
    error_rate: Fraction
    extrapolated: int
    steps: tuple[Step, ...]

    @property
    def total(self) -> int:
        """What is recovered in all."""
        return self.found + self.extrapolated


def hash_population(population: Iterable[PaidLine]) -> str:
    """Hash all lines that can be drawn, with what was paid for each, whatever order they come in.

    Raises:
        UnusablePopulation: a line is there twice, or was paid less than nothing.

    Source: FIPS 180-4 (SHA-256).
    """
    ordered = sorted(population, key=lambda line: line.id)
    twice = [line.id for line, following in pairwise(ordered) if line.id == following.id]
    below = [line.id for line in ordered if line.paid < 0]
    if twice or below:
        raise UnusablePopulation("Each line is there once, and was paid nothing or more.", twice=twice, below=below)
    content = hashlib.sha256()
    for line in ordered:
        content.update(_write("commonweal.population", str(SAMPLE_VERSION), line.id, str(line.paid)))
    return content.hexdigest()


def compute_sample_size(count: int, *, percent: int) -> int:
    """Tell how many of so many lines are drawn: the percentage, rounded up, so that of any there is at least one.

    Args:
        count: Lines that can be drawn, zero or more.
        percent: In hundredths of a percent, 0 to 10,000. With 0 none is drawn.

    Raises:
        InvalidInput: another percentage.

    Source: the contract's `sample_percent`.
    """
    if not 0 <= percent <= WHOLE:
        raise InvalidInput("A percentage lies between 0 and 100.", percent=percent)
    return -(-count * percent // WHOLE)


def draw_sample(population: Sequence[PaidLine], *, seed: str, percent: int) -> Sample:
    """Draw a sample in which every line has the same chance, whatever was paid for it.

    Args:
        population: All lines that can be drawn, in any order.
        seed: 16 to 80 characters that nobody could choose for what they draw.
        percent: How many, in hundredths of a percent.

    Returns:
        The same sample for the same seed and population, always.

    Raises:
        UnusableSeed: it is too short or too long.
        UnusablePopulation: a line is there twice, or was paid less than nothing.

    Source: simple random sampling without replacement, by the smallest keyed hashes ("bottom-k" sampling).
    """
    if not LEAST_SEED_LENGTH <= len(seed) <= MOST_SEED_LENGTH:
        raise UnusableSeed("A seed has 16 to 80 characters.", length=len(seed))
    digest = hash_population(population)
    size = compute_sample_size(len(population), percent=percent)
    ranked = sorted(population, key=lambda line: _rank(line.id, seed, digest))
    return Sample(
        version=SAMPLE_VERSION,
        seed=seed,
        population_digest=digest,
        population_count=len(population),
        population_pence=sum(line.paid for line in population),
        drawn=tuple(ranked[:size]),
    )


def compute_recovery(
    sample: Sample, findings: Sequence[Finding], *, tolerance_percent: int, basis: ErrorBasis = ErrorBasis.VALUE
) -> Recovery:
    """Work out what is recovered: all that does not stand of the drawn lines, and the error rate's part of the others.

    The part above the tolerance is applied to what was paid for lines that were not drawn, and rounded down, so that
    never more is recovered than the sample shows.

    Args:
        sample: As drawn.
        findings: One for each line that was drawn; what stands is between nothing and what was paid.
        tolerance_percent: Errors up to here are not extrapolated, in hundredths of a percent.
        basis: Of what the error rate is a share.

    Raises:
        SampleIncomplete: a drawn line has no finding or two, or another line has one; or more stands than was paid.

    Source: recovered = found + (error rate - tolerance) x value of what was not drawn; see the head of this module.
    """
    found = _match_findings(sample, findings)
    lost = [line.paid - found[line.id] for line in sample.drawn]
    invalid = sum(1 for amount in lost if amount)
    rate = _error_rate(sum(lost), sample.drawn_pence, invalid, len(lost), basis)
    tolerance = Fraction(tolerance_percent, WHOLE)
    others = sample.population_pence - sample.drawn_pence
    extrapolated = int(max(Fraction(0), rate - tolerance) * others)
    steps = (
        Step("drawn", sample.drawn_pence, {"lines": len(lost), "of_lines": sample.population_count}),
        Step("found", sum(lost), {"lines": invalid}),
        Step("error_rate", 0, {"rate": write_exact(rate), "basis": str(basis), "tolerance": write_exact(tolerance)}),
        Step("extrapolated", extrapolated, {"not_drawn": others, "rounding": "down"}),
    )
    return Recovery(len(lost), invalid, sum(lost), rate, extrapolated, steps)


def _match_findings(sample: Sample, findings: Sequence[Finding]) -> dict[str, int]:
    found = {finding.id: finding.valid for finding in findings}
    paid = {line.id: line.paid for line in sample.drawn}
    missing = [line for line in paid if line not in found]
    strange = [line for line in found if line not in paid]
    wrong = [line for line, valid in found.items() if line in paid and not 0 <= valid <= paid[line]]
    if missing or strange or wrong or len(found) < len(findings):
        raise SampleIncomplete(
            "Each drawn line has one finding, and what stands of it is between nothing and what was paid.",
            missing=missing,
            strange=strange,
            wrong=wrong,
        )
    return found


def _error_rate(lost: int, looked_at: int, invalid: int, lines: int, basis: ErrorBasis) -> Fraction:
    share, whole = (lost, looked_at) if basis is ErrorBasis.VALUE else (invalid, lines)
    return Fraction(share, whole) if whole else Fraction(0)


def _rank(line: str, seed: str, population_digest: str) -> bytes:
    return hashlib.sha256(_write("commonweal.sample", str(SAMPLE_VERSION), seed, population_digest, line)).digest()


def _write(*parts: str) -> bytes:
    """Write each part with its length, so that no two different rows of parts are the same."""
    return b"".join(b"%d:%s" % (len(part), part) for part in (text.encode() for text in parts))
