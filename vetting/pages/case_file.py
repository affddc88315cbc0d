"""Everything a case's page says, read once: each part one query, however much there is of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.audit.models import Event
from foundation.signing.models import Contributor, Determination, State
from foundation.sources.models import Law
from screening.models import Mark, Match, Verdict
from screening.permissions import ScreeningPerm
from units.masks import masked
from units.models import Kind, Unit
from units.permissions import UnitPerm
from vetting.actions.ends import target_of
from vetting.days import today, working_days_between
from vetting.gates import LABELS
from vetting.models import Case, Check, CheckState, Finding, Restriction, Status
from vetting.pages import clocks, history, names
from vetting.permissions import QueuePerm
from vetting.rules import bars as rules_bars
from vetting.rules import fast_lane
from vetting.rules import gates as rules_gates
from vetting.rules.bars import Bar
from vetting.rules.checks import sealed_stages

NEWEST = 60  # events shown; the rest is the auditor's
AGREEMENTS = ("agrees", "near", "differs", "unknown")


@dataclass
class CheckLine:
    """A check as this reader may see it."""

    section: str
    check: Check | None
    code: str  # of a finding or of a check's state
    word: str = ""
    note: str = ""
    by: str = ""
    at: Any = None
    days: str = ""
    searches: list[Any] = field(default_factory=list)


@dataclass
class Stage:
    number: int
    lines: list[CheckLine]
    note: str


@dataclass
class MatchLine:
    number: int
    match: Match
    name: str
    alt: str
    of_commander: bool
    reasons: list[tuple[str, str]]  # (agreement code, words)
    verdict_by: str
    verdict_at: Any


class CaseFile:
    def __init__(self, case: Case, user: User) -> None:
        self.case, self.user, self.day = case, user, today()

    # --- who ---

    @cached_property
    def names(self) -> dict[Any, list[str]]:
        of_matches = [match.known_id for match in self._matches]
        return names.names_of([*self.subjects, *of_matches])

    @property
    def subjects(self) -> list[Any]:
        return fast_lane.subjects_of(self.case)

    @property
    def alt(self) -> str:
        return names.alternative_among(self.case.subject.name, self.names.get(self.case.subject_id, []))

    @property
    def person(self) -> Any:
        return self.case.subject.individual if self.case.kind == Kind.INDIVIDUAL else None

    @property
    def unit(self) -> Any:
        return (self.case.unit_case or self.case).subject.unit

    @cached_property
    def rows(self) -> list[Any]:
        return list(self.case.candidates.all() if self.person else self.case.unit_candidates.all()[:20])

    @property
    def masks(self) -> list[dict[str, Any]]:
        """What is masked of a person: only that it is there, and how a long one ends."""
        if not self.person:
            return []
        born_at = self.person.birth_city or self.person.birth_state or self.person.birth_country
        number = self.person.national_id
        return [
            {"label": "national ID", "code": "national-id", "there": bool(number), "tail": tail(number)},
            {"label": "birthplace", "code": "birthplace", "there": bool(born_at), "tail": ""},
        ]

    @property
    def may_unmask(self) -> bool:
        return reach.holds_in_country(self.user, UnitPerm.UNMASK, self.case.country)

    # --- the clock ---

    @cached_property
    def clock(self) -> clocks.Clock:
        return clocks.of_case(self.case, self.checks, self.day)

    @cached_property
    def questions(self) -> list[Any]:
        if not self.case.was_asked:  # type: ignore[attr-defined]
            return []
        return list(self.case.questions.select_related("asked_by", "answered_by"))

    @property
    def pauses(self) -> list[tuple[Any, Any]]:
        return [
            (each.asked_at.date(), each.closed_at.date() if each.closed_at else None)
            for each in self.questions
        ]

    @cached_property
    def suspension(self) -> Any:
        """The one that stands."""
        if self.case.status != Status.SUSPENDED:
            return None
        standing = self.case.suspensions.filter(ended_at=None)
        return standing.select_related("by").first()

    @property
    def event_in(self) -> int:
        return (self.case.nomination.event_starts_on - self.day).days

    # --- checks ---

    @cached_property
    def checks(self) -> list[Check]:
        """As `find_case_to_read` brought them."""
        return sorted(self.case.checks.all(), key=lambda check: (check.stage, check.queue.name))

    @cached_property
    def sealed(self) -> set[int]:
        return sealed_stages(self.user, self.case, self.checks)

    @property
    def mine(self) -> list[Check]:
        """Checks of queues that this person works, still to be done."""
        return [
            check
            for check in self.checks
            if check.state in (CheckState.OPEN, CheckState.CLAIMED)
            and reach.holds(self.user, QueuePerm.WORK, [check.queue])
        ]

    @property
    def stages(self) -> list[Stage]:
        there = sorted({check.stage for check in self.checks})
        lines = [self._stage(number, [c for c in self.checks if c.stage == number]) for number in there]
        steps = self.case.plan.steps.all() if self.case.plan else []
        later: dict[int, list[CheckLine]] = {}
        for step in steps:
            if step.stage > max(there, default=0):
                section = f"{step.check_type.replace('-', ' ').capitalize()} section"
                if step.check_type == "drl":
                    section = "Human rights bureau"
                later.setdefault(step.stage, []).append(
                    CheckLine(section, None, "not-open", days=f"0 of {step.days}")
                )
        note = "opens when the last check of the stage before is in"
        return lines + [Stage(number, found, note) for number, found in sorted(later.items())]

    def _stage(self, number: int, checks: list[Check]) -> Stage:
        done = sum(check.state == CheckState.DONE for check in checks)
        note = f"{done} of {len(checks)} recorded"
        if number in self.sealed:
            note += "; you read the others’ findings once your own is in"
        return Stage(number, [self._check_line(check) for check in checks], note)

    def _check_line(self, check: Check) -> CheckLine:
        line = CheckLine(check.queue.name, check, check.state, days=self._days(check))
        if check.state == CheckState.CLAIMED:
            line.by = str(check.claimed_by)
            line.word = "Claimed by you" if check.claimed_by_id == self.user.pk else ""
        last = self._last(check) if check.state == CheckState.DONE else None
        if last:
            line.by, line.at = str(last.by), last.at
            if check.stage in self.sealed and check.claimed_by_id != self.user.pk:
                line.code = "sealed"
            else:
                line.code, line.note = last.finding, last.note
                line.searches = list(last.searches.all())
        return line

    def _days(self, check: Check) -> str:
        start = check.opened_at.date()
        last = check.done_at.date() if check.done_at else self.day
        return f"{working_days_between(start, last)} of {working_days_between(start, check.due_on)}"

    @staticmethod
    def _last(check: Check) -> Finding | None:
        return max(check.findings.all(), key=lambda each: each.at, default=None)

    @property
    def searches(self) -> list[tuple[Any, CheckLine]]:
        """All searches that this reader may see, with the check they were made for."""
        return [(search, line) for stage in self.stages for line in stage.lines for search in line.searches]

    # --- matches ---

    @cached_property
    def _matches(self) -> list[Any]:
        """With who judged each last, and when."""
        adverse = Mark.objects.filter(subject=OuterRef("known"), adverse=True, ended_at=None)
        last = Verdict.objects.filter(match=OuterRef("pk")).order_by("-at", "-pk")[:1]
        found = Match.objects.standing().filter(nominee__in=self.subjects).select_related("known")
        return list(
            found.annotate(
                adverse=Exists(adverse),
                judge=Subquery(last.values("by__name")),
                judged_by=Subquery(last.values("by")),
                judged_at=Subquery(last.values("at")),
            ).order_by("-score", "pk")
        )

    @cached_property
    def matches(self) -> list[MatchLine]:
        return [self._match_line(number, match) for number, match in enumerate(self._matches, 1)]

    def _match_line(self, number: int, match: Any) -> MatchLine:
        by = "You" if match.judged_by == self.user.pk else match.judge
        return MatchLine(
            number=number,
            match=match,
            name=match.known.name,
            alt=names.alternative_among(match.known.name, self.names.get(match.known_id, [])),
            of_commander=match.nominee_id == self.case.commander_id,
            reasons=[(each["says"], f"{each['feature']} {each['says']}") for each in match.explanation],
            verdict_by=by if match.verdict else "",
            verdict_at=match.judged_at,
        )

    @property
    def matches_note(self) -> str:
        first = self.matches[0].match
        judged = len(self.matches) - len(self.to_judge)
        return (
            f"{len(self.matches)} found, {judged} judged. Threshold {first.thresholds.get('match', '')},"
            f" {first.algorithm}."
        )

    @property
    def to_judge(self) -> list[MatchLine]:
        return [line for line in self.matches if not line.match.verdict]

    @property
    def judges(self) -> bool:
        return reach.holds_in_country(self.user, ScreeningPerm.JUDGE, self.case.country)

    # --- what bars it ---

    @cached_property
    def bars(self) -> dict[str, list[Bar]]:
        own = self.case.restriction_law
        other = Law.STATE_LEAHY if own == Law.DOD_LEAHY else Law.DOD_LEAHY
        return {law: rules_bars.bars(self.case, law=law) for law in (own, other)}

    @property
    def met(self) -> list[tuple[str, Bar]]:
        return [(law, each) for law, found in self.bars.items() for each in found]

    @cached_property
    def met_in_reach(self) -> set[Any]:
        """Of the restrictions met, those whose own page this person reads."""
        found = [each.restriction.pk for _, each in self.met if each.restriction]
        seen = Restriction.objects.visible_to(self.user).filter(pk__in=found) if found else []
        return {each.pk for each in seen}

    @cached_property
    def gates(self) -> list[dict[str, Any]]:
        """What each gate says, and what it said before where that was otherwise."""
        told = list(self.case.nomination.gate_answers.all())
        return [
            {"label": LABELS[answer.gate], "answer": answer, "before": _otherwise(told, answer)}
            for answer in rules_gates.on(self.case)
        ]

    @cached_property
    def earlier(self) -> list[Case]:
        """Other cases on the same subject, where this person reads them."""
        return list(fast_lane.earlier_cases(self.case).visible_to(self.user))

    @cached_property
    def lineage_read(self) -> set[Any]:
        """Restricted units that reach this case by lineage, where this person reads them."""
        units = {each.restriction.subject_id for _law, each in self.met if each.restriction and each.way}
        read = Unit.objects.visible_to(self.user).filter(pk__in=units)
        return set(read.values_list("pk", flat=True)) if units else set()

    # --- decisions and history ---

    @cached_property
    def determinations(self) -> list[Any]:
        targets = [target_of(self.case), *(f"vetting.check:{check.pk}" for check in self.checks)]
        wrote = Contributor.objects.filter(determination=OuterRef("pk"), user=self.user)
        found = Determination.objects.visible_to(self.user).filter(target__in=targets)
        found = found.annotate(wrote_for_it=Exists(wrote))
        return list(
            found.select_related("recommended_by", "decided_by")
            .defer("canonical")
            .order_by("-recommended_at")
        )

    @property
    def open_determinations(self) -> list[Any]:
        return [each for each in self.determinations if each.state == State.RECOMMENDED]

    @cached_property
    def opinions(self) -> list[Any]:
        if not self.case.has_opinions:  # type: ignore[attr-defined]
            return []
        return list(self.case.opinions.select_related("by"))

    @cached_property
    def clearance(self) -> Any:
        return (
            self.case.clearances.order_by("-pk").first() if self.case.outcome.startswith("cleared") else None
        )

    @cached_property
    def history(self) -> list[history.Entry]:
        events = history.read(Event.objects.in_chain_of(self.case).filter(_about(self._things())))[:NEWEST]
        checks = {str(check.pk): check for check in self.checks}
        return history.of_case(events, checks=checks, sealed=self.sealed, user=self.user)

    def _things(self) -> dict[str, list[str]]:
        return {
            "vetting.case": [str(self.case.pk)],
            "vetting.check": [str(check.pk) for check in self.checks],
            "signing.determination": [str(each.pk) for each in self.determinations],
            "screening.match": [str(match.pk) for match in self._matches],
            "units.subject": [str(self.case.subject_id)],
            "units.individual": [str(self.case.subject_id)],
            "units.unit": [str(self.case.subject_id)],
        }


def _otherwise(told: list[Any], answer: Any) -> list[Any]:
    """Former answers of the same gate, the latest first, each where it differs from the one after it."""
    of_gate = [each for each in told if each.gate == answer.gate and each.number <= answer.number]
    pairs = zip(of_gate, of_gate[1:], strict=False)
    return [former for former, later in reversed(list(pairs)) if former.state != later.state]


def tail(value: str) -> str:
    """What is shown of a masked value beside its dots."""
    return (masked(value) or "").lstrip("•")


def _about(things: dict[str, Iterable[str]] | Any) -> Q:
    found = Q(pk__in=[])
    for kind, ids in things.items():
        found |= Q(object_kind=kind, object_id__in=list(ids))
    return found
