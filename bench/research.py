"""How long the import of published research takes: rehearsed, imported, and read again.

    python -m bench.alone bench.research [folder]

The folder is the one beside the project, unless another is named; where it is not there, that is said.
"""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management import call_command

import config.wsgi  # noqa: F401  as the application has it
from config import demo

DATA = Path(__file__).parents[1].parent / "shared" / "data"


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else DATA
    if not (folder / "units.csv").exists():
        print(f"There is no published research in {folder.name}: nothing was measured.")
        return
    demo.load()
    for options in (["--dry-run"], [], []):
        call_command("import_research", str(folder), *options)


if __name__ == "__main__":
    main(sys.argv[1:])
