"""Somebody at a browser of their own: opens, reads, follows, types, presses. Each new page is looked at."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Download, Locator, Page

from config.demo import PASSWORD
from tests.stories.looking import Looking, words_on

PATIENCE = 10_000  # milliseconds


class Person:
    def __init__(self, username: str, context: BrowserContext, address: str, *, scripts: bool = True) -> None:
        self.username, self.address = username, address
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.looking = Looking(self.page, who=username, scripts=scripts)

    def signs_in(self) -> None:
        self.opens("/")
        self.types("Username", self.username)
        self.types("Password", PASSWORD)
        self.presses("Sign in")

    # --- going about ---

    def opens(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.looking.look_at()

    def looks_again(self) -> None:
        self.page.reload()
        self.looking.look_at()

    def follows(self, link: str, *, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("link", name=link).click()
        self.looking.look_at()

    def presses(self, button: str, *, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=button).click()
        self.looking.look_at()

    def downloads(self, link: str) -> str:
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=link).click()
        return _text_of(waiting.value)

    # --- the parts of a page ---

    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def row(self, said: str) -> Locator:
        """The line of a table that begins with this."""
        return self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=said))

    def group(self, legend: str) -> Locator:
        return self.page.get_by_role("group", name=legend, exact=True)

    def band(self) -> Locator:
        """The one thing to do next."""
        return self.page.locator("section.next")

    def acts(self) -> Locator:
        """What can be done, beside the page."""
        return self.page.get_by_role("complementary")

    # --- typing ---

    def types(self, label: str, text: str, *, within: Locator | None = None) -> None:
        _box(within or self.page, label).fill(text)

    def chooses(self, label: str, value: str, *, within: Locator | None = None) -> None:
        """From a list that opens."""
        _box(within or self.page, label).select_option(value)

    def ticks(self, label: str, *, within: Locator | None = None) -> None:
        """A box, or one of several."""
        _box(within or self.page, label).check()

    def dates(self, legend: str, iso: str, *, within: Locator | None = None) -> None:
        """Day, month by its name, year."""
        day = dt.date.fromisoformat(iso)
        boxes = (within or self.page).get_by_role("group", name=legend)
        boxes.get_by_label("Day").fill(str(day.day))
        boxes.get_by_label("Month").select_option(str(day.month))
        boxes.get_by_label("Year").fill(str(day.year))

    def hands_in(self, file: Path) -> None:
        self.page.locator("input[type=file]").set_input_files(file)

    # --- reading ---

    def words(self) -> str:
        return words_on(self.page)

    def reads(self, *sentences: str) -> None:
        words = self.words()
        missing = [sentence for sentence in sentences if sentence not in words]
        assert not missing, f"{self.username} does not read {missing} on {self.page.url}:\n{words}"

    def reads_nothing_of(self, *hints: str) -> None:
        """Neither in the words, nor anywhere else in the page."""
        page = self.page.content().casefold()
        told = [hint for hint in hints if hint.casefold() in page]
        assert not told, f"{self.username} is told of {told} on {self.page.url}"


def _box(within: Page | Locator, label: str) -> Locator:
    """By its label: all of it, but for what says that it is optional, or the key that presses it."""
    return within.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(\(optional\)|\w)?\s*$"))


def _text_of(download: Download) -> str:
    return Path(download.path()).read_text(encoding="utf-8-sig")
