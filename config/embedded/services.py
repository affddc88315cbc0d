"""The application's own services: web, worker, beat."""

from __future__ import annotations

import sys

from config.embedded.process import Service
from config.embedded.state import ROOT

WEB_PROCESSES = 2
THREADS = 4
WORKER_PROCESSES = 2


def web(environment: dict[str, str], address: str) -> Service:
    """`address`: host:port."""
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", address, "--log-level", "warning"]
    command += ["--workers", str(WEB_PROCESSES), "--threads", str(THREADS), "--graceful-timeout", "15"]
    command += ["--no-control-socket"]  # it would lie in the home folder
    return Service("web", command, environment, ROOT)


def worker(environment: dict[str, str]) -> Service:
    command = [*_celery(), "worker", "--pool", "prefork", "--concurrency", str(WORKER_PROCESSES)]
    command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return Service("worker", command, environment, ROOT)


def beat(environment: dict[str, str]) -> Service:
    return Service("beat", [*_celery(), "beat", "--loglevel", "WARNING", "--pidfile="], environment, ROOT)


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery"]
