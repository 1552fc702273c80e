"""The database keeps the facts of the payment room, and refunds within their charge."""

from pathlib import Path

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = (
    "payments_balancesnapshot",
    "payments_balancetransaction",
    "payments_providerevent",
    "payments_providerposting",
    "payments_receipt",
    "payments_statechange",
)
SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [
        ("payments", "0001_initial"),
        ("foundation", "0001_initial"),
    ]

    operations = [
        *[migrations.RunSQL(*append_only_sql(table)) for table in FACTS],
        migrations.RunSQL(
            (SQL / "refunds_within_charge_forward.sql").read_text(),
            (SQL / "refunds_within_charge_reverse.sql").read_text(),
        ),
    ]
