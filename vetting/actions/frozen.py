"""What a decision was made on, frozen: the exact text that is signed, and the record of a one-person clear.

JSON that RFC 8785 can write. What is masked stands by id and version, never in clear.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from evidence import frozen as frozen_evidence
from foundation.accounts.models import User
from foundation.signing.actions import Covered
from foundation.sources.models import LawText
from screening import core
from screening.models import Match
from units.claims import kind_of
from units.models import CommandLink, Individual, Kind, Subject, Unit, links_above, same_subjects
from vetting.actions import frozen_gates
from vetting.days import today
from vetting.models import Case, Check, RoutingRule, Status
from vetting.rules import bars, evidence, fast_lane

FORMAT = "probity-decision-1"
EARLIER = "vetting.earlier-case"
STANDS = (
    "law", "nomination", "subject", "unit", "hierarchy", "commander", "checks", "matches", "opinions",
    "restrictions", "earlier_cases", "gates", "evidence",
)  # fmt: skip
WEIGHTY = (Status.CANCELLED, Status.WITHHELD, Status.BARRED, Status.RECALLED)


def decision(
    case: Case, *, kind: str, by: User, written: Mapping[str, str] | None = None, **of_its_own: Any
) -> dict[str, Any]:
    """Everything known of a case now. `of_its_own`: what this kind of decision adds (grounds, basis, …);
    `written`: what was said of each condition that a gate makes."""
    return {
        "format": FORMAT,
        "decision": kind,
        "written_by": by.username,
        "written_on": today().isoformat(),
        "case": {"id": str(case.pk), "reference": case.reference, "kind": case.kind},
        "law": law(case),
        "nomination": nomination(case),
        "subject": subject(case.subject),
        "unit": subject(case.unit_case.subject) if case.unit_case else None,
        "hierarchy": hierarchy(case),
        "commander": _commander(case.unit_case or case),
        "rule": rule(case),
        "checks": [check(each) for each in _in_order(case)],
        "matches": [match(each) for each in matches_of(case)],
        "screening": {"algorithm": core.ALGORITHM},
        "opinions": [
            {
                "id": str(each.pk),
                "view": each.view,
                "note": each.note,
                "by": each.by.username,
                "at": _time(each.at),
            }
            for each in case.opinions.select_related("by")
        ],
        "suspensions": [
            {"reason": each.reason, "by": each.by.username, "since": _time(each.since)}
            for each in case.suspensions.select_related("by")
        ],
        "restrictions": [
            {
                "id": str(each.restriction.pk),
                "law": each.restriction.law,
                "since": each.restriction.since.isoformat(),
                "through": each.through,
                **({"lineage": [str(step.event.pk) for step in each.way]} if each.way else {}),
            }
            for each in _restrictions(case)
            if each.restriction
        ],
        "earlier_cases": [
            {
                "id": str(each.pk),
                "status": each.status,
                "outcome": each.outcome,
                "was_suspended": each.ever_suspended,
            }
            for each in fast_lane.earlier_cases(case)
        ],
        "gates": frozen_gates.as_they_stand(case, written or {}),
        "evidence": evidence_of(case),
        **of_its_own,
    }


def covers(case: Case, *, kind: str) -> list[Covered]:
    """What a determination on this case rests on, in the versions that were read, and who wrote it.

    A withhold rests on no gate: that a country is barred, or barred no longer, says nothing of the subject.
    """
    unit_case = case.unit_case or case
    subjects = [
        case.subject,
        *([case.unit_case.subject] if case.unit_case else []),
        *([unit_case.commander] if unit_case.commander else []),
    ]
    findings = [each for check in _in_order(case) for each in check.findings.all()]
    return [
        Covered("vetting.case", case.pk, case.opened_at.isoformat()),
        _nomination_covered(case),
        *(Covered("units.subject", each.pk, each.version) for each in subjects),
        *(Covered(kind_of(each), each.pk, each.version, each.recorded_by) for each in _links(case)),
        *(Covered("vetting.finding", each.pk, 1, each.by) for each in findings),
        *(Covered("screening.match", each.pk, each.version, _judge(each)) for each in matches_of(case)),
        *(Covered("vetting.opinion", each.pk, 1, each.by) for each in case.opinions.select_related("by")),
        *(
            Covered("vetting.suspension", each.pk, 1, each.by)
            for each in case.suspensions.select_related("by")
        ),
        *(
            Covered("vetting.restriction", each.restriction.pk, each.restriction.version)
            for each in _restrictions(case)
            if each.restriction
        ),
        *(
            Covered("units.lineage-event", event.pk, event.version, event.recorded_by)
            for event in {step.event for each in _restrictions(case) for step in each.way}
        ),
        *(Covered(EARLIER, each.pk, weight(each)) for each in fast_lane.earlier_cases(case)),
        *(frozen_gates.covered(case) if kind == "clear" else ()),
        *frozen_evidence.covers([each.standing for each in evidence.alleged(case)], evidence.notes(case)),
        Covered("sources.law-text", _law_text(case).pk, _law_text(case).version),
    ]


def evidence_of(case: Case) -> dict[str, Any]:
    """All that is alleged or noted of those whom it is about, and how they stand to it."""
    reached = evidence.alleged(case)
    described = frozen_evidence.allegations([each.standing for each in reached])
    return {
        "allegations": [
            {"through": each.through, **said} for each, said in zip(reached, described, strict=True)
        ],
        "notes": frozen_evidence.notes(evidence.notes(case)),
    }


def covers_of_skip(check_: Check) -> list[Covered]:
    """What a skip rests on: the check itself, who it is about, the event, the law."""
    case = check_.case
    return [
        Covered("vetting.check", check_.pk, check_.opened_at.isoformat()),
        Covered("units.subject", case.subject_id, case.subject.version),
        _nomination_covered(case),
        Covered("sources.law-text", _law_text(case).pk, _law_text(case).version),
    ]


def weight(earlier: Case) -> str:
    """What an earlier case weighs in a decision on the same subject; it is covered in this version."""
    return _weight(earlier.status, earlier.outcome, earlier.ever_suspended)


def _weight(status: str, outcome: str, suspended: bool) -> str:
    """That another case was opened, or is being worked on, weighs nothing."""
    end = outcome or status if status in WEIGHTY else ""
    return " ".join((*([end] if end else []), *(["suspended"] if suspended else [])))


def changed_since(payload: dict[str, Any], case: Case) -> list[str]:
    """The parts of a frozen decision that are no longer what is known. Empty: it still stands.

    Whoever changes what is covered overtakes it. This finds what nobody told, at the last moment.
    """
    now = decision(case, kind=payload["decision"], by=User(username=payload["written_by"]))
    return [part.replace("_", " ") for part in STANDS if _weighed(part, payload) != _weighed(part, now)]


def _weighed(part: str, payload: dict[str, Any]) -> Any:
    """What of it a decision rests on: not that somebody put a check back, or that another case was opened."""
    if part == "checks":
        return [{name: each[name] for name in ("id", "finding", "at")} for each in payload["checks"]]
    if part == "earlier_cases":
        weighed = (
            (each["id"], _weight(each["status"], each["outcome"], each["was_suspended"]))
            for each in payload[part]
        )
        return sorted((ref, weighs) for ref, weighs in weighed if weighs)
    if part == "gates":
        return frozen_gates.weighed(payload)
    return payload.get(part)


def skip(check_: Check, reason: str, by: User) -> dict[str, Any]:
    case = check_.case
    return {
        "format": FORMAT,
        "decision": "check-skip",
        "written_by": by.username,
        "written_on": today().isoformat(),
        "case": {"id": str(case.pk), "reference": case.reference, "kind": case.kind},
        "law": law(case),
        "nomination": nomination(case),
        "subject": subject(case.subject),
        "check": {"id": str(check_.pk), "queue": check_.queue.name, "stage": check_.stage},
        "reason": reason,
    }


def law(case: Case) -> dict[str, str]:
    text = _law_text(case)
    return {"code": text.law, "citation": text.citation, "version": text.version}


def nomination(case: Case) -> dict[str, str]:
    of = case.nomination
    return {
        "id": str(of.pk),
        "reference": of.reference,
        "organisation": of.organisation.name,
        "event": of.event_title,
        "starts_on": of.event_starts_on.isoformat(),
        "ends_on": of.event_ends_on.isoformat(),
        "program": of.program_id,
        "law": of.law,
    }


def subject(of: Subject) -> dict[str, Any]:
    """A subject as it is known now. Birthplace and national ID stand by the subject's id and version."""
    known = {
        "id": str(of.pk),
        "kind": of.kind,
        "version": of.version,
        "country": of.country_id,
        "names": [each.text for each in of.names.all()],
        "same_as": sorted(str(pk) for pk in same_subjects([of.pk]) if pk != of.pk),
    }
    if of.kind == Kind.INDIVIDUAL:
        person = Individual.objects.get(pk=of.pk)
        return known | {"date_of_birth": person.date_of_birth, "nationality": person.nationality}
    unit = Unit.objects.get(pk=of.pk)
    return known | {"level": unit.level, "above": unit.parents_as_named, "location": unit.location}


def hierarchy(case: Case) -> list[dict[str, Any]]:
    """The command links on record above its unit today, from the lowest up."""
    links = _links(case)
    called = dict(Subject.objects.filter(pk__in=_ends(links)).values_list("pk", "name"))
    return [
        {
            "id": str(each.pk),
            "version": each.version,
            "kind": each.kind,
            "child": {"id": str(each.child_id), "name": called[each.child_id]},
            "parent": {"id": str(each.parent_id), "name": called[each.parent_id]},
            "when": each.when,
        }
        for each in links
    ]


def _links(case: Case) -> list[CommandLink]:
    unit = case.unit_case.subject if case.unit_case else case.subject
    return links_above([unit.pk], today()) if unit.kind == Kind.UNIT else []


def _ends(links: list[CommandLink]) -> set[Any]:
    return {end for link in links for end in (link.child_id, link.parent_id)}


def check(of: Check) -> dict[str, Any]:
    last = max(of.findings.all(), key=lambda each: each.at, default=None)
    return {
        "id": str(of.pk),
        "queue": of.queue.name,
        "stage": of.stage,
        "state": of.state,
        "finding": of.finding or None,
        "note": last.note if last else "",
        "by": last.by.username if last else None,
        "at": _time(last.at) if last else None,
        "searches": [
            {"source": each.source, "query": each.query, "script": each.script, "results": each.results}
            for each in (last.searches.all() if last else [])
        ],
    }


def match(of: Match) -> dict[str, Any]:
    last = of.verdicts.last()
    return {
        "id": str(of.pk),
        "known": {"id": str(of.known_id), "kind": of.known.kind, "name": of.known.name},
        "score": of.score,
        "algorithm": of.algorithm,
        "thresholds": of.thresholds,
        "verdict": of.verdict or None,
        "reason": last.reason if last and of.verdict else None,
        "by": last.by.username if last and of.verdict else None,
    }


def rule(case: Case) -> dict[str, Any] | None:
    if case.rule is None:
        return None
    used = RoutingRule.objects.get(rule=case.rule, version=case.rule_version)
    return {"id": str(case.rule), "version": case.rule_version, "name": used.name, "plan": used.plan.name}


def _judge(match: Match) -> User | None:
    last = match.verdicts.last()
    return last.by if last else None


def _nomination_covered(case: Case) -> Covered:
    return Covered(
        "vetting.nomination", case.nomination_id, case.nomination.version, case.nomination.submitted_by
    )


def _restrictions(case: Case) -> list[bars.Bar]:
    return [each for law in ("state-leahy", "dod-leahy") for each in bars.bars(case, law=law)]


def matches_of(case: Case) -> list[Match]:
    matches = Match.objects.standing().filter(nominee__in=fast_lane.subjects_of(case))
    return list(
        matches.select_related("known")
        .prefetch_related("verdicts__by", "verdicts__match")
        .order_by("-score", "pk")
    )


def _commander(case: Case) -> dict[str, Any] | None:
    if case.commander:
        return subject(case.commander)
    return {"unknown": case.commander_unknown_reason} if case.commander_unknown_reason else None


def _in_order(case: Case) -> list[Check]:
    checks = case.checks.select_related("queue").prefetch_related("findings__by", "findings__searches")
    return list(checks.order_by("stage", "queue__name"))


def _law_text(case: Case) -> LawText:
    return LawText.objects.in_force(case.restriction_law, today())


def _time(at: Any) -> str:
    return str(at.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M:%SZ"))
