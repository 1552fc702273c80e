"""What investors agreed as JSON: read with every problem listed, written in one way, hashed."""

from __future__ import annotations

import hashlib
from typing import Any

from bonds.arithmetic.records import to_bytes
from bonds.arithmetic.shapes import Problem, read_shape, write_shape
from bonds.arithmetic.soundness.investors import find_investor_problems
from bonds.arithmetic.tranches import InvestorTerms
from core.errors import InvalidInput


class InvestorTermsUnsound(InvalidInput):
    """Investors' terms cannot be meant as they are written; `facts["problems"]` lists every one with its place."""

    code = "bonds.investor_terms_unsound"


def read_investor_terms(data: object) -> InvestorTerms:
    """Read what investors agreed and check that it can be meant.

    Args:
        data: As `json.loads` gives it: one object with the names of the data classes, days in ISO form, words by
            their value, rates as texts.

    Returns:
        Sound terms.

    Raises:
        InvestorTermsUnsound: `facts["problems"]` holds {"at": JSON Pointer, "problem": words} for each thing that is
            wrong. What cannot be read is told first; whether the rest fits together is looked at when all can be.
    """
    problems: list[Problem] = []
    terms = read_shape(InvestorTerms, data, problems)
    if terms is not None:
        problems = find_investor_problems(terms)
    if terms is None or problems:
        raise InvestorTermsUnsound(
            "These terms cannot be meant as they are written. Please look at each place that is named.",
            problems=[problem.as_dict() for problem in problems],
        )
    return terms


def write_investor_terms(terms: InvestorTerms) -> dict[str, Any]:
    """Write investors' terms as JSON has them: `read_investor_terms` gives the same terms again.

    Args:
        terms: Any.
    """
    return write_shape(terms)


def digest_of_investor_terms(terms: InvestorTerms) -> str:
    """Hash investors' terms: the same always give the same digest, however their JSON was spaced or ordered.

    Args:
        terms: Any; a rate of 6.50 is written otherwise than one of 6.5, and is kept as it was written.

    Returns:
        SHA-256 in lower-case hexadecimal.
    """
    return hashlib.sha256(to_bytes(write_investor_terms(terms))).hexdigest()
