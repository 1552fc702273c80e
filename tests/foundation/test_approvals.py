import pytest
from django.db import IntegrityError, transaction

from foundation import approvals
from foundation.access import Actor, system_actor
from foundation.models import Approval, ApprovalDecision, ApprovalState
from tests.foundation.things import ALICE, BOB, NOON, at_once

DIGEST = approvals.digest_of({"payee": "per_1", "pence": 10_000})
OTHER = approvals.digest_of({"payee": "per_1", "pence": 10_001})
WHAT = {"kind": "tests.payout", "organisation": "org_pub", "subject": "run_1"}


def ask(actor=ALICE, digest=DIGEST):
    return approvals.request_approval(**WHAT, requested_by=actor, digest=digest, at=NOON)


def approve(approval, actor=BOB, digest=DIGEST):
    return approvals.approve(approval=approval, decided_by=actor, digest=digest, at=NOON)


def test_digest_depends_on_every_fact_and_not_on_their_order():
    assert approvals.digest_of({"pence": 10_000, "payee": "per_1"}) == DIGEST
    assert DIGEST != OTHER


@pytest.mark.django_db
def test_second_person_approves_exactly_what_was_asked_for():
    approved = approve(ask())

    assert approved.state == ApprovalState.APPROVED
    decision = ApprovalDecision.objects.get()
    assert (decision.verdict, decision.requested_by, decision.decided_by) == ("approved", ALICE.ref, BOB.ref)
    assert approvals.require_approval(**WHAT, digest=DIGEST) == approved


@pytest.mark.django_db
def test_same_request_again_is_the_first():
    assert ask().pk == ask().pk == ask(actor=BOB).pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    "actor", [ALICE, Actor(ref="user:usr_alice", user_id=77), Actor(ref="user:usr_alias", user_id=ALICE.user_id)]
)
def test_the_one_who_asked_may_not_approve(actor):
    approval = ask()

    with pytest.raises(approvals.SamePerson) as refused:
        approve(approval, actor)

    assert refused.value.code == "approvals.same_person"
    assert ApprovalDecision.objects.count() == 0


@pytest.mark.django_db
def test_request_by_a_key_is_the_request_of_its_user():
    approval = ask(Actor(ref="key:key_1", user_id=BOB.user_id, scopes=frozenset()))

    with pytest.raises(approvals.SamePerson):
        approve(approval, BOB)
    assert approve(approval, ALICE).state == ApprovalState.APPROVED


@pytest.mark.django_db
@pytest.mark.parametrize("actor", [system_actor("sweep"), Actor(ref="key:key_1", user_id=2), Actor(ref="anonymous")])
def test_only_a_person_who_is_signed_in_decides(actor):
    approval = ask()

    with pytest.raises(approvals.NotAPerson):
        approve(approval, actor)
    with pytest.raises(approvals.NotAPerson):
        approvals.refuse_approval(approval=approval, decided_by=actor, at=NOON, reason="")


@pytest.mark.django_db
def test_thing_that_changed_before_approval_makes_the_request_void():
    approval = ask()

    with pytest.raises(approvals.ApprovedThingChanged):
        approve(approval, digest=OTHER)

    approval.refresh_from_db()
    assert approval.state == ApprovalState.VOID
    assert ApprovalDecision.objects.get().verdict == "void"
    with pytest.raises(approvals.ApprovalDecided):
        approve(approval)


@pytest.mark.django_db
def test_approval_counts_only_for_what_was_approved():
    approve(ask())

    with pytest.raises(approvals.NotApproved):
        approvals.require_approval(**WHAT, digest=OTHER)
    with pytest.raises(approvals.NotApproved):
        approvals.require_approval(**(WHAT | {"subject": "run_2"}), digest=DIGEST)
    with pytest.raises(approvals.NotApproved):
        approvals.require_approval(**(WHAT | {"organisation": "org_shop"}), digest=DIGEST)


@pytest.mark.django_db
def test_new_request_for_the_changed_thing_makes_the_old_approval_void():
    old = approve(ask())

    new = ask(digest=OTHER)

    old.refresh_from_db()
    assert (old.state, new.state) == (ApprovalState.VOID, ApprovalState.REQUESTED)
    with pytest.raises(approvals.NotApproved):
        approvals.require_approval(**WHAT, digest=DIGEST)


@pytest.mark.django_db
def test_change_makes_an_approval_void_and_a_second_time_is_harmless():
    approval = approve(ask())

    for _ in range(2):
        approvals.void_approval(approval=approval, actor=ALICE.ref, digest=OTHER, at=NOON)

    assert list(ApprovalDecision.objects.values_list("verdict", flat=True)) == ["approved", "void"]


@pytest.mark.django_db
def test_refusal_ends_the_request_and_one_may_ask_again():
    approval = ask()
    approvals.refuse_approval(approval=approval, decided_by=ALICE, at=NOON, reason="A mistake of mine")

    with pytest.raises(approvals.ApprovalDecided):
        approve(approval)
    assert ask().pk != approval.pk


@pytest.mark.django_db
@pytest.mark.breaks_invariants
def test_database_refuses_an_approval_by_the_one_who_asked():
    approval = ask()
    decision = ApprovalDecision(
        approval=approval,
        verdict="approved",
        digest=DIGEST,
        requested_by=ALICE.ref,
        decided_by=ALICE.ref,
        decided_at=NOON,
    )

    with pytest.raises(IntegrityError, match="foundation_decision_second_person"), transaction.atomic():
        decision.save()


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_are_one():
    first, second = at_once(ask, lambda: ask(actor=BOB))

    assert first.pk == second.pk
    assert Approval.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts():
    approval = ask()
    outcomes = at_once(
        lambda: approve(approval),
        lambda: approvals.refuse_approval(approval=approval, decided_by=BOB, at=NOON, reason="No"),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Approval", "ApprovalDecided"]
    assert ApprovalDecision.objects.count() == 1
