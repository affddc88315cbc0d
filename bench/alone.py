"""Run one module of bench/ on servers of its own, in a temporary folder that goes when it ends.

python -m bench.alone bench.growth [arguments]
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from config.embedded import commands
from config.embedded.console import Console
from config.embedded.servers import Servers
from config.embedded.state import ROOT, CannotStart, State
from config.embedded.supervisor import Supervisor

NOT_OURS = {"DEBUG", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SEALS", "SECRET_KEY"}


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="probity-bench-") as folder, commands.signals_stop():
        Path(folder).chmod(0o711)  # the database's own user passes through
        state = State(Path(folder) / "state")
        supervisor = Supervisor(Console(sys.stderr, quiet=True))
        given = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        try:
            servers = Servers(state, given=given | {"DEMO": "1", "SECRET_KEY": secrets.token_urlsafe(36)})
            servers.start(supervisor)
            environment = servers.environment()
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity=0"],
                cwd=ROOT,
                env=environment,
                check=True,
            )
            return commands.in_foreground(supervisor, [sys.executable, "-m", *arguments], environment)
        except KeyboardInterrupt:
            return 130
        finally:
            commands.stop(supervisor)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as problem:
        print(f"\n{problem}\n", file=sys.stderr)
        sys.exit(1)
