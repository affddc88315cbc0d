"""The state machine: what hypothesis may do next, by whom, to what. Everything else it finds out by doing."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from foundation.accounts import actions as accounts
from foundation.accounts.models import User
from foundation.doors.acts import Act, Acts
from foundation.doors.bulk import each
from foundation.signing.acts import DETERMINATION_ACTS
from foundation.signing.models import Determination
from screening.models import Match
from tests.trust import at_the_end
from tests.trust.machine_bodies import SEARCH, UNITS, a_nomination, case_of
from tests.trust.machine_world import ARROWS, Violated, World
from tests.trust.moved import SHRINKS
from units.acts import INDIVIDUAL_ACTS, RECORD_LINK, RECORD_POSTING, RECORD_UNIT, UNIT_ACTS
from units.models import Individual, Unit
from vetting.actions import restrict
from vetting.actions.ends import target_of
from vetting.acts.cases import CASE_ACTS, CLEAR_MANY
from vetting.acts.checks import CHECK_ACTS, COMPLETE_MANY, NEXT
from vetting.acts.matches import MATCH_ACTS
from vetting.acts.nominations import CANDIDATE_ACTS, NOMINATE, NOMINATION_ACTS
from vetting.models import Candidate, Case, Check, Nomination
from vetting.models.cases import RECOMMENDED

MOST_CLASSES = 6
OFTEN = {
    "on_a_case": 4,
    "on_a_case_what_is_possible": 6,
    "on_a_row": 3,
    "on_a_class": 1,
    "on_a_check": 2,
    "on_a_match": 2,
    "sign": 5,
    "withhold": 2,
    "on_a_determination": 1,
    "along_a_seldom_arrow": 6,
    "sections_work": 2,
    "all_checks_of_a_case_are_done": 5,
    "clear_many": 1,
    "complete_many": 1,
    "time_goes_by": 1,
    "deliver": 1,
    "a_role_is_taken": 1,
    "a_role_is_given_back": 1,
    "the_register_grows": 1,
    "nominate": 2,
}
LEADS = {
    "returned": "return",
    "cancelled": "cancel",
    "rfi": "request-information",
    "suspended": "suspend",
    "clear-recommended": "recommend-clear",
    "withhold-recommended": "recommend-withhold",
    "cleared": "clear",
    "recalled": "recall",
}
BY_THE_NOMINATOR = {"rfi": "answer", "returned": "resubmit"}
WHAT = [what for what, times in OFTEN.items() for _ in range(times)]


class Machine(RuleBasedStateMachine):
    seen: ClassVar[Counter[Any]] = Counter()

    @classmethod
    def begin_again(cls) -> Counter[Any]:
        """Of this database nothing is remembered yet."""
        World.people_at_first.cache_clear()
        Violated.first = ""
        cls.seen.clear()
        return cls.seen

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.seen)
        self.taken: list[tuple[User, Group]] = []

    def teardown(self) -> None:
        try:
            if not Violated.first and (found := at_the_end.broken()):
                raise Violated(self.world.told(found))
        finally:
            self.world.close()

    @rule(what=st.sampled_from(WHAT), drawn=st.integers(0, 2**32))
    def step(self, what: str, drawn: int) -> None:
        """One rule, for hypothesis leaves out some rules in each example, and all belong to each other here.
        Where in the history it stands is mixed in, for hypothesis likes to draw the same number again."""
        getattr(self, what)(Random(f"{drawn} {len(self.world.history)}"))

    # --- classes come in ---

    def nominate(self, random: Random) -> None:
        if Nomination.objects.count() >= MOST_CLASSES:
            self.on_a_row(random)
            return
        by = self._person(random.choice(("nominator", "nominator", "nominator2", "section")))
        sender = by if by.organisation_id else self._person("nominator")
        body = self._at_the_time(lambda: a_nomination(sender, random, Nomination.objects.count() + 1))
        self.world.act(NOMINATE, None, by, random, body)

    # --- acts, by anybody, on anything ---

    def on_a_case(self, random: Random) -> None:
        self._any(CASE_ACTS, self._case(random), random)

    def on_a_case_what_is_possible(self, random: Random) -> None:
        self._possible(CASE_ACTS, self._case(random), random)

    def on_a_row(self, random: Random) -> None:
        case = self._case(random)
        rows = Candidate.objects.select_related("nomination__organisation", "case", "unit_case")
        row = random.choice(
            [*rows.filter(case=case), *rows.filter(unit_case=case)]
            or [*rows.filter(nomination=case.nomination_id)]
        )
        pick = self._possible if random.random() < 0.6 else self._any
        pick(CANDIDATE_ACTS, row, random)

    def on_a_class(self, random: Random) -> None:
        of = _one(Nomination.objects.order_by("reference"), random)
        amend_rather = "amend-event" if random.random() < 0.6 else ""
        self._any(NOMINATION_ACTS, of, random, amend_rather)

    def on_a_check(self, random: Random) -> None:
        checks = Check.objects.select_related("case", "queue").order_by(
            "case__reference", "stage", "queue__name"
        )
        if check := _one(checks.filter(case=self._case(random)), random):
            self._any(CHECK_ACTS, check, random)

    def on_a_match(self, random: Random) -> None:
        matches = Match.objects.select_related("nominee__country", "known").order_by(
            "nominee__name", "known__name"
        )
        if match := _one(matches, random):
            self._any(MATCH_ACTS, match, random)

    def sign(self, random: Random) -> None:
        """What waits for a signature; where nothing does, something that may come to it."""
        if not Determination.objects.open().exists():
            self.on_a_case_what_is_possible(random)
            return
        determination = _one(Determination.objects.open().order_by("recommended_at"), random)
        self._possible(DETERMINATION_ACTS, determination, random)

    def withhold(self, random: Random) -> None:
        """From the recommendation to the signature, for what a restriction sets going."""
        case = self._case(random, status=random.choice(("in-review", "suspended")))
        recommend, approve = CASE_ACTS["recommend-withhold"], DETERMINATION_ACTS["approve"]
        by = self.world.entitled(recommend, case, random)
        if by is None or not self.world.act(recommend, case, by, random):
            return
        determination = Determination.objects.open().get(target=f"vetting.case:{case.pk}")
        if signer := self.world.entitled(approve, determination, random):
            self.world.act(approve, determination, signer, random)

    def on_a_determination(self, random: Random) -> None:
        if determination := _one(Determination.objects.order_by("recommended_at", "kind"), random):
            self._any(DETERMINATION_ACTS, determination, random)

    def along_a_seldom_arrow(self, random: Random) -> None:
        """The arrow that was walked least in all examples so far, of those that begin where a case stands; or
        one that leads there. On the way what was done least is tried, though mostly it is refused."""
        here = {str(status) for status in Case.objects.values_list("status", flat=True)}
        arrows = sorted(arrow for arrow in ARROWS if arrow[0] in here)
        random.shuffle(arrows)
        source, target = min(arrows, key=self._worth) if random.random() < 0.7 else arrows[0]
        case = self._case(random, status=source)
        self._do(self._least(CASE_ACTS, case), case, random)
        row = self._row_of(case)
        self._do(self._least(CANDIDATE_ACTS, row), row, random)
        case = self._case(random, pk=case.pk)
        if case.status == source:
            self._walk(case, target, random)

    def _worth(self, arrow: tuple[str, str]) -> int:
        onward = [self.seen["edge", *each] + 1 for each in ARROWS if each[0] == arrow[1]]
        return min([self.seen["edge", *arrow], *onward])

    def _walk(self, case: Case, target: str, random: Random) -> None:
        source = str(case.status)
        if target == "screening":
            self._nominate_what_is_barred(random)
            self.deliver(random)
        elif target == "barred":
            self._is_met_by_published_history(case, random)
        elif source in RECOMMENDED and target != "cancelled":
            act = "approve" if target in ("cleared", "withheld") else random.choice(("return", "withdraw"))
            waiting = Determination.objects.open().get(target=target_of(case))
            self._do(DETERMINATION_ACTS[act], waiting, random)
        elif source in BY_THE_NOMINATOR and target != "cancelled":
            self._do(CANDIDATE_ACTS[BY_THE_NOMINATOR[source]], self._row_of(case), random)
        elif (source, target) == ("barred", "in-review"):
            self._reopen_with_its_unit(random)
        elif target == "in-review":
            self._do(CASE_ACTS["resume" if source == "suspended" else "reopen"], case, random)
        else:
            if target in ("cleared", "clear-recommended"):
                case = self._case(random, pk=case.unit_case_id or case.pk)
                self._checks_are_done(case, random)
            self._do(CASE_ACTS[LEADS[target]], self._case(random, pk=case.pk), random)

    def _nominate_what_is_barred(self, random: Random) -> None:
        unit = _one(Case.objects.filter(kind="unit").order_by("reference"), random)
        self._is_met_by_published_history(unit, random)
        organisation = Nomination.objects.get(pk=unit.nomination_id).organisation_id
        by = User.objects.filter(organisation=organisation).order_by("username")[0]
        body = self._at_the_time(lambda: a_nomination(by, random, len(self.world.history)))
        for row in body["candidates"]:
            row["unit"] = {"id": str(unit.subject_id)}
        self.world.act(NOMINATE, None, by, random, body)

    def _reopen_with_its_unit(self, random: Random) -> None:
        """A unit that is withheld for corruption, say, leaves no restriction: its people can be reopened."""
        units = Case.objects.filter(kind="unit", status__in=("in-review", "suspended"), people__isnull=False)
        unit = _one(units.distinct().order_by("reference"), random)
        if unit is None:
            return
        said = {"grounds": "non-hr", "basis": "Fuel was sold."}
        by = self.world.entitled(CASE_ACTS["recommend-withhold"], unit, random)
        if by and self.world.act(CASE_ACTS["recommend-withhold"], unit, by, random, said):
            self._walk(self._case(random, pk=unit.pk), "withheld", random)
        self._do(CASE_ACTS["reopen"], self._case(random, pk=unit.pk), random)
        for person in Case.objects.filter(unit_case=unit, status="barred").order_by("reference"):
            self._do(CASE_ACTS["reopen"], self._case(random, pk=person.pk), random)

    def _row_of(self, case: Case) -> Candidate:
        rows = Candidate.objects.select_related("nomination__organisation", "case", "unit_case")
        return rows.filter(Q(case=case) | Q(unit_case=case)).order_by("row")[0]

    def _do(self, act: Act, thing: Any, random: Random) -> None:
        by = self.world.entitled(act, thing, random)
        if by is not None:
            self.world.act(act, thing, by, random)

    def _is_met_by_published_history(self, case: Case, random: Random) -> None:
        """An operator records that somebody, or some unit, is barred already."""
        unit = case.unit_case.subject if case.unit_case else case.subject
        subject = random.choice((case.subject, unit))

        def record() -> None:
            restrict.impose(
                subject=subject, law=case.restriction_law, includes_subunits=False, cause=None, by=None
            )
            restrict.meet_everywhere(subject=subject, by=None)

        self.world.work("published history", record, case.reference)

    # --- a day's work ---

    def sections_work(self, random: Random) -> None:
        """Somebody takes what comes next, and finds mostly nothing."""
        by = self._person(random.choice(("section", "section3", "section2", "drl", "drl", "drl3", "drl2")))
        for _ in range(random.randint(1, 5)):
            if not self.world.act(NEXT, None, by, random, {}):
                return
            mine = Check.objects.select_related("case", "queue").filter(claimed_by=by, state="claimed")
            if not mine or random.random() < 0.15:
                return
            usual = {"finding": "nothing-found", "searches": [SEARCH]}
            body = usual if random.random() < 0.85 else None
            self.world.act(CHECK_ACTS["complete"], mine.order_by("-claimed_at")[0], by, random, body)

    def all_checks_of_a_case_are_done(self, random: Random) -> None:
        self._checks_are_done(self._case(random, status="in-review"), random)

    def _checks_are_done(self, case: Case, random: Random) -> None:
        """By whoever may, the later stages too, so that there is something to decide."""
        usual = {"finding": "nothing-found", "searches": [SEARCH]}
        for _ in range(4):
            waiting = Check.objects.select_related("case", "queue").filter(case=case, state="open")
            check = waiting.order_by("queue__name").first()
            if check is None:
                return
            by = self.world.entitled(CHECK_ACTS["claim"], check, random)
            if by is None or not self.world.act(CHECK_ACTS["claim"], check, by, random):
                return
            self.world.act(CHECK_ACTS["complete"], _again(check), by, random, usual)

    def clear_many(self, random: Random) -> None:
        self._bulk(CLEAR_MANY, Case.objects.order_by("-kind", "reference"), random, basis="Nothing found.")

    def complete_many(self, random: Random) -> None:
        checks = Check.objects.order_by("pk").filter(state="claimed")
        self._bulk(COMPLETE_MANY, checks, random, searches=[SEARCH], note="")

    def _bulk(self, bulk: Any, things: QuerySet[Any], random: Random, **said: Any) -> None:
        by = self.world.somebody(bulk.act, things.first(), random) if things else None
        if by is not None:
            by = User.objects.get(pk=by.pk)
            ids = [str(thing.pk) for thing in things]
            within = things.model._default_manager.visible_to(by)  # type: ignore[attr-defined]
            self.world.work(
                f"{bulk.act.name} × {len(ids)}",
                lambda: each(bulk, {"ids": ids, **said}, queryset=within, by=by),
                by.username,
            )

    # --- time, and people's roles ---

    def time_goes_by(self, random: Random) -> None:
        self.world.wait(random.choice((1, 5, 30, 24 * 8, 24 * 31, 24 * 40)))

    def deliver(self, random: Random) -> None:
        self.world.drain()

    def a_role_is_taken(self, random: Random) -> None:
        working = User.objects.filter(claimed_checks__state="claimed") | User.objects.filter(
            owned_cases__isnull=False
        )
        by = random.choice([*working.distinct().order_by("username"), *self.world.people])
        group = by.groups.order_by("pk").first()
        if group and len(self.taken) < 3:
            self.taken.append((by, group))
            seen = self._sees(by)
            self.world.work(
                "take role", lambda: accounts.take_from_group(user=by, group=group, by=None), by.username
            )
            self.world.forget_people()
            if grown := self._sees(by) - seen:
                told = f"{SHRINKS} ({by.username} sees more: {grown})"
                raise Violated(self.world.told([told]))

    def a_role_is_given_back(self, random: Random) -> None:
        if not self.taken:
            return
        by, group = self.taken.pop(0)
        self.world.work(
            "give role", lambda: accounts.put_in_group(user=by, group=group, by=None), by.username
        )
        self.world.forget_people()

    def _sees(self, by: User) -> set[Any]:
        fresh = User.objects.get(pk=by.pk)
        kinds = (Case, Nomination, Check, Match, Determination)
        return {pk for kind in kinds for pk in kind.objects.visible_to(fresh).values_list("pk", flat=True)}  # type: ignore[attr-defined]

    # --- the register ---

    def the_register_grows(self, random: Random) -> None:
        units = Unit.objects.filter(provisional=False, country="XA").order_by("name")
        people = Individual.objects.filter(provisional=False, country="XA").order_by("name")
        when = {"certain": None, "possible": {"from": "2020-01-01", "to": None}}
        unit, other = _one(units, random), _one(units, random)
        someone = _one(people, random)
        heard: list[tuple[Act, Any, dict[str, Any]]] = [
            (RECORD_UNIT, None, {"country": "XA", "name": random.choice(UNITS)}),
            (UNIT_ACTS["correct"], unit, {"changes": {"name": random.choice(UNITS)}, "reason": "Heard."}),
            (INDIVIDUAL_ACTS["correct"], someone, {"changes": {"date_of_birth": "1980"}, "reason": "Heard."}),
            (RECORD_LINK, None, {"child": str(unit.pk), "parent": str(other.pk), "when": when}),
            (
                RECORD_POSTING,
                None,
                {"individual": str(someone.pk), "unit": str(unit.pk), "role": "commander", "when": when},
            ),
        ]
        act, thing, body = random.choice(heard)
        self.world.act(act, thing, self.world.somebody(act, thing, random), random, body)
        self.world.drain()

    # --- choosing ---

    def _any(self, acts: Acts, thing: Any, random: Random, rather: str = "") -> None:
        act = acts[rather or random.choice([*acts])]
        if not rather and random.random() < 0.5:
            act = self._least(acts, thing)
        self.world.act(act, thing, self.world.somebody(act, thing, random), random)

    def _least(self, acts: Acts, thing: Any) -> Act:
        return min(acts.values(), key=lambda act: self._how_often(act, thing))

    def _how_often(self, act: Act, thing: Any) -> int:
        """Tried on a case that stood where this one does, in all examples so far."""
        about = case_of(thing)
        pair = ("pair", act.noun or "nothing", act.name, about.status if about else "none")
        return self.seen[*pair, True] + self.seen[*pair, False]

    def _possible(self, acts: Acts, thing: Any, random: Random) -> None:
        """One of the acts that somebody could do now, if there is one; half the time the one done least."""
        shuffled = random.sample([*acts.values()], len(acts))
        if random.random() < 0.5:
            shuffled.sort(key=lambda act: self._how_often(act, thing))
        for act in shuffled:
            by = self.world.entitled(act, thing, random)
            if by is not None and self.world.may(act, by, thing, now=True):
                self.world.act(act, thing, by, random)
                return

    def _case(self, random: Random, status: str = "", pk: Any = None) -> Case:
        """Any status that there is as likely as any other, so that the rare ones are met too."""
        known = ("nomination", "subject", "unit_case", "country", "post", "owner", "plan")
        found = Case.objects.select_related(*known)
        if pk:
            return found.get(pk=pk)
        cases = list(found.order_by("reference"))
        statuses = sorted({case.status for case in cases})
        status = status if status in statuses else random.choice(statuses)
        return random.choice([case for case in cases if case.status == status])

    def _person(self, username: str) -> User:
        return User.objects.get(username=username)

    def _at_the_time(self, make: Any) -> Any:
        with self.world.at_the_time():
            return make()


def _one(things: QuerySet[Any], random: Random) -> Any:
    return random.choice(list(things)) if things else None


def _again(thing: Any) -> Any:
    return type(thing).objects.select_related("case", "queue").get(pk=thing.pk)
