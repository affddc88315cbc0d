"""A database that takes the call and says nothing more."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from foundation.doors.transact import is_away


@pytest.mark.django_db
def test_a_database_that_never_answers_is_away_within_seconds(tmp_path: Path) -> None:
    silent = connections.create_connection("default")
    silent.settings_dict = silent.settings_dict | {"HOST": str(tmp_path), "PORT": "1"}
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{tmp_path}/.s.PGSQL.1")
        listening.listen()
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="timeout expired") as away:
            silent.ensure_connection()
    assert time.monotonic() - begun < 10
    assert is_away(away.value)
