"""Sets the environment of the tests before Django reads its settings (loaded by `-p tests.environment`)."""

import os
import tempfile
from pathlib import Path

from config.embedded.postgres import APP_ROLE, THROWAWAY, Cluster

# Tests roll back what they write. Autovacuum would look in the middle of a long one, count no row that it can see, and
# the planner would take full tables for empty ones: seconds for a join that takes milliseconds, on some runs only.
CLUSTER = Cluster("test", THROWAWAY | {"autovacuum": "off"})

os.environ["COMMONWEAL_ENV"] = "test"
# The database that is named here does not exist: tests/conftest.py makes one for each process of the run.
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or CLUSTER.url(APP_ROLE, "none")
os.environ["MEDIA_ROOT"] = tempfile.mkdtemp(prefix="cw-test-files-")
os.environ["LEDGER_HEADS_FILE"] = str(Path(os.environ["MEDIA_ROOT"]) / "heads.txt")
os.environ["DATABASE_CONN_MAX_AGE"] = "0"
# Whatever keys the machine has, tests talk to the stand-in.
for name in [name for name in os.environ if name.startswith("STRIPE_")]:
    del os.environ[name]
# Hypothesis and Playwright's loop live in the same thread as Django's ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
