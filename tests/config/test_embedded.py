"""The embedded servers: their files, their passwords, and what a crash leaves behind."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from config.embedded import identity, roles
from config.embedded.console import Console
from config.embedded.postgres import PORT, Postgres
from config.embedded.servers import OWNERS_ADDRESS, Servers, without_owner
from config.embedded.state import LONGEST_SOCKET_PATH, CannotStart, State
from config.embedded.supervisor import Supervisor


@pytest.fixture
def state() -> Iterator[State]:
    with tempfile.TemporaryDirectory(prefix="probity-embedded-") as folder:
        Path(folder).chmod(0o711)
        yield State(Path(folder) / "state")


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor(Console(io.StringIO()))
    yield supervisor
    supervisor.stop()


def test_secrets_are_made_once_and_are_this_users_alone(state: State) -> None:
    first = state.secret("secret-key")
    assert state.secret("secret-key") == first
    assert len(first) >= 40
    assert (state.path / "secrets" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_socket_with_too_long_a_path_goes_to_the_temporary_folder(tmp_path: Path) -> None:
    deep = State(tmp_path / ("d" * 90))
    folder = deep.socket_folder("postgres-socket", f".s.PGSQL.{PORT}", os.geteuid(), os.getegid())
    try:
        assert len(os.fsencode(folder)) < LONGEST_SOCKET_PATH - 20
        assert folder.stat().st_mode & 0o777 == 0o700
        assert folder == deep.socket_folder("postgres-socket", "s" * 60, os.geteuid(), os.getegid())
    finally:
        folder.rmdir()


def test_whoever_runs_the_servers_runs_them_alone(state: State) -> None:
    with state.servers_lock() as first:
        assert first
        with state.servers_lock() as second:
            assert not second
    with state.servers_lock() as third:
        assert third


def test_the_servers_start_with_two_roles_and_keep_their_data(state: State, supervisor: Supervisor) -> None:
    servers = Servers(state, fast=True, given={})
    servers.start(supervisor)
    environment = servers.environment()
    with psycopg2.connect(environment[OWNERS_ADDRESS]) as owner, owner.cursor() as cursor:
        cursor.execute("create table kept (n int)")
        cursor.execute("select array_agg(extname::text order by 1) from pg_extension")
        assert set(roles.EXTENSIONS) < set(cursor.fetchone()[0])
    owner.close()
    supervisor.stop()

    Servers(state, fast=True, given={}).start(supervisor)
    application = psycopg2.connect(environment["DATABASE_URL"])
    with application.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("truncate kept")
    application.close()
    with redis.Redis(unix_socket_path=environment["REDIS_URL"].removeprefix("redis+socket://")) as broker:
        assert broker.ping()


def test_a_wrong_password_is_refused(state: State, supervisor: Supervisor) -> None:
    servers = Servers(state, fast=True, given={"REDIS_URL": "redis+socket:///elsewhere"})
    servers.start(supervisor)
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(servers.postgres.url(roles.APPLICATION, "wrong", roles.DATABASE))


def test_a_half_made_cluster_is_made_anew(state: State) -> None:
    postgres = Postgres(state, fast=True)
    unfinished = postgres.folder / "data.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    postgres.prepare()
    assert (postgres.data / "global" / "pg_control").exists()
    assert not unfinished.exists()


def test_a_pid_file_with_another_programs_number_does_not_keep_it_from_starting(
    state: State, supervisor: Supervisor
) -> None:
    postgres = Postgres(state, fast=True)
    postgres.prepare()
    here = f"{os.getpid()}\n{postgres.data}\n1\n{PORT}\n{postgres.socket_folder}\n"
    (postgres.data / "postmaster.pid").write_text(here)  # this test's own number: it lives, and is no server
    supervisor.start(postgres.service())
    supervisor.wait_until(postgres.answers, "postgres", seconds=20)


def test_a_database_and_a_broker_of_ones_own_replace_the_embedded_ones(state: State) -> None:
    given = {
        "DATABASE_URL": "postgres://app@elsewhere/probity",
        "DATABASE_OWNER_URL": "postgres://owner@elsewhere/probity",
        "REDIS_URL": "redis://elsewhere",
    }
    servers = Servers(state, given=given)
    assert (servers.postgres, servers.valkey) == (None, None)
    environment = servers.environment()
    assert environment.items() >= given.items()
    assert "DEMO" not in environment  # no invented people in a real database
    assert environment["SECRET_KEY"] == state.secret("secret-key")


def test_an_owner_without_an_application_is_a_mistake(state: State) -> None:
    with pytest.raises(CannotStart, match="Set both, or neither"):
        Servers(state, given={"DATABASE_OWNER_URL": "postgres://owner@elsewhere/probity"})


def test_web_worker_and_beat_do_not_see_the_owners_address() -> None:
    assert without_owner({OWNERS_ADDRESS: "x", "DATABASE_URL": "y"}) == {"DATABASE_URL": "y"}


def test_private_folders_stay_private(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    inside = private / "state"
    inside.mkdir(mode=0o711)
    stranger = os.geteuid() + 1
    assert not identity.passable(inside, stranger, stranger)
    assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody to hand the database to")
def test_root_in_a_private_folder_changes_nobodys_folders(tmp_path: Path, supervisor: Supervisor) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    before = {folder: folder.stat().st_mode for folder in (home, *home.parents)}
    try:
        servers = Servers(State(home / "state"), fast=True, given={"REDIS_URL": "redis+socket:///elsewhere"})
    except CannotStart as problem:  # no user namespaces on this machine
        assert "Set PROBITY_STATE" in str(problem)
    else:
        servers.start(supervisor)
        assert servers.answer()
    assert {folder: folder.stat().st_mode for folder in before} == before
