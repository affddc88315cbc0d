"""The state machine: what hypothesis may do next, by whom, to what. Everything else it finds out by doing."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from foundation.accounts import actions as accounts
from foundation.accounts.models import User
from foundation.doors.acts import Act, Acts
from foundation.doors.bulk import each
from foundation.signing.acts import DETERMINATION_ACTS
from foundation.signing.models import Determination
from screening.models import Match
from tests.trust.machine_bodies import SEARCH, UNITS, a_nomination
from tests.trust.machine_world import World
from units.acts import INDIVIDUAL_ACTS, RECORD_LINK, RECORD_POSTING, RECORD_UNIT, UNIT_ACTS
from units.models import Individual, Unit
from vetting.acts.cases import CASE_ACTS, CLEAR_MANY
from vetting.acts.checks import CHECK_ACTS, COMPLETE_MANY, NEXT
from vetting.acts.matches import MATCH_ACTS
from vetting.acts.nominations import CANDIDATE_ACTS, NOMINATE, NOMINATION_ACTS
from vetting.models import Candidate, Case, Check, Nomination

MOST_CLASSES = 3
chance = st.randoms(use_true_random=True)


class Machine(RuleBasedStateMachine):
    seen: ClassVar[Counter[Any]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.seen)
        self.taken: list[tuple[User, Group]] = []

    def teardown(self) -> None:
        self.world.close()

    # --- classes come in ---

    @initialize(random=chance)
    def begin(self, random: Random) -> None:
        self._nominate(self._person("nominator"), random)
        self.world.drain()

    @precondition(lambda self: Nomination.objects.count() < MOST_CLASSES)
    @rule(random=chance)
    def nominate(self, random: Random) -> None:
        by = self._person(random.choice(("nominator", "nominator", "nominator2", "section")))
        self._nominate(by, random)
        if random.random() < 0.8:
            self.world.drain()

    def _nominate(self, by: User, random: Random) -> None:
        sender = by if by.organisation_id else self._person("nominator")
        body = self._at_the_time(lambda: a_nomination(sender, random, Nomination.objects.count() + 1))
        self.world.act(NOMINATE, None, by, random, body)

    # --- acts, by anybody, on anything ---

    @rule(random=chance)
    def on_a_case(self, random: Random) -> None:
        self._any(CASE_ACTS, self._case(random), random)

    @rule(random=chance)
    def on_a_case_what_is_possible(self, random: Random) -> None:
        self._possible(CASE_ACTS, self._case(random), random)

    @rule(random=chance)
    def on_a_rows(self, random: Random) -> None:
        case = self._case(random)
        rows = Candidate.objects.select_related("nomination__organisation", "case", "unit_case")
        row = random.choice(
            [*rows.filter(case=case), *rows.filter(unit_case=case)]
            or [*rows.filter(nomination=case.nomination_id)]
        )
        pick = self._possible if random.random() < 0.6 else self._any
        pick(CANDIDATE_ACTS, row, random)

    @rule(random=chance)
    def on_a_class(self, random: Random) -> None:
        of = _one(Nomination.objects.order_by("reference"), random)
        self._any(NOMINATION_ACTS, of, random)

    @rule(random=chance)
    def on_a_check(self, random: Random) -> None:
        checks = Check.objects.select_related("case", "queue").order_by(
            "case__reference", "stage", "queue__name"
        )
        if check := _one(checks.filter(case=self._case(random)), random):
            self._any(CHECK_ACTS, check, random)

    @rule(random=chance)
    def on_a_match(self, random: Random) -> None:
        matches = Match.objects.select_related("nominee__country", "known").order_by(
            "nominee__name", "known__name"
        )
        if match := _one(matches, random):
            self._any(MATCH_ACTS, match, random)

    @precondition(lambda self: Determination.objects.open().exists())
    @rule(random=chance)
    def sign(self, random: Random) -> None:
        determination = _one(Determination.objects.open().order_by("recommended_at"), random)
        self._possible(DETERMINATION_ACTS, determination, random)

    @precondition(lambda self: Determination.objects.exists())
    @rule(random=chance)
    def on_a_determination(self, random: Random) -> None:
        determinations = Determination.objects.order_by("recommended_at", "kind")
        self._any(DETERMINATION_ACTS, _one(determinations, random), random)

    # --- a day's work ---

    @rule(random=chance)
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

    @rule(random=chance)
    def all_checks_of_a_case_are_done(self, random: Random) -> None:
        case = self._case(random, status="in-review")
        for username in random.choice((("section", "drl"), ("section2", "drl2"), ("section3",))):
            by = self._person(username)
            for check in Check.objects.select_related("case", "queue").filter(case=case, state="open"):
                if self.world.act(CHECK_ACTS["claim"], check, by, random):
                    body = {"finding": "nothing-found", "searches": [SEARCH]}
                    self.world.act(CHECK_ACTS["complete"], _again(check), by, random, body)

    @rule(random=chance)
    def clear_many(self, random: Random) -> None:
        self._bulk(CLEAR_MANY, Case.objects.order_by("-kind", "reference"), random, basis="Nothing found.")

    @rule(random=chance)
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

    @rule(hours=st.sampled_from((1, 5, 30, 24 * 8, 24 * 31, 24 * 40)))
    def time_goes_by(self, hours: int) -> None:
        self.world.wait(hours)

    @rule()
    def deliver(self) -> None:
        self.world.drain()

    @rule(random=chance)
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
                raise AssertionError(self.world.told([f"40. {by.username} sees more: {grown}"]))

    @precondition(lambda self: self.taken)
    @rule()
    def a_role_is_given_back(self) -> None:
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

    @rule(random=chance)
    def the_register_grows(self, random: Random) -> None:
        units = Unit.objects.filter(provisional=False, country="XA").order_by("name")
        people = Individual.objects.filter(provisional=False, country="XA").order_by("name")
        when = {"certain": None, "possible": {"from": "2020-01-01", "to": None}}
        act, thing, body = random.choice(
            [
                (RECORD_UNIT, None, {"country": "XA", "name": random.choice(UNITS)}),
                (UNIT_ACTS["correct"], _one(units, random), {"changes": {"name": random.choice(UNITS)}, "reason": "Heard."}),
                (INDIVIDUAL_ACTS["correct"], _one(people, random), {"changes": {"date_of_birth": "1980"}, "reason": "Heard."}),
                (RECORD_LINK, None, {"child": str(_one(units, random).pk), "parent": str(_one(units, random).pk), "when": when}),
                (RECORD_POSTING, None, {"individual": str(_one(people, random).pk), "unit": str(_one(units, random).pk), "role": "commander", "when": when}),
            ]
        )  # fmt: skip
        self.world.act(act, thing, self.world.somebody(act, thing, random), random, body)
        self.world.drain()

    # --- choosing ---

    def _any(self, acts: Acts, thing: Any, random: Random) -> None:
        act = acts[random.choice([*acts])]
        self.world.act(act, thing, self.world.somebody(act, thing, random), random)

    def _possible(self, acts: Acts, thing: Any, random: Random) -> None:
        """One of the acts that somebody could do now, if there is one."""
        people = random.sample(self.world.people, len(self.world.people))
        may: list[tuple[Act, User]] = []
        for act in acts.values():
            by = next((each for each in people if self.world.may(act, each, thing)), None)
            if by is not None and self.world.may(act, by, thing, now=True):
                may.append((act, by))
        if may:
            act, by = random.choice(may)
            self.world.act(act, thing, by, random)

    def _case(self, random: Random, status: str = "") -> Case:
        """Any status that there is as likely as any other, so that the rare ones are met too."""
        cases = list(
            Case.objects.select_related("nomination", "subject", "unit_case", "country", "post", "owner", "plan")
            .order_by("reference")
        )  # fmt: skip
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
