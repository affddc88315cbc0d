"""The two commands: `server` runs everything until Ctrl-C, `manage` runs one command beside the servers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from config.embedded import services
from config.embedded.console import Console
from config.embedded.process import Service, die_with_parent
from config.embedded.servers import OWNERS_ADDRESS, Servers, without_owner
from config.embedded.state import ROOT, CannotStart, State
from config.embedded.supervisor import Supervisor

MANAGE = [sys.executable, str(ROOT / "manage.py")]
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DEMO_PEOPLE = (
    "nominator nominator2 coordinator section section2 drl drl2 desk legal approver approver2",
    "remediation cspa publication auditor admin",
)
DEMO_PASSWORD = "demo-only"


# --- server ---


def server() -> int:
    console = Console()
    host, port = os.environ.get("HOST", "127.0.0.1"), _port()
    state = State.from_environment()
    with state.servers_lock() as free, signals_stop():
        if not free:
            raise CannotStart(f"script/server, or a script/manage command, runs on {state.path} already.")
        _check_free(host, port)
        supervisor = Supervisor(console)
        try:
            _bring_up(supervisor, Servers(state), f"{host}:{port}")
            while True:
                supervisor.tick(0.5)
        except KeyboardInterrupt:
            console.say("server", "stopping; your data stays in the state folder")
        finally:
            stop(supervisor)
    console.say("server", "stopped")
    return 0


def _bring_up(supervisor: Supervisor, servers: Servers, address: str) -> None:
    console = supervisor.console
    console.say("server", f"starting; state in {servers.state.path}")
    servers.start(supervisor)
    environment = servers.environment()
    _migrate(supervisor, environment)
    _manage(supervisor, environment, "collectstatic", "--no-input", "--verbosity=0")
    everyday = without_owner(environment)
    if environment.get("DEMO") == "1":
        _manage(supervisor, everyday, "load_demo")
    everyday_services = (services.web(everyday, address), services.worker(everyday), services.beat(everyday))
    supervisor.start(*everyday_services)
    supervisor.wait_until(lambda: _responds(address), "web")
    console.write(_welcome(address, demo=environment.get("DEMO") == "1"))


def _migrate(supervisor: Supervisor, environment: dict[str, str]) -> None:
    """Only the owner can; without its address, say what is missing instead of starting on half a schema."""
    if OWNERS_ADDRESS in environment:
        _manage(supervisor, environment, "migrate", "--verbosity=0")
    elif supervisor.run(_command(environment, "migrate", "--check", "--verbosity=0")):
        raise CannotStart("The database is not up to date. Set DATABASE_OWNER_URL, to migrate as its owner.")


def _manage(supervisor: Supervisor, environment: dict[str, str], *command: str) -> None:
    if supervisor.run(_command(environment, *command)):
        raise CannotStart(f"manage.py {' '.join(command)} failed; its own words are above.")


def _command(environment: dict[str, str], *command: str) -> Service:
    return Service(command[0], [*MANAGE, *command], environment, ROOT)


def _port() -> int:
    port = os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise CannotStart(f"PORT is {port!r}. Give a number from 1 to 65535, such as PORT=8001.")
    return int(port)


def _check_free(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Choose another: PORT={port + 1} script/server"
            ) from None


def _responds(address: str) -> bool:
    try:
        urllib.request.urlopen(f"http://{_here(address)}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True  # an answer, if not a happy one: the web server is there
    except OSError:
        return False
    return True


def _here(address: str) -> str:
    """How this machine reaches a server that listens everywhere."""
    return address.replace("0.0.0.0:", "127.0.0.1:", 1)


def _welcome(address: str, *, demo: bool) -> str:
    lines = ["", f"  Probity is running:  http://{_here(address)}/", ""]
    if demo:
        lines += ["  Demo sign-ins, all with the password " + DEMO_PASSWORD + ":"]
        lines += [f"    {people}" for people in DEMO_PEOPLE] + [""]
    lines += ["  Ctrl-C stops everything and keeps the data.", "", ""]
    return "\n".join(lines)


# --- manage ---


def manage(arguments: list[str]) -> int:
    """manage.py beside the servers that run, or beside some started for as long as it lasts."""
    state = State.from_environment()
    servers = Servers(state)
    with state.users_lock() as users, state.servers_lock() as free:
        supervisor = Supervisor(Console(sys.stderr, quiet=True))
        with signals_stop():
            try:
                if free:
                    servers.start(supervisor)
                else:
                    supervisor.wait_until(servers.answer, "script/server")
                return in_foreground(supervisor, [*MANAGE, *arguments], servers.environment())
            except KeyboardInterrupt:
                return 130
            finally:
                if free:
                    users.wait_for_others()
                    stop(supervisor)


def in_foreground(supervisor: Supervisor, command: list[str], environment: dict[str, str]) -> int:
    """With the terminal to itself: it asks, it reads, and Ctrl-C is its own affair."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    process = subprocess.Popen(command, env=environment, cwd=ROOT, preexec_fn=die_with_parent(signal.SIGTERM))
    try:
        while process.poll() is None:
            supervisor.tick(0.05)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        signal.signal(signal.SIGINT, before)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


# --- signals ---


@contextmanager
def signals_stop() -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in STOPPING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def stop(supervisor: Supervisor) -> None:
    """To the end, whatever is pressed meanwhile: half a stop would leave the database to recover."""
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    supervisor.stop()
