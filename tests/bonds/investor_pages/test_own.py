"""An investor sees its own place and no other's; whoever is neither holder nor investor sees none of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from bonds.models import Distribution
from documents.models import Document
from tests.bonds.investor_books.support import approve, ask_payment, draw, run, spend
from tests.bonds.investor_pages.conftest import words

pytestmark = pytest.mark.django_db
READ = (("investors",), ("capital-call", 1), ("waterfall-run", 1), ("investor-statement",))
KEEP = ("investor-call", "investor-cancel", "investor-accrue", "investor-share-out", "investor-write-off")


@pytest.fixture
def paid(room):
    """A fifth was called and paid in, two thirds of it spent; one lender was paid its interest."""
    draw(room.world, 110_000)
    spend(room.world, 70_000)
    due = run(room.world).distributions.select_related("run__contract", "run__round", "party__organisation")[0]
    approve(ask_payment(due))
    return room


def test_an_investor_sees_its_own_place_only(paid):
    pages = [words(paid.get("bigfund", *one)) for one in READ]

    for page in pages:
        assert "Smallfund" not in page
        assert "Seedtrust" not in page
    overview, called, shared, _statement = pages
    assert "Committed £3,000.00" in overview
    assert "Outstanding £600.00" in overview
    assert "Money multiple 0.07 times" in overview
    assert "Of you £600.00" in called
    assert "In all" not in called
    assert "Brightwater Bigfund Senior £39.00 £0.00 £39.00" in shared
    assert "all others together £13.00 £0.00 £13.00" in shared
    for words_of_holder in ("Record the payment", "Record that it was paid"):
        assert words_of_holder not in "".join(pages)
    assert "Call on the investors" not in overview


def test_the_holder_sees_everybody(paid):
    overview, called, shared, _statement = (words(paid.get("director", *one)) for one in READ)

    for name in ("Bigfund", "Smallfund", "Seedtrust"):
        assert f"Brightwater {name}" in overview
        assert f"Brightwater {name}" in called
    assert "Brightwater Smallfund Senior £13.00 £0.00 £13.00" in shared
    assert "Each investor over all tranches" in overview
    # A director keeps the investors' side; money is written down by the treasurer.
    assert "Share out the cash" in overview
    assert "Record the payment" not in overview
    assert "Record the payment" in words(paid.get("treasurer", "investors"))


@pytest.mark.parametrize("who", ["secretary", "northmoor", "hearthside", "plumbline", "topup"])
def test_nobody_else_sees_any_of_it(paid, who):
    for one in READ:
        assert paid.get(who, *one).status_code == 403
    for name in KEEP:
        assert paid.get(who, name).status_code == 403
    assert "Investors" not in words(paid.get(who, "contract"))


def test_investors_change_nothing(paid):
    due = Distribution.objects.first()
    part = paid.world.contract.calls.get().parts.first()

    for name in KEEP:
        assert paid.get("bigfund", name).status_code == 403
        assert paid.post("bigfund", name, reason="x", is_meant="on").status_code == 403
    assert paid.post("bigfund", "waterfall-withdraw", 1, reason="x").status_code == 403
    assert paid.get("bigfund", "drawdown-record", part.public_id).status_code == 403
    assert paid.get("bigfund", "distribution-pay", due.public_id).status_code == 403
    assert paid.get("director", "distribution-pay", due.public_id).status_code == 403
    assert paid.get("treasurer", "distribution-pay", due.public_id).status_code == 200


def test_an_investor_without_a_part_in_a_call_does_not_find_it(room):
    draw(room.world, 1)

    assert room.get("bigfund", "capital-call", 1).status_code == 200
    assert room.get("seedtrust", "capital-call", 1).status_code == 404
    assert room.get("bigfund", "capital-call", 2).status_code == 404
    assert room.get("bigfund", "waterfall-run", 1).status_code == 404


def test_results_are_counts_and_small_ones_are_not_told_apart(paid):
    world = paid.world
    events = [world.make_event("moved_in", date(2025, 4, 10), evidence="tenancy") for _ in range(12)]
    person = events[0].participant
    world.accept(world.submit(*events))
    page = words(paid.get("bigfund", "investors"))
    assert "Moved in 10" in page
    assert "Stayed three months fewer than 10" in page
    later = world.make_event("stayed_3m", date(2025, 7, 1), person, "landlord_letter")
    world.accept(world.submit(later))

    page = words(paid.get("bigfund", "investors"))

    assert "Stayed three months fewer than 10" in page
    assert person.pseudonym not in page
    assert "Results so far" not in words(paid.get("director", "investors"))


def test_a_statement_of_a_period_adds_up(paid):
    page = words(paid.get("bigfund", "investor-statement", from_on="2026-01-01", last_on="2026-04-10"))

    assert "At the beginning £600.00 £28.42" in page
    assert "£10.69 less: repaid" in page
    assert "less: repaid, or interest received £0.00 £39.00" in page
    assert "At the end £600.00 £0.11" in page
    assert "10 April 2026 Interest received (Senior) £39.00" in page
    assert "Paid in (Senior)" not in page
    wrong = paid.get("bigfund", "investor-statement", from_on="2026-02-01", last_on="2026-01-01")
    assert "The last day lies before the first." in words(wrong)


def test_the_statement_as_a_pdf_is_for_the_investor_and_the_holder(paid):
    days = {"from_on": "2026-01-01", "last_on": "2026-04-10"}

    file = paid.post("bigfund", "investor-statement-pdf", **days)
    again = paid.post("treasurer", "investor-statement-pdf", investor="bigfund", **days)

    for one in (file, again):
        assert (one.status_code, one["Content-Type"]) == (200, "application/pdf")
        assert b"".join(one.streaming_content).startswith(b"%PDF")
    document = Document.objects.get()
    assert document.series == "INVEST"
    address = reverse("documents:download", args=[document.public_id])
    for who in ("smallfund", "secretary", "northmoor"):
        assert paid.as_(who).get(address).status_code in {403, 404}
    # Somebody else's is not given under one's own address, whoever is asked for.
    mine = words(paid.get("smallfund", "investor-statement", investor="bigfund", **days))
    assert "Brightwater Bigfund" not in mine


def test_what_comes_into_the_books_later_makes_another_document(paid):
    days = {"from_on": "2026-01-01", "last_on": "2026-04-10"}
    paid.post("bigfund", "investor-statement-pdf", **days)
    due = Distribution.objects.filter(stage="principal", party__code="bigfund")
    approve(ask_payment(due.select_related("run__contract", "run__round", "party__organisation").get()))

    paid.post("bigfund", "investor-statement-pdf", **days)

    assert Document.objects.count() == 2
