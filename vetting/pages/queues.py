"""Queues: where checks wait, and what waits in each."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.reader import reader
from vetting.days import today
from vetting.models import CheckState, Queue, Status
from vetting.pages import rows
from vetting.pages.finding import find_queue, only_staff
from vetting.pages.lists import Pages
from vetting.permissions import CasePerm, QueuePerm

VIEWS = {"": "All that waits", "open": "Unclaimed", "claimed": "Claimed", "mine": "Mine", "late": "Late"}
WAITING = Q(checks__state__in=(CheckState.OPEN, CheckState.CLAIMED), checks__case__status=Status.IN_REVIEW)


@require_GET
def queues(request: HttpRequest) -> HttpResponse:
    only_staff(request)
    found = Queue.objects.visible_to(reader(request)).select_related("post", "country")
    seen = reach.within(
        reader(request), CasePerm.VIEW, checks__case__country=Country, checks__case__post=Post
    )
    waiting = WAITING & seen
    counted = found.annotate(
        waiting=Count("checks", filter=waiting),
        unclaimed=Count("checks", filter=waiting & Q(checks__state=CheckState.OPEN)),
        late=Count("checks", filter=waiting & Q(checks__needed_by__lt=today())),
        oldest=Min("checks__opened_at", filter=waiting),
    )
    return render(
        request,
        "vetting/queues.html",
        {"queues": [(each, reach.holds(reader(request), QueuePerm.WORK, [each])) for each in counted]},
    )


@require_GET
def queue(request: HttpRequest, pk: Any) -> HttpResponse:
    """What waits, the most pressing first: by date needed, then age."""
    only_staff(request)
    found = find_queue(request, pk)
    view = request.GET.get("view", "") if request.GET.get("view") in VIEWS else ""
    waiting = rows.checks_read(_seen(found, view, reader(request)))
    pages = Pages(request, waiting, ("needed_by", "opened_at", "pk"))
    works = reach.holds(reader(request), QueuePerm.WORK, [found])
    return render(
        request,
        "vetting/queue.html",
        {
            "queue": found,
            "works": works,
            "lines": rows.of_checks(pages.rows),
            "pages": pages,
            "views": [
                {"code": code, "label": label, "current": code == view} for code, label in VIEWS.items()
            ],
        },
    )


def _seen(queue: Queue, view: str, user: Any) -> Any:
    checks = queue.checks.visible_to(user).waiting()
    narrowed = {
        "": Q(),
        "open": Q(state=CheckState.OPEN),
        "claimed": Q(state=CheckState.CLAIMED),
        "mine": Q(state=CheckState.CLAIMED, claimed_by=user),
        "late": Q(needed_by__lt=today()),
    }
    return checks.filter(narrowed[view])
