"""Addresses of classes and their rows, of search, and of a unit's and a person's own page."""

from __future__ import annotations

from django.urls import path

from vetting.pages import class_acts, nominating, nominations, register, search, upload

urlpatterns = [
    path("nominations/", nominations.nominations, name="nominations"),
    path("nominations/new/", nominating.new, name="nomination-new"),
    path("nominations/upload/", upload.start, name="nomination-upload"),
    path("nominations/template.<slug:kind>", upload.template, name="nomination-template"),
    path("nominations/upload/<uuid:pk>/columns/", upload.columns, name="upload-columns"),
    path("nominations/upload/<uuid:pk>/send/", upload.send, name="upload-send"),
    path("nominations/imports/<uuid:pk>/", upload.progress, name="import"),
    path("nominations/imports/<uuid:pk>/refused.csv", upload.refused, name="import-refused"),
    path("nominations/<uuid:pk>/", nominations.nomination, name="nomination"),
    path("nominations/<uuid:pk>/results.csv", nominations.results, name="nomination-results"),
    path("nominations/<uuid:pk>/rows/<uuid:row>/", nominations.row, name="nomination-row"),
    path("nominations/<uuid:pk>/rows/<uuid:row>/<slug:act>/", class_acts.row_act, name="row-act"),
    path("nominations/<uuid:pk>/<slug:act>/", class_acts.class_act, name="nomination-act"),
    path("search/", search.search, name="search"),
    path("units/<uuid:pk>/", register.unit, name="unit"),
    path("individuals/<uuid:pk>/", register.individual, name="individual"),
]
