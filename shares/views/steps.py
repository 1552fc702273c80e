"""The way from an amount to the payment: which steps there are, which are done, and where somebody may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.periods import legal_day
from shares import states
from shares.models import Application
from shares.operations import conditions
from shares.states import ApplicationState

NAMES: Final[dict[str, str | Promise]] = {
    "amount": _("Amount"),
    "details": _("Your details"),
    "consents": _("Declarations"),
    "review": _("Check and pay"),
}
EDIT_STEPS: Final = tuple(NAMES)

# Where an error of an operation is put right.
STEP_OF_CODE: Final = {
    "shares.below_smallest_holding": "amount",
    "shares.holding_limit_exceeded": "amount",
    "shares.sold_out": "amount",
    "shares.terms_changed": "amount",
    "shares.holder_unknown": "amount",
    "shares.too_young": "details",
    "shares.application_incomplete": "details",
    "shares.consent_missing": "consents",
    "shares.unknown_consent": "consents",
}


@dataclass(frozen=True)
class Step:
    """One step of an application.

    Attributes:
        key: Its name in addresses.
        name: Its name for people.
        url: Its page.
        is_done: Whether what it asks for is there.
        problem: What is missing, in words; empty when nothing is.
    """

    key: str
    name: str
    url: str
    is_done: bool
    problem: str


def is_editable(application: Application) -> bool:
    """Whether an application may still be filled in."""
    return application.state in states.EDITABLE_APPLICATION_STATES


def steps_of(application: Application, *, at: datetime) -> list[Step]:
    """List the steps, each judged by the rule that the operations apply when payment begins."""
    problems = {
        "amount": _problem_with_amount(application),
        "details": _problem_with_details(application, at),
        "consents": _first_problem(lambda: conditions.check_consents(application, at)),
    }
    found = [_step(application, key, problems[key]) for key in problems]
    is_ready = all(step.is_done for step in found)
    review = "" if is_ready else str(_("Finish the steps above first."))
    return [*found, _step(application, "review", review, is_done=False)]


def first_open_step(steps: list[Step]) -> Step:
    """The first step that is not done."""
    return next(step for step in steps if not step.is_done)


def may_visit(steps: list[Step], key: str) -> bool:
    """Whether everything before a step is done, so that nobody jumps over one."""
    before = steps[: EDIT_STEPS.index(key)]
    return all(step.is_done for step in before)


def page_url(application: Application, page: str) -> str:
    """Give the address of one page of an application."""
    return reverse(f"shares:{page}", args=[application.public_id])


def _step(application: Application, key: str, problem: str, *, is_done: bool | None = None) -> Step:
    return Step(
        key=key,
        name=str(NAMES[key]),
        url=page_url(application, key),
        is_done=not problem if is_done is None else is_done,
        problem=problem,
    )


def _problem_with_amount(application: Application) -> str:
    if not application.number_of_shares:
        return str(_("Choose how much to buy shares for."))
    return _first_problem(lambda: conditions.check_terms_read(application, application.offer))


def _problem_with_details(application: Application, at: datetime) -> str:
    person = application.person
    if application.particulars_id is None or person is None:
        return str(_("Give the name and address for the register of members."))
    return _first_problem(lambda: conditions.check_old_enough(application.offer.society, person, legal_day(at)))


def _first_problem(check: Callable[[], None]) -> str:
    try:
        check()
    except DomainError as refused:
        return refused.message
    return ""


def ended_badly(application: Application) -> bool:
    """Whether an application is over without shares."""
    return application.state in {
        ApplicationState.CANCELLED.value,
        ApplicationState.REFUND_DUE.value,
        ApplicationState.REFUNDED.value,
        ApplicationState.CHARGED_BACK.value,
    }
