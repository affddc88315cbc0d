"""What the person at the terminal reads: one line at a time, with who says it."""

from __future__ import annotations

import sys
import time
from collections import defaultdict, deque
from contextlib import suppress
from typing import TextIO

WIDTH = 8
KEPT = 20  # lines of a service that are shown if it dies, where they were not shown at once


class Console:
    """`quiet`: what services say is kept to itself until one of them dies."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self.stream = stream or sys.stdout
        self.quiet = quiet
        self.kept: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=KEPT))

    def relay(self, name: str, line: str) -> None:
        """What a service says."""
        if self.quiet:
            self.kept[name].append(line)
        else:
            self.say(name, line)

    def say(self, name: str, line: str) -> None:
        """What we say, of a service or of ourselves."""
        for earlier in self.kept.pop(name, ()):
            self._line(name, earlier)
        self._line(name, line)

    def write(self, text: str) -> None:
        """A closed terminal or pipe is no reason to stop serving."""
        with suppress(OSError, ValueError):
            self.stream.write(text)
            self.stream.flush()

    def _line(self, name: str, line: str) -> None:
        self.write(f"{time.strftime('%H:%M:%S')} {name:<{WIDTH}} | {line}\n")
