"""A process that does with one file what a worker does, but for the database, and says what memory it took:
`python -m tests.trust.file_reading PATH NAME`."""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path

from foundation.refused import Invalid
from tests.vetting.intake.builders import FORM, LOOKUPS, TODAY
from vetting.intake.rows import check_sheet
from vetting.intake.sheet import read_bounded
from vetting.intake.template import refused_csv

KILOBYTE = 1024
STATUS = Path("/proc/self/status")


def peak_here() -> int:
    """Since this program began: what getrusage says includes the process it was started from."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    assert found
    return int(found[1]) * KILOBYTE


def peak_there() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * KILOBYTE


def work_on(content: bytes, name: str) -> None:
    try:
        sheet = read_bounded(content, name)
    except Invalid:
        return
    checked = check_sheet(sheet, FORM, None, "ymd", "valid-rows", LOOKUPS, TODAY)
    refused_csv(sheet, checked.problems)


if __name__ == "__main__":
    work_on(Path(sys.argv[1]).read_bytes(), sys.argv[2])
    print(json.dumps({"here": peak_here(), "there": peak_there()}))
