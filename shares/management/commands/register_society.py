"""Make an organisation a society that can offer shares: registration, rules, share class, book and card account."""

from __future__ import annotations

from argparse import ArgumentTypeError
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from moneyed import Money

from core.errors import DomainError
from foundation import clock
from foundation.access import system_actor
from ledger.operations import open_book
from payments.operations import open_provider_account
from people import queries as people_queries
from people.models import Organisation
from shares import operations, states


def _pounds(said: str) -> Decimal:
    try:
        return Decimal(said)
    except InvalidOperation:
        raise ArgumentTypeError(f"{said!r} is not an amount in pounds") from None


class Command(BaseCommand):
    """`manage.py register_society hollow-oak --number 7116 --office "1 High Street" --share 10 --account acct_…`."""

    help = "Make an organisation a society: its registration, its rules on holdings, its shares, its book, its account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the registration and the rules say; amounts are in pounds."""
        parser.add_argument("slug", help="of an organisation that found_organisation entered")
        parser.add_argument("--number", required=True, help="registration number as the society writes it")
        parser.add_argument("--office", required=True, help="registered office")
        parser.add_argument("--form", choices=[form.value for form in states.LegalForm], default="community_benefit")
        parser.add_argument("--jurisdiction", choices=[one.value for one in states.Jurisdiction], default="gb")
        parser.add_argument("--share", type=_pounds, required=True, help="nominal value of a share")
        parser.add_argument("--smallest", type=_pounds, help="smallest holding by the rules; one share if not given")
        parser.add_argument("--largest", type=_pounds, required=True, help="largest holding by the rules")
        parser.add_argument("--minimum-age", type=int, default=16)
        parser.add_argument("--has-traded", action="store_true", help="the society has accounts to show")
        parser.add_argument("--account", required=True, metavar="ACCT", help="its connected account at Stripe")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Enter all of it, or nothing."""
        try:
            organisation = people_queries.get_organisation(options["slug"])
            self._register(organisation, options)
        except DomainError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{organisation.public_id}: {organisation.name}, registered society {options['number']}")

    def _register(self, organisation: Organisation, options: dict[str, Any]) -> None:
        at, actor = clock.now(), system_actor("command")
        society = operations.register_society(
            organisation=organisation,
            registration_number=options["number"],
            legal_form=states.LegalForm(options["form"]),
            registered_office=options["office"],
            maximum_holding=Money(options["largest"], "GBP"),
            minimum_holding=Money(options["smallest"] or options["share"], "GBP"),
            jurisdiction=states.Jurisdiction(options["jurisdiction"]),
            minimum_age=options["minimum_age"],
            has_traded=options["has_traded"],
            actor=actor,
            at=at,
        )
        operations.add_share_class(
            society=society,
            name="Community shares",
            nominal_value=Money(options["share"], "GBP"),
            actor=actor,
            at=at,
        )
        open_book(slug=organisation.slug, organisation=organisation.public_id, name=organisation.name, at=at)
        open_provider_account(organisation=organisation, account_id=options["account"], at=at)
