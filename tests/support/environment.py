"""Point this test process at its own database, broker and state, before anything reads the settings.

An early plugin (pyproject.toml, `-p`). One test process is one database: `test_probity_<process>`. What it
starts (a worker, a command) inherits the same environment and so lands in the same place.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

# gw0, gw1, …: set before the plugins load. A lane is a run beside others on the same servers.
PROCESS = os.environ.get("PYTEST_XDIST_WORKER") or os.environ.get("PROBITY_TEST_LANE", "solo")
DATABASE = f"test_probity_{PROCESS}"
TEMPLATE = os.environ.get("PROBITY_TEST_TEMPLATE", "test_template")


def database_url(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def broker_url(url: str, number: int) -> str:
    """The same broker, its own numbered space in it."""
    return f"{url.partition('?')[0]}?virtual_host={number}"


def _number() -> int:
    digits = PROCESS.lstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits) + 1 if digits else 0


def _state() -> Path:
    """A folder for this process's mail, seals and static files; the assets are everybody's."""
    common = Path(os.environ["PROBITY_TEST_STATE"])
    own = common / PROCESS
    (own / "static").mkdir(parents=True, exist_ok=True)
    if not (own / "assets").exists():
        (own / "assets").symlink_to(common / "assets")
    return own


def _enter() -> None:
    if "DATABASE_SUPERUSER_URL" not in os.environ:
        raise pytest.UsageError("Run the tests with script/test: it starts the servers they need.")
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPERUSER_URL"):
        os.environ[variable] = database_url(os.environ[variable], DATABASE)
    os.environ["REDIS_URL"] = broker_url(os.environ["REDIS_URL"], _number())
    os.environ["PROBITY_STATE"] = str(_state())
    os.environ["PROBITY_TESTS"] = "1"  # settings refuse any database whose name does not begin with test_
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread


_enter()
