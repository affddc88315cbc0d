"""The people of a story, each signed in with a browser of their own; the register; the worker's part."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as house
from playwright.sync_api import BrowserContext

from config import demo
from foundation.accounts.models import User
from foundation.outbox.models import Delivery, Slot
from tests.stories.person import Person
from tests.support.worker import Worker

Somebody = Callable[[str], Person]


@pytest.fixture
def scripts() -> bool:
    """Whether browsers run JavaScript; a story that must do without them too is given both."""
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
    new_context: Callable[..., BrowserContext],
    scripts: bool,
) -> Somebody:
    """`somebody("drl")`: the demo's drl, who signed in by the form when the story first named her."""
    there: dict[str, Person] = {}

    def person(username: str) -> Person:
        if username not in there:
            own = new_context(java_script_enabled=scripts)
            there[username] = Person(username, own, live_server.url, scripts=scripts)
            there[username].signs_in()
        return there[username]

    return person


@pytest.fixture
def worked(worker: Worker) -> Callable[[], None]:
    """Call it: beat ticks, and the worker delivers everything that waits."""

    def wait() -> None:
        worker.tick()
        worker.until(lambda: not Delivery.objects.waiting().exists())
        assert not Delivery.objects.dead().exists()

    return wait


@pytest.fixture
def mailed(worker: Worker) -> Callable[[str, str], str]:
    """`mailed("nominator", "Row 1: Cleared")` waits for a letter that says so; answers all that were sent."""
    folder = Path(house.EMAIL_FILE_PATH)
    before = set(folder.glob("*"))

    def letters(username: str) -> str:
        texts = [path.read_text() for path in sorted(set(folder.glob("*")) - before)]
        return "\n".join(text for text in texts if f"To: {username}@" in text)

    def wait(username: str, words: str) -> str:
        Slot.objects.filter(name="vetting.tell-nominators").delete()  # half a minute has passed
        worker.tick()
        worker.until(lambda: words in letters(username))
        return letters(username)

    return wait
