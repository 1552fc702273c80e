"""Two officers issue at once: one report comes of it, and the other is told."""

from __future__ import annotations

import pytest

from bonds.models import InvestorReport, InvestorReportCopy
from bonds.operations import reporting
from tests.bonds.investor_reports.support import a_year, issue
from tests.support.races import meet_at, names_at_once, take_lock_away

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(monkeypatch):
    """Everybody who is past the lock waits a moment for a second one; says whether each met one."""
    return meet_at(monkeypatch, (reporting, "preview_report"))


def test_two_at_once_make_one_report(meeting):
    world = a_year()

    assert names_at_once(lambda: issue(world), lambda: issue(world)) == ["InvestorReport", "ReportPeriodTaken"]

    assert meeting[0] is False, "the second one came past the lock before the first was done"
    assert InvestorReport.objects.count() == 1
    assert InvestorReportCopy.objects.count() == 3


def test_without_the_lock_they_meet_and_the_database_lets_one_through(meeting, monkeypatch):
    """The control: the test above would see a lost lock. Behind it stands the guard of the table."""
    world = a_year()
    take_lock_away(monkeypatch, reporting)

    assert names_at_once(lambda: issue(world), lambda: issue(world)) == ["IntegrityError", "InvestorReport"]

    assert meeting == [True, True]
    assert InvestorReport.objects.count() == 1
