"""That a payer was reminded, and how VAT looked at a contract, are facts."""

from django.db import migrations

from foundation.guards import append_only_sql

FACTS = ("bonds_invoicereminder", "bonds_vattreatment")


class Migration(migrations.Migration):
    """Triggers and rights."""

    dependencies = [("bonds", "0018_reminders_and_vat"), ("foundation", "0001_initial")]

    operations = [migrations.RunSQL(*append_only_sql(table)) for table in FACTS]
