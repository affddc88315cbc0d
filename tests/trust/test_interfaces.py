"""Commands, tasks, subscribers and schedules are those of interfaces.txt: they take and call what it says.
One more, or one that takes or calls more, must be reviewed there first."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class

from config.celery import app
from foundation.outbox import registry, tasks
from tests.test_house import ROOMS

FILE = Path(__file__).with_name("interfaces.txt")
OF_DJANGO = {"version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color",
             "skip_checks", "help"}  # fmt: skip

Way = tuple[str, str, str, str]  # kind, name, arguments, modules


def written() -> list[Way]:
    lines = (line.partition("#")[0].split() for line in FILE.read_text().splitlines())
    return [(kind, name, arguments, modules) for kind, name, arguments, modules in filter(None, lines)]


def there() -> Iterator[Way]:
    app.loader.import_default_modules()
    for name, task in app.tasks.items():
        if not name.startswith("celery."):
            yield "task", name, parameters(task.run), imported(sys.modules[task.run.__module__])
    for name, room in get_commands().items():
        if isinstance(room, str) and room.partition(".")[0] in ROOMS:
            command = load_command_class(room, name)
            yield "command", name, options(command), imported(sys.modules[type(command).__module__])
    for kind in registry._subscribers:
        for each in registry.subscribers(kind):
            yield "subscriber", each.name, parameters(each.handler), each.handler.__module__
    for schedule in registry.schedules():
        yield "schedule", schedule.name, parameters(schedule.run), schedule.run.__module__


def parameters(of: Callable[..., Any]) -> str:
    return ",".join(sorted(inspect.signature(of).parameters)) or "-"


def options(command: Any) -> str:
    declared = {each.dest for each in command.create_parser("manage.py", "any")._actions}
    return ",".join(sorted(declared - OF_DJANGO)) or "-"


def imported(module: Any) -> str:
    """The modules of ours that a module names."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in ROOMS:
            names = [f"{node.module}.{each.name}" for each in node.names]
            found |= {name if name in sys.modules else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names if each.name.partition(".")[0] in ROOMS}
    return ",".join(sorted(found)) or "-"


def test_the_ways_in_are_those_that_were_reviewed() -> None:
    found, reviewed = set(there()), set(written())
    assert found - reviewed == set(), "Write these in interfaces.txt, with what they may do"
    assert reviewed - found == set(), "These are no longer there"


def test_a_forged_message_says_nothing() -> None:
    """A task takes no word from whoever writes into the broker."""
    for task in (tasks.drain, tasks.tick):
        with pytest.raises(TypeError):
            task.run("a case")
