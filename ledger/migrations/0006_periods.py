"""Closing periods."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_chain")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "0006_periods_forward.sql").read_text(encoding="utf-8"),
            reverse_sql=(HERE / "0006_periods_reverse.sql").read_text(encoding="utf-8"),
        )
    ]
