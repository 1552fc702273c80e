"""Who sees which claims, why an amount is what it is, and who sees what shows it."""

from __future__ import annotations

from datetime import date

import pytest

from bonds import operations
from bonds.models import EvidenceItem
from bonds.states import PartyRole
from foundation.files import store_file
from foundation.models import AuditEvent
from tests.bonds.claim_pages.conftest import vary
from tests.factories.bonds import CLAIMED_AT, DECIDED_AT, HOLDER, SERVICE_FROM, SIGNED_AT, VERIFIER, make_organisation

pytestmark = pytest.mark.django_db

MOVED_ON, STAYED_ON = date(2025, 4, 10), date(2025, 7, 1)
SEEING = ["hearthside", "plumbline", "northmoor", "southfell", "topup", "holder"]


@pytest.fixture
def claim(room):
    """A claim whose second line is cut by the cap for one person."""
    person = room.world.make_person()
    claim = room.world.submit(
        room.world.make_event("moved_in", MOVED_ON, person, "tenancy"),
        room.world.make_event("stayed_3m", STAYED_ON, person, "landlord_letter"),
    )
    room.world.accept(claim, at=CLAIMED_AT, note="Letters seen")
    return claim


def with_file(room, line) -> EvidenceItem:
    stored = store_file(
        content=b"Tenancy of number 4", name="tenancy.txt", media_type="text/plain",
        organisation=room.world.provider.organisation.public_id, at=CLAIMED_AT,
    )  # fmt: skip
    return EvidenceItem.objects.create(
        participant=line.event.participant, event=line.event, kind="tenancy", dated_on=MOVED_ON, file=stored,
        provided_by="user:usr_x", provided_at=CLAIMED_AT,
    )  # fmt: skip


@pytest.mark.parametrize("code", SEEING)
def test_why_this_amount_adds_up_for_everybody_who_sees_it(room, claim, code):
    _moved, stayed = claim.lines.all()

    page = room.get(code, "line", stayed.public_id)
    html = page.content.decode()

    assert page.status_code == 200
    assert "1 at £1,500.00 each, number 1 of this result under the contract." in html
    assert "The cap for one person “person_1800” lets through £1,800.00; £500.00 was used before." in html
    why = page.context["why"]
    assert why["gross"] == why["net"] + sum(cut["amount"] for cut in why["reductions"]) == 150_000
    assert sum(part["net"] for part in why["payers"]) == why["net"] == 130_000
    assert "Brightwater Northmoor" in html
    assert why["digest"] in html
    assert "accepted, by Brightwater Plumbline" in html
    assert "version 1 of the terms" in html
    assert f'<time datetime="{STAYED_ON.isoformat()}">' in html


@pytest.mark.parametrize("code", SEEING)
def test_a_claim_adds_up_for_everybody_who_sees_it(room, claim, code):
    listed = room.get(code, "claims").content.decode()
    page = room.get(code, "claim", claim.number)

    assert "£1,800.00" in listed
    sums = page.context["sums"]
    assert (sums.gross, sums.net, sums.reductions) == (200_000, 180_000, (("person_cap", 20_000),))
    assert sum(pence for _payer, pence in sums.payers) == sums.net
    assert "Person cap" in page.content.decode() or "person cap" in page.content.decode()


@pytest.mark.parametrize(("code", "is_shown"), [(code, code in {"hearthside", "plumbline"}) for code in SEEING])
def test_files_and_talk_are_for_verifier_and_claimant_only(room, code, is_shown):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON))
    line = claim.lines.select_related("claim", "event__participant").get()
    item = with_file(room, line)
    operations.query_line(
        line=line, text="Which flat is it?", verifier=room.world.verifier, actor=VERIFIER, at=CLAIMED_AT
    )

    html = room.get(code, "line", line.public_id).content.decode()
    file = room.get(code, "line-evidence", line.public_id, item.public_id)

    assert ("Which flat is it?" in html) is is_shown
    assert ("tenancy.txt" in html) is is_shown
    assert item.file.sha256[:16] in html
    assert file.status_code == (200 if is_shown else 403)
    seen = AuditEvent.objects.filter(action="bonds.evidence_seen")
    assert seen.count() == (1 if is_shown else 0)
    if is_shown:
        assert b"".join(file.streaming_content) == b"Tenancy of number 4"


@pytest.mark.parametrize("query", [{"metric": "x\0y"}, {"state": "lost"}, {"page": "x"}, {"metric": "stayed_3m"}])
def test_filters_of_lines(room, claim, query):
    page = room.get("plumbline", "claim", claim.number, **query)

    assert page.status_code == 200
    assert page.context["page"].paginator.count == (1 if query == {"metric": "stayed_3m"} else 2)


def test_evidence_of_another_line_is_not_found_under_this_one(room):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON), room.world.make_event("moved_in", MOVED_ON))
    first, second = claim.lines.select_related("event__participant")
    item = with_file(room, first)

    assert room.get("plumbline", "line-evidence", second.public_id, item.public_id).status_code == 404
    assert not AuditEvent.objects.filter(action="bonds.evidence_seen").exists()


def test_another_provider_sees_neither_claim_nor_line(room, claim):
    line = claim.lines.first()

    assert "Nothing has been claimed yet." in room.get("lanternhouse", "claims").content.decode()
    assert room.get("lanternhouse", "claim", claim.number).status_code == 404
    assert room.get("lanternhouse", "line", line.public_id).status_code == 404
    for name, more in (("claim-withdraw", claim.number), ("claim-take", claim.number), ("line-answer", line.public_id)):
        assert room.post("lanternhouse", name, more, lines=["cln_a"], reason="x", text="x").status_code == 404


def test_a_draft_is_seen_by_its_provider_only(room):
    event = room.world.make_event("moved_in", MOVED_ON, evidence="tenancy")
    room.post("hearthside", "claim-new", events=[event.public_id], act="ticked")
    line = event.lines.get()

    statuses = {code: room.get(code, "claim", 1).status_code for code in SEEING}

    assert statuses == {code: 200 if code == "hearthside" else 404 for code in SEEING}
    assert room.get("plumbline", "line", line.public_id).status_code == 404
    assert room.post("northmoor", "claim-statement", 1).status_code == 404


def test_investors_see_no_claims(room, claim):
    vary(room.world)
    organisation = make_organisation("brightwater-larkfund")
    party = operations.add_party(
        contract=room.world.contract, organisation=organisation, code="larkfund", actor=HOLDER, at=SIGNED_AT
    )
    operations.give_role(party=party, role=PartyRole.INVESTOR, from_on=SERVICE_FROM, actor=HOLDER, at=SIGNED_AT)
    room.world.parties["larkfund"] = party

    assert room.get("larkfund", "claims").status_code == 403
    assert room.get("larkfund", "claim", claim.number).status_code == 403
    assert room.get("larkfund", "line", claim.lines.first().public_id).status_code == 403


def test_to_strangers_there_are_no_such_pages(room, claim, stranger, client):
    for name, more in (("claims", ()), ("claim", (claim.number,)), ("line", (claim.lines.first().public_id,))):
        address = room.at("plumbline", name, *more)
        assert stranger.get(address).status_code == 404
        assert "/accounts/login/" in client.get(address)["Location"]


def test_what_nobody_answered_in_time_says_so(room, time_machine):
    claim = room.world.submit(room.world.make_event("moved_in", MOVED_ON, evidence="tenancy"))
    operations.accept_unanswered(claim=claim, at=DECIDED_AT.replace(month=8))

    html = room.get("northmoor", "line", claim.lines.get().public_id).content.decode()

    assert "by the terms of the contract, because nobody answered in time" in html
