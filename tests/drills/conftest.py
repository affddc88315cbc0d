"""Fixtures of the drills."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.whole import Whole


@pytest.fixture(scope="module")
def whole() -> Iterator[Whole]:
    """The whole system, running. In no folder of pytest's: those it closes whenever another run begins."""
    with tempfile.TemporaryDirectory(prefix="probity-whole-") as folder:
        Path(folder).chmod(0o711)  # the database's own user passes through
        system = Whole(Path(folder))
        system.start()
        yield system
        system.stop()
