"""USWDS, the design system: its served files, unpacked once into the state folder (`assets/uswds`).

Without a network there are none, and the pages are plain HTML, usable as it is; the next start tries again.
Licence: public domain, fonts OFL 1.1 and Apache 2.0; LICENSE.md stays beside the files.
"""

from __future__ import annotations

import re
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from config.embedded.npm import TOP, NotFetched, Package, fetch
from config.embedded.state import State

USWDS = Package(
    "@uswds/uswds",
    "3.14.0",
    "kwZ50TqGszxj3+MQhm+c84hI0y8rIKoc7ZLKbuHg+8rTkFisp9lXOMRD2wclyyuYZahpADxMvaPong7bwL7cew==",
)
STYLES = "css/uswds.min.css"
SCRIPTS = ("js/uswds.min.js", "js/uswds-init.min.js")
PICTURES = ("img/sprite.svg", "img/usa-icons/")  # besides what the styles refer to
REFERENCE = re.compile(rb"""url\(["']?([^"')?#]+)""")
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")


def ensure(state: State) -> None:
    """Raises NotFetched."""
    target = state.path / "assets" / "uswds"
    stamp = target / "VERSION"
    if stamp.exists() and stamp.read_text() == USWDS.version:
        return
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        unpacked = Path(folder) / "uswds"
        unpack(fetch(USWDS, Path(folder)), unpacked)
        (unpacked / stamp.name).write_text(USWDS.version)
        shutil.rmtree(target)
        unpacked.rename(target)


def unpack(tarball: Path, target: Path) -> None:
    """Only what is served: without sources, maps and the fonts of old browsers."""
    with tarfile.open(tarball) as archive:
        files = {m.name: m for m in archive.getmembers() if m.isfile()}
        referred = _referred(_read(archive, files[f"{TOP}/dist/{STYLES}"]))
        for name, member in files.items():
            path = name.removeprefix(f"{TOP}/dist/")
            if path in (STYLES, *SCRIPTS) or path in referred or path.startswith(PICTURES):
                _write(target / path, SOURCE_MAP.sub(b"", _read(archive, member)))
        _write(target / "LICENSE.md", _read(archive, files[f"{TOP}/LICENSE.md"]))


def _referred(styles: bytes) -> set[str]:
    """Paths below dist/ of every url() in the styles."""
    found = [each for each in REFERENCE.findall(styles) if not each.startswith(b"data:")]
    return {each.decode().removeprefix("../") for each in found}


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = archive.extractfile(member)
    assert content is not None
    return content.read()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main() -> None:
    try:
        ensure(State.from_environment())
    except NotFetched as problem:
        print(f"No USWDS, so pages are plain until the next start: {problem}", file=sys.stderr)


if __name__ == "__main__":
    main()
