"""What was told, to whom, and whether they have acted on it; and which schedule slots were taken."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Fact(models.Model):
    """Something became true. Its body holds ids and codes; whoever reads it reads the rows they name."""

    kind = models.CharField(max_length=100)  # "vetting.withheld"
    body = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.body}"


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    DEAD = "dead", "Given up"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state=State.WAITING)

    def due(self) -> Self:
        """Waiting, its time come, and leased to nobody."""
        free = Q(leased_until=None) | Q(leased_until__lt=Now())
        return self.waiting().filter(free, available_at__lte=Now())

    def dead(self) -> Self:
        """Given up after too many failures: a person must look, and retry (actions.retry)."""
        return self.filter(state=State.DEAD)


class Delivery(models.Model):
    """One subscriber's copy of a fact.

    `attempts` counts leases and so names the current one: who leased it as attempt 3 may finish it only while
    it is still 3. `forgiven` are those that do not count towards giving up.
    """

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    subscriber = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    available_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    forgiven = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)  # an exception's class and place, no data
    done_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["fact", "subscriber"], name="delivery_once_a_subscriber"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.DONE, done_at__isnull=False)
                | (~Q(state=State.DONE) & Q(done_at__isnull=True)),
                name="delivery_done_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(forgiven__lte=F("attempts")), name="delivery_forgiven_attempts"
            ),
        ]
        indexes = [
            models.Index(fields=["available_at"], condition=Q(state=State.WAITING), name="delivery_waiting"),
            models.Index(fields=["id"], condition=Q(state=State.DEAD), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber}, fact {self.fact_id}: {self.state}"


class Slot(models.Model):
    """A turn of a schedule that was taken. Who inserts the row runs it, in the same transaction."""

    name = models.CharField(max_length=100)
    slot_start = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["name", "slot_start"], name="slot_taken_once")]

    def __str__(self) -> str:
        return f"{self.name} at {self.slot_start}"
