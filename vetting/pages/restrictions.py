"""Restrictions: who is barred under which law, why and since when, what it met; and recommending one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence import against
from evidence.models import Allegation
from foundation.accounts import reach
from foundation.accounts.models import Country, Post
from foundation.doors.acts import Act, why_not
from foundation.doors.pages import bulk_view, create_view
from foundation.doors.reader import reader
from foundation.refused import Problem
from foundation.signing.models import Determination
from foundation.sources.models import Law
from units.models import Subject, same_subjects
from vetting.actions import restrict
from vetting.acts.cases import CASE_ACTS, REOPEN_MANY
from vetting.acts.restrictions import RECOMMEND_RESTRICTION, RestrictBody
from vetting.days import today
from vetting.models import Case, Restriction
from vetting.pages import forms, names
from vetting.pages.finding import only_staff
from vetting.pages.lists import Pages
from vetting.permissions import RestrictionPerm
from vetting.rules import restrictions as rules

MOST = 100  # cases shown
IN_FORCE, LIFTED = "in-force", "lifted"


class Narrowed(django_forms.Form):
    """What the list is narrowed by. Something unknown in the address narrows nothing."""

    state = django_forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), (IN_FORCE, "In force"), (LIFTED, "Lifted")]
    )
    law = django_forms.ChoiceField(label="Law", required=False, choices=[("", "Both"), *Law.choices])
    country = django_forms.ModelChoiceField(
        Country.objects.none(), label="Country", required=False, empty_label="Any country"
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, auto_id="narrow-%s")
        held = reach.grants(reader(request))
        perm = RestrictionPerm.VIEW
        countries = Country.objects.all()
        seen = countries if held.everywhere(perm) else countries.filter(pk__in=held.countries(perm))
        self.fields["country"].queryset = seen  # type: ignore[attr-defined]
        self.is_valid()

    def narrow(self, found: QuerySet[Restriction]) -> QuerySet[Restriction]:
        said = self.cleaned_data
        if state := said.get("state"):
            found = found.filter(until__isnull=state == IN_FORCE)
        if law := said.get("law"):
            found = found.filter(law=law)
        if country := said.get("country"):
            found = found.filter(country=country)
        return found


@require_GET
def restrictions(request: HttpRequest) -> HttpResponse:
    only_readers(request)
    form = Narrowed(request)
    found = form.narrow(Restriction.objects.visible_to(reader(request)))
    pages = Pages(
        request, found.select_related("subject", "country", "cause"), ("created_at", "pk"), descending=True
    )
    narrowed = any(form.cleaned_data.values())
    return render(request, "vetting/restrictions.html", {"form": form, "pages": pages, "narrowed": narrowed})


@require_GET
def restriction(request: HttpRequest, pk: Any) -> HttpResponse:
    found = find_restriction(request, pk)
    user = reader(request)
    seen = Case.objects.visible_to(user)
    freed = list(restrict.freed_by(found).visible_to(user).select_related("subject").order_by("reference"))
    reopenable = [(each, why_not(CASE_ACTS["reopen"].check, user, each)) for each in freed[:MOST]]
    return render(
        request,
        "vetting/restriction.html",
        {
            "restriction": found,
            "in_force": found.until is None or found.until > today(),
            "alt": names.alternative(found.subject),
            "causes": _seen(request, [each.determination_id for each in found.causes.all()]),
            "lift": next(iter(_seen(request, [found.lifted_by_id])), None) if found.lifted_by_id else None,
            "met": list(
                found.met.filter(case__in=seen).select_related("case__subject").order_by("-at", "-pk")[:MOST]
            ),
            "freed": reopenable,
            "may_reopen": any(why is None for _, why in reopenable),
            "others": Restriction.objects.visible_to(user)
            .filter(subject=found.subject_id)
            .exclude(pk=found.pk),
            "crumbs": [
                {"label": "Restrictions", "url": reverse("restrictions")},
                {"label": "One restriction"},
            ],
        },
    )


def find_restriction(request: HttpRequest, pk: Any) -> Restriction:
    found = Restriction.objects.visible_to(reader(request)).select_related("subject", "country")
    return get_object_or_404(found.prefetch_related("causes"), pk=pk)


def only_readers(request: HttpRequest) -> None:
    if not reach.holds_anywhere(reader(request), RestrictionPerm.VIEW, Country, Post):
        raise Http404


def _seen(request: HttpRequest, pks: Sequence[Any]) -> list[Determination]:
    found = Determination.objects.visible_to(reader(request)).filter(pk__in=pks)
    return list(found.select_related("recommended_by", "decided_by").order_by("recommended_at"))


# --- recommending one ---


@require_http_methods(["GET", "POST"])
def recommend(request: HttpRequest) -> HttpResponse:
    only_readers(request)
    if request.method == "POST":
        return _recommend(request)
    return _asked(request, RECOMMEND_RESTRICTION)


def _asked(
    request: HttpRequest, act: Act, problems: Sequence[Problem] = (), data: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Of which subject is said by whoever leads here: its own page, or what was posted."""
    asked = (data or {}).get("subject") if data is not None else request.GET.get("subject", "")
    subject = _subject(request, str(asked or ""))
    leave_out = ["subject", "allegations"]
    if subject and subject.kind != "unit":
        leave_out.append("includes_subunits")
    typed = request.POST if data is not None else None
    form = forms.form_for(
        RestrictBody, act="recommend-restriction", typed=typed, problems=problems, leave_out=leave_out
    )
    check = rules.check_can_recommend if subject else rules.check_can_recommend_somewhere
    context = {
        "act": act,
        "subject": subject,
        "alt": names.alternative(subject) if subject else "",
        "form": form,
        "wrong": forms.further(problems, form, []),
        "allegations": _alleged(request, subject) if subject else [],
        "ticked": set(request.POST.getlist("allegations")),
        "refused": why_not(check, reader(request), subject),
        "crumbs": [
            {"label": "Restrictions", "url": reverse("restrictions")},
            {"label": act.words},
        ],
    }
    return render(request, "vetting/restrict.html", context)


def _alleged(request: HttpRequest, subject: Subject) -> list[against.Standing]:
    """What is alleged against it, as it stands, where this person reads it."""
    found = Allegation.objects.against(same_subjects([subject.pk])).visible_to(reader(request))
    return [against.conclude(each) for each in against.with_assessments(found).order_by("created_at", "pk")]


def _subject(request: HttpRequest, pk: str) -> Subject | None:
    try:
        known = UUID(pk)
    except ValueError:
        return None
    return Subject.objects.visible_to(reader(request)).select_related("country").filter(pk=known).first()


_recommend = create_view(
    RECOMMEND_RESTRICTION,
    back=lambda request, thing: reverse("restrictions"),
    invalid=lambda request, thing, act, problems, data: _asked(request, act, problems, data),
    done=lambda request, thing, act, result: reverse("determination", args=[result.pk]),
)
_reopen = bulk_view(REOPEN_MANY, model=Case, back=lambda request, thing: reverse("restrictions"))


@require_POST
def reopen_many(request: HttpRequest) -> HttpResponse:
    only_staff(request)
    return _reopen(request)
