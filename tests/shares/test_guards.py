"""What the database itself refuses, whoever asks; each guard is broken on purpose."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from foundation.guards import find_changeable_tables, find_unguarded_tables
from shares import invariants
from shares.models import (
    AllotmentBatch,
    Application,
    Member,
    RegisterEntry,
    ShareOffer,
    Society,
)
from tests.factories import shares as make

FACTS = [
    "shares_legalholdinglimit",
    "shares_offerterms",
    "shares_offerstatechange",
    "shares_applicationstatechange",
    "shares_consentwording",
    "shares_consent",
    "shares_allotmentbatch",
    "shares_member",
    "shares_registerentry",
]


@pytest.fixture
def allotted(offer) -> ShareOffer:
    """An offer with two members."""
    for _ in range(2):
        make.paid(offer, 100)
    make.closed_offer(offer)
    make.allot(offer)
    return make.reread_offer(offer)


@pytest.mark.django_db
def test_every_table_of_facts_is_guarded():
    assert find_unguarded_tables(FACTS) == []
    assert find_changeable_tables(FACTS) == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_the_application_role_changes_no_fact(allotted, table, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def _entry(member: Member, number: int, **facts) -> RegisterEntry:
    template = RegisterEntry.objects.get(number=1)
    given = {
        "society": template.society,
        "number": number,
        "kind": "correction",
        "member": member,
        "share_class": template.share_class,
        "particulars": template.particulars,
        "shares": 1,
        "amount_paid": make.pounds(10),
        "entered_on": template.entered_on,
        "recorded_at": make.AFTER,
        "recorded_by": "user:usr_1",
        "reason": "test",
        **facts,
    }
    return RegisterEntry.objects.create(**given)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 2, 4, 100])
def test_a_register_entry_has_the_next_number_or_none(allotted, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        _entry(Member.objects.get(number=1), number)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"shares": 0, "amount_paid": make.pounds(0)},
        {"shares": -1, "amount_paid": make.pounds(10)},
        {"shares": -101, "amount_paid": make.pounds(-1010)},
        {"kind": "allotment"},
        {"kind": "gift"},
        {"reason": ""},
    ],
    ids=["nothing", "signs differ", "below zero", "allotment without batch", "unknown kind", "correction without why"],
)
def test_a_register_entry_that_cannot_be_is_refused(allotted, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        _entry(Member.objects.get(number=1), 3, **facts)


@pytest.mark.django_db
def test_an_application_is_allotted_once(allotted):
    first = RegisterEntry.objects.get(number=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        _entry(first.member, 3, kind="allotment", batch=first.batch, application=first.application, reason="")


@pytest.mark.django_db
def test_an_offer_has_one_batch(allotted):
    batch = AllotmentBatch.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        AllotmentBatch.objects.create(
            offer=batch.offer,
            minute_reference="other",
            board_on=batch.board_on,
            allotted_on=batch.allotted_on,
            recorded_at=make.AFTER,
            recorded_by="user:usr_1",
            number_of_entries=0,
            number_of_shares=0,
        )


@pytest.mark.django_db
def test_a_member_number_is_never_given_twice(allotted):
    member = Member.objects.get(number=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(
            society=member.society,
            person=make.make_user_with_person(),
            number=2,
            admitted_on=member.admitted_on,
            recorded_at=make.AFTER,
        )


@pytest.mark.django_db
def test_two_societies_number_apart(allotted):
    other = make.open_offer()
    make.paid(other, 100)
    make.closed_offer(other)
    make.allot(other, minute="Z/1")

    assert list(RegisterEntry.objects.filter(society=other.society).values_list("number", flat=True)) == [1]


# --- Every invariant is broken once, and found -------------------------------------------------


def _found(code: str) -> list[str]:
    [invariant] = [one for one in invariants.INVARIANTS if one.code == code]
    return list(invariant.find_violations())


@pytest.mark.django_db
@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("SHR-1", {"number_of_shares": 5_000, "amount": make.pounds(50_000)}),
        ("SHR-4", {"number_of_shares": 40, "amount": make.pounds(400)}),
        ("SHR-9", {"state": "charged_back", "ended_at": make.NOW, "end_reason": "charged_back"}),
        ("SHR-10", {"number_of_shares": 40}),
    ],
)
def test_a_changed_application_is_found(offer, code, change):
    application = make.paid(offer, 50)
    assert _found(code) == []

    Application.objects.filter(pk=application.pk).update(**change)

    assert [line for line in _found(code) if line.startswith((application.public_id, offer.public_id))]


@pytest.mark.django_db
@pytest.mark.breaks_invariants
@pytest.mark.parametrize("code", ["SHR-3", "SHR-5", "SHR-7"])
def test_a_correction_without_its_counterparts_is_found(allotted, code):
    assert _found(code) == []

    if code == "SHR-7":
        from foundation.models import OutboxMessage

        OutboxMessage.objects.filter(topic="shares.issue_certificates").update(state="done", done_at=make.AFTER)
    else:
        _entry(Member.objects.get(number=1), 3)

    assert _found(code)


@pytest.mark.django_db
@pytest.mark.breaks_invariants
def test_a_holding_over_the_statutory_limit_is_found(allotted):
    _entry(Member.objects.get(number=1), 3, shares=10_000, amount_paid=make.pounds(100_000))

    assert len(_found("SHR-2")) == 1


@pytest.mark.django_db
@pytest.mark.breaks_invariants
def test_an_allotted_application_without_an_entry_is_found(allotted):
    other = make.open_offer(society=Society.objects.get())
    application = make.paid(other, 100)
    Application.objects.filter(pk=application.pk).update(state="allotted", allotted_at=make.NOW)

    assert _found("SHR-6") == [f"{application.public_id}: allotted without a register entry"]


@pytest.mark.django_db
@pytest.mark.breaks_invariants
def test_money_of_an_offer_that_is_over_without_a_next_step_is_found(offer):
    application = make.paid(offer, 50)
    ShareOffer.objects.filter(pk=offer.pk).update(state="failed", failed_at=make.AFTER, closed_at=make.AFTER)

    assert _found("SHR-8") == [f"{application.public_id}: paid, and its offer is over"]


@pytest.mark.django_db
@pytest.mark.breaks_invariants
def test_an_allotment_below_the_minimum_is_found(offer):
    ShareOffer.objects.filter(pk=offer.pk).update(state="allotted", allotted_at=make.AFTER, closed_at=make.AFTER)

    assert _found("SHR-11") == [f"{offer.public_id}: 0 pence allotted"]


@pytest.mark.django_db
def test_every_constraint_that_is_named_exists():
    names = {
        name
        for invariant in invariants.INVARIANTS
        for name in invariant.enforced_by
        if name.startswith(("shares_", "documents_"))
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger "
            "UNION SELECT indexname FROM pg_indexes"
        )
        existing = {name for (name,) in cursor.fetchall()}
    assert names <= existing
