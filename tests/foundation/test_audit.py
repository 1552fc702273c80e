import pytest
import structlog

from foundation import audit, sealing
from foundation.models import AuditEvent, AuditSeal
from tests.foundation.things import NOON, as_superuser, at_once


def record(number=1, **facts):
    return audit.record(actor="user:usr_x", action="tests.done", at=NOON, subject=f"thing_{number}", **facts)


@pytest.mark.django_db
def test_record_keeps_who_what_when_and_the_request():
    with structlog.contextvars.bound_contextvars(request_id="req-1"):
        event = audit.record(
            actor="user:usr_x",
            action="shares.offer_closed",
            at=NOON,
            organisation="org_pub",
            subject="off_1",
            before={"state": "open"},
            after={"state": "closed"},
            reason="Minimum met",
        )

    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.actor, kept.action, kept.at) == ("user:usr_x", "shares.offer_closed", NOON)
    assert (kept.organisation, kept.subject) == ("org_pub", "off_1")
    assert (kept.before, kept.after, kept.reason) == ({"state": "open"}, {"state": "closed"}, "Minimum met")
    assert kept.request_id == "req-1"


@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{"to": "a.person@example.org"}, {"deep": [{"er": "x@y.zz"}]}, {"x@y.zz": 1}])
def test_record_refuses_an_email_address(facts):
    with pytest.raises(audit.PersonalDataInAudit):
        record(after=facts)

    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_chain_verifies_and_seals_each_event_once():
    for number in range(3):
        record(number)

    first = sealing.seal(at=NOON)
    again = sealing.seal(at=NOON)
    record(4)
    head = sealing.seal(at=NOON)

    assert first == again
    assert (first.sequence, head.sequence) == (3, 4)
    assert sealing.verify() == []
    assert sealing.verify(expected_head=first) == []
    assert list(AuditSeal.objects.order_by("sequence").values_list("event__subject", flat=True)) == [
        *("thing_0", "thing_1", "thing_2", "thing_4")
    ]


@pytest.mark.django_db
def test_sealing_can_be_limited():
    for number in range(5):
        record(number)

    assert sealing.seal(at=NOON, limit=2).sequence == 2
    assert sealing.seal(at=NOON).sequence == 5
    assert sealing.verify() == []


@pytest.mark.django_db
def test_fields_cannot_be_moved_into_each_other():
    one = AuditEvent(pk=1, at=NOON, actor="ab", action="c")
    other = AuditEvent(pk=1, at=NOON, actor="a", action="bc")

    assert sealing.digest_of(one, "") != sealing.digest_of(other, "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.breaks_invariants
@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE foundation_auditevent SET actor = 'user:usr_y' WHERE id = {second}", "event {second} is not what"),
        ("UPDATE foundation_auditevent SET at = at + interval '1 microsecond' WHERE id = {second}", "event {second}"),
        ("UPDATE foundation_auditevent SET after = '{{\"pence\": 2}}' WHERE id = {second}", "event {second}"),
        ("DELETE FROM foundation_auditseal WHERE sequence = 2", "seals 2 to 2 are missing"),
        ("UPDATE foundation_auditseal SET digest = repeat('0', 64) WHERE sequence = 2", "seal 3 does not follow"),
        (
            "UPDATE foundation_auditseal SET event_id = CASE sequence WHEN 1 THEN {second} ELSE {first} END + 1000000"
            " WHERE sequence IN (1, 2); UPDATE foundation_auditseal SET event_id = event_id - 1000000"
            " WHERE sequence IN (1, 2)",
            "event {second} is not what was sealed as 1",
        ),
    ],
)
def test_verify_sees_what_was_tampered_with(tampering, finding):
    events = [record(number, after={"pence": 1}) for number in range(3)]
    sealing.seal(at=NOON)
    names = {"first": events[0].pk, "second": events[1].pk}

    with as_superuser() as superuser:
        superuser.execute(tampering.format(**names))

    assert any(finding.format(**names) in line for line in sealing.verify())


@pytest.mark.django_db(transaction=True)
def test_verify_sees_a_chain_cut_off_at_its_end_only_with_a_kept_head():
    for number in range(3):
        record(number)
    kept = sealing.seal(at=NOON)

    with as_superuser() as superuser:
        superuser.execute("DELETE FROM foundation_auditseal WHERE sequence = 3")

    assert sealing.verify() == []
    assert sealing.verify(expected_head=kept) == [f"the chain does not contain the head kept as 3:{kept.digest}"]


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_make_one_chain():
    for number in range(20):
        record(number)

    heads = at_once(lambda: sealing.seal(at=NOON), lambda: sealing.seal(at=NOON))

    assert [head.sequence for head in heads] == [20, 20]
    assert sealing.verify() == []
