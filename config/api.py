"""/api/v1/: each room names its own calls (`routes`), and here they meet."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import URLPattern, URLResolver, path, re_path
from rest_framework.request import Request

from config import audit_api
from cspa.api import gate as cspa_gate
from cspa.api import plans as cspa_plans
from cspa.api import records as cspa_records
from evidence import api as evidence_api
from foundation.doors import jobs_api
from foundation.doors.routers import Router
from foundation.doors.signin import TokenView
from foundation.doors.views import DoorView
from foundation.signing import api as signing_api
from foundation.sources import api as sources_api
from remediation import api as remediation_api
from remediation.api import public as public_api
from units import api as units_api
from vetting.api import (
    cases,
    checks,
    imports,
    matches,
    me,
    nominations,
    overlaps,
    programs,
    queues,
    restrictions,
    screen,
    search,
)

ROUTES: list[tuple[str, Any]] = [
    *jobs_api.routes,
    *programs.routes,
    *nominations.routes,
    *cases.routes,
    *checks.routes,
    *matches.routes,
    *restrictions.routes,
    *queues.routes,
    *signing_api.routes,
    *units_api.routes,
    *sources_api.routes,
    *evidence_api.routes,
    *cspa_records.routes,
    *cspa_plans.routes,
    *remediation_api.routes,
    *audit_api.routes,
]


class Nowhere(DoorView):
    """Signed in or not is asked first, so that a stranger does not learn which addresses there are."""

    schema = None  # type: ignore[assignment]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


def _router() -> Router:
    router = Router()
    for prefix, viewset in ROUTES:
        router.register(prefix, viewset, basename=_basename(prefix))
    return router


def _basename(prefix: str) -> str:
    """`nominations/(?P<nomination>[^/.]+)/candidates` → `nominations-candidates`."""
    return "-".join(
        part for part in prefix.split("/") if part.isidentifier() or part.replace("-", "").isalnum()
    )


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/token/", TokenView.as_view(), name="token"),
    path("me/", me.MeView.as_view(), name="me"),
    path("nominations/template.csv", imports.TemplateCsv.as_view(), name="template-csv"),
    path("nominations/template.xlsx", imports.TemplateXlsx.as_view(), name="template-xlsx"),
    path("public/ineligible-units/", public_api.IneligibleUnits.as_view(), name="ineligible-units"),
    path("public/ineligible-units.csv", public_api.IneligibleUnitsCsv.as_view(), name="ineligible-units-csv"),
    path("screen/", screen.ScreenView.as_view(), name="screen"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("overlaps/", overlaps.OverlapsView.as_view(), name="overlaps"),
    path("cspa/gate/", cspa_gate.GateView.as_view(), name="cspa-gate"),
    path("cspa/grid/", cspa_gate.GridView.as_view(), name="cspa-grid"),
    *_router().urls,
    re_path(r"", Nowhere.as_view()),
]
