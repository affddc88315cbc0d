"""The process that reads one file and ends: `python -m vetting.intake .csv < file`, JSON on its output."""

from __future__ import annotations

import contextlib
import json
import resource
import sys

from foundation.refused import Invalid
from vetting.intake.sheet import SECONDS_LIMIT, read_sheet

MEMORY_LIMIT = 2**30


def limit() -> None:
    """For this process only, and not to be raised again; a system without such limits has the clock left."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, SECONDS_LIMIT),
        (resource.RLIMIT_FSIZE, 0),  # it writes no file
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def main(suffix: str) -> None:
    limit()
    try:
        answer = read_sheet(sys.stdin.buffer.read(), f"file{suffix}").as_data()
    except Invalid as refused:
        answer = {"refused": [problem.as_dict() for problem in refused.problems]}
    # As UTF-8 and not as \uXXXX: a worker has to hold what stands here.
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main(sys.argv[1])
