"""What the law asks of the register and of people's data."""

from __future__ import annotations

# What the register of members has to say of each member as a person.
# Source: Co-operative and Community Benefit Societies Act 2014 s.30(1)(a), (b).
REGISTER_PARTICULARS = ("full_name", "postal_address", "email_for_notices", "email_purposes")

# Why the register's part of somebody's data is kept when they ask for erasure.
# Source: UK GDPR Article 17(3)(b): compliance with a legal obligation; the obligation is CCBSA 2014 s.30.
ERASURE_EXCEPTION = "UK GDPR Article 17(3)(b)"
REGISTER_DUTY = "Co-operative and Community Benefit Societies Act 2014 section 30"

# How long a request about personal data may take to answer.
# Source: UK GDPR Article 12(3), one month.
ANSWER_WITHIN_MONTHS = 1


def is_complete_name(full_name: str) -> bool:
    """Whether a register can take this as somebody's name: at least one letter.

    Source: CCBSA 2014 s.30(1)(a): the names of the members.
    """
    return any(character.isalpha() for character in full_name)
