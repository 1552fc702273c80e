import pytest

from foundation import approvals, audit, files, invariants, mail, outbox, sealing
from foundation.models import MailMessage
from tests.foundation.things import ALICE, BOB, NOON, as_superuser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.breaks_invariants]


def offenders(code):
    [finding] = invariants.find_all(only=frozenset({code}))
    return list(finding.offenders)


def spoil(statement):
    with as_superuser() as superuser:
        superuser.execute(statement)


def approved():
    facts = {"kind": "tests.payout", "organisation": "org_pub", "subject": "run_1"}
    approval = approvals.request_approval(**facts, requested_by=ALICE, digest="0" * 64, at=NOON)
    return approvals.approve(approval=approval, decided_by=BOB, digest="0" * 64, at=NOON)


def test_fnd_1_sees_a_seal_that_was_taken_out():
    for _ in range(3):
        audit.record(actor="user:usr_x", action="tests.done", at=NOON)
    sealing.seal(at=NOON)
    assert offenders("FND-1") == []

    spoil("DELETE FROM foundation_auditseal WHERE sequence = 2")

    assert offenders("FND-1") == ["3 seals were made, 2 are there"]


def test_fnd_2_sees_a_mail_that_nobody_will_send():
    outbox.enqueue(topic=mail.TOPIC, key="hello", payload={}, at=NOON)
    queued = MailMessage.objects.create(
        key="hello", to="ann@example.org", language="en-gb", template="t", subject="s", text="t", queued_at=NOON
    )
    assert offenders("FND-2") == []

    spoil("DELETE FROM foundation_outboxmessage")

    assert offenders("FND-2") == [f"mail {queued.public_id} is in no outbox message"]


def test_fnd_3_sees_a_file_whose_content_is_gone():
    stored = files.store_file(
        content=b"Dear all", name="a.txt", media_type="text/plain", organisation="org_pub", at=NOON
    )
    assert offenders("FND-3") == []

    files.path_of(stored.sha256).unlink()

    assert offenders("FND-3") == [f"file {stored.public_id} is not on the disk as it was stored"]


def test_fnd_4_sees_an_approval_by_the_one_who_asked():
    approval = approved()
    assert offenders("FND-4") == []

    spoil(f"UPDATE foundation_approvaldecision SET decided_by = '{ALICE.ref}', requested_by = ''")

    assert offenders("FND-4") == [f"approval {approval.public_id} was given by the one who asked"]


def test_fnd_5_sees_a_state_that_nobody_decided():
    approval = approved()
    assert offenders("FND-5") == []

    spoil("UPDATE foundation_approvaldecision SET verdict = 'refused'")

    assert offenders("FND-5") == [f"approval {approval.public_id} changed its state without a decision"]
