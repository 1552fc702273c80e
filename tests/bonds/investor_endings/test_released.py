"""When a deal ends, nobody can be called on any more: what was undrawn is released, and comes back if it goes on."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from bonds.models import CommitmentChange
from bonds.operations.distributing import withdraw_run
from bonds.operations.writing_off import write_off
from bonds.queries.investor_overview import find_overview
from foundation.models import MailMessage
from ledger.models import Entry
from payments.models import RecordedMoney
from payments.operations import reverse_recorded
from tests.bonds.investor_books.support import (
    FIRST,
    RUN_AT,
    RUN_ON,
    approve,
    ask_payment,
    ask_receipt,
    balances,
    call,
    owners,
    run,
)
from tests.bonds.investor_endings.keepers import Keepers
from tests.bonds.investor_endings.support import deal, end
from tests.factories.bonds import HOLDER
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db
UNDRAWN = {
    ("bigfund", "senior"): 240_000,
    ("smallfund", "senior"): 80_000,
    ("seedtrust", "junior"): 80_000,
    ("seedtrust", "grant"): 40_000,
}


def kept(world):
    return owners(world, "9100", memo=True)


def pay_all(made):
    for due in made.distributions.select_related("run__contract", "run__round", "party__organisation"):
        approve(ask_payment(due))


def test_the_last_run_releases_what_was_never_called():
    world = deal(80_000)
    assert kept(world) == UNDRAWN

    made = end(world)

    assert kept(world) == {}
    assert balances(world.contract, memo=True) == {}
    entry = Entry.objects.get(source=made.public_id, book__slug=world.contract.memo_slug)
    assert (entry.kind, entry.batch, sum(one.amount for one in entry.transfers.all())) == (
        "bonds.commitment_cancelled", made.round.public_id, 440_000,
    )  # fmt: skip
    released = CommitmentChange.objects.filter(run=made, kind="cancelled").select_related("commitment__party")
    assert {(one.commitment.party.code, one.commitment.tranche): one.pence for one in released} == UNDRAWN


def test_what_was_called_and_not_paid_in_is_not_wanted_any_more():
    world = deal(80_000)
    call(world, 11_000, at=RUN_AT, due_on=RUN_ON)

    end(world)

    assert kept(world) == {}
    total = find_overview(world.contract, on=RUN_ON).total
    assert (total.undrawn, total.awaited, total.callable) == (0, 0, 0)


def test_what_is_repaid_after_the_end_is_not_called_again():
    # Enough for the seniors and for all of the first loss, which is called again when repaid.
    world = deal(105_200)
    made = end(world)
    assert kept(world) == {}

    pay_all(made)
    assert kept(world) == {}
    record = RecordedMoney.objects.get(
        subject=made.distributions.get(stage="principal", party__code="seedtrust").public_id
    )
    approve(reverse_recorded(record=record, moved_on=RUN_ON, reason="Returned", actor=FIRST, at=RUN_AT, today=RUN_ON))

    assert kept(world) == {}
    assert find_overview(world.contract, on=RUN_ON).total.undrawn == 0


def test_taking_the_end_back_gives_all_of_it_back():
    world = deal(80_000)

    withdraw_run(run=end(world), reason="Too early.", actor=HOLDER, at=RUN_AT)

    assert kept(world) == UNDRAWN
    assert find_overview(world.contract, on=RUN_ON).total.undrawn == 440_000


def test_what_was_repaid_between_the_end_and_its_taking_back_can_be_called_again():
    world = deal(105_200)
    first = run(world)
    last = end(world)
    pay_all(first)
    assert kept(world) == {}

    withdraw_run(run=last, reason="Too early.", actor=HOLDER, at=RUN_AT)

    assert kept(world) == UNDRAWN | {("seedtrust", "junior"): 100_000}


def test_a_write_off_releases_it_too_and_investors_are_told():
    world = deal(0)
    part = call(world, 11_000)["bigfund", "senior"]
    make_officer(world.parties["bigfund"].organisation, email="big@example.org")

    write_off(contract=world.contract, reason="No results came.", actor=HOLDER, at=RUN_AT)

    assert kept(world) == {}
    mail = MailMessage.objects.get(template="bonds/mail/loans_written_off")
    assert mail.to == "big@example.org"
    assert "what you had promised and not paid in is released" in mail.text
    assert "No results came." in mail.text
    assert "£" not in mail.text
    with pytest.raises(Exception, match="written off"):
        ask_receipt(world, part, 100, on=date(2026, 4, 10))


def test_pages_offer_nothing_that_cannot_be_done(time_machine):
    world = deal(80_000)
    time_machine.move_to(RUN_AT, tick=False)
    room = Keepers(world)
    acts = ("investor-share-out", "investor-call", "investor-accrue", "investor-cancel", "investor-write-off")

    def offered():
        page = room.get("holder", "investors").content.decode()
        return {one for one in acts if room.at("holder", one) in page}

    assert offered() == set(acts)
    end(world)
    assert "The deal is wound up." in room.get("holder", "investors").content.decode()
    # Principal that the guarantor owes is outstanding until it went on, and can be written off if it never comes.
    assert offered() == {"investor-write-off"}
    endings = room.get("holder", "endings").content.decode()
    assert reverse("bonds:wind-up", args=[room.slug("holder"), world.contract.reference]) not in endings


def test_after_a_write_off_nothing_is_offered(time_machine):
    world = deal(0)
    time_machine.move_to(RUN_AT, tick=False)
    room = Keepers(world)
    write_off(contract=world.contract, reason="No results came.", actor=HOLDER, at=RUN_AT)

    page = room.get("holder", "investors").content.decode()

    assert "What was not repaid is written off." in page
    assert "Less often" not in page
    assert room.at("holder", "investor-call") not in page


@pytest.mark.parametrize("who", ["holder", "bigfund", "topup"])
def test_the_page_of_endings_asks_the_database_as_often(time_machine, who, django_assert_max_num_queries):
    world = deal(80_000)
    time_machine.move_to(RUN_AT, tick=False)
    room = Keepers(world)
    room.get(who, "endings")
    for _number in range(3):
        withdraw_run(run=end(world), reason="Too early.", actor=HOLDER, at=RUN_AT)
    end(world)

    with django_assert_max_num_queries(32):
        assert room.get(who, "endings").status_code == 200
