"""Dated claims in templates: their days, and whether they certainly hold on one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from units.commanders import days_of
from units.structure import is_certain

register = template.Library()
register.filter("days_of", days_of)


@register.filter
def certain_on(claim: Any, day: date) -> bool:
    return is_certain(claim, day)
