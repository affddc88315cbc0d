"""PostgreSQL from its wheel, in the state folder: on a socket only, with passwords, as a direct child."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import psycopg2

from config.embedded import identity
from config.embedded.process import Service
from config.embedded.state import CannotStart, State, write_secret

PORT = 54330  # only names the socket's file: no TCP port is opened
SUPERUSER = "postgres"
STATUS_LINE = 7  # of the pid file, the last
# For tests, which may lose everything.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


class Postgres:
    def __init__(self, state: State, *, fast: bool = False) -> None:
        self.fast = fast
        self.identity = identity.choose(state)
        self.programs = identity.programs(state, self.identity)
        self.folder = state.folder("postgres")
        self.data = self.folder / "data"
        self._own(self.folder)
        owner = (self.identity.uid, self.identity.gid)
        self.socket_folder = state.socket_folder("postgres-socket", f".s.PGSQL.{PORT}", *owner)

    # --- running it ---

    def service(self) -> Service:
        # "fatal": a failed statement is the application's to report, and its text may hold names.
        options = ["listen_addresses=", "log_min_messages=fatal", "max_connections=200"]
        options += FAST if self.fast else []
        command: list[str | Path] = [*self.identity.prefix, self.programs / "postgres", "-D", self.data]
        command += ["-k", self.socket_folder, "-p", str(PORT)]
        command += [part for option in options for part in ("-c", option)]
        return Service(
            "postgres",
            command,
            stop_signal=signal.SIGINT,  # "fast": does not wait for clients to leave
            prepare=self.prepare,
            identity=self.identity.keywords,
        )

    def prepare(self) -> None:
        if not self.data.exists():
            self._initialise()
        self._clear_pid_file()

    def answers(self) -> bool:
        if not self._says_ready():
            return False
        try:
            psycopg2.connect(self.url(SUPERUSER, self.password(), "postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _says_ready(self) -> bool:
        """In its pid file; to knock earlier is refused, and every refusal is a line in the log."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return [line.strip() for line in lines[STATUS_LINE:]] == ["ready"]

    def url(self, user: str, password: str, database: str) -> str:
        return f"postgres://{user}:{password}@{quote(str(self.socket_folder), safe='')}:{PORT}/{database}"

    def superuser_url(self, database: str = "postgres") -> str:
        return self.url(SUPERUSER, self.password(), database)

    def password(self) -> str:
        return (self.folder / "password").read_text()

    # --- its files ---

    def _initialise(self) -> None:
        """Into data.new, then renamed: a half-made cluster looks like a whole one to PostgreSQL."""
        unfinished, password = self.folder / "data.new", self.folder / "password"
        shutil.rmtree(unfinished, ignore_errors=True)
        if not password.exists():
            write_secret(password, os.urandom(24).hex())
            self._own(password)
        command: list[str | Path] = [
            "initdb",
            "-D",
            unfinished,
            "-U",
            SUPERUSER,
            "--pwfile",
            password,
            "--auth=scram-sha-256",
        ]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", *self._locale(), "--no-instructions"]
        self._run([*command, *(["--no-sync"] if self.fast else [])])
        unfinished.rename(self.data)

    def _locale(self) -> list[str]:
        """One order of letters on every machine; PostgreSQL carries it from version 17 on."""
        banner = subprocess.check_output([self.programs / "postgres", "--version"], text=True)
        if int(banner.split()[2].split(".")[0]) < 17:
            return []
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

    def _clear_pid_file(self) -> None:
        """It outlives a kill; its number may by now be another program's, or a server's that still runs."""
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            return  # no file or no such process: PostgreSQL deals with both
        if os.fsencode(self.data) in command:
            self._run(["pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop"])
        else:
            file.unlink(missing_ok=True)

    def _run(self, command: Sequence[str | Path]) -> None:
        """One of PostgreSQL's programs, as its user."""
        program, *arguments = command
        command = [*self.identity.prefix, self.programs / program, *arguments]
        aside = {"cwd": "/", "stdin": subprocess.DEVNULL, **self.identity.keywords}
        done = subprocess.run(command, capture_output=True, text=True, **aside)
        if done.returncode:
            raise CannotStart(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _own(self, path: Path) -> None:
        os.chown(path, self.identity.uid, self.identity.gid)
