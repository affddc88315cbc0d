"""Fixtures of the foundation's tests."""

from tests.foundation.doors_things import thing_table, things

__all__ = ["thing_table", "things"]
