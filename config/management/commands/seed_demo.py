"""Puts the demo's people, places and offers in, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.seed.history import DONE, History
from config.seed.standin import PracticeTill
from foundation import clock
from foundation.models import AuditEvent
from people.models import Organisation


class Command(BaseCommand):
    """Seed the demo; does nothing when it is seeded."""

    help = "Puts the demo's people, places and offers in, once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        if not settings.DEMO:
            raise CommandError("Only the demo is seeded (COMMONWEAL_ENV=demo).")
        if AuditEvent.objects.filter(action=DONE).exists():
            return
        if Organisation.objects.exists():
            raise CommandError("An earlier start was broken off half-way: run `make demo-reset`, then `make demo`.")
        History(now=clock.now(), till=PracticeTill()).tell(self.stdout.write)
