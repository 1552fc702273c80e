"""What was recorded by hand is a fact, and so are its lines."""

from pathlib import Path

from django.db import migrations

from foundation.guards import append_only_sql

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("payments", "0003_recorded"), ("foundation", "0001_initial")]

    operations = [
        migrations.RunSQL(*append_only_sql("payments_recordedline")),
        migrations.RunSQL(
            (SQL / "recorded_is_fact_forward.sql").read_text(), (SQL / "recorded_is_fact_reverse.sql").read_text()
        ),
    ]
