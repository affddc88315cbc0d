"""Notifications of host governments, and publications: lists, one of each, and what may be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from foundation.doors.reader import reader
from foundation.signing.models import Determination
from remediation.actions import publication as publishing
from remediation.acts.informing import NOTIFICATION_ACTS, PUBLICATION_ACTS
from remediation.models import (
    HostNotification,
    NotificationState,
    Publication,
    PublicationState,
)
from remediation.pages.acting import ActPage
from remediation.pages.finding import Narrowed, find_notification, find_publication, only_readers
from remediation.permissions import PublicationPerm, RemediationPerm
from vetting.days import today
from vetting.pages import names, offers
from vetting.pages.lists import Pages

ENTRY = {
    "draft": "Drafted",
    "deliver": "Delivered",
    "acknowledge": "Acknowledged",
    "answer": "Answered",
    "offer-assistance": "Assistance offered",
}


@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    only_readers(request, RemediationPerm.VIEW)
    form = Narrowed(request, RemediationPerm.VIEW, NotificationState.choices)
    found = form.narrow(HostNotification.objects.visible_to(reader(request)))
    return _list(request, "remediation/notifications.html", form, found)


@require_GET
def publications(request: HttpRequest) -> HttpResponse:
    only_readers(request, PublicationPerm.VIEW)
    form = Narrowed(request, PublicationPerm.VIEW, PublicationState.choices)
    found = form.narrow(Publication.objects.visible_to(reader(request)))
    return _list(request, "remediation/publications.html", form, found)


def _list(request: HttpRequest, template: str, form: Narrowed, found: Any) -> HttpResponse:
    if form.wanted:
        found = found.filter(state=form.wanted)
    found = found.select_related("restriction__subject", "country", "owner")
    pages = Pages(request, found, ("created_at", "pk"), descending=True)
    context = {"form": form, "pages": pages, "narrowed": form.narrows, "today": today()}
    return render(request, template, context)


@require_GET
def notification(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_notification(request, pk)
    entries = found.entries.select_related("by").order_by("-at", "-pk")
    return render(
        request,
        "remediation/notification.html",
        {
            **about_notification(found),
            "notification": found,
            "alt": names.alternative(found.restriction.subject),
            "file": getattr(found.restriction, "of_file", None),
            "late": found.state in (NotificationState.OPEN, NotificationState.DRAFTED)
            and found.due_on < today(),
            "entries": [{"entry": each, "what": ENTRY[each.act]} for each in entries],
            "acts": offers.together(
                offers.offered(
                    reader(request),
                    found,
                    NOTIFICATION_ACTS,
                    lambda act: reverse("host-notification-act", args=[found.pk, act.name]),
                )
            ),
        },
    )


@require_GET
def publication(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_publication(request, pk)
    exceptions = Determination.objects.visible_to(reader(request)).filter(target=publishing.target_of(found))
    return render(
        request,
        "remediation/publication.html",
        {
            **about_publication(found),
            "publication": found,
            "alt": names.alternative(found.restriction.subject),
            "file": getattr(found.restriction, "of_file", None),
            "late": found.state == PublicationState.UNDECIDED and found.due_on < today(),
            "exceptions": exceptions.select_related("recommended_by").order_by("-recommended_at"),
            "acts": offers.together(
                offers.offered(
                    reader(request),
                    found,
                    PUBLICATION_ACTS,
                    lambda act: reverse("publication-act", args=[found.pk, act.name]),
                )
            ),
        },
    )


def about_notification(found: HostNotification) -> dict[str, Any]:
    return {
        "heading": "Inform the government",
        "subject": found.restriction.subject,
        "crumbs": [
            {"label": "Governments informed", "url": reverse("host-notifications")},
            {"label": "One notification", "url": found.get_absolute_url()},
        ],
    }


def about_publication(found: Publication) -> dict[str, Any]:
    return {
        "heading": "Publication",
        "subject": found.restriction.subject,
        "crumbs": [
            {"label": "Publications", "url": reverse("publications")},
            {"label": "One publication", "url": found.get_absolute_url()},
        ],
    }


notification_act = ActPage(NOTIFICATION_ACTS, find=find_notification, about=about_notification).view
publication_act = ActPage(PUBLICATION_ACTS, find=find_publication, about=about_publication).view
