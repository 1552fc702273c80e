"""The README of the stand-in names every control, operation, fault, mode and card that there is, and no other."""

from __future__ import annotations

import re

from tests.standin.process import ROOT

STANDIN = ROOT / "standin"
README = (STANDIN / "README.md").read_text()


def source(name: str) -> str:
    return (STANDIN / name).read_text()


def test_every_control_is_described():
    paths = set(re.findall(r'path\("(_control/[^"]+)"', source("urls.py")))
    described = {re.sub(r"\{\w+\}", "*", path) for path in re.findall(r"`/(_control/[^`]*)`", README)}

    assert {re.sub(r"<str:\w+>", "*", path) for path in paths} == described


def test_every_operation_is_described():
    operations = set(re.findall(r'"([a-z_]+\.[a-z_]+)",?\s+handlers_', source("api/routes.py")))
    table = README.partition("| operation (")[2].partition("- **Fees**")[0]

    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", table)) == operations
    assert len(operations) > 25


def test_every_fault_and_mode_is_described():
    machinery = source("models/machinery.py")
    kinds = re.findall(r'\("(\w+)", "', machinery.partition("KINDS = (")[2].partition("\n    )")[0])
    modes = re.findall(r'\("(\w+)", "', machinery.partition("MODES = (")[2].partition("\n    )")[0])

    assert re.findall(r"^\| `(\w+)` \|", README, flags=re.MULTILINE) == kinds
    for mode in modes:
        assert f"`{mode}`" in README.partition("Webhooks (`mode`)")[2]


def test_every_card_is_described():
    numbers = set(re.findall(r'"(\d{16})"', source("cards.py")))
    described = {found.replace(" ", "") for found in re.findall(r"\d{4} \d{4} \d{4} \d{4}", README)}

    assert described == numbers
