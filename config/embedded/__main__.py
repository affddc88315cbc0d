"""`python -m config.embedded server`, `python -m config.embedded manage …`."""

from __future__ import annotations

import sys

from config.embedded import commands
from config.embedded.state import CannotStart


def main() -> int:
    verb, arguments = sys.argv[1], sys.argv[2:]
    try:
        return commands.server() if verb == "server" else commands.manage(arguments)
    except CannotStart as problem:
        print(f"\n{problem}\n", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
