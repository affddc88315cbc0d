"""The register of known subjects, possible matches with them, and people's verdicts.

The register is keys in PostgreSQL, written in the transaction that writes the subject: a subject is found
by the very next query after its commit.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from foundation.accounts import reach
from foundation.accounts.models import User
from screening.permissions import ScreeningPerm
from units.models import Kind, Subject


class Key(models.Model):
    """One way to find a subject: made by screening.core from one of its names, or its birth date."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=80)
    weight = models.FloatField()
    registered = models.BooleanField()  # of a known subject; a nominee's keys let a new known subject find it

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["kind", "registered", "key"],
                include=["subject", "weight"],
                name="screening_key_found",
            ),
            models.Index(fields=["subject"], name="screening_key_subject"),
        ]


class Mark(models.Model):
    """Why a subject matters to whoever matches it, told by the room that knows: "restricted:state-leahy"."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="marks")
    reason = models.CharField(max_length=60)
    adverse = models.BooleanField()  # a match with it must be judged *different* before the fast lane
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "reason"], condition=Q(ended_at=None), name="screening_mark_once"
            )
        ]


class Answer(models.TextChoices):
    SAME = "same", "Same"
    DIFFERENT = "different", "Different"
    UNSURE = "unsure", "Unsure"


class MatchQuerySet(models.QuerySet["Match"]):
    def visible_to(self, user: User) -> MatchQuerySet:
        return self.filter(reach.in_country(user, ScreeningPerm.VIEW, "nominee__country"))

    def standing(self) -> MatchQuerySet:
        return self.filter(gone_at=None)

    def locked(self, pk: Any) -> Match:
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)


class Match(models.Model):
    """A scored, explained possible identity between a nominee and a known subject.

    `explanation`: [{feature, score, contribution, says, nominee, known}], of screening.core's Comparison.
    `verdict` repeats the last Verdict, or is empty when what was judged has changed since.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    nominee = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="matches")
    known = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="matched_by")
    score = models.FloatField()
    algorithm = models.CharField(max_length=40)
    thresholds = models.JSONField()
    explanation = models.JSONField()
    verdict = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    version = models.PositiveIntegerField(default=1)
    gone_at = models.DateTimeField(null=True)  # a later screening no longer finds it
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = MatchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(perm.value.partition(".")[2], perm.label) for perm in ScreeningPerm]
        constraints = [
            models.UniqueConstraint(fields=["nominee", "known"], name="screening_one_match_per_pair")
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="screening_match_listed")]

    @property
    def audit_chain(self) -> str:
        return self.nominee.audit_chain


class Verdict(models.Model):
    """A person's answer to a match, with the reason. Append-only: the last one stands."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="verdicts")
    verdict = models.CharField(max_length=10, choices=Answer.choices)
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    judged = models.JSONField()  # the score, algorithm and explanation that were on the screen

    class Meta:
        default_permissions = ()
        ordering = ["at", "id"]


class Screening(models.Model):
    """The record that a subject's names were searched against the register, when, and with what."""

    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="screenings")
    asked = models.JSONField(default=dict)  # for names that nobody nominated: what was asked
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    algorithm = models.CharField(max_length=40)
    register_size = models.PositiveIntegerField()
    found = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["subject", "at"], name="screening_record_subject")]
