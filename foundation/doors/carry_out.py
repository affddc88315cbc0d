"""How every door does an act: in one transaction, with the refusals in the contract's order.

404 · replay of a key · 403 · 400 · 409 · 428 · 412, and only then the act itself. Finding the thing (404)
is the door's own; so is the sign-in (401).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

from foundation.doors.acts import Act
from foundation.doors.etags import StaleRead, check_current, opaque
from foundation.doors.fresh import PasswordAgain
from foundation.doors.idempotency import Key
from foundation.doors.transact import transact
from foundation.killpoints import reach
from foundation.refused import NotNow


@dataclass(frozen=True)
class Asking:
    """One request to do an act, as a page or a call makes it.

    `body` and `read` are asked for only when their turn comes; they raise Invalid and Unconditional.
    `fresh()`: whether the person has just proven who they are, for the acts that ask it (fresh).
    `answer(thing, result)` makes the response, inside the transaction, so that it can be kept under the key.
    """

    act: Act
    by: Any
    body: Callable[[], Mapping[str, Any]]
    answer: Callable[[Any, Any], Any]
    fresh: Callable[[], bool]
    thing: Any = None
    read: Callable[[], str] | None = None
    key: Key | None = None
    tagged: Callable[[Any], Any] = lambda thing: thing  # whose ETag the caller read


def carry_out(asking: Asking) -> Any:
    """Raises Refused, KeyInUse, KeyReused; what they undo is undone."""
    response = transact(lambda: _once(asking))
    reach("door.committed")
    return response


def _once(asking: Asking) -> Any:
    if asking.key:
        asking.key.hold()
        if before := asking.key.answer():
            return before
    response = _act(asking)
    reach("door.acted")
    if asking.key and asking.act.remembered:
        asking.key.keep(response)
        reach("door.kept")
    return response


def _act(asking: Asking) -> Any:
    act, thing = asking.act, asking.thing
    not_now = _check(act, asking.by, thing)  # 403
    if act.fresh and not asking.fresh():
        raise PasswordAgain
    body = asking.body()  # 400
    if not_now:
        raise not_now  # 409
    read = asking.read() if asking.read and act.conditional else None  # 428
    if thing is not None and not act.reads:
        thing = locked(thing)
    if read is not None and not act.reads:
        _compare(asking, thing, read)  # 412
    result = act.do(thing, by=asking.by, body=body, read=opaque(read) if read is not None else None)
    return asking.answer(thing, result)


def _check(act: Act, user: Any, thing: Any) -> NotNow | None:
    """NotYours is raised at once; NotNow waits until the body has been read."""
    try:
        act.check(user, thing)
    except NotNow as refused:
        return refused
    return None


def _compare(asking: Asking, thing: Any, read: str) -> None:
    """Stale; but where the change also made the act impossible, that is said: 409 comes before 412."""
    try:
        check_current(read, asking.tagged(thing), asking.by)
    except StaleRead:
        asking.act.check(asking.by, thing)
        raise


def locked(thing: Any) -> Any:
    """The thing, locked and read again, the way its room locks it: `objects.locked(pk)`."""
    objects = type(thing)._default_manager
    try:
        if hasattr(objects, "locked"):
            return objects.locked(thing.pk)
        return objects.select_for_update(no_key=True, of=("self",)).get(pk=thing.pk)
    except ObjectDoesNotExist as gone:
        raise Http404 from gone
