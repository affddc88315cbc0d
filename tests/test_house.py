"""The house keeps its own rules: what imports, relations, migrations and dependencies may not do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from tests.support import mutants

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "remediation", "vetting", "cspa", "screening", "evidence", "units", "foundation")
# From the bottom up; signing and sources stand side by side.
FLOORS = {
    "audit": 0,
    "outbox": 1,
    "accounts": 2,
    "doors": 3,
    "signing": 4,
    "sources": 4,
    "units": 5,
    "evidence": 6,
    "screening": 7,
    "cspa": 8,
    "vetting": 9,
    "remediation": 10,
    "config": 11,
}
BESIDE = {("signing", "sources"), ("sources", "signing")}
RELAY = ROOT / "foundation" / "outbox" / "relay.py"
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField", "get_model", "get_app_config"}
PUBLISHING = {"delay", "apply_async", "send_task", "apply"}


# --- tools ---


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name(name)
    return subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("lint-imports", ["--no-logo"]),
        ("ruff", ["check", "."]),
        ("ruff", ["format", "--check", "."]),
        ("mypy", []),
    ],
    ids=["imports point down", "ruff finds nothing", "the layout is ruff's", "the types fit"],
)
def test_tool(name: str, arguments: list[str]) -> None:
    done = tool(name, *arguments)
    assert done.returncode == 0, f"\n{done.stdout}{done.stderr}"


# --- what an import contract does not see ---


def is_up(app: str, other: str) -> bool:
    """Whether `app` knowing `other` would point up. Apps that are not ours are below everything."""
    if app == other or app not in FLOORS or other not in FLOORS:
        return False
    return FLOORS[other] > FLOORS[app] or (app, other) in BESIDE


def test_every_app_of_ours_has_a_floor() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in ROOMS}
    assert ours == set(FLOORS)


def test_relations_point_down() -> None:
    up = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and not isinstance(field.related_model, str | None)
        if is_up(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert up == []


def test_migrations_depend_downwards() -> None:
    up = [
        f"{app}.{name} → {other}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        for other in (_label(dependency) for dependency in (*migration.dependencies, *migration.run_before))
        if is_up(app, other)
    ]
    assert up == []


def _label(dependency: tuple[str, str]) -> str:
    app, name = dependency
    return getattr(settings, name).split(".")[0] if app == "__setting__" else app


def test_models_are_not_fetched_by_name_from_above() -> None:
    """`apps.get_model("vetting", …)` and `ForeignKey("vetting.Case")` are imports that no contract sees."""
    up = [
        f"{path.relative_to(ROOT)}:{node.lineno} → {other}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for other in _named(node)
        if is_up(_room(path), other)
    ]
    assert up == []


def _named(call: ast.Call) -> list[str]:
    """The app a call names in its first argument: "vetting.Case" or, for get_model, "vetting" too."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    if name in RELATIONS and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return [first.value.split(".")[0]]
    return []


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "foundation" else parts[0]


def sources() -> Iterator[Path]:
    return (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


# --- one way out ---


def test_only_the_relay_speaks_to_the_broker() -> None:
    """A message sent from anywhere else is a fact that a lost broker loses."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        if path != RELAY
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in PUBLISHING
    ]
    assert found == []


def test_celery_is_never_eager() -> None:
    eager = "always" + "_eager"
    assert [path for path in text_files() if eager in path.read_text().lower()] == []


# --- the tree holds for every machine ---


def text_files() -> Iterator[Path]:
    kinds = {
        ".py",
        ".toml",
        ".txt",
        ".md",
        ".html",
        ".css",
        ".js",
        ".json",
        ".csv",
        ".sql",
        ".yml",
        ".yaml",
        "",
    }
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if path.is_file() and path.suffix in kinds and not any(map(_is_made_here, inside)):
            yield path


def _is_made_here(part: str) -> bool:
    """A folder of caches, data or an environment: not in the repository."""
    return part in {"var", "__pycache__"} or (part.startswith(".") and part not in {".ci", ".gitignore"})


def test_no_paths_of_one_machine_and_no_addresses_of_registries() -> None:
    machine = rf"{re.escape(str(ROOT))}\b|(?<![\w.])/(root|home/\w+|Users/\w+)/"
    registry = (
        r"registry\.[\w.-]+\.(org|com|io)|pythonhosted|\bpypi\.\w|yarnpkg|unpkg\.|jsdelivr|cdnjs|googleapis"
    )
    wrong = re.compile(f"{machine}|{registry}")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in text_files()
        if path != Path(__file__) and (match := wrong.search(path.read_text(errors="replace")))
    ]
    assert found == []


# --- dependencies ---

PINNED = re.compile(r"([A-Za-z0-9._-]+)(\[[\w,]+\])?==(\S+)")


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements(file: str) -> list[str]:
    return [line.strip() for line in (ROOT / file).read_text().splitlines() if line.strip()]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_direct_dependency_is_pinned_and_has_its_reason(file: str) -> None:
    lines = _requirements(file)
    wanted = [(before, line) for before, line in zip(lines, lines[1:], strict=False) if line[0] not in "#-"]
    assert [
        line for before, line in wanted if not before.startswith("# ") or not PINNED.fullmatch(line)
    ] == []


def test_everything_installed_is_pinned() -> None:
    files = ("requirements.txt", "requirements-dev.txt", "constraints.txt")
    pins = {
        _name(match[1]): match[3]
        for file in files
        for line in _requirements(file)
        if (match := PINNED.match(line))
    }
    installed = {_name(each.metadata["Name"]): each.version for each in distributions()}
    for own in ("pip", "setuptools", "wheel"):
        installed.pop(own, None)
    assert {name: version for name, version in installed.items() if pins.get(name) != version} == {}


# --- the mutants (tests/support/mutants.py) ---


def test_every_mutant_changes_what_is_there_and_names_tests_that_are() -> None:
    everyone = mutants.read()
    assert len({each.name for each in everyone}) == len(everyone), "Two mutants have the same name"
    for each in everyone:
        times = (ROOT / each.file).read_text().count(each.old)
        assert times == 1, f"{each.name}: what it changes stands {times} times in {each.file}"
        for test in each.tests:
            path, *within = test.partition("[")[0].split(
                "::"
            )  # the last of them is the test, in a class or not
            text = (ROOT / path).read_text()
            assert not within or f"def {within[-1]}(" in text, f"{each.name}: no {test}"
