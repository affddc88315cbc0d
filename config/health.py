"""For whoever runs it: is the process up, is it ready, what does it count."""

from __future__ import annotations

import ipaddress
from typing import Any

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from config import staff
from foundation.outbox.models import Delivery

LATE = 60  # seconds until what waits in the outbox is late


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of anybody."""
    return JsonResponse({"status": "up"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while the database is there and migrated; without a broker `degraded`: the sweep does its work."""
    found = _database()
    if found["database"] == "up":
        found |= {"broker": broker_state(), "outbox_oldest_seconds": _oldest_seconds()}
    ready = found["database"] == "up"
    degraded = ready and (found["broker"] != "up" or found["outbox_oldest_seconds"] > LATE)
    found["status"] = "degraded" if degraded else "ready" if ready else "down"
    return JsonResponse(found, status=200 if ready else 503)


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' format, for this machine itself, administrators and auditors; to others it is not there."""
    if not (_is_local(request) or staff.has_role(request.user, "admin", "auditor")):
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    return response


def _database() -> dict[str, Any]:
    try:
        connection.ensure_connection()
        return {"database": "up" if _Migrated.all() else "not migrated"}
    except DatabaseError:
        return {"database": "down"}


class _Migrated:
    """Once all is applied it stays so for this process; asking costs a walk of every migration."""

    known = False

    @classmethod
    def all(cls) -> bool:
        if not cls.known:
            executor = MigrationExecutor(connection)
            cls.known = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        return cls.known


def broker_state() -> str:
    """Any failure at all is "down": nobody's work depends on the answer."""
    try:
        with current_app.connection_for_read(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
        return "up"
    except Exception:
        return "down"


def _oldest_seconds() -> float:
    oldest = Delivery.objects.due().aggregate(at=Min("available_at"))["at"]
    return round((timezone.now() - oldest).total_seconds(), 1) if oldest else 0.0


def _is_local(request: HttpRequest) -> bool:
    """From this machine, and not through a proxy on it."""
    try:
        local = ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1").is_loopback
    except ValueError:
        return False
    return local and not any(
        name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
    )
