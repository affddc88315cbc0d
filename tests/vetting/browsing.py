"""A person in a browser without JavaScript: reads a page, fills in one of its forms, presses its button."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from foundation.accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Page(HTMLParser):
    """What a page says (`text`, without markup), its title, and its forms with the hidden fields of each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self.title, self._words, self._in_title = "", [], False
        self.feed(html)
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form" and has.get("method") == "post":
            self.forms.append({"action": has.get("action", ""), "hidden": {}})
        elif tag == "input" and has.get("type") == "hidden" and self.forms:
            self.forms[-1]["hidden"][has["name"]] = has.get("value", "")
        elif tag == "a":
            self.links.append(has.get("href") or "")
        self._in_title = tag == "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def hidden(self, action: str) -> dict[str, str]:
        """Of the form that is sent there; "" is the page's own form."""
        return next(form["hidden"] for form in self.forms if form["action"].partition("#")[0] == action)


class Browser:
    def __init__(self, user: User) -> None:
        self.user, self.client = user, Client()
        self.client.force_login(user, BACKEND)

    def read(self, url: str) -> Page:
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        return Page(response.content.decode())

    def status(self, url: str) -> int:
        return int(self.client.get(url).status_code)

    def press(self, at: str, action: str = "", **typed: Any) -> Any:
        """The response, not followed: fills in the form of the page `at` that is sent to `action`."""
        hidden = self.read(at).hidden(action)
        return self.client.post(action or at, {**hidden, **typed})

    def then(self, response: Any) -> Page:
        """The page that a press leads to."""
        assert response.status_code == 303, (response.status_code, Page(response.content.decode()).text[:500])
        return self.read(response.headers["Location"])


def said(response: Any) -> str:
    return Page(response.content.decode()).text
