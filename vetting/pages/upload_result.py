"""What came of a file: counts, what is wrong by row and column, whom one has nominated before."""

from __future__ import annotations

from typing import Any

from foundation.doors.jobs import Job

SHOWN = 200  # problems on the page; the file of refused rows has them all
COUNTS = [
    ("refused", "To fix"),
    ("new", "New"),
    ("same_person", "Same person"),
    ("changed", "Changed"),
    ("duplicates", "Duplicates"),
]


def about_result(job: Job, kept: Job | None) -> dict[str, Any]:
    result = job.result or {}
    diff = result.get("diff", [])
    wrong_rows = {each["row"] for each in job.errors if each.get("row")}
    return {
        "job": job,
        "kept": kept,
        "checked": job.options.get("dry_run"),
        "filename": job.options.get("filename", ""),
        "counts": [{"label": label, "count": result[name]} for name, label in COUNTS if name in result],
        "result": result,
        "good": sum(result.get(name, 0) for name in ("new", "same_person", "changed")),
        "wrong": [_line(each) for each in job.errors[:SHOWN]],
        "more": max(len(job.errors) - SHOWN, 0),
        "heading": _heading(len(job.errors), len(wrong_rows), job.total),
        "other": [each for each in diff if each["fields"]][:SHOWN],
        "same_rows": [each["row"] for each in diff if not each["fields"]],
        "has_file": job.attachment is not None,
    }


def _line(error: dict[str, Any]) -> dict[str, Any]:
    """A column's own heading is not said twice."""
    pointer = (error.get("pointer") or "").strip("/").replace("_", " ").capitalize()
    column, detail = error.get("column") or pointer, error["detail"]
    label, colon, rest = detail.partition(": ")
    if colon and label.casefold().replace(" ", "_") == column.casefold().replace(" ", "_"):
        detail = rest[:1].upper() + rest[1:]
    return {"row": error.get("row"), "column": column, "detail": detail}


def _heading(problems: int, rows: int, total: int) -> str:
    said = "1 problem" if problems == 1 else f"{problems:,} problems"
    return f"{said} in {rows:,} of {total:,} rows" if rows else said
