"""Addresses of classes and their rows, of search, and of a unit's and a person's own page."""

from __future__ import annotations

from django.urls import path

from vetting.pages import register

urlpatterns = [
    path("units/<uuid:pk>/", register.unit, name="unit"),
    path("individuals/<uuid:pk>/", register.individual, name="individual"),
]
