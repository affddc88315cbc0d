"""Trust tests come in two sizes: that of every run, and the full one (`script/test --full`).

A test asks for its size and seed; the run closes with one table: test, size, result, seconds, seed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

FULL = os.environ.get("PROBITY_FULL") == "1"
SEED = int(os.environ.get("PROBITY_SEED", "20261124"))
COLUMNS = ("test", "size", "result", "seconds", "seed")


class Size:
    """`rounds = size("rounds", gate=10, full=100)`; `size.note("4,102 calls")` for what shows later."""

    full = FULL

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self.record = record

    def __call__(self, what: str, *, gate: int, full: int) -> int:
        number = full if FULL else gate
        self.note(f"{number:,} {what}")
        return number

    def note(self, said: str) -> None:
        self.record("size", said)


@pytest.fixture
def size(record_property: Callable[[str, object], None]) -> Size:
    return Size(record_property)


@pytest.fixture
def seed(record_property: Callable[[str, object], None]) -> int:
    """The same each time, or PROBITY_SEED's."""
    record_property("seed", SEED)
    return SEED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = sorted(_lines(terminalreporter))
    if not lines:
        return
    terminalreporter.section(f"trust, {'full' if FULL else 'gate'} size")
    widths = [max(len(row[at]) for row in (COLUMNS, *lines)) for at in range(len(COLUMNS))]
    for row in (COLUMNS, *lines):
        terminalreporter.write_line(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        )


def _lines(reporter: Any) -> list[tuple[str, ...]]:
    """One line for each test that asked for a size; its seconds with what it took to set up."""
    seconds: dict[str, float] = {}
    for reports in reporter.stats.values():
        for each in reports:
            if isinstance(each, pytest.TestReport):
                seconds[each.nodeid] = seconds.get(each.nodeid, 0) + each.duration
    return [
        line
        for result in ("passed", "failed")
        for report in reporter.stats.get(result, ())
        if report.when == "call" and (line := _line(report, result, seconds[report.nodeid]))
    ]


def _line(report: pytest.TestReport, result: str, seconds: float) -> tuple[str, ...] | None:
    said = [str(value) for name, value in report.user_properties if name == "size"]
    seeds = [str(value) for name, value in report.user_properties if name == "seed"]
    if not said:
        return None
    name = report.nodeid.removeprefix("tests/").replace(".py::test_", ": ").replace("_", " ")
    return name, ", ".join(said), result, f"{seconds:.1f}", ", ".join(seeds)
