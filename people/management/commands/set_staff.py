"""Make somebody staff of the platform, or end it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import clock
from people import operations, queries


class Command(BaseCommand):
    """`manage.py set_staff amy@example.org` (or with `--end`)."""

    help = "Make somebody with a confirmed sign-in staff of the platform; --end ends it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the e-mail."""
        parser.add_argument("email")
        parser.add_argument("--end", action="store_true", help="End it.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and leave an audit event."""
        user = queries.find_user(options["email"])
        if user is None:
            raise CommandError("Nobody with a confirmed sign-in uses this e-mail.")
        operations.set_staff(user=user, is_staff=not options["end"], actor="system:command", at=clock.now())
        self.stdout.write(f"{user.public_id}: staff {'ended' if options['end'] else 'set'}")
