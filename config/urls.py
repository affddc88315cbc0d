"""Every address. Rooms name their own pages and calls; here they meet."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from config import docs, health, pages, sign_in

handler400 = "config.edges.bad_request"
handler403 = "config.edges.forbidden"
handler404 = "config.edges.nothing_here"
handler500 = "config.edges.fault"

PAGES: list[URLPattern | URLResolver] = [  # the rooms' pages
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    path("password/", sign_in.PasswordAgain.as_view(), name="password-again"),
    path("components/", pages.components, name="components"),
    path("", include("vetting.pages.urls")),
    path("", include("vetting.pages.nominators_urls")),
    path("", include("cspa.urls")),
    path("", include("units.urls")),
    path("", include("evidence.urls")),
    path("", include("remediation.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("config.api")),
    path("api/schema/", docs.SchemaView.as_view(), name="schema"),
    path("api/docs/", docs.docs, name="docs"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    *PAGES,
]
