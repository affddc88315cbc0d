"""What is looked at on every page that somebody comes to: as wide as a desk, and as narrow as a hand."""

from __future__ import annotations

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import ConsoleMessage, Page

from units.models import Kind, Name

WIDTHS = (320, 1440)  # the last one stays
SAID = "[document.title, document.querySelector('.problems') !== null]"
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
_seen: set[tuple[str, ...]] = set()  # kinds of pages that this process has looked at closely


class Looking:
    """One person's page: `look_at` it after each step. Fails with what is wrong and where."""

    def __init__(self, page: Page, *, who: str, scripts: bool) -> None:
        self.page, self.who, self.scripts = page, who, scripts
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def look_at(self) -> None:
        self.page.wait_for_load_state()  # a press waits for the answer to begin, not for the page to stand
        title, wrong = self.page.evaluate(SAID)
        self._nobody_is_named_by(f"{title} {self.page.url}")
        kind = self._kind(wrong)
        narrows = _is_new(("width", self.who, str(self.scripts), *kind))
        audits = self.scripts and _is_new(("axe", *kind))  # axe is a script itself
        for width in WIDTHS if narrows or audits else ():
            self._look_at_width(width, audits)
        assert not self.faults, f"{self._place()}: {self.faults}"

    def _look_at_width(self, width: int, audits: bool) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
        assert self.page.evaluate(SIDEWAYS) <= 0, f"{self._place()} scrolls sideways at {width} px"
        if audits:
            found = Axe().run(self.page)
            assert not found.violations_count, f"{self._place()} at {width} px:\n{found.generate_report()}"

    def _kind(self, wrong: bool) -> tuple[str, ...]:
        """The same view for the same act; another one with problems on it."""
        found = resolve(urlsplit(self.page.url).path)
        slugs = [value for value in found.kwargs.values() if isinstance(value, str)]
        return (found.view_name or "", *slugs, "wrong" if wrong else "")

    def _place(self) -> str:
        return f"{self.page.url} as {self.who}"

    def _hear(self, said: ConsoleMessage) -> None:
        """Errors, violations of the content security policy among them. A refused form is no error."""
        refused = "status of 400" in said.text and said.location.get("url", "").startswith(self.page.url)
        if said.type == "error" and not refused:
            self.faults.append(f"console: {said.text}")

    def _nobody_is_named_by(self, said: str) -> None:
        people = Name.objects.filter(subject__kind=Kind.INDIVIDUAL).values_list("text", flat=True)
        named = [text for text in set(people) if text.casefold() in said.casefold()]
        assert not named, f"Somebody is named by a title or an address: {said}"


def _is_new(kind: tuple[str, ...]) -> bool:
    fresh = kind not in _seen
    _seen.add(kind)
    return fresh


def words_on(page: Page) -> str:
    """What the page says, in one line."""
    return " ".join(page.locator("body").inner_text().split())
