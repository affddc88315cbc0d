"""What anybody may read, as a page: without a sign-in, and without a word on what is not published."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from remediation import public


@login_not_required
@require_safe
def ineligible_units(request: HttpRequest) -> HttpResponse:
    """The same for everybody: nothing of who reads is on it, and so it may be kept on the way."""
    country = request.GET.get("country", "").strip()[:2]
    found = public.ineligible(country)
    context = {"found": found, "country": country.upper(), "DEMO": settings.DEMO}
    return public.cached(HttpResponse(render_to_string("remediation/public.html", context)))
