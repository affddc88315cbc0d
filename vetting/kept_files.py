"""A class's file kept between the steps of an upload, with what was said beside it: its owner's alone."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.doors import jobs
from foundation.doors.jobs import Job

KIND = "nominations.file"  # a job that is over from the start: its file is forgotten as other jobs' files are
NAME = 100  # characters


@transaction.atomic
def keep(*, content: bytes, filename: str, said: dict[str, Any], by: User) -> Job:
    """`said`: form, date_order, what (to do with it), columns. No personal data."""
    kept = jobs.queue(kind=KIND, owner=by, options={"filename": filename, "imports": [], **said})
    kept.attach(filename[-NAME:], content)
    kept.finish({})
    return kept


def find(user: User, pk: Any) -> Job | None:
    """The file, while it is kept."""
    return Job.objects.visible_to(user).filter(kind=KIND, pk=pk).exclude(attachment=None).first()


def of_import(user: User, job: Job) -> Job | None:
    """The file that this import was made of."""
    mine = Job.objects.visible_to(user).filter(kind=KIND, options__imports__contains=[str(job.pk)])
    return mine.exclude(attachment=None).defer("attachment").first()


def say(kept: Job, **said: Any) -> None:
    """Change what was said beside it."""
    kept.options = {**kept.options, **said}
    kept.save(update_fields=["options", "updated_at"])
