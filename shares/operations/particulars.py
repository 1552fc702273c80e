"""An applicant gives their own particulars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from foundation.access import Actor
from people import operations as people_operations
from people.models import User
from shares.models import Application
from shares.operations.applying import give_particulars


@transaction.atomic
def give_own_particulars(
    *,
    application: Application,
    user: User,
    said: Mapping[str, Any],
    date_of_birth: date | None,
    actor: Actor,
    at: datetime,
) -> Application:
    """Record what an applicant says of themselves for the register, and put it under their application.

    All of it is recorded or none of it.

    Args:
        application: Started or lapsed, and the user's.
        user: Who applies for themselves, or acts for the body that applies.
        said: Name, postal address and e-mail, as `people.operations.record_particulars` takes them.
        date_of_birth: Where the rules of the society ask for an age.
        actor: Who acts.
        at: When.

    Raises:
        WrongState: payment has begun.
        IncompleteParticulars, UnknownPurpose: name, address or e-mail lack something.
        TooYoung: the person is below the minimum age of the rules.

    Source: CCBSA 2014 s.30 (name and postal address, e-mail given for notices).
    """
    person = people_operations.give_person(user=user, date_of_birth=date_of_birth)
    particulars = people_operations.record_particulars(person=person, at=at, actor=actor.ref, **said)
    return give_particulars(application=application, person=person, particulars=particulars, actor=actor, at=at)
