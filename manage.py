#!/usr/bin/env python
"""Django's command line. With no DATABASE_URL it uses the project's own PostgreSQL and lets it go at the end."""

import os
import sys

OWNER_COMMANDS = {"migrate", "flush", "sqlflush", "createcachetable", "dbshell_owner"}
WITHOUT_DATABASE = {
    "makemigrations",
    "collectstatic",
    "compilemessages",
    "makemessages",
    "spectacular",
    "help",
    "version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ["DATABASE_AS_OWNER"] = "1"
    cluster = None
    if not os.environ.get("DATABASE_URL"):
        os.environ.setdefault("COMMONWEAL_ENV", "demo")
        if command not in WITHOUT_DATABASE and os.environ["COMMONWEAL_ENV"] != "production":
            from config.embedded.postgres import Cluster

            cluster = Cluster("demo").acquire()
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    finally:
        if cluster is not None:
            cluster.release()


if __name__ == "__main__":
    main()
