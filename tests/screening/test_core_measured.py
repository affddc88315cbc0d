"""The floor below which matching may not fall, on real labelled names where they are at hand."""

import csv
import gzip
import random
from pathlib import Path

import pytest

from screening.core import Subject, Thresholds, compare

PAIRS = Path(__file__).resolve().parents[3] / "shared" / "data" / "name_pairs.csv.gz"
pytestmark = pytest.mark.skipif(not PAIRS.exists(), reason=f"no labelled names at {PAIRS}")


@pytest.fixture(scope="module")
def core_pairs():
    with gzip.open(PAIRS, "rt", encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["core_benchmark"] == "Y"]


def share_passed(rows, kind):
    rows = random.Random(3).sample(rows, min(len(rows), 1000))
    sides = [[Subject(kind, (row[side],)) for side in ("left", "right")] for row in rows]
    return sum(compare(*pair, Thresholds()).is_match for pair in sides) / len(rows)


@pytest.mark.parametrize(
    ("kind", "type_", "found", "passed"), [("individual", "person", 0.64, 0.04), ("unit", "unit", 0.93, 0.04)]
)
def test_the_same_are_found_and_the_merely_similar_are_not(core_pairs, kind, type_, found, passed):
    same = [row for row in core_pairs if row["type"] == type_ and row["is_match"] == "1"]
    apart = [row for row in core_pairs if row["type"] == type_ and row["is_match"] == "0"]
    assert share_passed(same, kind) >= found
    assert share_passed(apart, kind) <= passed
