"""A nomination is a submitted class; a candidate is one row of it."""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import Country, Organisation, Post, User
from units.models import Kind, Subject
from vetting.permissions import NominationPerm


class NominationLaw(models.TextChoices):
    FAA = "FAA", "Foreign Assistance Act"
    AECA = "AECA", "Arms Export Control Act"
    DOD = "DOD", "Department of Defense funds"


class ProgramQuerySet(models.QuerySet["Program"]):
    def visible_to(self, user: User) -> ProgramQuerySet:
        """Reference data: everybody's."""
        return self.all()


class Program(models.Model):
    """Reference data: a source of assistance and the laws it may fall under."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=200)
    laws = ArrayField(models.CharField(max_length=4, choices=NominationLaw.choices))

    objects = ProgramQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def etag(self) -> str:
        """Of what it says: reference data has no versions."""
        return f'"{sha256(f"{self.name} {self.laws}".encode()).hexdigest()[:16]}"'


class Role(models.TextChoices):
    PARTICIPANT = "participant", "Participant"
    ALTERNATE = "alternate", "Alternate"
    INSTRUCTOR = "instructor", "Instructor"


class Word(models.TextChoices):
    """The seven safe words, the least settled first. A nominator is told nothing else."""

    RECEIVED = "received", "Received"
    MORE = "more-information-needed", "More information needed"
    IN_REVIEW = "in-review", "In review"
    CLEARED = "cleared", "Cleared"
    NOT_CLEARED = "not-cleared", "Not cleared"
    NO_LONGER = "no-longer-cleared", "Clearance no longer valid"
    CANCELLED = "cancelled", "Cancelled"


class NominationQuerySet(models.QuerySet["Nomination"]):
    def visible_to(self, user: User) -> NominationQuerySet:
        own = reach.within(user, NominationPerm.NOMINATE, organisation=Organisation)
        staff = reach.within(user, NominationPerm.VIEW, country=Country, post=Post)
        return self.filter(own | staff)

    def locked(self, pk: Any) -> Nomination:
        """The nomination, locked; its cases are locked before it, for what moves a case moves its rows."""
        lock_cases(nomination=pk)
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Nomination(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(max_length=100)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="nominations")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    event_title = models.CharField(max_length=300)
    event_location = models.CharField(max_length=300)
    event_starts_on = models.DateField()
    event_ends_on = models.DateField()
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    program_label = models.CharField(max_length=200, blank=True)
    law = models.CharField(max_length=4, choices=NominationLaw.choices)
    purpose = models.CharField(max_length=1000, blank=True)
    needed_by = models.DateField()
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    # Moves only with what a nominator may read: its own acts, and its rows' seven words.
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    objects = NominationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in NominationPerm]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vetting_reference_once"),
            models.CheckConstraint(
                condition=Q(event_ends_on__gte=models.F("event_starts_on")), name="vetting_event_order"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "updated_at", "id"], name="vetting_nomination_listed"),
            models.Index(fields=["country", "updated_at", "id"], name="vetting_nomination_country"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def audit_chain(self) -> str:
        return f"nomination:{self.pk}"

    @property
    def places(self) -> tuple[Country, Post | None]:
        return (self.country, self.post)

    @property
    def word(self) -> Word:
        """The least settled of its rows; cancelled when it has none left."""
        words = [candidate.word for candidate in self.candidates.all()]
        return min(
            (Word(word) for word in words if word != Word.CANCELLED),
            key=list(Word).index,
            default=Word.CANCELLED,
        )


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: User) -> CandidateQuerySet:
        return self.filter(nomination__in=Nomination.objects.visible_to(user))

    def locked(self, pk: Any) -> Candidate:
        """The row with its cases and its nomination, locked in that order."""
        cases = self.filter(pk=pk).values_list("case", "unit_case").get()
        lock_cases(pk__in=cases)
        nomination = self.filter(pk=pk).values_list("nomination", flat=True).get()
        list(Nomination.objects.select_for_update(no_key=True, of=("self",)).filter(pk=nomination))
        return self.select_related("nomination", "case", "unit_case").get(pk=pk)


def lock_cases(**which: Any) -> None:
    """Units' cases first, as everywhere (vetting.models.cases)."""
    cases: Any = Nomination._meta.get_field("cases").related_model
    list(
        cases.objects.filter(**which)
        .order_by("-kind", "pk")
        .select_for_update(no_key=True, of=("self",))
        .values("pk")
    )


class Candidate(models.Model):
    """One row. Its answer is derived from its cases; `word` repeats it, kept by vetting.actions.rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="candidates")
    row = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    role = models.CharField(max_length=20, choices=Role.choices)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("vetting.Case", on_delete=models.PROTECT, related_name="candidates")
    unit_case = models.ForeignKey("vetting.Case", on_delete=models.PROTECT, related_name="unit_candidates")
    rank = models.CharField(max_length=100, blank=True)
    job_title = models.CharField(max_length=200, blank=True)
    is_commander = models.BooleanField(default=False)
    word = models.CharField(max_length=30, choices=Word.choices, default=Word.RECEIVED)
    told_word = models.CharField(
        max_length=30, choices=Word.choices, default=Word.RECEIVED
    )  # what mail last said
    moved_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    objects = CandidateQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["nomination", "row"], name="vetting_row_once")]
        indexes = [
            models.Index(fields=["case"], name="vetting_candidate_case"),
            models.Index(
                fields=["nomination"],
                condition=~Q(word=models.F("told_word")),
                name="vetting_candidate_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.row}"

    @property
    def audit_chain(self) -> str:
        return f"nomination:{self.nomination_id}"


class CandidateVersion(models.Model):
    """A row as its nominator gave it, each time it was given: kept as nominated, for ever."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    given = models.JSONField()  # the row in the shape of the REST body
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["candidate", "version"], name="vetting_candidate_version")
        ]
