"""Fixtures every test may use: the database (as the application's role), `reset`, `worker`, a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase, override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.support import database
from tests.support.worker import Worker, quiet, the_worker

pytest_plugins = [
    "tests.support.browser",
    "tests.support.world",
    "tests.support.calls",
    "tests.support.sizes",
    "tests.support.web",
]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[database.Reset]:
    """This process's own database instead of pytest-django's; see tests/support/database.py."""
    database.create()
    back = database.Reset()
    with django_db_blocker.unblock():
        _refuse_other_databases()
    TransactionTestCase._fixture_teardown = lambda self: _after_committing(back)  # type: ignore[method-assign]
    yield back
    with django_db_blocker.unblock():
        connections.close_all()
    back.close()
    database.drop()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Nearly every test makes the demo's people: a hash that is slow on purpose would be slow each time."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def reset(transactional_db: None, django_db_setup: database.Reset) -> Callable[[], None]:
    """Call it to empty the database in the middle of a test that commits (between examples, say)."""
    return lambda: _after_committing(django_db_setup)


@pytest.fixture(scope="session")
def _worker_process(django_db_setup: database.Reset) -> Iterator[Worker]:
    yield the_worker
    the_worker.stop()


@pytest.fixture
def worker(transactional_db: None, _worker_process: Worker) -> Iterator[Worker]:
    """A worker that listens during this test. The test commits; nothing is left over after it."""
    _worker_process.listen()
    yield _worker_process
    quiet()
    _worker_process.pause()


def _after_committing(back: database.Reset) -> None:
    quiet()
    back()
    settings.SEALS.unlink(missing_ok=True)  # it would be ahead of the database now


def _refuse_other_databases() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_database(), current_user")
        name, role = cursor.fetchone()
    if not name.startswith("test_") or role != "probity_app":
        raise pytest.UsageError(f"Tests run in a test database as probity_app, not in {name} as {role}.")
