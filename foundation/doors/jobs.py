"""Work that outlasts a call: queued in the caller's transaction, done by a worker, read at jobs/{id}/."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Now

from foundation.killpoints import reach
from foundation.refused import Problem

MOST_ERRORS = 1000  # named; the rest are counted
EVERY = 0.5  # seconds between two reports of progress


class JobIsOver(Exception):
    """Another worker has finished this job: whatever was done beside it must be rolled back."""


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: object) -> JobQuerySet:
        """A job is its owner's alone."""
        return self.filter(owner=getattr(user, "pk", None))


class Job(models.Model):
    """Work that a person asked for and a worker does: where it stands, and what came of it."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting for a worker"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed, through no fault of yours"

    OPEN = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    options = models.JSONField(default=dict)
    input = models.BinaryField(null=True)  # cleared at the end
    result = models.JSONField(null=True)
    errors = models.JSONField(default=list)
    attachment = models.BinaryField(null=True)  # a file that came of it
    attachment_name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["owner", "-created_at"], name="doors_jobs_of_owner")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "refused", "failed"]),
                name="doors_job_state",
            )
        ]

    def progress(self, done: int, total: int) -> None:
        """Seen at once, so only outside a transaction (inside one it would not be seen, and is left out)."""
        now = time.monotonic()
        if connection.in_atomic_block or (now - getattr(self, "_told", 0.0) < EVERY and done < total):
            return
        self._told = now
        Job.objects.filter(pk=self.pk, state=self.State.RUNNING).update(
            done=done, total=total, updated_at=Now()
        )

    def attach(self, name: str, data: bytes) -> None:
        """A file that came of it, for its owner to fetch; written with finish or refuse."""
        self.attachment_name, self.attachment = name, data
        reach("job.attached")

    def finish(self, result: dict[str, Any], problems: Iterable[Problem] = ()) -> None:
        """In the transaction of the effects, so that a job delivered twice is done once. Raises JobIsOver.

        `problems`: what was wrong with the parts that were left out.
        """
        self._end(self.State.DONE, result=result, errors=_told(problems), done=F("total"))

    def refuse(self, problems: Iterable[Problem], result: dict[str, Any] | None = None) -> None:
        """The input was wrong: nothing was saved, and this is everything that was wrong with it."""
        self._end(self.State.REFUSED, errors=_told(problems), result=result)

    def fail(self) -> None:
        """Our fault, and no use trying again."""
        sentence = "Something went wrong on our side; nothing was saved. Send it again."
        self._end(self.State.FAILED, errors=[Problem("error", sentence).as_dict()])

    def _end(self, state: Job.State, **values: Any) -> None:
        ended = Job.objects.filter(pk=self.pk, state__in=self.OPEN).update(
            state=state,
            input=None,
            attachment=self.attachment,
            attachment_name=self.attachment_name,
            updated_at=Now(),
            **values,
        )
        if not ended:
            raise JobIsOver
        reach("job.ended")
        self.refresh_from_db()

    @property
    def etag(self) -> str:
        return f'"{self.state}-{self.done}-{self.total}"'

    @property
    def is_over(self) -> bool:
        return self.state not in self.OPEN

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


def _told(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    errors = [problem.as_dict() for problem in problems]
    if len(errors) <= MOST_ERRORS:
        return errors
    more = f"And {len(errors) - MOST_ERRORS} more problems like these."
    return [*errors[:MOST_ERRORS], Problem("and-more", more).as_dict()]


def queue(
    *,
    kind: str,
    owner: Any,
    input: bytes | None = None,
    options: dict[str, Any] | None = None,
    total: int = 0,
) -> Job:
    """In the caller's transaction, with the fact that tells a worker of it."""
    return Job.objects.create(kind=kind, owner=owner, input=input, options=options or {}, total=total)


def take(job: Any) -> Job | None:
    """The job, now running; None where it is over. One whose worker died while it ran is taken again."""
    Job.objects.filter(pk=job, state__in=Job.OPEN).update(state=Job.State.RUNNING, updated_at=Now())
    reach("job.taken")
    found = Job.objects.select_related("owner").get(pk=job)
    return None if found.is_over else found
