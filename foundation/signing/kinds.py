"""What signing is told of each kind of determination by the room that owns it, at start-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foundation.refused import Refused

if TYPE_CHECKING:
    from foundation.accounts.models import User
    from foundation.signing.models import Determination


class Kind:
    """One kind of determination. A room subclasses it, and registers one instance."""

    name: str
    label: str
    view_perm: str  # who may read it, at its place
    sign_perm: str  # who may approve or return it, at its place

    def find(self, determination: Determination) -> Any:
        """The thing it is about, unlocked: to say what is allowed."""
        raise NotImplementedError

    def lock(self, determination: Determination) -> Any:
        """The thing it is about, locked. Signing locks the determination only after this."""
        raise NotImplementedError

    def is_sealed(self, user: User, determination: Determination) -> bool:
        """Whether this person may not read its text yet, and so may not sign it either."""
        return False

    def check_may_sign(self, user: User, thing: Any) -> None:
        """What this kind demands besides what signing itself refuses. Raises Refused."""

    def not_for(self, user: User, waiting: list[Determination]) -> set[Any]:
        """Ids of those, of this kind, that are sealed to this person or may not be signed now: `is_sealed`
        and `check_may_sign` for a whole list. A kind of which much waits asks it of all at once."""
        return {each.pk for each in waiting if self._is_not_for(user, each)}

    def _is_not_for(self, user: User, determination: Determination) -> bool:
        try:
            self.check_may_sign(user, self.find(determination))
        except Refused:
            return True
        return self.is_sealed(user, determination)

    def check_still_stands(self, determination: Determination, thing: Any) -> None:
        """Asked once more under the locks: whether its text is still what is known. Raises NotNow."""

    def follows(self, determination: Determination) -> list[str]:
        """What follows a signature, in sentences for whoever reads it before."""
        return []

    def home(self, determination: Determination) -> tuple[str, str]:
        """The words and address of the page it belongs to; empty where it has none of its own."""
        return ("", "")

    def when_signed(self, determination: Determination, thing: Any, by: User) -> None:
        """What follows a signature, in its transaction."""
        raise NotImplementedError

    def when_closed(self, determination: Determination, thing: Any, by: User | None) -> None:
        """What follows when it is returned, withdrawn or overtaken, in that transaction."""
        raise NotImplementedError


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    if kind.name in _kinds:
        raise ValueError(f"There is a kind of determination called {kind.name!r} already.")
    _kinds[kind.name] = kind


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def of(determination: Determination) -> Kind:
    return _kinds[determination.kind]
