"""The posting function, and the two functions that change what the application role may not."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "0003_posting_forward.sql").read_text(encoding="utf-8"),
            reverse_sql=(HERE / "0003_posting_reverse.sql").read_text(encoding="utf-8"),
        )
    ]
