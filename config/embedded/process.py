"""A child process: what to run, how it is stopped, and that it never outlives its parent."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
IGNORED_IN_BACKGROUND = (signal.SIGINT, signal.SIGQUIT)  # a shell starts `command &` with these ignored
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Service:
    """Something that is kept running."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] | None = None
    folder: Path | str = "/"
    stop_signal: signal.Signals = signal.SIGTERM
    prepare: Callable[[], None] = lambda: None  # before every start: clears what a crash left behind
    identity: Mapping[str, Any] = field(default_factory=dict)  # user, group: as Popen takes them


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: that runs after the change of user, which would clear this."""
    parent = os.getpid()

    def prepare() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(with_signal))
        for ignored in IGNORED_IN_BACKGROUND:
            signal.signal(ignored, signal.SIG_DFL)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return prepare
