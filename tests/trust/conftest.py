"""The grid's world, committed once for all the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.support import database
from tests.trust.grid_sweep import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: database.Reset, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    fresh_for_long = override_settings(
        PASSWORD_AGAIN_SECONDS=86_400
    )  # a whole grid takes longer than minutes
    with django_db_blocker.unblock(), fresh_for_long:
        yield make_world()
        django_db_setup()
