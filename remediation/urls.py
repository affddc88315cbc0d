"""This room's pages."""

from __future__ import annotations

from django.urls import path

from remediation.pages import files, informing, public, steps

urlpatterns = [
    path("remediations/", files.files, name="remediations"),
    path("remediations/<uuid:pk>/", files.file, name="remediation"),
    path("remediations/<uuid:pk>/<slug:act>/", files.file_act, name="remediation-act"),
    path("restrictions/<uuid:pk>/remediation/", files.of_restriction, name="remediation-of"),
    path("steps/<uuid:pk>/", steps.step, name="step"),
    path("steps/<uuid:pk>/<slug:act>/", steps.step_act, name="step-act"),
    path("host-notifications/", informing.notifications, name="host-notifications"),
    path("host-notifications/<uuid:pk>/", informing.notification, name="host-notification"),
    path(
        "host-notifications/<uuid:pk>/<slug:act>/", informing.notification_act, name="host-notification-act"
    ),
    path("publications/", informing.publications, name="publications"),
    path("publications/<uuid:pk>/", informing.publication, name="publication"),
    path("publications/<uuid:pk>/<slug:act>/", informing.publication_act, name="publication-act"),
    path("public/ineligible-units/", public.ineligible_units, name="ineligible-units"),
]
