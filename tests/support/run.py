"""script/test: servers of its own in a temporary folder, a browser if there is one, then pytest.

`--full`: the trust tests at their full size. `--mutants [words]`: see tests/support/mutants.py.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from config.embedded import commands
from config.embedded.console import Console
from config.embedded.servers import Servers
from config.embedded.state import CannotStart, State
from config.embedded.supervisor import Supervisor
from tests.support import chromium

ADDRESSES = {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPERUSER_URL", "REDIS_URL", "SECRET_KEY"}
OURS = ADDRESSES | {"DEMO", "DEBUG", "HTTPS", "SEALS", "PROBITY_STATE", "PROBITY_TESTS", "DATABASE_ROLE"}
PROCESSES = "3"  # on two cores: the drills mostly wait
FULL = "--full"


def main(arguments: list[str]) -> int:
    cache = State.from_environment().path
    with tempfile.TemporaryDirectory(prefix="probity-test-") as folder, commands.signals_stop():
        Path(folder).chmod(0o711)  # the database's own user passes through
        state = State(Path(folder) / "state")
        _share_assets(state, cache)
        supervisor = Supervisor(Console(sys.stderr, quiet=True))
        try:
            servers = Servers(state, fast=True, given=inherited())
            servers.start(supervisor)
            environment = servers.environment() | _for_tests(servers, state) | chromium.environment(cache)
            if FULL in arguments:
                arguments, environment["PROBITY_FULL"] = _without(FULL, arguments), "1"
            return commands.in_foreground(supervisor, _pytest(arguments), environment)
        except KeyboardInterrupt:
            return 130
        finally:
            commands.stop(supervisor)


def _pytest(arguments: list[str]) -> list[str]:
    if "--mutants" in arguments:
        return [sys.executable, "-m", "tests.support.mutants", *_without("--mutants", arguments)]
    # Some tests take minutes: whoever has nothing left takes over what another has not begun.
    in_parallel = [] if _chooses_processes(arguments) else ["-n", PROCESSES, "--dist", "worksteal"]
    return [sys.executable, "-m", "pytest", *in_parallel, *arguments]


def _without(flag: str, arguments: list[str]) -> list[str]:
    return [each for each in arguments if each != flag]


def _chooses_processes(arguments: list[str]) -> bool:
    return any(each.startswith(("-n", "--numprocesses", "--pdb", "--trace")) for each in arguments)


def inherited() -> dict[str, str]:
    """Without what names a real database, broker or state."""
    return {name: value for name, value in os.environ.items() if name not in OURS}


def _for_tests(servers: Servers, state: State) -> dict[str, str]:
    assert servers.postgres
    return {
        "DATABASE_SUPERUSER_URL": servers.postgres.superuser_url(),
        "PROBITY_TEST_STATE": str(state.path),
        "SECRET_KEY": secrets.token_urlsafe(36),
        "DEMO": "0",
        "HTTPS": "0",  # the browser tests speak plain HTTP to this machine
    }


def _share_assets(state: State, cache: Path) -> None:
    shutil.rmtree(state.path / "assets")
    (state.path / "assets").symlink_to(cache / "assets")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as problem:
        print(f"\n{problem}\n", file=sys.stderr)
        sys.exit(1)
