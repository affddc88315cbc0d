"""Masked fields: what is shown in their place, and that there is something to show."""

from __future__ import annotations


def masked(value: str) -> str | None:
    """Dots, and the last two characters of anything long enough that two give nothing away."""
    if not value:
        return None
    return "••••••" + (value[-2:] if len(value) >= 8 else "")
