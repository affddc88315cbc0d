"""The register's addresses. A unit and a person have their pages in the room above, which knows of cases."""

from __future__ import annotations

from django.urls import path

from units.pages import claims, lists, record, unmask

urlpatterns = [
    path("units/", lists.units, name="units"),
    path("units/new/", record.new_unit, name="unit-new"),
    path("units/<uuid:pk>/correct/", record.correct_unit, name="unit-correct"),
    path("units/<uuid:pk>/link/", claims.link_above, name="unit-link"),
    path("units/<uuid:pk>/lineage/", claims.lineage_of_unit, name="unit-lineage"),
    path("units/<uuid:pk>/posting/", claims.posting_to_unit, name="unit-posting"),
    path("individuals/", lists.individuals, name="individuals"),
    path("individuals/new/", record.new_individual, name="individual-new"),
    path("individuals/<uuid:pk>/correct/", record.correct_individual, name="individual-correct"),
    path("individuals/<uuid:pk>/posting/", claims.posting_of_individual, name="individual-posting"),
    path("individuals/<uuid:pk>/unmask/", unmask.unmask, name="unmask"),
    path("command-links/<uuid:pk>/correct/", claims.correct_link, name="link-correct"),
    path("lineage-events/<uuid:pk>/correct/", claims.correct_lineage, name="lineage-correct"),
    path("postings/<uuid:pk>/correct/", claims.correct_posting, name="posting-correct"),
]
