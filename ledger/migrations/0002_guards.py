"""Triggers, composite keys and grants: what the ledger's tables refuse by themselves."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "0002_guards_forward.sql").read_text(encoding="utf-8"),
            reverse_sql=(HERE / "0002_guards_reverse.sql").read_text(encoding="utf-8"),
        )
    ]
