"""Checks what must always hold, in all rooms."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation import invariants


class Command(BaseCommand):
    """Exit 0 when every invariant holds, 1 otherwise."""

    help = "Check the invariants of all rooms; exits with 1 when one is violated."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer JSON, and one code only."""
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--only", metavar="CODE", action="append", default=[], help="check this code only")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, print, and exit with the outcome."""
        found = list(invariants.find_all(only=frozenset(options["only"])))
        violated = sum(1 for finding in found if finding.offenders)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found, violated), indent=2, ensure_ascii=False))
        else:
            self._print(found, violated)
        if violated:
            sys.exit(1)

    def _print(self, found: list[invariants.Finding], violated: int) -> None:
        for finding in found:
            mark = f"{len(finding.offenders)} violations" if finding.offenders else "holds"
            self.stdout.write(f"{finding.invariant.code:<8} {mark:<14} {finding.invariant.statement}")
            for offender in finding.offenders:
                self.stdout.write(f"         - {offender}")
        self.stdout.write(f"{len(found)} invariants, {violated} violated")


def _as_json(found: list[invariants.Finding], violated: int) -> dict[str, Any]:
    return {
        "ok": not violated,
        "checked": len(found),
        "violated": violated,
        "invariants": [
            {
                "code": finding.invariant.code,
                "room": finding.room,
                "statement": finding.invariant.statement,
                "source": finding.invariant.source,
                "enforced_by": list(finding.invariant.enforced_by),
                "holds": not finding.offenders,
                "violations": list(finding.offenders),
            }
            for finding in found
        ],
    }
