"""The addresses of evidence."""

from __future__ import annotations

from django.urls import path

from evidence.pages import allegations, incidents, notes, sources

urlpatterns = [
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.new_source, name="source-new"),
    path("sources/<uuid:pk>/", sources.source, name="source"),
    path("sources/<uuid:pk>/correct/", sources.correct_source, name="source-correct"),
    path("sources/<uuid:pk>/document/", sources.new_document, name="document-new"),
    path("documents/<uuid:pk>/", sources.document, name="document"),
    path("documents/<uuid:pk>/file/", sources.file, name="document-file"),
    path("documents/<uuid:pk>/correct/", sources.correct_document, name="document-correct"),
    path("documents/<uuid:pk>/cite/", sources.cite, name="document-cite"),
    path("citations/<uuid:pk>/correct/", sources.correct_citation, name="citation-correct"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/new/", incidents.new_incident, name="incident-new"),
    path("incidents/<uuid:pk>/", incidents.incident, name="incident"),
    path("incidents/<uuid:pk>/correct/", incidents.correct_incident, name="incident-correct"),
    path("incidents/<uuid:pk>/allegation/", incidents.allege, name="incident-allege"),
    path("allegations/<uuid:pk>/", allegations.allegation, name="allegation"),
    path("allegations/<uuid:pk>/assess/", allegations.assess, name="allegation-assess"),
    path("allegations/<uuid:pk>/correct/", allegations.correct_allegation, name="allegation-correct"),
    path("allegations/<uuid:pk>/conflict/", allegations.conflict, name="allegation-conflict"),
    path("conflicts/<uuid:pk>/settle/", allegations.settle, name="conflict-settle"),
    path("subjects/<uuid:pk>/note/", notes.new_note, name="note-new"),
    path("derogatory-notes/<uuid:pk>/", notes.note, name="note"),
    path("derogatory-notes/<uuid:pk>/correct/", notes.correct_note, name="note-correct"),
]
