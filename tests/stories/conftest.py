"""The people of a story, each signed in with a browser of their own; the register; the worker's part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from config import demo
from foundation.accounts.models import User
from foundation.outbox.models import Delivery
from tests.stories.person import Person
from tests.support.worker import Worker

Somebody = Callable[[str], Person]


@pytest.fixture
def scripts() -> bool:
    """Whether browsers run JavaScript; a story that must do without says so (`without_scripts_too`)."""
    return True


@pytest.fixture
def register(people: dict[str, User], worker: Worker) -> dict[str, User]:
    """The demo's people and their register, with one restricted subject in it. A real worker listens."""
    demo.load_register(people["drl"])
    return people


@pytest.fixture
def somebody(
    register: dict[str, User],
    live_server: Any,
    browser: Browser,
    scripts: bool,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Iterator[Somebody]:
    """`somebody("drl")`: the demo's drl, who signed in by the form when the story first named her."""
    there: dict[str, Person] = {}

    def person(username: str) -> Person:
        if username not in there:
            there[username] = Person(username, browser, live_server.url, scripts=scripts)
            there[username].signs_in()
        return there[username]

    yield person
    for username, each in there.items():
        each.page.screenshot(path=tmp_path / f"{username}.png", full_page=True)
        each.leaves()


@pytest.fixture
def worked(worker: Worker) -> Callable[[], None]:
    """Call it: beat ticks, and the worker delivers everything that waits."""

    def wait() -> None:
        worker.tick()
        worker.until(lambda: not Delivery.objects.waiting().exists())
        assert not Delivery.objects.dead().exists()

    return wait


@pytest.fixture
def mail_to() -> Callable[[str], str]:
    """Everything that was mailed to somebody since the story began."""
    folder = Path(settings.EMAIL_FILE_PATH)
    before = set(folder.glob("*")) if folder.exists() else set()

    def mail(username: str) -> str:
        letters = [path.read_text() for path in sorted(set(folder.glob("*")) - before)]
        return "\n".join(each for each in letters if f"To: {username}@" in each)

    return mail
