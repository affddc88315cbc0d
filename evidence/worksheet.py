"""The worksheet read: what is not answered yet, and a draft of the basis. No number comes of it."""

from __future__ import annotations

from evidence.against import Standing
from evidence.models import Allegation, Assessment, Conclusion, Element, Factor, Met


def unanswered(assessment: Assessment) -> list[str]:
    """Labels of the factors and elements that nobody has answered. *Unknown*, with a note, is an answer."""
    factors = [each.label for each in Factor if not assessment.factors.get(each.value, {}).get("finding")]
    elements = [each.label for each in Element if not _is_answered(assessment.elements.get(each.value))]
    return [*factors, *elements]


def _is_answered(element: dict[str, str] | None) -> bool:
    return bool(element) and (element["status"] != Met.UNKNOWN or bool(element["note"]))  # type: ignore[index]


def not_enough(standing: Standing, called: str) -> list[str]:
    """What is missing before a withhold may rest on this allegation, in sentences without a name.

    `called`: how the allegation is named in them ("Allegation 1 (torture)").
    """
    if standing.assessment is None:
        return [f"{called} is not assessed as it stands."]
    if standing.conclusion != Conclusion.CREDIBLE:
        return [
            f"{called} is concluded {standing.conclusion.replace('-', ' ')}: credible information is needed."
        ]
    return [f"{called}: “{label}” is not answered." for label in unanswered(standing.assessment)]


def draft(allegation: Allegation, assessment: Assessment) -> str:
    """A basis to begin with, out of the worksheet's own words: for a person to read and change."""
    whom = {"unit": "the unit", "individual": "the individual"}.get(
        allegation.perpetrator_kind, "a perpetrator who is not identified"
    )
    lines = [
        f"{allegation.get_violation_display()}, alleged against {whom}"
        f" ({allegation.get_involvement_display().lower()})."
    ]
    for factor in Factor:
        if said := assessment.factors.get(factor.value, {}).get("finding"):
            lines.append(f"{factor.label}: {said}")
    for element in Element:
        if answer := assessment.elements.get(element.value):
            note = f" {answer['note']}" if answer["note"] else ""
            lines.append(f"{element.label}: {Met(answer['status']).label.lower()}.{note}")
    lines.append(
        f"Credibility of the source: {assessment.get_source_credibility_display().lower()};"
        f" of what it says: {assessment.get_content_credibility_display().lower()}."
        f" Concluded: {assessment.get_conclusion_display().lower()}."
    )
    return "\n".join(lines)
