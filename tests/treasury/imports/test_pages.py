"""The pages and the address of imports: look first, then post; whole or not at all; only the treasurer."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.models import Job, OutboxMessage
from ledger.models import Entry
from tests.ledger.support import AT, nets
from tests.treasury.imports.test_importing import GOOD, HEADER
from treasury.handlers import import_journals
from treasury.models import JournalImport
from treasury.operations import imports as operations

BASE = "/groups/hollow-oak/books/hollow-oak"


def form(text=GOOD, **more):
    facts = {"kind": "journals", "dates": "iso", "file": SimpleUploadedFile("old.csv", text.encode())}
    return facts | more


def look(client, text=GOOD, **more):
    return client.post(f"{BASE}/import/", form(text, **more))


def confirm(client, page):
    facts = page.context["confirm"].initial
    return client.post(f"{BASE}/import/post/", {name: value for name, value in facts.items() if value is not None})


def test_looking_posts_nothing_and_saying_yes_posts_all(house, visit):
    client = visit("treasurer")
    assert client.get(f"{BASE}/import/").status_code == 200

    page = look(client)
    assert not JournalImport.objects.exists()
    assert not Entry.objects.filter(kind="imported_journal").exists()
    assert b"J1" in page.content
    assert "£165.00" not in page.content.decode()
    assert "£140.00" in page.content.decode()
    done = confirm(client, page)

    row = JournalImport.objects.get()
    assert done["Location"] == f"{BASE}/imports/{row.public_id}/"
    shown = client.get(done["Location"])
    assert b"Takings" in shown.content
    assert nets(house.book)["4000"] == 10_000
    sent = client.get(f"{BASE}/imports/{row.public_id}/file/")
    assert b"".join(sent.streaming_content).decode() == GOOD
    assert b"old.csv" in client.get(f"{BASE}/import/").content


def test_the_same_file_again_is_said_to_be_there(house, visit):
    client = visit("treasurer")
    page = look(client)
    confirm(client, page)

    assert b"in the books already" in look(client).content
    confirm(client, page)

    assert JournalImport.objects.count() == 1
    assert nets(house.book)["4000"] == 10_000


def test_every_bad_line_is_on_the_page(house, visit):
    page = look(visit("treasurer"), GOOD.replace("1200", "1299"))

    assert [one.line for one in page.context["preview"].problems] == [2, 6]
    assert "1299" in page.content.decode()
    assert "confirm" not in page.context
    assert b"<title>Error:" in page.content


def test_words_of_the_file_are_only_words(house, visit):
    page = look(visit("treasurer"), GOOD.replace("Takings", "<script>alert(1)</script>"))

    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert" in page.content


def test_opening_balances_ask_for_the_first_day(house, visit):
    client = visit("treasurer")
    rows = HEADER + ",,1200,,,500.00,,\n,,3000,mem_1,,,500.00,\n"
    page = look(client, rows, kind="opening")
    assert "starts_on" in page.context["form"].errors

    confirm(client, look(client, rows, kind="opening", starts_on="2026-01-01"))

    assert JournalImport.objects.get().opening_on.isoformat() == "2025-12-31"


def test_a_file_of_another_organisation_cannot_be_posted(house, visit):
    client = visit("treasurer")
    kept = operations.keep_file(organisation=house.shop, content=GOOD.encode(), name="old.csv", at=AT)
    facts = {"file": kept.public_id, "kind": "journals", "dates": "iso"}

    assert client.post(f"{BASE}/import/post/", facts).status_code == 404
    assert client.post(f"{BASE}/import/post/", facts | {"kind": "x"}).status_code == 302
    assert not JournalImport.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("director", 403), ("secretary", 403), ("stranger", 404), ("resident", 404)]
)
def test_only_the_treasurer_imports(house, visit, who, status):
    client = visit(who)

    assert client.get(f"{BASE}/import/").status_code == status
    assert look(client).status_code == status
    assert client.post(f"{BASE}/import/post/", {}).status_code == status


def test_a_long_file_becomes_a_job(house, visit, monkeypatch):
    monkeypatch.setattr(operations, "LONG_BYTES", 10)
    client = visit("treasurer")
    done = confirm(client, look(client))

    job = Job.objects.get()
    assert done["Location"] == reverse("foundation:job", args=[job.public_id])
    assert not JournalImport.objects.exists()
    message = OutboxMessage.objects.get(topic=operations.TOPIC)
    for _again in range(2):
        import_journals(payload=message.payload, at=AT)

    job.refresh_from_db()
    row = JournalImport.objects.get()
    assert (job.state, job.result_path) == ("finished", f"{BASE}/imports/{row.public_id}/")
    assert row.imported_by.startswith("user:")


def test_a_long_file_that_the_books_refuse_says_why(house, visit, monkeypatch):
    """The books have moved on since the file was looked at."""
    monkeypatch.setattr(operations, "LONG_BYTES", 10)
    monkeypatch.setattr("treasury.queries.imports.find_exceeded", lambda **_asked: [])
    client = visit("treasurer")
    rows = "2026-01-07,J3,2150,app_9,,5.00,,\n2026-01-07,J3,1200,,,,5.00,\n"
    confirm(client, look(client, GOOD + rows))

    import_journals(payload=OutboxMessage.objects.get(topic=operations.TOPIC).payload, at=AT)

    job = Job.objects.get()
    assert (job.state, "not allowed" in job.failure) == ("failed", True)
    assert not JournalImport.objects.exists()


def post(client, key="k1", **facts):
    return client.post(
        "/api/v1/books/hollow-oak/imports/", facts, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_over_rest(house, visit):
    client = visit("treasurer")
    looked = post(client, content=GOOD)
    assert looked.status_code == 200, looked.content
    facts = looked.json()
    assert (facts["rows"], facts["journals"], facts["added"], facts["imported"]) == (5, 2, False, None)
    assert facts["totals"][0] == {"account": "1200", "currency": "GBP", "debit": "100.00", "credit": "25.00"}

    done = post(client, "k2", content=GOOD, post=True)
    again = post(client, "k3", content=GOOD, post=True)

    assert (done.json()["added"], again.json()["added"]) == (True, False)
    assert done.json()["imported"] == again.json()["imported"]
    assert post(client, "k2", content=GOOD, post=True).json() == done.json()
    listed = client.get("/api/v1/books/hollow-oak/imports/").json()
    assert [one["id"] for one in listed] == [done.json()["imported"]["id"]]
    assert nets(house.book)["4000"] == 10_000


def test_over_rest_every_bad_line_is_listed(house, visit):
    client = visit("treasurer")
    bad = GOOD.replace("1200", "1299")
    assert [one["line"] for one in post(client, content=bad).json()["problems"]] == [2, 6]

    refused = post(client, "k2", content=bad, post=True)

    assert (refused.status_code, refused.json()["code"]) == (422, "treasury.import_refused")
    assert not JournalImport.objects.exists()
    assert post(visit("director"), content=GOOD).status_code == 403
    assert post(visit("stranger"), content=GOOD).status_code == 404
