"""The state folder: everything the running system writes to disk, its generated secrets included."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 107  # bytes; the kernel's limit


class CannotStart(Exception):
    """Says to the person at the terminal what is wrong and what to do."""


class State:
    """`var/` in the checkout, or PROBITY_STATE."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        if not self.path.exists():
            self.path.mkdir(parents=True, mode=0o755)
            self.path.chmod(0o711)  # passable, for the database's own user; what is inside guards itself
        self.folder("secrets")
        self.folder("mail")
        (self.path / "assets" / "uswds").mkdir(parents=True, exist_ok=True)

    @classmethod
    def from_environment(cls) -> State:
        return cls(Path(os.environ.get("PROBITY_STATE") or ROOT / "var"))

    def folder(self, name: str) -> Path:
        """A private folder."""
        path = self.path / name
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def secret(self, name: str) -> str:
        """Made once, then kept: a password or key, readable by this user only."""
        path = self.path / "secrets" / name
        if not path.exists():
            write_secret(path, secrets.token_urlsafe(36))
        return path.read_text()

    def socket_folder(self, name: str, socket: str, uid: int, gid: int) -> Path:
        """A private folder for a socket: here, or in the system's temporary one if the path is too long."""
        path = self.path / name
        if len(os.fsencode(path / socket)) > LONGEST_SOCKET_PATH:
            here = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
            path = Path(tempfile.gettempdir()) / f"probity-{here}-{name}"
        path.mkdir(mode=0o700, exist_ok=True)
        if path.is_symlink() or path.stat().st_uid not in (uid, os.geteuid()):
            raise CannotStart(f"{path} belongs to somebody else. Set PROBITY_STATE to a shorter path.")
        os.chown(path, uid, gid)
        path.chmod(0o700)
        return path

    @contextmanager
    def servers_lock(self) -> Iterator[bool]:
        """Held by whoever runs this folder's servers. False, and nothing held, where somebody else does."""
        with (self.path / "servers.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @contextmanager
    def users_lock(self) -> Iterator[Users]:
        """Held together by all commands that use the servers."""
        with (self.path / "users.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield Users(file.fileno())


class Users:
    """The commands that use the servers now; this one among them."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def wait_for_others(self) -> None:
        """Blocks newcomers too, until the lock is given back."""
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)


def write_secret(path: Path, value: str) -> None:
    """Whole or not at all, never readable by others."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value)
    unfinished.rename(path)
