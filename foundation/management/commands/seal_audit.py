"""Seals the audit events, or verifies the chain."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import sealing
from foundation.clock import now


class Command(BaseCommand):
    """Print the head of the chain; with --verify exit 1 when something does not fit."""

    help = "Seal the audit events and print the head of the chain; --verify walks the whole chain."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer verification, against a kept head too."""
        parser.add_argument("--verify", action="store_true", help="verify instead of sealing")
        parser.add_argument(
            "--head", metavar="SEQUENCE:DIGEST", help="a head kept elsewhere, which must be in the chain"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seal or verify, print, and exit with the outcome."""
        kept = _parse_head(options["head"])
        found: list[str] = []
        if options["verify"] or kept:
            found = sealing.verify(expected_head=kept)
            head = sealing.get_head()
        else:
            head = sealing.seal(at=now())
        if options["json"]:
            facts = {"sequence": head.sequence, "digest": head.digest, "problems": found}
            self.stdout.write(json.dumps(facts, indent=2))
        else:
            self.stdout.write("\n".join([*found, f"{head.sequence}:{head.digest}"]))
        if found:
            sys.exit(1)


def _parse_head(text: str | None) -> sealing.Head | None:
    if not text:
        return None
    sequence, colon, digest = text.partition(":")
    if not colon or not sequence.isdecimal():
        raise CommandError("A head is written as SEQUENCE:DIGEST.")
    return sealing.Head(int(sequence), digest)
