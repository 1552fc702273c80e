"""Taking lines back on pages and over REST: looked at first, then confirmed; never by whoever claims."""

from __future__ import annotations

import pytest

from bonds import operations
from bonds.models import ClaimLine, Clawback, Invoice, Overpayment
from bonds.states import PartyRole
from foundation.models import AuditEvent, MailMessage
from tests.bonds.invoice_pages.conftest import ISSUED_AT
from tests.bonds.invoices.test_invoicing import approve, receive
from tests.factories.bonds import HOLDER

pytestmark = pytest.mark.django_db

WHY = "The tenancy was never signed."


@pytest.fixture
def mixed(till):
    """Three lines: one paid, one invoiced, one accepted and not invoiced."""
    paid, invoiced = till.accept(), None
    for invoice in till.issue().values():
        approve(receive(invoice, invoice.open_pence))
    invoiced = till.accept()
    till.issue()
    return till, [paid, invoiced, till.accept()]


def test_nothing_happens_before_it_was_seen_and_confirmed(till, time_machine):
    claim = till.accept(2)
    till.issue()
    first, second = (line.public_id for line in claim.lines.order_by("pk"))

    chosen = till.get("plumbline", "claim-clawback", claim.number, line=first).content.decode()
    look = till.post("plumbline", "claim-clawback", claim.number, lines=[first], reason=WHY, act="look")
    assert not Clawback.objects.exists()
    seen = look.context["seen"]
    done = till.post("plumbline", "claim-clawback", claim.number, lines=[first], reason=WHY, act="confirm", seen=seen)

    assert f'id="tick_{first}" checked' in chosen
    assert f'id="tick_{second}" checked' not in chosen
    assert [
        (one.payer.code, one.unasked, one.credited, one.set_off) for one, _notes in look.context["payer_plans"]
    ] == [
        ("northmoor", 0, 25_000, 0),
        ("southfell", 0, 15_000, 0),
        ("topup", 0, 10_000, 0),
    ]
    assert "note for BRIGHTWATER-INV-0001" in look.content.decode()
    assert "1 line is taken back." in done.content.decode()
    assert [line.state for line in ClaimLine.objects.order_by("pk")] == ["clawed_back", "invoiced"]
    notes = Invoice.objects.filter(kind="credit_note").order_by("number")
    assert [(one.credits.number, one.net_pence) for one in notes] == [(1, 25_000), (2, 15_000), (3, 10_000)]
    assert AuditEvent.objects.filter(action="bonds.credit_note_issued").count() == 3


def test_each_line_is_made_good_as_it_stands(mixed):
    till, claims = mixed
    for claim in claims:
        look = (
            till.api("plumbline")
            .post("claim-clawback-preview", claim.number, lines=[claim.lines.get().public_id])
            .json()
        )
        payer = look["payers"][0]
        assert payer["payer"] == "northmoor"
        assert {
            claims[0].number: (0, 25_000, []),
            claims[1].number: (0, 0, [{"invoice": 4, "pence": 25_000}]),
            claims[2].number: (25_000, 0, []),
        }[claim.number] == (payer["unasked_pence"], payer["set_off_pence"], payer["credits"])
    assert not Clawback.objects.exists()


def test_two_lines_of_an_invoice_make_one_credit_note_and_its_other_line_is_paid(till):
    claim = till.accept(3)
    invoices = till.issue()
    lines = [line.public_id for line in claim.lines.order_by("pk")]
    for invoice in invoices.values():
        approve(receive(invoice, invoice.net_pence // 3))

    till.api("plumbline").post("claim-clawback", claim.number, lines=lines[:2], reason=WHY, told="Not signed.")

    note = Invoice.objects.get(kind="credit_note", payer__code="northmoor")
    assert (note.net_pence, note.lines.count(), note.credits.number) == (50_000, 2, 1)
    assert Invoice.objects.get(number=1).state == "paid"
    assert [line.state for line in ClaimLine.objects.order_by("pk")] == ["clawed_back", "clawed_back", "paid"]
    assert not Overpayment.objects.exists()
    page = till.get("northmoor", "invoice", note.number).content.decode()
    assert "BRIGHTWATER-CN-0004" in page
    assert "Not signed." in page
    assert WHY not in page


@pytest.mark.parametrize("told", ["", "A check showed that it did not stand."])
def test_payers_read_what_they_are_told_and_never_the_reason(till, told):
    claim = till.accept()
    till.issue()
    lines = [claim.lines.get().public_id]

    look = till.post("plumbline", "claim-clawback", claim.number, lines=lines, reason=WHY, told=told, act="look")
    seen = look.context["seen"]
    till.post("plumbline", "claim-clawback", claim.number, lines=lines, reason=WHY, told=told, act="confirm", seen=seen)

    note = Invoice.objects.get(kind="credit_note", payer__code="southfell")
    page = till.get("southfell", "invoice", note.number).content.decode()
    answer = till.api("southfell").get("invoice", note.number)
    line = till.get("southfell", "line", lines[0]).content.decode()
    mails = " ".join(f"{mail.subject} {mail.text}" for mail in MailMessage.objects.all())
    assert answer.status_code == 200
    assert note.reason == told == answer.json()["invoice"]["reason"]
    assert WHY in look.content.decode()
    assert all(WHY not in text for text in (page, answer.content.decode(), line, mails, str(note.facts)))
    assert ("Why:" in page) == bool(told)
    assert told in page
    assert ClaimLine.objects.get().state_changes.last().reason == WHY


def test_what_changed_meanwhile_is_looked_at_again(till):
    claim = till.accept()
    line = claim.lines.get().public_id
    api = till.api("plumbline")
    seen = api.post("claim-clawback-preview", claim.number, lines=[line]).json()["seen"]
    till.issue()

    refused = api.post("claim-clawback", claim.number, lines=[line], reason=WHY, seen=seen)
    page = till.post("plumbline", "claim-clawback", claim.number, lines=[line], reason=WHY, act="confirm", seen=seen)

    assert (refused.status_code, refused.json()["code"]) == (409, "bonds.undone_otherwise")
    assert "Please look again." in page.content.decode()
    assert page.context["payer_plans"][0][0].credited == 25_000
    assert not Clawback.objects.exists()
    assert ClaimLine.objects.get().state == "invoiced"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"lines": []}, "Tick at least one line."),
        ({"lines": ["cln_unknown"]}, "Only accepted lines of this claim can be taken back."),
        ({"reason": " "}, "Say why: the provider has to be told."),
        ({"act": "confirm", "seen": "x"}, "Error:"),
        ({"act": "burn"}, "not one of the available choices"),
    ],
)
def test_what_makes_no_sense_takes_nothing_back(till, typed, words):
    claim = till.accept()
    good = {"lines": [claim.lines.get().public_id], "reason": WHY, "act": "look"}

    page = till.post("plumbline", "claim-clawback", claim.number, **good | typed)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Clawback.objects.exists()


@pytest.mark.parametrize("code", ["hearthside", "lanternhouse", "northmoor", "topup", "holder"])
def test_nobody_but_the_verifier_takes_back(till, code):
    claim = till.accept()
    typed = {"lines": [claim.lines.get().public_id], "reason": WHY}
    expected = {403}

    page = till.as_(code).post(till.at(code, "claim-clawback", claim.number), typed | {"act": "confirm"})
    answers = [
        till.api(code).post(name, claim.number, **typed) for name in ("claim-clawback", "claim-clawback-preview")
    ]

    assert {page.status_code, *(one.status_code for one in answers)} == expected
    assert "Take accepted lines back" not in till.get("northmoor", "claim", claim.number).content.decode()
    assert not Clawback.objects.exists()


def test_provider_and_payers_are_told_once(mixed):
    till, (paid, invoiced, waiting) = mixed
    for code in ("hearthside", "northmoor"):
        till.as_(code)
    MailMessage.objects.all().delete()
    for claim in (paid, invoiced, waiting):
        till.api("plumbline").post("claim-clawback", claim.number, lines=[claim.lines.get().public_id], reason=WHY)

    mails = [
        (mail.to.partition("@")[0], mail.subject)
        for mail in MailMessage.objects.filter(template__startswith="bonds/mail/").order_by("pk")
    ]
    texts = " ".join(MailMessage.objects.filter(to="northmoor@example.org").values_list("text", flat=True))
    assert mails == [
        ("hearthside", "One line of claim 1 under Brightwater Homes is taken back"),
        ("northmoor", "One line of claim 1 under Brightwater Homes is taken back"),
        ("northmoor", "Credit note BRIGHTWATER-CN-0007: £250.00"),
        ("hearthside", "One line of claim 2 under Brightwater Homes is taken back"),
        ("northmoor", "One line of claim 2 under Brightwater Homes is taken back"),
        ("hearthside", "One line of claim 3 under Brightwater Homes is taken back"),
        ("northmoor", "One line of claim 3 under Brightwater Homes is taken back"),
    ]
    assert "You have paid £250.00 of this; what you pay for the next results is less by so much." in texts
    assert "You need not pay £250.00 of what was invoiced" in texts
    assert "You were not asked to pay £250.00 of this" in texts
    assert "P-0" not in texts
    assert WHY not in texts


def test_a_verifier_whose_time_is_over_takes_nothing_back(till):
    claim = till.accept()
    operations.begin_variation(
        contract=till.world.contract,
        effective_on=ISSUED_AT.date(),
        reason="Parties change.",
        actor=HOLDER,
        at=ISSUED_AT,
    )
    role = till.world.verifier.roles.get(role=PartyRole.VERIFIER.value)
    operations.end_role(held=role, until_on=ISSUED_AT.date(), actor=HOLDER, at=ISSUED_AT)

    answer = till.api("plumbline").post("claim-clawback", claim.number, lines=[claim.lines.get().public_id], reason=WHY)

    assert answer.status_code == 403
    assert not Clawback.objects.exists()
