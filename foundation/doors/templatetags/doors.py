"""For forms that act: which version was read, and the form's own key against a double click."""

from __future__ import annotations

import uuid
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from foundation.doors.etags import etag_of
from foundation.doors.fresh import is_fresh

register = template.Library()


@register.simple_tag(takes_context=True)
def version_of(context: RequestContext, thing: Any) -> SafeString:
    """`{% version_of case %}`: the hidden field that stands for If-Match."""
    user = getattr(context.get("request"), "user", None)
    return format_html('<input type="hidden" name="version" value="{}">', etag_of(thing, user) or "")


@register.inclusion_tag("components/password.html", takes_context=True)
def password_again(context: RequestContext) -> dict[str, Any]:
    """`{% password_again %}`: the box for it, where it was given too long ago to sign or to show."""
    request = context["request"]
    return {"asked": not is_fresh(request), "error": getattr(request, "password_problem", "")}


@register.simple_tag
def once() -> SafeString:
    """`{% once %}`: the hidden field by which this very form is done once."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4())
