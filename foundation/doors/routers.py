"""Addresses of a viewset: with a slash at the end, but for those that are files (`results.csv`)."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.routers import Route, SimpleRouter

FILE = re.compile(r"\\?\.(csv|xlsx)$")


class Router(SimpleRouter):
    def _get_dynamic_route(self, route: Any, action: Any) -> Route:
        made: Route = super()._get_dynamic_route(route, action)
        if FILE.search(action.url_path):
            return made._replace(url=made.url.replace("{trailing_slash}", ""))
        return made
