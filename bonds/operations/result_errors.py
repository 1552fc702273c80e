"""Why people and results cannot be recorded. Each refusal leaves everything as it was."""

from __future__ import annotations

from typing import Final

from bonds.queries.admission import Objection
from core.errors import DomainError, InvalidInput


class NotAProvider(DomainError):
    """The party is no provider of the contract on that day."""

    code = "bonds.not_a_provider"


class NotAPayer(DomainError):
    """The party is no commissioner of the contract on that day."""

    code = "bonds.not_a_payer"


class DayNotPossible(InvalidInput):
    """The day lies in the future, or outside of what the terms or earlier facts allow."""

    code = "bonds.day_not_possible"


class ReferralExists(DomainError):
    """The commissioner's reference names another referral already."""

    code = "bonds.referral_exists"


class ReferralNotYours(InvalidInput):
    """The referral is another provider's or contract's, is used already, or came after the start."""

    code = "bonds.referral_not_yours"


class SubgroupUnknown(InvalidInput):
    """The terms know no such group."""

    code = "bonds.subgroup_unknown"


class LadderUnknown(InvalidInput):
    """The terms know nothing of this name that has to last."""

    code = "bonds.ladder_unknown"


class ClockConflict(DomainError):
    """A clock starts once; after that it starts again, on a later day."""

    code = "bonds.clock_conflict"


class ResultRefused(InvalidInput):
    """The result cannot be recorded; its code says which of the questions stands in the way."""

    code = "bonds.result_refused"


class MetricUnknown(ResultRefused):
    """The terms of that day pay for no such result."""

    code = "bonds.metric_unknown"


class ResultInFuture(ResultRefused):
    """The day of the result has not come yet."""

    code = "bonds.result_in_future"


class ResultBeforeService(ResultRefused):
    """On the day of the result the service had not begun."""

    code = "bonds.before_service"


class ResultAfterRunOff(ResultRefused):
    """The day of the result is after the last on which results count."""

    code = "bonds.after_run_off"


class PersonNotStarted(ResultRefused):
    """The person has not started with this provider."""

    code = "bonds.not_started"


class ResultBeforeStart(ResultRefused):
    """The person started with this provider later than that."""

    code = "bonds.before_start"


class ResultRecordedAlready(ResultRefused):
    """The result is recorded already as often as it is paid, by whichever provider."""

    code = "bonds.result_recorded_already"


class QuantityBelowOne(ResultRefused):
    """A number of days or units is 1 or more."""

    code = "bonds.quantity_below_one"


class QuantityNotOne(ResultRefused):
    """A person achieves this once at a time."""

    code = "bonds.quantity_not_one"


class MeasuredInGroups(ResultRefused):
    """The result is measured in groups, not of one person."""

    code = "bonds.measured_in_groups"


class WhoseResultMissing(ResultRefused):
    """Say whose result it is: a person's or a group's, as the terms define it."""

    code = "bonds.person_missing"


class PersonOfAnotherContract(InvalidInput):
    """The person is known under another contract, or not to this provider."""

    code = "bonds.person_not_here"


class ResultClaimed(DomainError):
    """The result is part of a claim; take the line out of the claim first."""

    code = "bonds.result_claimed"


class ResultWithdrawn(DomainError):
    """The result was withdrawn; nothing is added to it."""

    code = "bonds.result_withdrawn"


class EvidenceNotAskedFor(InvalidInput):
    """No rule of the terms asks for evidence of this kind."""

    code = "bonds.evidence_not_asked_for"


class EvidenceEmpty(InvalidInput):
    """Evidence is a file, or the number of a form."""

    code = "bonds.evidence_empty"


class UploadRefused(InvalidInput):
    """Rows of the file cannot be right; nothing was recorded. `facts["problems"]` lists each with its line."""

    code = "bonds.upload_refused"


_BY_CODE: Final = {one.code: one for one in ResultRefused.__subclasses__()}


def refusal_of(objection: Objection) -> ResultRefused:
    """Make the error of what stands in the way of a result; its code is the objection's."""
    return _BY_CODE[objection.code](objection.words, **objection.facts)
