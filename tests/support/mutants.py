"""Each guard's tests, run where the guard is missing: they must fail. `script/test --mutants [words]`.

A mutant (tests/mutants/*.toml) is a change to the text of one file. It is made in a copy of the tree, in a
temporary folder; the product has no switch that takes a guard away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "mutants"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis")
LANES = 2
SECONDS = 600  # for one mutant
FAILED = 1  # pytest's exit code for tests that failed; others are faults of its own
SHOWN = 3_000  # characters of the output of what went wrong


@dataclass(frozen=True)
class Mutant:
    """`old` stands once in `file`. `guard` is the sentence that is true while nobody makes this change."""

    name: str
    guard: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def make(self, tree: Path) -> None:
        path = tree / self.file
        text = path.read_text()
        if text.count(self.old) != 1:
            raise ValueError(
                f"{self.name}: what it changes stands {text.count(self.old)} times in {self.file}."
            )
        path.write_text(text.replace(self.old, self.new))

    @property
    def template(self) -> str:
        """The database of a mutant of a migration, or of what migrations call, is migrated anew."""
        migrates = "/migrations/" in self.file or self.file.endswith("/database_roles.py")
        return f"test_mutant_{self.name.replace('-', '_')}" if migrates else "test_template"


def read() -> list[Mutant]:
    files = [tomllib.loads(path.read_text()) for path in sorted(FOLDER.glob("*.toml"))]
    return [
        Mutant(**{**each, "tests": tuple(each["tests"])}) for file in files for each in file.get("mutant", ())
    ]


def main(words: list[str]) -> int:
    """0 where every mutant was caught. tests.support.run has started the servers."""
    wanted = [each for each in read() if not words or any(word in each.name for word in words)]
    begun = time.monotonic()
    if not _passes_without(wanted):
        return 1
    lanes: SimpleQueue[int] = SimpleQueue()
    for lane in range(LANES):
        lanes.put(lane)
    with ThreadPoolExecutor(LANES) as pool:
        caught = list(pool.map(lambda mutant: _try(mutant, lanes), wanted))
    print(f"\ncaught {sum(caught)} of {len(caught)} in {time.monotonic() - begun:.0f} s")
    return 0 if all(caught) else 1


def _passes_without(mutants: list[Mutant]) -> bool:
    """What fails with the guard there as well proves nothing of it."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    print(f"{len(mutants)} mutants; first their {len(tests)} tests as things are …", flush=True)
    shares = [share for lane in range(LANES) if (share := tests[lane::LANES])]
    with ThreadPoolExecutor(LANES) as pool:
        done = list(pool.map(_as_things_are, shares, range(LANES)))
    for each in done:
        if each.returncode:
            print(each.stdout[-SHOWN:], flush=True)
    return not any(each.returncode for each in done)


def _as_things_are(tests: Sequence[str], lane: int) -> subprocess.CompletedProcess[str]:
    return _pytest(ROOT, tests, lane=lane, template="test_template", seconds=None)


def _try(mutant: Mutant, lanes: SimpleQueue[int]) -> bool:
    lane, begun = lanes.get(), time.monotonic()
    try:
        with _copy() as tree:
            mutant.make(tree)
            done = _pytest(tree, mutant.tests, lane=lane, template=mutant.template)
    except subprocess.TimeoutExpired:
        print(f"NOT CAUGHT  {mutant.name}: its tests did not end within {SECONDS} s", flush=True)
        return False
    finally:
        lanes.put(lane)
    caught = done.returncode == FAILED
    print(
        f"{'caught' if caught else 'NOT CAUGHT':11} {mutant.name:40} {time.monotonic() - begun:4.0f} s",
        flush=True,
    )
    if not caught:
        print(f"  {mutant.guard}\n{done.stdout[-SHOWN:]}", flush=True)
    return caught


class _copy:
    """The tree as it stands, in a folder that goes away again."""

    def __enter__(self) -> Path:
        self.folder = tempfile.TemporaryDirectory(prefix="probity-mutant-")
        tree = Path(self.folder.name) / "main"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        if (shared := ROOT.parent / "shared").exists():
            (tree.parent / "shared").symlink_to(shared)
        return tree

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()


def _pytest(
    tree: Path, tests: Sequence[str], *, lane: int, template: str, seconds: int | None = SECONDS
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "PROBITY_TEST_LANE": f"lane{lane}",
        "PROBITY_TEST_TEMPLATE": template,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]
    return subprocess.run(
        command,
        cwd=tree,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
