"""Holds: reserving money and ending the reservation."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_posting")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "0004_holds_forward.sql").read_text(encoding="utf-8"),
            reverse_sql=(HERE / "0004_holds_reverse.sql").read_text(encoding="utf-8"),
        )
    ]
