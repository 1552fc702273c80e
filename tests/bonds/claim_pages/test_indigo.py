"""A contract as INDIGO data: to the penny, read again as it was written, and every bad row of a file named."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bonds import operations
from bonds.arithmetic.indigo import PaymentType, read_indigo
from bonds.arithmetic.indigo_cells import Status
from bonds.arithmetic.indigo_writing import name_cells, write_indigo
from bonds.documents.indigo import FileUnreadable, read_tabs, write_workbook, write_zip
from bonds.queries.indigo import gather_indigo
from people.operations import issue_key
from tests.bonds.claim_pages.conftest import Room
from tests.bonds.claims.test_taking_back import pay_all
from tests.bonds.invoices.test_invoicing import issue
from tests.factories.bonds import CLAIMED_AT, DECIDED_AT, HOLDER, VERIFIER, make_contract

pytestmark = pytest.mark.django_db

LATER = datetime(2025, 8, 4, 9, 0, tzinfo=UTC)
TODAY = date(2025, 8, 4)
IDS = {"northmoor": "INDIGO-ORG-0001", "southfell": "GB-LAE-SFL", "topup": "INDIGO-ORG-0003"}
TYPED = {f"party_{code}": ident for code, ident in IDS.items()} | {"recipient": "GB-COH-09506232"}


@pytest.fixture
def paid(db, time_machine) -> Room:
    """Two people moved in in spring and one in summer; all of it is paid."""
    world = make_contract()
    days = (date(2025, 4, 10), date(2025, 5, 2), date(2025, 7, 3))
    world.accept(world.submit(*[world.make_event("moved_in", on, evidence="tenancy") for on in days]))
    pay_all(issue(world))
    time_machine.move_to(LATER, tick=False)
    return Room(world)


def gather(room, **more):
    return gather_indigo(contract=room.world.contract, identifiers=IDS, on=TODAY, **more)


def test_payments_are_told_by_result_quarter_and_payer_to_the_penny(paid):
    found = gather(paid, recipient="GB-COH-09506232")

    assert [(one.id, one.definition) for one in found.metrics] == [
        ("outcomemetric1", "Moved in: A tenancy or licence was signed, and the person has the keys."),
        ("outcomemetric2", "Stayed three months: The person has lived there for three months without a gap."),
    ]
    assert [(one.metric, one.unit, one.status) for one in found.prices] == [
        ("outcomemetric1", 50_000, Status.PRIVATE),
        ("outcomemetric2", 150_000, Status.PRIVATE),
    ]
    assert [(one.from_on, one.until_on, one.payer, one.amount) for one in found.payments] == [
        (date(2025, 4, 1), date(2025, 7, 1), "INDIGO-ORG-0001", 50_000),
        (date(2025, 4, 1), date(2025, 7, 1), "GB-LAE-SFL", 30_000),
        (date(2025, 4, 1), date(2025, 7, 1), "INDIGO-ORG-0003", 20_000),
        # The quarter that has not ended goes until today.
        (date(2025, 7, 1), date(2025, 8, 5), "INDIGO-ORG-0001", 25_000),
        (date(2025, 7, 1), date(2025, 8, 5), "GB-LAE-SFL", 15_000),
        (date(2025, 7, 1), date(2025, 8, 5), "INDIGO-ORG-0003", 10_000),
    ]
    assert found.total(PaymentType.ACTUAL) == 150_000


@pytest.mark.parametrize("write", [write_workbook, write_zip])
def test_what_is_written_is_read_again_as_it_was(paid, write):
    found = gather(paid, recipient="GB-COH-09506232")
    tabs = write_indigo(found)

    assert read_indigo(read_tabs(write(tabs)), on=TODAY) == found
    assert read_indigo(read_tabs(json.dumps(name_cells(tabs)).encode()), on=TODAY) == found


def test_public_private_and_disputed_are_marked(paid):
    operations.publish_contract(contract=paid.world.contract, private_prices=["stayed_3m"], actor=HOLDER, at=CLAIMED_AT)
    line = paid.world.contract.claims.get().lines.order_by("pk").first()
    operations.raise_dispute(
        line=line, party=paid.world.parties["northmoor"], reason="Why?", actor=VERIFIER, at=DECIDED_AT
    )

    found = gather(paid)

    assert [one.status for one in found.prices] == [Status.PUBLIC, Status.PRIVATE]
    assert [(one.amount, one.status) for one in found.payments if one.payer == "INDIGO-ORG-0001"] == [
        (25_000, Status.PUBLIC),
        (25_000, Status.DISPUTED),
        (25_000, Status.PUBLIC),
    ]
    assert found.total(PaymentType.ACTUAL) == 150_000


@pytest.mark.parametrize("shape", ["xlsx", "zip"])
def test_the_holder_downloads_it_and_tries_it(paid, shape):
    answer = paid.as_("holder").post(paid.at("holder", "indigo"), TYPED | {"act": shape})
    file = SimpleUploadedFile(f"brightwater.{shape}", answer.content)
    tried = paid.post("holder", "indigo-check", file=file).content.decode()

    assert answer.headers["content-disposition"] == f'attachment; filename="brightwater-indigo-2025-08-04.{shape}"'
    assert "has no bad row: 2 results, 2 prices, 6 payments, 0 plans, 0 investments." in tried
    assert "£1,500.00" in tried


def test_an_id_that_is_none_is_refused_and_nothing_typed_is_lost(paid):
    page = paid.post("holder", "indigo", **TYPED | {"party_topup": "The Fund; another", "act": "zip"}).content.decode()

    assert "<title>Error:" in page
    assert "Write an id such as INDIGO-ORG-0001" in page
    assert "The Fund; another" in page
    assert "GB-LAE-SFL" in page


def test_every_bad_row_is_named(paid):
    tabs = name_cells(write_indigo(gather(paid)))
    tabs["outcome_payments"][1]["money/amount/value"] = "$11.712M"
    tabs["outcome_payments"][2]["payer_organisation_id/value"] = "INDIGO-ORG-0001, INDIGO-ORG-0002"
    tabs["outcome_pricings"][0]["currency/value"] = "South African Rand"
    tabs["outcome_pricings"][1]["outcome_metric_id/value"] = "outcomemetric9"
    file = SimpleUploadedFile("bad.json", json.dumps(tabs).encode())

    page = paid.post("holder", "indigo-check", file=file).content.decode()

    assert "“bad.json” has 4 problems." in page
    for words in ("There are several organisations in one cell", "no code of a currency", "There is no metric"):
        assert words in page


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04nonsense", b"[1, 2]", b'{"other": []}', b"\xff\xfe", b"[" * 100_000, b"x" * 5_000_001],
)
def test_what_is_no_such_file_is_refused(content):
    with pytest.raises(FileUnreadable):
        read_tabs(content)


@pytest.mark.parametrize("code", ["northmoor", "hearthside", "plumbline"])
def test_nobody_but_the_holder(paid, code):
    answers = [paid.get(code, "indigo"), paid.as_(code).post(paid.at(code, "indigo"), TYPED | {"act": "zip"})]
    answers.append(paid.as_(code).post(paid.at(code, "indigo-check"), {}))

    assert {answer.status_code for answer in answers} == {403}


def test_the_same_over_rest(paid):
    paid.as_("holder")
    key = issue_key(
        user=paid.users["holder"], name="Tests", scopes=["contracts:read"],
        organisation=paid.world.contract.organisation, actor="system:tests", at=CLAIMED_AT,
    )  # fmt: skip
    client = Client(headers={"authorization": f"Api-Key {key.secret}"})
    here = [paid.slug("holder"), "brightwater"]
    address, check = (reverse(f"api:contract-indigo{part}", args=here) for part in ("", "-check"))

    tabs = client.post(address, {"identifiers": IDS}, content_type="application/json")
    short = client.post(address, {"identifiers": {}}, content_type="application/json")
    good = client.post(check, {"file": SimpleUploadedFile("a.json", json.dumps(tabs.json()).encode())})
    bad = tabs.json()
    bad["outcome_payments"][0]["money/amount/value"] = "lots"
    wrong = client.post(check, {"file": SimpleUploadedFile("a.json", json.dumps(bad).encode())})

    assert len(tabs.json()["outcome_payments"]) == 6
    assert (short.status_code, "topup" in short.content.decode()) == (400, True)
    assert good.json() == {
        "currency": "GBP", "metrics": 2, "prices": 2, "payments": 6, "plans": 0, "investments": 0,
        "actual_minor": 150_000, "planned_minor": 0,
    }  # fmt: skip
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bonds.indigo_rows_refused")
    assert [(one["row"], one["field"]) for one in wrong.json()["facts"]["problems"]] == [(1, "money/amount")]
