"""What the broker holds, read: every key, and every message with its body decoded."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.support.worker import broker


def held() -> list[str]:
    with broker() as store:
        keys = list(store.scan_iter())
        values = [value for key in keys for value in _values(store, key)]
    bodies = [json.loads(value).get("body", "") for value in values if value.startswith("{")]
    return [*(key.decode() for key in keys), *values, *(base64.b64decode(body).decode() for body in bodies)]


def _values(store: Any, key: bytes) -> list[str]:
    kind = store.type(key).decode()
    if kind == "list":
        return [each.decode() for each in store.lrange(key, 0, -1)]
    if kind == "hash":
        return [each.decode() for each in store.hgetall(key).values()]
    if kind in ("set", "zset"):
        members = store.smembers(key) if kind == "set" else store.zrange(key, 0, -1)
        return [each.decode() for each in members]
    return [(store.get(key) or b"").decode()]
