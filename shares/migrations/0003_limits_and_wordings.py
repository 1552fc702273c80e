"""The legal limits of a holding, and the first wordings to which an applicant says yes.

Not reversed: the rows are facts that applications may already point to, and an earlier migration drops their tables.
"""

from datetime import date
from decimal import Decimal

from django.db import migrations

LIMITS = (
    ("gb", date(2014, 8, 1), Decimal(100_000), "Co-operative and Community Benefit Societies Act 2014 s.24", True),
    ("ni", date(2014, 8, 1), Decimal(20_000), "Community Shares Handbook 3.2.7 (secondary source, unverified)", False),
)
WORDINGS = (
    (
        "read_document",
        "I have read the offer document and the terms of the shares.",
        True,
    ),
    (
        "may_lose_all",
        "I understand that I could lose all the money I invest.",
        True,
    ),
    (
        "no_compensation",
        "I understand that there is no compensation scheme (FSCS) and no ombudsman for these shares.",
        True,
    ),
    (
        "withdrawal_not_certain",
        "I understand that I cannot sell these shares, and that the board may refuse or suspend withdrawals.",
        True,
    ),
    (
        "rules",
        "I apply to be a member of the society, and I agree to be bound by its rules.",
        True,
    ),
    (
        "register",
        "I understand that my name and address go into the register of members, which the law requires.",
        True,
    ),
    (
        "news",
        "The society may send me news by e-mail. I can stop this at any time.",
        False,
    ),
)


def add_rows(apps, schema_editor):
    """Write the rows."""
    limits = apps.get_model("shares", "LegalHoldingLimit")
    for jurisdiction, from_on, amount, source, is_verified in LIMITS:
        limits.objects.create(
            jurisdiction=jurisdiction,
            from_on=from_on,
            amount=amount,
            amount_currency="GBP",
            source=source,
            is_verified=is_verified,
        )
    wordings = apps.get_model("shares", "ConsentWording")
    for position, (code, text, is_required) in enumerate(WORDINGS, start=1):
        wordings.objects.create(
            code=code, version=1, text=text, is_required=is_required, position=position, from_on=date(2014, 8, 1)
        )


class Migration(migrations.Migration):
    """Rows that the law and the forms need."""

    dependencies = [("shares", "0002_guards")]

    operations = [migrations.RunPython(add_rows, migrations.RunPython.noop)]
