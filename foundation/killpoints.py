"""Places where a crash test may kill the process, as a power cut would. Elsewhere they are nothing.

Each has a name of its own: tests/drills/test_kill_points.py finds them in the code, and dies at every one.
"""

from __future__ import annotations

import os
from collections import Counter

KILLED = 137  # what a shell reports after SIGKILL

_reached: Counter[str] = Counter()


def reach(point: str) -> None:
    """Die here, without a word, if PROBITY_KILL_AT names this point and PROBITY_TESTING is 1.

    "relay.handled" is the first time it is reached, "relay.handled:3" the third.
    """
    asked, _, time = os.environ.get("PROBITY_KILL_AT", "").partition(":")
    if asked != point or os.environ.get("PROBITY_TESTING") != "1":
        return
    _reached[point] += 1
    if _reached[point] == int(time or 1):
        os._exit(KILLED)
