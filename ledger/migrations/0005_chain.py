"""The chain over the entries of a book, and what was published of it."""

from pathlib import Path

from django.db import migrations

HERE = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_holds")]

    operations = [
        migrations.RunSQL(
            sql=(HERE / "0005_chain_forward.sql").read_text(encoding="utf-8"),
            reverse_sql=(HERE / "0005_chain_reverse.sql").read_text(encoding="utf-8"),
        )
    ]
