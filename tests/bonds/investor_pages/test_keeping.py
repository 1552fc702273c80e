"""The contract holder calls, records, shares out, pays and writes off: looked at first, then done to the penny."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bonds.models import (
    CapitalCall,
    CommitmentChange,
    Distribution,
    Drawdown,
    InterestAccrual,
    RunWithdrawal,
    WaterfallRun,
)
from foundation.models import AuditEvent, MailMessage
from foundation.owners import find_owner_labels, find_source
from ledger.models import Entry
from payments.models import RecordedMoney
from tests.bonds.investor_books.support import (
    RUN_AT,
    RUN_ON,
    approve,
    ask_payment,
    balances,
    call,
    draw,
    given,
    owners,
    run,
    spend,
)
from tests.bonds.investor_pages.conftest import let_in, words

pytestmark = pytest.mark.django_db
CALL = {"amount_pence": "1,100.00", "due_on": "2026-04-30", "reason": "Rooms for the winter"}


def look_and_confirm(room, name: str, typed: dict[str, str]):
    """Look at what an act would do, and confirm it."""
    seen = room.post("treasurer", name, act="look", **typed).context["seen"]
    return room.post("treasurer", name, act="confirm", seen=seen, **typed)


def test_a_call_is_looked_at_and_made_and_each_investor_is_told(room):
    room.user("bigfund")
    preview = room.post("treasurer", "investor-call", act="look", **CALL)

    assert "Brightwater Bigfund Senior £600.00 £2,400.00" in words(preview)
    assert "Brightwater Seedtrust Grant £100.00 £400.00" in words(preview)
    assert CapitalCall.objects.count() == 0

    page = room.post("treasurer", "investor-call", act="confirm", seen=preview.context["seen"], **CALL)

    made = CapitalCall.objects.get()
    assert page.request["PATH_INFO"] == room.at("treasurer", "capital-call", 1)
    assert (made.pence, made.due_on.isoformat(), made.reason) == (110_000, "2026-04-30", "Rooms for the winter")
    assert [part.pence for part in made.parts.all()] == [60_000, 20_000, 20_000, 10_000]
    assert balances(room.world.contract) == {}
    mail = MailMessage.objects.get(template="bonds/mail/capital_called")
    assert (mail.to, mail.subject) == ("bigfund@example.org", "You are called on for £600.00 under Brightwater Homes")
    assert "£600.00, by 30 April 2026" in mail.text
    assert room.at("bigfund", "capital-call", 1) in mail.text
    assert AuditEvent.objects.filter(action="bonds.capital_called").count() == 1


def test_what_moved_since_is_shown_again_and_nothing_is_called(room):
    seen = room.post("treasurer", "investor-call", act="look", **CALL).context["seen"]
    call(room.world, 550)

    page = room.post("treasurer", "investor-call", act="confirm", seen=seen, **CALL)

    assert "Something has moved since you looked" in words(page)
    assert page.context["seen"] != seen
    assert 'value="1,100.00"' in page.content.decode()
    assert CapitalCall.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount_pence": "6,000"}, "more than is left to call"),
        ({"amount_pence": "0"}, "a penny or more"),
        ({"amount_pence": "lots"}, "Write an amount"),
        ({"due_on": ""}, "This field is required"),
        ({"reason": ""}, "This field is required"),
    ],
)
def test_a_call_that_cannot_be_meant_keeps_what_was_typed(room, changed, said):
    page = room.post("treasurer", "investor-call", act="look", **CALL | changed)

    assert said in words(page)
    assert (CALL | changed)["reason"] in page.content.decode()
    assert CapitalCall.objects.count() == 0


def test_a_day_in_the_past_is_refused_when_it_is_confirmed(room):
    page = look_and_confirm(room, "investor-call", CALL | {"due_on": "2026-04-09"})

    assert "today or later" in words(page)
    assert CapitalCall.objects.count() == 0


def test_what_an_investor_paid_is_written_down_and_let_in_by_a_second_person(room):
    part = call(room.world, 110_000, at=RUN_AT, due_on=RUN_ON)["bigfund", "senior"]
    form = room.get("treasurer", "drawdown-record", part.public_id)
    typed = {"key": form.context["form"]["key"].value(), "moved_on": "2026-04-10", "account": "1200"}

    page = room.post("treasurer", "drawdown-record", part.public_id, amount_pence="600", reference="BIG", **typed)

    record = RecordedMoney.objects.get()
    assert 'value="600.00"' in form.content.decode()
    assert (record.state, record.purpose, record.subject) == ("requested", "bonds.drawdown", part.public_id)
    assert (record.batch, record.party_owner) == (part.call.public_id, part.commitment.public_id)
    assert "Call 1 on the investors, Brightwater Bigfund, senior" in words(page)
    assert Drawdown.objects.count() == 0
    assert "£600.00 waits for a second person" in words(room.get("treasurer", "capital-call", 1))

    let_in(record)

    assert owners(room.world, "2300") == {("bigfund", "senior"): 60_000}
    shown = words(room.get("treasurer", "capital-call", 1))
    assert "Brightwater Bigfund Senior £600.00 £600.00 £0.00 nothing" in shown


def test_more_than_was_called_is_refused_and_kept_on_the_form(room):
    part = call(room.world, 110_000, at=RUN_AT, due_on=RUN_ON)["bigfund", "senior"]
    typed = {"key": "a" * 32, "moved_on": "2026-04-10", "account": "1200", "amount_pence": "600.01"}

    page = room.post("treasurer", "drawdown-record", part.public_id, **typed)
    ahead = room.post("treasurer", "drawdown-record", part.public_id, **typed | {"moved_on": "2026-04-11"})

    assert "Only part of this was called" in words(page)
    assert "600.01" in page.content.decode()
    assert "This day has not come yet" in words(ahead)
    assert RecordedMoney.objects.count() == 0


def test_cash_is_looked_at_stage_by_stage_shared_out_and_paid(room):
    draw(room.world, 110_000)
    spend(room.world, 70_000)
    room.user("bigfund")
    preview = room.post("treasurer", "investor-share-out", act="look", monthly_cost_pence="")

    said = words(preview)
    assert "£400.00 is in the bank beside what earlier runs promised." in said
    assert "There was not enough for £452.00, and nobody after this stage is paid." in said
    assert WaterfallRun.objects.count() == InterestAccrual.objects.count() == 0

    page = room.post("treasurer", "investor-share-out", act="confirm", seen=preview.context["seen"])

    made = WaterfallRun.objects.get()
    assert page.request["PATH_INFO"] == room.at("treasurer", "waterfall-run", 1)
    assert given(made) == {
        ("interest", "bigfund"): 3_900,
        ("interest", "smallfund"): 1_300,
        ("principal", "bigfund"): 26_100,
        ("principal", "smallfund"): 8_700,
    }
    again = room.post("treasurer", "investor-share-out", act="confirm", seen=preview.context["seen"])
    assert "There is no money in the bank beside what was promised." in words(again)
    assert WaterfallRun.objects.count() == 1
    due = Distribution.objects.get(stage="principal", party__code="bigfund")
    typed = {"key": "b" * 32, "moved_on": "2026-04-10", "account": "1200", "amount_pence": "261"}
    paid = room.post("treasurer", "distribution-pay", due.public_id, **typed)
    assert "Cash shared out, run 1: principal, Brightwater Bigfund" in words(paid)
    let_in(RecordedMoney.objects.get(purpose="bonds.distribution"))

    assert owners(room.world, "2300") == {("bigfund", "senior"): 33_900, ("smallfund", "senior"): 20_000}
    mail = MailMessage.objects.get(template="bonds/mail/distribution_paid")
    assert (mail.to, mail.subject) == ("bigfund@example.org", "£261.00 was paid to you under Brightwater Homes")
    assert "on 10 April 2026: principal, from run 1" in mail.text
    overview = words(room.get("treasurer", "investors"))
    assert "Brightwater Bigfund principal" not in overview
    assert "Brightwater Smallfund principal, Senior, run 1 £87.00 £0.00 £87.00 Record the payment" in overview


def test_a_run_is_taken_back_with_a_reason_until_something_was_paid(room):
    draw(room.world, 110_000)
    made = run(room.world)
    silent = room.post("treasurer", "waterfall-withdraw", 1, reason="")

    page = room.post("treasurer", "waterfall-withdraw", 1, reason="The fees were missing.")

    assert "This field is required" in words(silent)
    assert RunWithdrawal.objects.get().run == made
    assert "This run was taken back, so nobody is due anything by it. The fees were missing." in words(page)
    assert "Take the run back" not in words(page)
    assert "Record the payment" not in words(page)
    run(room.world)
    due = Distribution.objects.filter(run__number=2).select_related("run__contract", "run__round", "party").first()
    approve(ask_payment(due))
    refused = room.post("treasurer", "waterfall-withdraw", 2, reason="Too late.")
    assert "Something of this run was paid" in words(refused)
    assert RunWithdrawal.objects.count() == 1


def test_interest_is_booked_once(room):
    draw(room.world, 110_000)
    before = words(room.get("treasurer", "investor-accrue"))

    page = room.post("treasurer", "investor-accrue")
    after = words(room.get("treasurer", "investor-accrue"))

    assert "Brightwater Bigfund Senior £39.00 £39.00" in before
    assert "The interest until today is in the books." in words(page)
    assert "All interest until today is in the books." in after
    assert owners(room.world, "2320") == {("bigfund", "senior"): 3_900, ("smallfund", "senior"): 1_300}
    assert balances(room.world.contract)["7600"] == 5_200
    assert AuditEvent.objects.get(action="bonds.interest_accrued").after == {"pence": 5_200}


def test_what_is_not_needed_is_given_up(room):
    typed = {"amount_pence": "550", "reason": "Less is needed"}

    page = look_and_confirm(room, "investor-cancel", typed)

    assert "Given up. So much less can be called." in words(page)
    assert [one.pence for one in CommitmentChange.objects.order_by("pk")] == [30_000, 10_000, 10_000, 5_000]
    assert "of this given up: £550.00" in words(page)


def test_writing_off_needs_the_tick_and_an_empty_bank(room):
    draw(room.world, 110_000)
    unticked = room.post("treasurer", "investor-write-off", reason="Nobody came.")
    early = room.post("treasurer", "investor-write-off", reason="Nobody came.", is_meant="on")
    assert "Tick the box to write it off." in words(unticked)
    assert "There is money left." in words(early)
    assert "Nobody came." in early.content.decode()
    assert CommitmentChange.objects.count() == 0
    spend(room.world, 110_000)

    page = room.post("treasurer", "investor-write-off", reason="Nobody came.", is_meant="on")

    assert "Written off. The investors" in words(page)
    lost = CommitmentChange.objects.filter(kind="written_off")
    assert sum(one.pence for one in lost) == 100_000
    assert "written off: £1,000.00" in words(page)
    assert "-100 %: nothing has come back so far" in words(page)


def test_the_books_name_investors_calls_and_runs_and_lead_to_them(room):
    draw(room.world, 110_000)
    made = run(room.world)
    due = made.distributions.first()
    commitment = due.commitment
    overview, page = room.at("treasurer", "investors"), room.at("treasurer", "waterfall-run", 1)

    label = find_owner_labels([commitment.public_id])[commitment.public_id]
    found = {ref: find_source(ref) for ref in (made.public_id, Drawdown.objects.first().public_id, due.public_id)}

    assert (label.label, label.url) == ("Brightwater Bigfund, senior", overview)
    assert [(one.label, one.url) for one in found.values()] == [
        ("Cash shared out, run 1", page),
        ("Call 1 on the investors, Brightwater Bigfund, senior", room.at("treasurer", "capital-call", 1)),
        ("Cash shared out, run 1: interest, Brightwater Bigfund", page),
    ]
    sources = set(Entry.objects.exclude(source="").values_list("source", flat=True))
    unnamed = {ref for ref in sources if find_source(ref).label == ref and not ref.startswith("rec_")}
    assert unnamed == set()


def test_pages_without_investors_say_so(room, time_machine):
    from tests.factories.bonds import make_contract

    time_machine.move_to(RUN_AT + timedelta(days=1), tick=False)
    room.world = make_contract(reference="alone")
    room.users.clear()
    room.clients.clear()

    assert "Nobody invests in this contract" in words(room.get("treasurer", "investors"))
    refused = room.post("treasurer", "investor-call", act="look", **CALL)
    assert "Nobody invests in this contract." in words(refused)
    assert "All interest until today" in words(room.get("treasurer", "investor-accrue"))
    assert "Nobody invests" in words(room.get("treasurer", "investor-statement"))
