"""The room's addresses."""

from __future__ import annotations

from django.urls import path

from cspa.pages import looking, plans, recording

urlpatterns = [
    path("cspa/", looking.grid_page, name="cspa-grid"),
    path("cspa/countries/<str:code>/", looking.country_page, name="cspa-country"),
    path("cspa/list-years/", looking.years_page, name="cspa-years"),
    path("cspa/list-years/<int:list_year>/confirm/", recording.confirm_year, name="cspa-year-confirm"),
    path("cspa/listings/new/", recording.new_listing, name="cspa-listing-new"),
    path("cspa/listings/<uuid:pk>/correct/", recording.correct_listing, name="cspa-listing-correct"),
    path("cspa/waivers/new/", recording.new_waiver, name="cspa-waiver-new"),
    path("cspa/waivers/<uuid:pk>/correct/", recording.correct_waiver, name="cspa-waiver-correct"),
    path("cspa/reinstatements/new/", recording.new_reinstatement, name="cspa-reinstatement-new"),
    path(
        "cspa/reinstatements/<uuid:pk>/correct/",
        recording.correct_reinstatement,
        name="cspa-reinstatement-correct",
    ),
    path("cspa/action-plans/new/", plans.new_plan, name="cspa-plan-new"),
    path("cspa/action-plans/<uuid:pk>/", plans.plan, name="cspa-plan"),
    path("cspa/action-plans/<uuid:pk>/correct/", plans.correct_plan, name="cspa-plan-correct"),
    path("cspa/action-plans/<uuid:pk>/milestones/new/", plans.new_milestone, name="cspa-milestone-new"),
    path("cspa/milestones/<uuid:pk>/<slug:act>/", plans.milestone, name="cspa-milestone"),
]
