"""What a worker found out is a fact of its moment: it is never changed."""

from django.db import migrations

from foundation.guards import append_only_sql


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0037_adjustment_previews"), ("foundation", "0001_initial")]

    operations = [migrations.RunSQL(*append_only_sql("bonds_adjustmentpreview"))]
