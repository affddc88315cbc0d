"""A real browser for the stories: which program, how it is started, and what happens where there is none."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """script/test says where the browser is (BROWSER_PROGRAM) and what it needs in its environment."""
    program = os.environ.get("BROWSER_PROGRAM")
    if not program:
        _missing(os.environ.get("BROWSER_MISSING", "BROWSER_PROGRAM names none."))
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "headless": True,
        "chromium_sandbox": False,
        "args": ARGUMENTS,
        "env": {**os.environ, **json.loads(os.environ.get("BROWSER_ENVIRONMENT", "{}"))},
    }


def _missing(reason: str) -> None:
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"REQUIRE_BROWSER=1, and there is no browser: {reason}")
    pytest.skip(f"no browser: {reason}")


@pytest.fixture
def axe() -> Any:
    """Call it with a page: fails with what somebody using a screen reader would stumble over."""

    def check(page: Page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    return check
