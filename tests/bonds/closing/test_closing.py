"""The end of a contract: service, run-off, closing; nothing is closed while something is owed or undecided."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bonds import operations, tasks
from bonds.models import ContractStateChange
from bonds.operations.errors import ContractNotFinished, NotRunning, ServiceGoesOn, WrongState
from bonds.queries.closing import find_obstacles
from foundation.models import AuditEvent, MailMessage
from ledger import queries as ledger_queries
from payments.operations import MoneyFacts, approve_recorded, record_payment
from tests.bonds.invoices.test_invoicing import FIRST, SECOND, accepted, approve, issue, receive
from tests.bonds.provider_pay.support import ROWS, book, claim_two, take_back
from tests.factories.bonds import HOLDER, RUN_OFF_UNTIL, SERVICE_UNTIL, make_contract, small_terms
from tests.people.support import make_officer

pytestmark = pytest.mark.django_db

LAST_DAY = datetime(2028, 3, 31, 9, 0, tzinfo=UTC)
AFTER_SERVICE = datetime(2028, 4, 1, 9, 0, tzinfo=UTC)
LAST_CHANCE = datetime(2029, 3, 31, 9, 0, tzinfo=UTC)
AFTER_ALL = datetime(2029, 4, 1, 9, 0, tzinfo=UTC)


def pay_out(world, pence):
    """What is left goes to whoever did the work."""
    facts = MoneyFacts(
        moved_on=date(2025, 9, 1),
        amount_pence=pence,
        party_name="Hearthside",
        purpose="other",
        against="5000",
        note="Work done",
    )
    record = record_payment(
        organisation=world.contract.organisation,
        book=ledger_queries.get_book_by_slug(slug=world.contract.book_slug),
        facts=facts,
        key=f"out:{pence}",
        actor=FIRST,
        at=AFTER_SERVICE,
        today=date(2025, 9, 1),
    )
    approve_recorded(record=record, actor=SECOND, at=AFTER_SERVICE, today=date(2025, 9, 1))


def codes(world, on=RUN_OFF_UNTIL):
    return [one.code for one in find_obstacles(world.contract, on=on)]


def run_off(world, at=AFTER_SERVICE):
    return operations.begin_run_off(contract=world.contract, actor=HOLDER, at=at)


def close(world, at=AFTER_ALL):
    return operations.close_contract(contract=world.contract, reason="All done.", actor=HOLDER, at=at)


def test_everything_is_paid_and_the_contract_is_closed():
    world = accepted()
    make_officer(world.parties["southfell"].organisation, email="southfell@example.org")
    for one in issue(world).values():
        approve(receive(one, one.open_pence))
    pay_out(world, 50_000)
    run_off(world)
    assert codes(world) == []

    closed = close(world)

    assert (closed.state, closed.run_off_at, closed.closed_at) == ("closed", AFTER_SERVICE, AFTER_ALL)
    assert list(ContractStateChange.objects.values_list("to_state", flat=True)) == ["signed", "run_off", "closed"]
    assert AuditEvent.objects.get(action="bonds.contract_closed").reason == "All done."
    told = MailMessage.objects.filter(to="southfell@example.org", template__startswith="bonds/").order_by("pk")
    assert list(told.values_list("template", flat=True)) == [
        "bonds/mail/invoice_issued",
        "bonds/mail/contract_run_off",
        "bonds/mail/contract_closed",
    ]
    with pytest.raises(NotRunning):
        world.submit(world.make_event("moved_in", date(2025, 4, 12), evidence="tenancy"))


def test_the_service_goes_on_until_its_last_day():
    world = make_contract()

    with pytest.raises(ServiceGoesOn) as refused:
        run_off(world, at=LAST_DAY)
    assert refused.value.facts["until_on"] == SERVICE_UNTIL.isoformat()
    assert run_off(world, at=AFTER_SERVICE).state == "run_off"
    with pytest.raises(WrongState):
        run_off(world)


def test_a_draft_neither_runs_off_nor_closes():
    world = make_contract(is_signed=False)

    for act in (run_off, close):
        with pytest.raises(WrongState):
            act(world)
    assert not ContractStateChange.objects.exists()


def test_a_contract_in_service_is_not_closed():
    world = make_contract()

    with pytest.raises(WrongState):
        close(world)


def test_all_that_is_still_to_be_done_is_listed_at_once():
    world = accepted()
    world.submit(world.make_event("moved_in", date(2025, 4, 12), evidence="tenancy"))
    run_off(world)

    with pytest.raises(ContractNotFinished) as refused:
        close(world, at=LAST_CHANCE)

    found = [one["code"] for one in refused.value.facts["obstacles"]]
    # Earned and not invoiced (1110); what is claimed stands on both memo accounts.
    assert found == ["run_off", "claims_open", "not_invoiced", "account_open", "account_open", "account_open"]
    world.contract.refresh_from_db()
    assert world.contract.state == "run_off"


def test_the_day_after_the_run_off_is_the_first_on_which_it_can_be_closed():
    world = make_contract()
    run_off(world)

    with pytest.raises(ContractNotFinished):
        close(world, at=LAST_CHANCE)
    assert close(world, at=AFTER_ALL).state == "closed"


def test_money_on_its_way_keeps_it_open():
    world = accepted()
    invoices = issue(world)
    assert codes(world) == ["invoice_open", "invoice_open", "invoice_open", "account_open"]
    waiting = [receive(one, one.open_pence) for one in invoices.values()]
    assert codes(world)[-1] == "money_waits"
    for one in waiting:
        approve(one)
    assert codes(world) == ["account_open"]


def test_the_night_notes_whose_service_is_over(time_machine):
    over, other = make_contract(), make_contract(reference="whitebeam", is_signed=False)
    time_machine.move_to(LAST_DAY, tick=False)
    tasks.begin_run_offs()
    over.contract.refresh_from_db()
    assert over.contract.state == "signed"

    time_machine.move_to(AFTER_SERVICE, tick=False)
    tasks.begin_run_offs()
    tasks.begin_run_offs()

    over.contract.refresh_from_db()
    other.contract.refresh_from_db()
    assert (over.contract.state, other.contract.state) == ("run_off", "draft")
    assert ContractStateChange.objects.filter(to_state="run_off").get().by == "system:run-off"


def test_what_was_taken_back_is_said_of_whom_and_which_way():
    world = make_contract(small_terms(providers=ROWS))
    claim = claim_two(world)
    world.accept(claim)
    book(world)
    for one in issue(world).values():
        approve(receive(one, one.open_pence))
    take_back(world, claim, "moved_in", at=datetime(2025, 7, 28, 9, 0, tzinfo=UTC))

    words = [one.words for one in find_obstacles(world.contract, on=date(2025, 7, 28))]

    # The provider had £300 for the result and a tenth of the £500 that it earned.
    back = "£350.00 that goes back from providers, for results that were taken back, is not booked."
    assert [one for one in words if "is owed" in one or "providers" in one] == [
        back,
        "Brightwater Northmoor is owed £250.00, which nothing has settled: it is paid back first.",
        "Brightwater Southfell is owed £150.00, which nothing has settled: it is paid back first.",
        "Brightwater Topup is owed £100.00, which nothing has settled: it is paid back first.",
    ]
