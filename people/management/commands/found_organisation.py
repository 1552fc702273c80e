"""Enter an organisation and its first secretary."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.errors import DomainError
from foundation import clock
from people import operations, queries
from people.models import Organisation, OrganisationKind, Role


class Command(BaseCommand):
    """`manage.py found_organisation hollow-oak "Hollow Oak Pub Limited" --secretary amy@example.org`."""

    help = "Enter an organisation; its secretary (who has a confirmed sign-in) appoints the other officers."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take slug, name, kind and secretary."""
        parser.add_argument("slug")
        parser.add_argument("name")
        parser.add_argument("--kind", choices=OrganisationKind.values, default="community_benefit_society")
        parser.add_argument("--secretary", metavar="EMAIL")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Enter both, or neither."""
        at, actor = clock.now(), "system:command"
        if Organisation.objects.filter(slug=options["slug"]).exists():
            raise CommandError("There is an organisation with this slug already.")
        organisation = operations.found_organisation(
            slug=options["slug"], name=options["name"], kind=options["kind"], actor=actor, at=at
        )
        if options["secretary"]:
            user = queries.find_user(options["secretary"])
            if user is None:
                raise CommandError("Nobody with a confirmed sign-in uses this e-mail: nothing was entered.")
            try:
                operations.appoint_officer(
                    user=user, organisation=organisation, role=Role.SECRETARY, from_on=clock.today(), actor=actor, at=at
                )
            except DomainError as refused:
                raise CommandError(refused.message) from refused
        self.stdout.write(f"{organisation.public_id}: {organisation.name}")
