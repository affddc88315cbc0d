"""Where the pages of those who vet and decide are. Ids only: an address never holds a name."""

from __future__ import annotations

from django.urls import URLPattern, path

from vetting.pages import (
    acting,
    case,
    cases,
    compare,
    my_work,
    overlaps,
    queues,
    restrictions,
    show,
    signing,
    together,
)

urlpatterns: list[URLPattern] = [
    path("", my_work.my_work, name="my-work"),
    path("my-work/next/", my_work.claim_next, name="claim-next"),
    path("my-work/finish/", together.finish, name="finish"),
    path("my-work/release/", together.release, name="release-many"),
    path("my-work/clear/", together.clear, name="clear-many"),
    path("queues/", queues.queues, name="queues"),
    path("queues/<uuid:pk>/", queues.queue, name="queue"),
    path("cases/", cases.cases, name="cases"),
    path("cases/reopen/", restrictions.reopen_many, name="cases-reopen"),
    path("cases/<uuid:pk>/", case.case, name="case"),
    path("cases/<uuid:pk>/overlaps/", overlaps.overlaps, name="case-overlaps"),
    path("cases/<uuid:pk>/show/<slug:field>/", show.show, name="case-show"),
    path("cases/<uuid:pk>/<slug:act>/", acting.case_act, name="case-act"),
    path("checks/<uuid:pk>/<slug:act>/", acting.check_act, name="check-act"),
    path("matches/<uuid:pk>/", compare.match, name="match"),
    path("restrictions/", restrictions.restrictions, name="restrictions"),
    path("restrictions/recommend/", restrictions.recommend, name="restriction-recommend"),
    path("restrictions/<uuid:pk>/", restrictions.restriction, name="restriction"),
    path("signatures/", signing.signatures, name="to-sign"),
    path("determinations/<uuid:pk>/", signing.determination, name="determination"),
    path("determinations/<uuid:pk>/<slug:act>/", signing.act, name="determination-act"),
]
