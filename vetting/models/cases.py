"""A case: one subject's vetting in one nomination. Its states are declared here; only actions move them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django_fsm import FSMField, FSMModelMixin, transition

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from foundation.sources.models import Law
from units.models import Individual, Kind, Subject
from vetting.models.nominations import Nomination, NominationLaw, Program
from vetting.models.routing import ReviewPlan
from vetting.permissions import CasePerm


class Status(models.TextChoices):
    RECEIVED = "received", "Received"
    SCREENING = "screening", "Screening"
    RETURNED = "returned", "Returned, data owed"
    IN_REVIEW = "in-review", "In review"
    RFI = "rfi", "Waiting for the nominator"
    SUSPENDED = "suspended", "Suspended"
    CLEAR_RECOMMENDED = "clear-recommended", "Clear recommended"
    WITHHOLD_RECOMMENDED = "withhold-recommended", "Withhold recommended"
    CLEARED = "cleared", "Cleared"
    RECALLED = "recalled", "Recalled"
    WITHHELD = "withheld", "Withheld"
    BARRED = "barred", "Barred"
    CANCELLED = "cancelled", "Cancelled"


class Outcome(models.TextChoices):
    CLEARED = "cleared", "Cleared"
    CLEARED_MATCHED = "cleared-matched", "Cleared, matched"
    WITHHELD_GVHR = "withheld-gvhr", "Withheld, gross violation of human rights"
    WITHHELD_NON_HR = "withheld-non-hr", "Withheld, not a human-rights matter"
    BARRED_SUBJECT = "barred-subject", "Barred, the subject is restricted"
    BARRED_UNIT = "barred-unit", "Barred, its unit is restricted"
    DATA_INCOMPLETE = "cancelled-data-incomplete", "Cancelled, data incomplete"
    EVENT_CANCELLED = "cancelled-event-cancelled", "Cancelled, event cancelled"
    LAPSED = "cancelled-lapsed", "Cancelled, lapsed"
    WITHDRAWN = "cancelled-withdrawn", "Cancelled, withdrawn"
    DUPLICATE = "cancelled-duplicate", "Cancelled, duplicate"


ENDED = (Status.CLEARED, Status.RECALLED, Status.WITHHELD, Status.BARRED, Status.CANCELLED)
OPEN = tuple(status for status in Status if status not in ENDED)
RECOMMENDED = (Status.CLEAR_RECOMMENDED, Status.WITHHOLD_RECOMMENDED)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> CaseQuerySet:
        return self.filter(reach.within(user, CasePerm.VIEW, country=Country, post=Post))

    def open(self) -> CaseQuerySet:
        return self.filter(status__in=OPEN)

    def locked(self, pk: Any) -> Case:
        """The case, locked; its unit's case is locked before it, for a unit's end touches its people."""
        unit_case = self.model.objects.filter(pk=pk).values_list("unit_case_id", flat=True).get()
        if unit_case:
            list(self.model.objects.select_for_update(no_key=True, of=("self",)).filter(pk=unit_case))
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def all_locked(self) -> list[Case]:
        """These cases locked in one order for everybody: units' first."""
        return list(self.select_for_update(no_key=True, of=("self",)).order_by("-kind", "pk"))


class Case(FSMModelMixin, models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = FSMField(default=Status.RECEIVED, choices=Status.choices, protected=True)
    outcome = models.CharField(max_length=40, choices=Outcome.choices, blank=True)
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="cases")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="cases")
    commander = models.ForeignKey(
        Individual, null=True, blank=True, on_delete=models.PROTECT, related_name="commander_cases"
    )
    commander_unknown_reason = models.CharField(max_length=500, blank=True)
    unit_case = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    law = models.CharField(max_length=4, choices=NominationLaw.choices)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    needed_by = models.DateField()
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="owned_cases"
    )
    plan = models.ForeignKey(ReviewPlan, null=True, on_delete=models.PROTECT, related_name="+")
    rule = models.UUIDField(null=True)
    rule_version = models.PositiveIntegerField(null=True)
    stage = models.PositiveSmallIntegerField(default=0)  # 0 before routing; past the last: awaits a decision
    ever_suspended = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in CasePerm]
        constraints = [
            models.UniqueConstraint(fields=["nomination", "subject"], name="vetting_one_case_per_subject"),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, ended_at=None, outcome="")
                | Q(status__in=ENDED, ended_at__isnull=False) & ~Q(outcome=""),
                name="vetting_ended_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["country", "updated_at", "id"], name="vetting_case_listed"),
            models.Index(fields=["opened_at", "id"], name="vetting_case_newest"),
            models.Index(fields=["updated_at", "id"], name="vetting_case_changed"),
            models.Index(fields=["status", "needed_by"], name="vetting_case_status"),
            models.Index(fields=["subject"], name="vetting_case_subject"),
            models.Index(fields=["unit_case"], name="vetting_case_unit"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def audit_chain(self) -> str:
        return f"{self.kind}:{self.subject_id}"

    @property
    def places(self) -> tuple[Country, Post | None]:
        return (self.country, self.post)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def restriction_law(self) -> Law:
        """FAA and AECA money: the State law, 22 U.S.C. 2378d. DoD money: 10 U.S.C. 362."""
        return Law.DOD_LEAHY if self.law == NominationLaw.DOD else Law.STATE_LEAHY

    # --- the life of a case (docs/architecture.md prints this) ---

    @transition(field=status, source=Status.RECEIVED, target=Status.SCREENING)
    def begin_screening(self) -> None: ...

    @transition(
        field=status, source=[Status.RECEIVED, Status.SCREENING, Status.IN_REVIEW], target=Status.RETURNED
    )
    def return_for_data(self) -> None: ...

    @transition(field=status, source=Status.RETURNED, target=Status.RECEIVED)
    def resubmit(self) -> None: ...

    @transition(field=status, source=Status.SCREENING, target=Status.IN_REVIEW)
    def begin_review(self) -> None: ...

    @transition(field=status, source=Status.IN_REVIEW, target=Status.RFI)
    def ask(self) -> None: ...

    @transition(field=status, source=Status.RFI, target=Status.IN_REVIEW)
    def answer(self) -> None: ...

    @transition(field=status, source=Status.IN_REVIEW, target=Status.SUSPENDED)
    def suspend(self) -> None:
        self.ever_suspended = True

    @transition(field=status, source=Status.SUSPENDED, target=Status.IN_REVIEW)
    def resume(self) -> None: ...

    @transition(field=status, source=Status.IN_REVIEW, target=Status.CLEAR_RECOMMENDED)
    def recommend_clear(self) -> None: ...

    @transition(field=status, source=[Status.IN_REVIEW, Status.SUSPENDED], target=Status.WITHHOLD_RECOMMENDED)
    def recommend_withhold(self) -> None: ...

    @transition(field=status, source=RECOMMENDED, target=Status.IN_REVIEW)
    def unrecommend(self) -> None:
        """The determination was returned, withdrawn or overtaken."""

    @transition(field=status, source=[Status.IN_REVIEW, Status.CLEAR_RECOMMENDED], target=Status.CLEARED)
    def clear(self) -> None:
        self._end(Outcome.CLEARED)

    @transition(field=status, source=Status.WITHHOLD_RECOMMENDED, target=Status.WITHHELD)
    def withhold(self, outcome: Outcome) -> None:
        self._end(outcome)

    @transition(field=status, source=OPEN, target=Status.CANCELLED)
    def cancel(self, outcome: Outcome) -> None:
        self._end(outcome)

    @transition(field=status, source=OPEN, target=Status.BARRED)
    def bar(self, outcome: Outcome) -> None:
        self._end(outcome)

    @transition(field=status, source=Status.CLEARED, target=Status.RECALLED)
    def recall(self) -> None: ...

    @transition(
        field=status, source=[Status.RECALLED, Status.WITHHELD, Status.BARRED], target=Status.IN_REVIEW
    )
    def reopen(self) -> None:
        self.outcome = ""
        self.ended_at = None

    def _end(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.ended_at = timezone.now()


class View(models.TextChoices):
    CONCUR = "concur", "Concurs"
    OBJECT = "object", "Objects"


class Opinion(models.Model):
    """Legal's or the desk's view, given before a recommendation and shown to the approver."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    view = models.CharField(max_length=10, choices=View.choices)
    note = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]


class InformationRequest(models.Model):
    """A question to the nominator (RFI, or data owed when a case is returned). Stops the clock."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    returned = models.BooleanField(default=False)  # the case was returned, not only asked about
    question = models.TextField()
    fields = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # answered, or its case ended unanswered

    class Meta:
        default_permissions = ()
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(closed_at=None), name="vetting_one_question_at_a_time"
            )
        ]


class Suspension(models.Model):
    """A case stands still while what was found is weighed: thirty days, then somebody must decide."""

    DAYS = 30

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    decide_by = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="vetting_one_suspension_at_a_time"
            )
        ]


class ClearRecord(models.Model):
    """A clear by one person, in the fast lane: what was known, frozen as it would be for a signature."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clear_records")
    canonical = models.BinaryField()
    digest = models.GeneratedField(
        expression=Func(Func(F("canonical"), function="sha256"), Value("hex"), function="encode"),
        output_field=models.CharField(max_length=64),
        db_persist=True,
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at"]
