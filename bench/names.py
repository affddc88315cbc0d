"""Measures the name matching of screening.core: `python bench/names.py [sample of nominees, default 5000]`.

Prints recall on the labelled pairs per type, hard negatives that pass, alerts per 1,000 invented nominees
against the watchlist, recall of the keys, and comparisons a second. Names only, except where it says so.
Reads ../shared/data.
"""

import csv
import gzip
import heapq
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from math import log
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from screening.core import ALGORITHM, Kind, Subject, Thresholds, compare, keys  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
NEEDED = ("name_pairs.csv.gz", "watchlist_entities.csv.gz", "fictional_nominees.csv.gz")
Row = dict[str, str]


class Index:
    """Keys to subjects in memory, as the package docstring of screening.core says to use them."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        self.subjects = list(subjects)
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, subject in enumerate(self.subjects):
            for key, weight in keys(subject.names, subject.kind).items():
                self.postings[key].append((place, weight))

    def best(self, names: Iterable[str], kind: Kind, count: int = 50) -> list[int]:
        found: dict[int, float] = defaultdict(float)
        for key, weight in keys(names, kind).items():
            holders = self.postings.get(key, ())
            rarity = log(len(self.subjects) / len(holders)) if holders else 0.0
            for place, filed in holders:
                found[place] += weight * filed * rarity
        return heapq.nsmallest(count, found, key=lambda place: (-found[place], place))


def read(name: str) -> list[Row]:
    path = DATA / name
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def born(text: str) -> str | None:
    """The partial ISO date in a list's own spelling, or None."""
    for form in ("%d %b %Y", "%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date().isoformat()
    return text if len(text) == 4 and text.isdigit() else None


def watchlist() -> list[Subject]:
    people = (row for row in read("watchlist_entities.csv.gz") if row["type"] == "person")
    return [
        Subject("individual", (row["name"], *filter(None, row["aliases"].split(" | "))), born(row["dob"]))
        for row in people
    ]


def pairs(thresholds: Thresholds) -> Iterator[tuple[Row, float]]:
    for row in read("name_pairs.csv.gz"):
        kind: Kind = "unit" if row["type"] in {"unit", "org"} else "individual"
        yield row, compare(Subject(kind, (row["left"],)), Subject(kind, (row["right"],)), thresholds).score


def show_pairs(thresholds: Thresholds) -> None:
    passed: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    start = time.perf_counter()
    for row, score in pairs(thresholds):
        is_core = "core" if row["core_benchmark"] == "Y" else "other"
        passed[row["type"], is_core, row["is_match"]].append(score >= thresholds.match)
        if row["type"] == "person" and is_core == "core" and row["is_match"] == "1":
            passed["  " + row["category"], is_core, "1"].append(score >= thresholds.match)
    total = sum(len(rows) for key, rows in passed.items() if not key[0].startswith(" "))
    seconds = time.perf_counter() - start
    print(f"{'pairs':<34}{'same: found':>16}{'different: passed':>22}")
    for name, is_core in sorted(
        {key[:2] for key in passed}, key=lambda key: (key[1], key[0].startswith(" "), key)
    ):
        same, apart = passed.get((name, is_core, "1"), []), passed.get((name, is_core, "0"), [])
        print(f"{is_core + ' ' + name:<34}{_share(same):>16}{_share(apart):>22}")
    print(f"{total / seconds:,.0f} pairs a second, first sight, reading of the file included")


def _share(rows: list[bool]) -> str:
    return f"{sum(rows) / len(rows):.3f} of {len(rows):,}" if rows else ""


def show_alerts(thresholds: Thresholds, sample: int) -> None:
    known = watchlist()
    index = Index(known)
    rows = random.Random(11).sample(read("fictional_nominees.csv.gz"), sample)
    nominees = [Subject("individual", (row["full_name"],), row["date_of_birth"] or None) for row in rows]
    found = [index.best(nominee.names, "individual") for nominee in nominees]
    for label, bare in (("names only", True), ("with birth dates", False)):
        compared, alerts = 0, 0
        start = time.perf_counter()
        for nominee, places in zip(nominees, found, strict=True):
            asked = Subject(nominee.kind, nominee.names) if bare else nominee
            compared += len(places)
            alerts += any(compare(asked, known[place], thresholds).is_match for place in places)
        rate = compared / (time.perf_counter() - start)
        print(
            f"alerts per 1,000 of {sample:,} invented nominees, {label}: {1000 * alerts / sample:.1f}", end=""
        )
        print(f"   ({rate:,.0f} compares/s)")


def show_retrieval(register: int) -> None:
    """Aliases asked for, their entity among the first 50 of a register filled up with invented people."""
    rows = [row for row in read("watchlist_entities.csv.gz") if row["type"] == "person" and row["aliases"]]
    listed = [Subject("individual", (row["name"],)) for row in rows]
    invented = [Subject("individual", (row["full_name"],)) for row in read("fictional_nominees.csv.gz")]
    start = time.perf_counter()
    index = Index((listed + invented)[:register])
    built = time.perf_counter() - start
    places = {row["name"]: place for place, row in enumerate(rows)}
    asked = [(row["right"], places[row["left"]]) for row in read("name_pairs.csv.gz") if _asks(row, places)]
    start = time.perf_counter()
    hits = [place in index.best([name], "individual") for name, place in asked]
    each = 1000 * (time.perf_counter() - start) / len(asked)
    print(f"keys, recall@50 in {len(index.subjects):,} names: {_share(hits)}", end="")
    print(f"   ({each:.1f} ms a query, built in {built:.0f} s)")


def _asks(row: Row, places: dict[str, int]) -> bool:
    core = row["type"] == "person" and row["core_benchmark"] == "Y" and row["is_match"] == "1"
    return core and row["left"] in places


def main() -> int:
    if missing := [name for name in NEEDED if not (DATA / name).exists()]:
        print(f"Nothing measured: {', '.join(missing)} not in {DATA}.")
        return 1
    thresholds = Thresholds()
    print(f"{ALGORITHM}, match from {thresholds.match}")
    show_pairs(thresholds)
    show_alerts(thresholds, int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
    show_retrieval(10_000)
    show_retrieval(100_000)
    return 0


if __name__ == "__main__":
    sys.exit(main())
