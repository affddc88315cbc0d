"""Fixtures of the drills."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.drills.whole import Whole


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The whole system, running."""
    folder = tmp_path_factory.mktemp("whole")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o711)  # the database's own user passes through
    system = Whole(folder)
    system.start()
    yield system
    system.stop()
