"""Test databases: made once from the migrations as a template, copied for each process, emptied by the superuser.

The tests themselves run as the application role, so that whatever it must not do fails in every one of them.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded.postgres import OWNER_ROLE, ROOT, SUPERUSER, Cluster, create_database

KEEP_TEMPLATES = 4
TEMPLATE_LOCK = 7_203_511

# Copies the rows that migrations made (kinds, permissions, limits by law) to a schema of its own.
SNAPSHOT = """
DO $$ DECLARE t record; filled boolean; BEGIN
  CREATE SCHEMA seed;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t.tablename) INTO filled;
    IF filled THEN EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', t.tablename, t.tablename); END IF;
  END LOOP; END $$
"""
# Empties every table that has rows and puts the snapshot back; triggers of facts stand aside for the superuser.
EMPTY = """
DO $$ DECLARE t record; names text[] := '{}'; filled boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', t.tablename) INTO filled;
    IF filled THEN names := names || quote_ident(t.tablename); END IF;
  END LOOP;
  IF array_length(names, 1) > 0 THEN
    EXECUTE 'TRUNCATE ' || array_to_string(names, ', ') || ' CASCADE';
  END IF;
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'seed' AND tablename <> 'django_migrations' LOOP
    EXECUTE format('INSERT INTO public.%I SELECT * FROM seed.%I', t.tablename, t.tablename);
  END LOOP; END $$
"""


def migrations_digest() -> str:
    """A name for the state of all migrations and of the libraries that bring their own."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()[:16]


def make_template(cluster: Cluster) -> str:
    """Make the migrated template database unless it is there, and return its name."""
    name = f"template_{migrations_digest()}"
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if connection.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name]).fetchone() != (True,):
            drop_database(cluster, name)
            create_database(cluster, name)
            _migrate(cluster, name)
            with psycopg.connect(cluster.url(SUPERUSER, name), autocommit=True) as template:
                template.execute(SNAPSHOT)
            connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))
            _drop_old_templates(cluster, connection)
    return name


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database, whoever is still connected."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def empty_database(cluster: Cluster, name: str) -> None:
    """Bring a database back to what the migrations left."""
    with psycopg.connect(cluster.url(SUPERUSER, name), options="-c lock_timeout=15s") as connection:
        connection.execute(EMPTY)


def _migrate(cluster: Cluster, name: str) -> None:
    environment = os.environ | {"DATABASE_OWNER_URL": cluster.url(OWNER_ROLE, name), "DATABASE_AS_OWNER": "1"}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The migrations fail:\n{done.stdout}\n{done.stderr}")


def _drop_old_templates(cluster: Cluster, connection: psycopg.Connection) -> None:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE datistemplate AND datname LIKE 'template\\_%' ORDER BY oid DESC"
    ).fetchall()
    for (old,) in rows[KEEP_TEMPLATES:]:
        connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(old)))
        drop_database(cluster, old)
