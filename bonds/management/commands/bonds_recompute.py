"""Work out all that was ever accepted under a contract again, and compare it to the byte."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bonds.queries.contracts import ContractMissing, get_contract
from bonds.queries.recomputing import Recomputed, recompute
from foundation.patience import no_time_limit


class Command(BaseCommand):
    """`bonds_recompute --contract REF [--json]`: exit 0 when every line comes out byte-identical, else 1."""

    help = "Recompute every line of a contract with its versions, and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the contract, and the form of the answer."""
        parser.add_argument("--contract", required=True, help="reference of the contract")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Recompute and compare."""
        try:
            contract = get_contract(reference=options["contract"])
        except ContractMissing as error:
            raise CommandError(error.message) from None
        with no_time_limit():
            found = recompute(contract)
        self.stdout.write(_as_json(contract.reference, found) if options["json"] else _as_text(found))
        if found.differences:
            raise CommandError(f"{len(found.differences)} lines or runs come out otherwise than they were kept.")


def _as_json(reference: str, found: Recomputed) -> str:
    return json.dumps(
        {
            "contract": reference,
            "ok": not found.differences,
            "runs": found.runs,
            "lines": found.lines,
            "differences": [asdict(one) for one in found.differences],
        },
        indent=2,
    )


def _as_text(found: Recomputed) -> str:
    lines = [f"{found.lines} lines in {found.runs} runs were worked out again."]
    lines += [
        f"run {one.run} {one.line or 'as a whole'}: kept {one.kept}, found {one.found}" for one in found.differences
    ]
    return "\n".join(lines)
