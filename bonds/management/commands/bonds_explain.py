"""Why a claim comes to what it comes to."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bonds.queries.explaining import ClaimMissing, explain_claim, get_claim
from core.money import format_pounds


class Command(BaseCommand):
    """`bonds_explain --claim REF [--json]`: every line's path; exit 1 if there is no such claim."""

    help = "Explain a claim, line by line, from count and tariff to each payer's share."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the claim, and the form of the answer."""
        parser.add_argument("--claim", required=True, help="public id, or contract and number: brightwater/3")
        parser.add_argument("--json", action="store_true", help="print the explanation as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the explanation."""
        try:
            claim = get_claim(reference=options["claim"])
        except ClaimMissing as error:
            raise CommandError(error.message) from None
        explained = explain_claim(claim)
        if options["json"]:
            self.stdout.write(json.dumps(explained, indent=2, ensure_ascii=False))
            return
        self._print(explained)

    def _print(self, explained: dict[str, Any]) -> None:
        pounds = _pounds(explained["currency"])
        self.stdout.write(f"Claim {explained['number']} of {explained['provider']} under {explained['contract']}")
        for line in explained["lines"]:
            whose = line["person"] or line["cohort"]
            self.stdout.write(f"\n{line['metric']} · {whose} · {line['achieved_on']} · {line['state']}")
            for step in line["steps"]:
                self.stdout.write(f"  {pounds(step['amount']):>12}  {step['words']}")
            if line["gross"] is not None:
                cut = line["gross"] - line["net"]
                self.stdout.write(
                    f"  gross {pounds(line['gross'])} = paid {pounds(line['net'])} + reductions {pounds(cut)}"
                )
        self.stdout.write(
            f"\nGross {pounds(explained['gross'])} = paid {pounds(explained['net'])}"
            f" + reductions {pounds(explained['reductions'])}"
        )


def _pounds(currency: str) -> Any:
    return lambda pence: format_pounds(pence, currency)
