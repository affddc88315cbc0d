"""Log lines that carry the request's id and nobody's data: no bodies, no query strings, no exception's words.

What an exception says may quote a row ("Key (name)=(…) already exists"), so only its class and the places
in the code are written.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
EXTRA = ("method", "path", "status", "ms", "user")  # what a line about a request says besides


class JsonLines(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **{name: getattr(record, name) for name in EXTRA if hasattr(record, name)},
            "exception": _exception(record),
        }
        return json.dumps({name: value for name, value in line.items() if value not in ("", None)})


class PlainLines(logging.Formatter):
    """The same for people, in the demonstration."""

    def format(self, record: logging.LogRecord) -> str:
        said = " ".join(str(getattr(record, name)) for name in EXTRA if hasattr(record, name))
        exception = _exception(record)
        parts = [record.levelname.lower(), record.name, record.getMessage(), said, request_id.get()[:8]]
        return _on_one_line(" ".join(filter(None, parts))) + (f"\n  {exception}" if exception else "")


def _on_one_line(text: str) -> str:
    """A path may hold %0A, and with it a second line that nobody here wrote."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _exception(record: logging.LogRecord) -> str:
    """`OperationalError at foundation/doors/transact.py:28 in transact < …`, the innermost place first."""
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    frames = reversed(traceback.extract_tb(record.exc_info[2]))
    places = " < ".join(f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return f"{type(record.exc_info[1]).__qualname__} at {places}"


def config(*, plain: bool) -> dict[str, Any]:
    """For LOGGING in the settings."""
    form = PlainLines if plain else JsonLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": f"{form.__module__}.{form.__qualname__}"}},
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["out"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "ERROR"},  # each request has its own line (config.edges)
        },
    }
