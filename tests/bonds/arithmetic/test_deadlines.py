from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonds.arithmetic.deadlines import (
    CALENDAR,
    BeforeService,
    Deadline,
    Nation,
    add_working_days,
    compute_claim_deadline,
    compute_payment_deadline,
    compute_response_deadline,
    find_deemed_acceptance,
    find_quarter,
    is_working_day,
)
from bonds.arithmetic.terms import ClaimRules, Period
from core.errors import InvalidInput

ENGLAND = Nation.ENGLAND_AND_WALES
SERVICE = date(2024, 4, 1)

# As gov.uk/bank-holidays had them: those of 2022, 2023 and 2026, with the days that were proclaimed for one year only.
PUBLISHED = {
    Nation.ENGLAND_AND_WALES: """
        2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
        2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
        2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
    """,
    Nation.SCOTLAND: """
        2022-01-03 2022-01-04 2022-04-15 2022-05-02 2022-06-02 2022-06-03 2022-08-01 2022-09-19 2022-11-30 2022-12-26
        2022-12-27 2023-01-02 2023-01-03 2023-04-07 2023-05-01 2023-05-08 2023-05-29 2023-08-07 2023-11-30 2023-12-25
        2023-12-26
    """,
    Nation.NORTHERN_IRELAND: """
        2022-01-03 2022-03-17 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-07-12 2022-08-29 2022-09-19
        2022-12-26 2022-12-27 2023-01-02 2023-03-17 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-07-12
        2023-08-28 2023-12-25 2023-12-26
    """,
}


@pytest.mark.parametrize("nation", list(Nation))
def test_working_days_are_the_weekdays_that_the_government_s_list_leaves(nation):
    published = {date.fromisoformat(day) for day in PUBLISHED[nation].split()}
    years = {day.year for day in published}
    days = [date(min(years), 1, 1) + timedelta(days=number) for number in range(5 * 366)]

    off = {day for day in days if day.year in years and day.weekday() < 5 and not is_working_day(day, nation=nation)}

    assert off == published


def test_a_weekend_is_never_worked():
    assert not is_working_day(date(2026, 11, 21), nation=ENGLAND)
    assert not is_working_day(date(2026, 11, 22), nation=ENGLAND)
    assert is_working_day(date(2026, 11, 23), nation=ENGLAND)


def test_the_day_of_the_start_does_not_count():
    assert add_working_days(date(2026, 11, 20), 0, nation=ENGLAND) == date(2026, 11, 20)
    assert add_working_days(date(2026, 11, 20), 1, nation=ENGLAND) == date(2026, 11, 23)
    assert add_working_days(date(2026, 11, 21), 1, nation=ENGLAND) == date(2026, 11, 23)


def test_nations_count_their_own_bank_holidays():
    # Easter Monday 2026 is worked in Scotland; 12 July is a Sunday, so its Monday is off in Northern Ireland only.
    assert add_working_days(date(2026, 4, 2), 1, nation=ENGLAND) == date(2026, 4, 7)
    assert add_working_days(date(2026, 4, 2), 1, nation=Nation.SCOTLAND) == date(2026, 4, 6)
    assert add_working_days(date(2026, 7, 10), 1, nation=Nation.NORTHERN_IRELAND) == date(2026, 7, 14)
    assert add_working_days(date(2026, 7, 10), 1, nation=ENGLAND) == date(2026, 7, 13)


@pytest.mark.parametrize("days", [-1, 1001])
def test_a_count_that_cannot_be_meant_is_refused(days):
    with pytest.raises(InvalidInput):
        add_working_days(SERVICE, days, nation=ENGLAND)


@settings(deadline=None)
@given(st.dates(date(2015, 1, 1), date(2035, 1, 1)), st.integers(1, 60), st.sampled_from(Nation))
def test_there_are_just_so_many_working_days_until_then(on, days, nation):
    found = add_working_days(on, days, nation=nation)

    between = [on + timedelta(days=number) for number in range(1, (found - on).days + 1)]
    assert sum(is_working_day(day, nation=nation) for day in between) == days
    assert is_working_day(found, nation=nation)


def test_quarters_do_not_drift_from_the_last_day_of_a_month():
    start, second, third = date(2024, 1, 31), date(2024, 4, 30), date(2024, 7, 31)

    days = [start, date(2024, 4, 29), second, date(2024, 7, 30), third]
    assert [find_quarter(on, service_from_on=start).from_on for on in days] == [start, start, second, second, third]


def test_a_quarter_is_half_open_and_counts_from_the_first_day_of_service():
    first = Period(from_on=date(2024, 4, 1), until_on=date(2024, 7, 1))
    second = Period(from_on=date(2024, 7, 1), until_on=date(2024, 10, 1))

    assert find_quarter(date(2024, 4, 1), service_from_on=SERVICE) == first
    assert find_quarter(date(2024, 6, 30), service_from_on=SERVICE) == first
    assert find_quarter(date(2024, 7, 1), service_from_on=SERVICE) == second


def test_what_was_achieved_before_the_service_belongs_to_no_quarter():
    with pytest.raises(BeforeService) as refused:
        find_quarter(date(2024, 3, 31), service_from_on=SERVICE)

    assert refused.value.facts == {"achieved_on": "2024-03-31", "service_from_on": "2024-04-01"}


@settings(deadline=None)
@given(st.dates(date(2015, 1, 1), date(2020, 1, 1)), st.integers(0, 4000))
def test_each_day_of_service_lies_in_one_quarter(service_from_on, days):
    on = service_from_on + timedelta(days=days)

    quarter = find_quarter(on, service_from_on=service_from_on)

    assert quarter.holds(on)
    assert find_quarter(quarter.from_on, service_from_on=service_from_on) == quarter
    assert find_quarter(quarter.until_on, service_from_on=service_from_on).from_on == quarter.until_on


def test_a_claim_window_is_counted_from_the_end_of_the_quarter():
    claim = {"rules": ClaimRules(window_days=20), "service_from_on": SERVICE, "nation": ENGLAND}
    # 1 to 26 July 2024 has 20 working days, and every result of the quarter has the same window.
    assert compute_claim_deadline(date(2024, 4, 1), **claim) == Deadline(date(2024, 7, 26))
    assert compute_claim_deadline(date(2024, 6, 30), **claim) == Deadline(date(2024, 7, 26))
    # Christmas, Boxing Day and New Year lie in the window of the next but one.
    assert compute_claim_deadline(date(2024, 10, 1), **claim) == Deadline(date(2025, 1, 29))


def test_a_window_in_plain_days_is_counted_through():
    rules = ClaimRules(window_days=20, is_in_working_days=False)

    found = compute_claim_deadline(date(2024, 4, 1), rules=rules, service_from_on=SERVICE, nation=ENGLAND)

    assert found == Deadline(date(2024, 7, 20))


def test_an_answer_is_in_time_on_the_last_day_and_deemed_on_the_next():
    rules = ClaimRules(response_days=15)

    deadline = compute_response_deadline(date(2024, 7, 26), rules=rules, nation=ENGLAND)

    assert deadline == Deadline(date(2024, 8, 16))
    assert not deadline.is_past(date(2024, 8, 16))
    assert deadline.is_past(date(2024, 8, 17))
    assert find_deemed_acceptance(date(2024, 7, 26), rules=rules, nation=ENGLAND) == date(2024, 8, 17)


def test_nothing_is_deemed_where_the_contract_does_not_say_so():
    rules = ClaimRules(response_days=15, is_deemed_accepted=False)

    assert find_deemed_acceptance(date(2024, 7, 26), rules=rules, nation=ENGLAND) is None


def test_thirty_days_begin_with_the_day_of_the_invoice():
    deadline = compute_payment_deadline(date(2026, 6, 1), rules=ClaimRules())

    assert deadline == Deadline(date(2026, 6, 30))
    assert deadline.days_left(date(2026, 6, 1)) == 29
    assert deadline.days_left(date(2026, 6, 30)) == 0
    assert deadline.days_left(date(2026, 7, 2)) == -2
    assert deadline.late_from_on == date(2026, 7, 1)


def test_a_later_due_day_starts_the_thirty_days_and_an_earlier_one_does_not():
    received_on = date(2026, 6, 1)

    later = compute_payment_deadline(received_on, rules=ClaimRules(), due_on=date(2026, 6, 11))
    earlier = compute_payment_deadline(received_on, rules=ClaimRules(), due_on=date(2026, 5, 11))

    assert (later.last_on, earlier.last_on) == (date(2026, 7, 10), date(2026, 6, 30))


def test_a_contract_can_shorten_the_thirty_days_and_not_lengthen_them():
    shorter = compute_payment_deadline(date(2026, 6, 1), rules=ClaimRules(payment_days=14))
    longer = compute_payment_deadline(date(2026, 6, 1), rules=ClaimRules(payment_days=60))
    foundation = compute_payment_deadline(
        date(2026, 6, 1), rules=ClaimRules(payment_days=60), is_contracting_authority=False
    )

    assert [shorter.last_on, longer.last_on] == [date(2026, 6, 14), date(2026, 6, 30)]
    assert foundation.last_on == date(2026, 7, 30)


def test_the_edition_of_the_calendar_is_known():
    name, edition = CALENDAR.split()

    assert name == "holidays"
    assert edition[0].isdigit()
