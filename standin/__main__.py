"""Run the stand-in: `python -m standin --port 8421 --db PATH --webhook-url URL --webhook-secret SECRET`."""

import argparse
import json
import os
import sys
from pathlib import Path

import django
from django.core.management import call_command
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server


def main(arguments: list[str] | None = None) -> int:
    """Prepare the database and serve until told to stop."""
    if os.environ.get("COMMONWEAL_ENV") == "production":
        sys.stderr.write("The stand-in for Stripe is development equipment and does not start in production.\n")
        return 2
    options = _read_options(arguments)
    database = Path(options.db).resolve()
    database.parent.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "standin.settings"
    os.environ["STANDIN_DB"] = str(database)
    os.environ["STANDIN_PUBLIC_URL"] = options.public_url or f"http://{options.host}:{options.port}"
    os.environ["STANDIN_WEBHOOK_URL"] = options.webhook_url
    os.environ["STANDIN_WEBHOOK_SECRET"] = options.webhook_secret
    os.environ["STANDIN_STARTS_DAYS_AGO"] = str(options.starts_days_ago)
    os.environ["STANDIN_ACCOUNTS"] = json.dumps(dict(account.split("=", 1) for account in options.account))
    _migrate()
    _serve(host=options.host, port=options.port)
    return 0


def _read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m standin", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8421)
    parser.add_argument("--db", default=".local/standin.sqlite3", help="path of its own SQLite file")
    parser.add_argument("--public-url", default="", help="how browsers reach it, if not http://HOST:PORT")
    parser.add_argument("--webhook-url", default="", help="where webhooks go; empty: they are held")
    parser.add_argument("--webhook-secret", default="whsec_practice")
    parser.add_argument(
        "--starts-days-ago", type=int, default=0, help="a new database's clock begins so far back, and is moved forward"
    )
    parser.add_argument("--account", action="append", default=[], metavar="ID=NAME", help="a connected account; repeat")
    return parser.parse_args(arguments)


def _migrate() -> None:
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _serve(*, host: str, port: int) -> None:
    # One process, many threads: one writer of the database, and one thread that posts webhooks.
    Server(
        "standin.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=32,
        backlog=2048,
        workers_kill_timeout=2,
        log_level=LogLevels.error,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    sys.exit(main())
