"""A check: one queue's piece of work on a case; and each time it was done, what was found and searched."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import Country, Post, User
from vetting.models.cases import Case, Status
from vetting.models.routing import Queue
from vetting.permissions import CasePerm, QueuePerm


class CheckState(models.TextChoices):
    OPEN = "open", "Open"
    CLAIMED = "claimed", "Claimed"
    DONE = "done", "Done"
    VOID = "void", "Void, its case has ended"


class FindingKind(models.TextChoices):
    NOTHING_FOUND = "nothing-found", "Nothing found"
    DEROGATORY = "derogatory", "Derogatory information"
    UNABLE = "unable", "Unable to check"
    SKIPPED = "skipped", "Skipped, by determination"


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, user: User) -> CheckQuerySet:
        """Those of cases within reach: a queue for everywhere shows nobody the cases of another country."""
        return self.filter(reach.within(user, CasePerm.VIEW, case__country=Country, case__post=Post))

    def worked_by(self, user: User) -> CheckQuerySet:
        return self.visible_to(user).filter(reach.within(user, QueuePerm.WORK, queue=Queue))

    def waiting(self) -> CheckQuerySet:
        """Not yet done, on cases where work goes on."""
        return self.filter(state__in=(CheckState.OPEN, CheckState.CLAIMED), case__status=Status.IN_REVIEW)

    def locked(self, pk: Any) -> Check:
        """The check, locked; its case is locked before it, as everywhere."""
        Case.objects.locked(Check.objects.values_list("case_id", flat=True).get(pk=pk))
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Check(models.Model):
    """One queue's piece of work on a case. `finding` repeats the last Finding; reopening empties it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="checks")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="checks")
    stage = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=CheckState.choices, default=CheckState.OPEN)
    finding = models.CharField(max_length=20, choices=FindingKind.choices, blank=True)
    claimed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="claimed_checks"
    )
    claimed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    needed_by = models.DateField()  # of its nomination, repeated for the order of work
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "queue", "stage"], name="vetting_check_once"),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="vetting_claimed_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_by__isnull=False),
                name="vetting_claimed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="done") & ~Q(finding="") | ~Q(state="done") & Q(finding=""),
                name="vetting_done_has_finding",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "needed_by", "opened_at", "id"],
                condition=Q(state__in=["open", "claimed"]),
                name="vetting_check_waiting",
            ),
            models.Index(
                fields=["claimed_by", "needed_by"], condition=Q(state="claimed"), name="vetting_check_mine"
            ),
            models.Index(fields=["updated_at", "id"], name="vetting_check_listed"),
            models.Index(fields=["opened_at", "id"], name="vetting_check_newest"),
        ]

    def __str__(self) -> str:
        return f"check {self.pk}"

    @property
    def audit_chain(self) -> str:
        return self.case.audit_chain

    @property
    def places(self) -> tuple[Country, Post | None]:
        return self.case.places


class Finding(models.Model):
    """What a check found, each time it was completed. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    check_done = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="findings")
    finding = models.CharField(max_length=20, choices=FindingKind.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]


class Search(models.Model):
    """A search that was made: where, for what, in which script, and how many results came back."""

    found = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="searches")
    source = models.CharField(max_length=200)
    query = models.CharField(max_length=500)
    script = models.CharField(max_length=40, blank=True)
    results = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        ordering = ["id"]
