"""Samples on pages and over REST: drawn, looked at, closed after a look at what it takes back; and drawn again."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bonds import operations
from bonds.arithmetic.terms import ClaimRules
from bonds.models import ClaimLine, Overpayment, SampleClosing, SampleFinding, SampleItem, SampleRun
from bonds.operations.errors import NothingWritten, NotTheVerifier, SampleClosed
from bonds.operations.sampling import FoundLine
from bonds.queries.overpayments import find_set_offs
from bonds.queries.samples import draw_again, list_population
from foundation.models import AuditEvent, MailMessage
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.claim_pages.test_api import Api
from tests.bonds.claim_pages.test_size import count_queries
from tests.bonds.claims.test_taking_back import pay_all
from tests.bonds.invoices.test_invoicing import balances, issue
from tests.factories.bonds import VERIFIER, make_contract, small_terms

pytestmark = pytest.mark.django_db

LATER = datetime(2025, 9, 1, 9, 0, tzinfo=UTC)
SEED = "drawn-by-lot-2025-09-01"
PERIOD = {"from_on": "2025-07-01", "last_on": "2025-08-31", "seed": SEED}
WHY = "The keys were never handed over."


def make_room(people: int, percent: int = 2_000) -> Room:
    """Lines for so many people have been paid; it is September."""
    terms = replace(small_terms(), claims=ClaimRules(sample_percent=percent, tolerance_percent=500))
    world = make_contract(terms)
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(people)]
    world.accept(world.submit(*events))
    pay_all(issue(world))
    return Room(world)


@pytest.fixture
def paid(db, time_machine) -> Room:
    room = make_room(10)
    time_machine.move_to(LATER, tick=False)
    return room


def draw(room: Room, seed: str = SEED) -> SampleRun:
    return operations.draw_paid_sample(
        contract=room.world.contract, from_on=date(2025, 7, 1), until_on=date(2025, 9, 1), seed=seed,
        verifier=room.world.verifier, actor=VERIFIER, at=LATER,
    )  # fmt: skip


def find(room: Room, sample: SampleRun, *valid: bool) -> None:
    items = sample.items.order_by("place")
    findings = [
        FoundLine(item.public_id, is_valid, "" if is_valid else WHY)
        for item, is_valid in zip(items, valid, strict=True)
    ]
    operations.record_findings(sample=sample, findings=findings, verifier=room.world.verifier, actor=VERIFIER, at=LATER)


def test_what_a_draw_would_choose_from_is_said_before_anything_is_drawn(paid):
    empty = paid.get("plumbline", "sample-draw").content.decode()
    counted = paid.post("plumbline", "sample-draw", **PERIOD, act="count").content.decode()
    nothing = paid.post("plumbline", "sample-draw", **PERIOD | {"last_on": "2025-07-02"}, act="count").content.decode()

    assert "16 characters or more" in empty
    assert "10 lines were paid in these days, for" in counted
    assert "The contract asks for 20\N{NO-BREAK SPACE}% of them, rounded up: 2 would be drawn." in counted
    assert SEED in counted
    assert "Nothing was paid in these days that still is." in nothing
    assert not SampleRun.objects.exists()


def test_from_the_draw_to_what_is_recovered(paid):
    for code in ("hearthside", "lanternhouse", "topup"):
        paid.as_(code)
    drawn = paid.post("plumbline", "sample-draw", **PERIOD, act="draw").content.decode()
    sample = SampleRun.objects.get()
    _first, second = sample.items.all()
    marked = paid.post(
        "plumbline", "sample-findings", sample.number, act="rest",
        **{f"found_{second.public_id}": "no", f"note_{second.public_id}": WHY},
    ).content.decode()  # fmt: skip
    preview = paid.get("plumbline", "sample-close", sample.number).content.decode()
    before = (balances(), ClaimLine.objects.filter(state="paid").count())
    closed = paid.post("plumbline", "sample-close", sample.number).content.decode()

    assert "Drawn. Look at each line" in drawn
    assert "2 findings are written down." in marked
    assert "50\N{NO-BREAK SPACE}%" in marked
    # Half of what was drawn does not stand; 50 % less 5 % of the £4,000 that were not drawn.
    for words in ("£500.00", "£1,800.00", "45\N{NO-BREAK SPACE}%", WHY, "£900.00", "£540.00", "£360.00"):
        assert words in preview
    assert before == ({"1200": 500_000, "4000": -400_000, "4010": -100_000}, 10)
    assert "Closed. Those concerned have been told by mail." in closed
    assert "rounded down to the penny" in closed
    assert balances() == {"1200": 500_000, "2410": -230_000, "4000": -216_000, "4010": -54_000}
    assert find_set_offs(paid.world.contract) == {"northmoor": 115_000, "southfell": 69_000, "topup": 46_000}
    mails = MailMessage.objects.filter(template__in=["bonds/mail/sample_closed", "bonds/mail/lines_found_wrong"])
    assert sorted(mail.to for mail in mails) == ["hearthside@example.org", "topup@example.org"]
    assert WHY not in " ".join(mail.text for mail in mails)
    assert [one.action for one in AuditEvent.objects.filter(action__contains="sample").order_by("pk")] == [
        "bonds.sample_drawn",
        "bonds.sample_looked_at",
        "bonds.sample_closed",
    ]


def test_what_the_preview_divides_is_what_closing_sets_off(paid):
    sample = draw(paid)
    find(paid, sample, True, False)
    api = Api(paid, "plumbline")

    preview = api.get("contract-sample-closing", sample.number).json()
    closed = api.post("contract-sample-closing", sample.number).json()

    assert preview == closed | {"is_closed": False}
    assert closed["payers"] == [
        {"payer": "northmoor", "pence": 90_000},
        {"payer": "southfell", "pence": 54_000},
        {"payer": "topup", "pence": 36_000},
    ]
    assert sum(Overpayment.objects.filter(source=sample.public_id).values_list("pence", flat=True)) == 180_000


def test_anybody_can_draw_again_even_after_lines_were_taken_back(paid):
    sample = draw(paid)
    find(paid, sample, False, False)
    operations.close_sample(sample=sample, verifier=paid.world.verifier, actor=VERIFIER, at=LATER)

    file = paid.get("northmoor", "sample-population", sample.number).content.decode().split()
    rest = Api(paid, "northmoor").get("contract-sample-population", sample.number).json()

    assert ClaimLine.objects.filter(state="clawed_back").count() == 2
    assert len(list_population(sample)) == 10
    assert draw_again(sample)
    assert rest["is_the_same"] is True
    # As the page tells it: each text with its length and a colon before it.
    rows = [line.split(",") for line in file[1:]]
    digest = hashlib.sha256(b"".join(written("commonweal.population", "1", *row) for row in rows)).hexdigest()
    ranks = {row[0]: hashlib.sha256(written("commonweal.sample", "1", SEED, digest, row[0])).digest() for row in rows}
    drawn = sorted(ranks, key=ranks.__getitem__)[:2]
    assert digest == sample.population_digest == rest["population_digest"]
    assert drawn == [item.line.public_id for item in sample.items.order_by("place")]


def written(*texts: str) -> bytes:
    return b"".join(f"{len(text.encode())}:{text}".encode() for text in texts)


def test_another_seed_draws_others_and_both_draws_stay_on_the_list(paid):
    first, second = draw(paid), draw(paid, "another-lot-2025-09-01")

    listed = paid.get("northmoor", "samples").content.decode()

    assert first.population_digest == second.population_digest
    assert "Sample 1" in listed
    assert "Sample 2" in listed


def test_a_line_that_does_not_stand_needs_a_reason_and_nothing_typed_is_lost(paid):
    sample = draw(paid)
    first, second = sample.items.all()

    bare = paid.post(
        "plumbline", "sample-findings", sample.number, act="marked",
        **{f"found_{first.public_id}": "no", f"note_{second.public_id}": "kept words"},
    ).content.decode()  # fmt: skip
    nothing = paid.post("plumbline", "sample-findings", sample.number, act="marked").content.decode()
    with pytest.raises(NothingWritten):
        operations.record_findings(
            sample=sample, findings=[FoundLine(first.public_id, is_valid=False, note=" ")],
            verifier=paid.world.verifier, actor=VERIFIER, at=LATER,
        )  # fmt: skip

    assert "<title>Error:" in bare
    assert "Say why the line does not stand" in bare
    assert "kept words" in bare
    assert "Mark at least one line." in nothing
    assert not SampleFinding.objects.exists()


def test_findings_are_written_once_all_of_them_or_none(paid):
    sample = draw(paid)
    first, second = sample.items.all()
    one = FoundLine(first.public_id, is_valid=True)
    facts = {"sample": sample, "verifier": paid.world.verifier, "actor": VERIFIER, "at": LATER}
    operations.record_findings(findings=[one], **facts)

    with pytest.raises(SampleClosed):
        operations.record_findings(findings=[FoundLine(second.public_id, is_valid=True), one], **facts)
    with pytest.raises(NotTheVerifier):
        operations.record_findings(
            findings=[FoundLine(second.public_id, is_valid=True)], **facts | {"verifier": paid.world.provider}
        )

    assert SampleFinding.objects.get().item == first


def test_a_sample_with_a_line_left_says_so_and_stays_open(paid):
    sample = draw(paid)
    find_one = sample.items.first()
    operations.record_findings(
        sample=sample, findings=[FoundLine(find_one.public_id, is_valid=True)], verifier=paid.world.verifier,
        actor=VERIFIER, at=LATER,
    )  # fmt: skip

    preview = paid.get("plumbline", "sample-close", sample.number).content.decode()
    closed = paid.post("plumbline", "sample-close", sample.number).content.decode()

    assert "Each drawn line has one finding" in preview
    assert "Each drawn line has one finding" in closed
    assert not SampleClosing.objects.exists()


@pytest.mark.parametrize(("code", "status"), [("northmoor", 403), ("holder", 403), ("hearthside", 403)])
def test_nobody_but_the_verifier_draws_finds_and_closes(paid, code, status):
    sample = draw(paid)
    item = sample.items.first()

    answers = [
        paid.as_(code).post(paid.at(code, "sample-draw"), PERIOD | {"act": "draw"}),
        paid.as_(code).post(paid.at(code, "sample-findings", 1), {f"found_{item.public_id}": "yes", "act": "marked"}),
        paid.as_(code).post(paid.at(code, "sample-close", 1)),
        Api(paid, code).post("contract-samples", from_on="2025-07-01", until_on="2025-09-01", seed=SEED),
        Api(paid, code).post("contract-sample-findings", 1, findings=[{"id": item.public_id, "stands": True}]),
        Api(paid, code).post("contract-sample-closing", 1),
    ]

    assert {answer.status_code for answer in answers} == {status}
    assert SampleRun.objects.get() == sample
    assert not SampleFinding.objects.exists()
    assert not SampleClosing.objects.exists()


def test_a_provider_sees_no_sample_and_a_payer_no_note(paid):
    sample = draw(paid)
    find(paid, sample, False, True)

    provider = paid.get("hearthside", "sample", sample.number)
    payer = paid.get("northmoor", "sample", sample.number).content.decode()
    verifier = paid.get("plumbline", "sample", sample.number).content.decode()
    lines = Api(paid, "northmoor").get("contract-sample-lines", sample.number).json()["results"]

    assert provider.status_code == 403
    assert "does not stand" in payer
    assert WHY not in payer
    assert WHY in verifier
    assert [(one["stands"], one["note"]) for one in lines] == [(False, None), (True, None)]


def test_the_whole_of_it_over_rest(paid):
    api = Api(paid, "plumbline")
    early = api.post("contract-samples", from_on="2025-07-01", until_on="2025-09-02", seed=SEED)
    drawn = api.post("contract-samples", from_on="2025-07-01", until_on="2025-09-01", seed=SEED)
    number = drawn.json()["number"]
    lines = api.get("contract-sample-lines", number).json()["results"]
    found = api.post("contract-sample-findings", number, findings=[{"id": one["id"], "stands": True} for one in lines])
    closed = api.post("contract-sample-closing", number)
    again = api.post("contract-sample-closing", number)

    assert (early.status_code, early.json()["code"]) == (422, "bonds.period_open")
    assert (drawn.status_code, drawn.json()["drawn"], drawn.json()["population_pence"]) == (201, 2, 500_000)
    assert found.json()["looked_at"] == 2
    assert (closed.json()["invalid_count"], closed.json()["extrapolated_pence"]) == (0, 0)
    assert closed.json()["payers"] == []
    assert (again.status_code, again.json()["code"]) == (409, "bonds.sample_closed")
    assert balances() == {"1200": 500_000, "4000": -400_000, "4010": -100_000}


def test_the_pages_ask_the_database_as_often_for_many_lines_as_for_few(db, time_machine):
    counts = []
    for people in (4, 20):
        room = make_room(people, percent=10_000) if people == 4 else other_room(people)
        time_machine.move_to(LATER, tick=False)
        sample = draw(room)
        room.get("plumbline", "samples")
        asked = [count_queries(lambda r=room, s=sample: r.get("plumbline", "sample", s.number))]
        find(room, sample, *[place % 2 == 0 for place in range(people)])
        asked.append(count_queries(lambda r=room, s=sample: r.get("plumbline", "sample-close", s.number)))
        asked.append(count_queries(lambda r=room: r.get("plumbline", "samples")))
        counts.append(asked)
        time_machine.move_to(datetime(2025, 7, 7, 10, tzinfo=UTC), tick=False)

    assert counts[0] == counts[1]


def other_room(people: int) -> Room:
    terms = replace(small_terms(), claims=ClaimRules(sample_percent=10_000, tolerance_percent=500))
    world = make_contract(terms, reference="quarry")
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(people)]
    world.accept(world.submit(*events))
    pay_all(issue(world))
    return Room(world, {}, {})


def test_what_is_drawn_and_found_stays(paid):
    from django.db import DatabaseError, transaction

    sample = draw(paid)
    find(paid, sample, True, True)

    for rows in (SampleItem.objects.filter(sample=sample), SampleFinding.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()

    assert SampleFinding.objects.count() == 2
