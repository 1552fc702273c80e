"""Every amount explains itself, and all of it comes out the same to the byte when it is worked out again."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from bonds.models import LineResult
from bonds.queries.explaining import explain_claim, get_claim
from config.embedded.postgres import SUPERUSER
from tests.factories.bonds import make_contract
from tests.ledger.support import as_owner_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed():
    world = make_contract()
    person = world.make_person()
    claim = world.submit(
        world.make_event("moved_in", date(2025, 4, 10), person, "tenancy"),
        world.make_event("stayed_3m", date(2025, 7, 1), person, "landlord_letter"),
        world.make_event("moved_in", date(2025, 4, 12)),
    )
    world.accept(claim)
    return world, claim


def run(command, **options):
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_a_claim_explains_every_line_from_tariff_to_payer(claimed):
    _world, claim = claimed

    explained = explain_claim(get_claim(reference="brightwater/1"))

    assert explained["claim"] == claim.public_id
    assert (explained["gross"], explained["reductions"], explained["net"]) == (250_000, 70_000, 180_000)
    assert explained["payers"] == [
        {"payer": "northmoor", "net": 90_000},
        {"payer": "southfell", "net": 54_000},
        {"payer": "topup", "net": 36_000},
    ]
    _moved, stayed, unproven = explained["lines"]
    assert [(step["step"], step["amount"]) for step in stayed["steps"]] == [
        ("tariff", 150_000),
        ("person_cap", 130_000),
        ("split", 130_000),
    ]
    assert [step["words"] for step in stayed["steps"]] == [
        "1 at £1,500.00 each, number 1 of this result under the contract.",
        "The cap for one person “person_1800” lets through £1,800.00; £500.00 was used before.",
        "Divided between the payers: northmoor £650.00, southfell £390.00, topup £260.00.",
    ]
    assert stayed["reductions"] == [
        {
            "reason": "person_cap",
            "payer": "",
            "amount": 20_000,
            "words": "The cap for one person “person_1800” lets through £1,800.00; £500.00 was used before.",
        }
    ]
    assert [cut["words"] for cut in unproven["reductions"]] == ["Evidence is missing: tenancy."]


def test_explaining_takes_the_same_queries_for_any_number_of_lines(claimed, django_assert_num_queries):
    _world, claim = claimed

    with django_assert_num_queries(6):
        explain_claim(get_claim(reference=claim.public_id))


def test_the_command_prints_a_claim_for_people_and_for_machines(claimed):
    text = run("bonds_explain", claim="brightwater/1")

    assert "Gross £2,500.00 = paid £1,800.00 + reductions £700.00" in text
    assert json.loads(run("bonds_explain", claim="brightwater/1", json=True))["net"] == 180_000
    with pytest.raises(CommandError, match="There is no such claim"):
        run("bonds_explain", claim="brightwater/9")


def test_everything_comes_out_the_same_to_the_byte(claimed):
    world, _claim = claimed
    world.accept(world.submit(world.make_event("moved_in", date(2025, 4, 11), evidence="tenancy")))

    found = json.loads(run("bonds_recompute", contract="brightwater", json=True))

    assert found == {"contract": "brightwater", "ok": True, "runs": 2, "lines": 4, "differences": []}


@pytest.mark.breaks_invariants
@pytest.mark.django_db(transaction=True)
def test_a_line_changed_behind_our_back_is_named(claimed):
    result = LineResult.objects.order_by("place").first()
    with psycopg.connect(**as_owner_url() | {"user": SUPERUSER}) as guards_off:
        guards_off.execute("SET session_replication_role = replica")
        guards_off.execute(
            "UPDATE bonds_lineresult SET candidate = jsonb_set(candidate, '{quantity}', '2') WHERE line_id = %s",
            [result.pk],
        )

    out = StringIO()
    with pytest.raises(CommandError):
        call_command("bonds_recompute", contract="brightwater", json=True, stdout=out)

    found = json.loads(out.getvalue())
    assert not found["ok"]
    assert [(one["run"], one["line"]) for one in found["differences"]] == [(1, result.line.public_id), (1, "")]
