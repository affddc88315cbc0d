"""What is looked at on every page that somebody comes to: once as wide as a desk, once as narrow as a hand."""

from __future__ import annotations

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import ConsoleMessage, Page

from units.models import Kind, Name

WIDTHS = (320, 1440)  # the last one stays
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
_seen: set[tuple[str, ...]] = set()  # in this process: a kind of page is gone through with axe once


class Looking:
    """One person's page: `look_at` it after each step. Fails with what is wrong and where."""

    def __init__(self, page: Page, *, who: str, scripts: bool) -> None:
        self.page, self.who, self.scripts = page, who, scripts
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def look_at(self) -> None:
        place = f"{self.page.url} as {self.who}"
        self._nobody_is_named_by_its_title_or_address()
        fresh = self._is_new()
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate(SIDEWAYS) <= 0, f"{place} scrolls sideways at {width} px"
            if fresh:
                found = Axe().run(self.page)
                assert not found.violations_count, f"{place} at {width} px:\n{found.generate_report()}"
        assert not self.faults, f"{place}: {self.faults}"

    def _is_new(self) -> bool:
        """Each kind of page once for each person, and once more with problems on it. Axe is a script."""
        found = resolve(urlsplit(self.page.url).path)
        slugs = [value for value in found.kwargs.values() if isinstance(value, str)]
        problems = self.page.locator(".problems").count()
        kind = (self.who, found.view_name or "", *slugs, "wrong" if problems else "")
        fresh = self.scripts and kind not in _seen
        _seen.add(kind) if fresh else None
        return fresh

    def _hear(self, said: ConsoleMessage) -> None:
        """Errors, violations of the content security policy among them. A refused form is no error."""
        refused = "status of 400" in said.text and said.location.get("url", "").startswith(self.page.url)
        if said.type == "error" and not refused:
            self.faults.append(f"console: {said.text}")

    def _nobody_is_named_by_its_title_or_address(self) -> None:
        said = f"{self.page.title()} {self.page.url}".casefold()
        people = Name.objects.filter(subject__kind=Kind.INDIVIDUAL).values_list("text", flat=True)
        named = [text for text in set(people) if text.casefold() in said]
        assert not named, f"{self.page.url} is titled “{self.page.title()}”"


def words_on(page: Page) -> str:
    """What the page says, in one line."""
    return " ".join(page.locator("body").inner_text().split())
