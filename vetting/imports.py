"""A class as a file: asked for by a call or a page, read and saved by a worker, told by its job."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.doors import jobs
from foundation.doors.jobs import Job, JobIsOver
from foundation.doors.transact import is_away
from foundation.outbox import actions as outbox
from foundation.refused import Refused
from vetting import resemblance
from vetting.actions import nominate
from vetting.days import today
from vetting.intake.rows import Checked, check_sheet
from vetting.intake.sheet import Sheet, read_bounded
from vetting.intake.template import refused_csv
from vetting.lookups import for_nominator
from vetting.rules import nominations as rules

log = logging.getLogger(__name__)

KIND = "nominations.import"
ASKED = "vetting.import-asked"  # job
DUPLICATE = ("same-person", "id-repeated")


@transaction.atomic
def ask(
    *,
    content: bytes,
    filename: str,
    form: dict[str, Any],
    columns: Any,
    date_order: str,
    mode: str,
    dry_run: bool,
    by: User,
) -> Job:
    """Put a file in line for a worker. `form` is what was sent beside it, checked already."""
    rules.check_nominates(by)
    options = {
        "filename": filename,
        "form": form,
        "columns": columns,
        "date_order": date_order,
        "mode": mode,
        "dry_run": dry_run,
    }
    job = jobs.queue(kind=KIND, owner=by, input=content, options=options)
    outbox.tell(ASKED, job=str(job.pk))
    audit.record("vetting.import-asked", by=by, target=job, mode=mode, dry_run=dry_run)
    return job


def run(job: str) -> None:
    """Handles `vetting.import-asked`, outside any transaction, so that progress is seen. Twice is once."""
    taken = jobs.take(job)
    if taken is None:
        return
    try:
        _run(taken)
    except JobIsOver:
        log.info("Import %s was finished by another worker", job)
    except Exception as error:
        if is_away(error):
            raise  # the outbox tries again
        log.exception("Import %s failed", job)
        taken.fail()


def _run(job: Job) -> None:
    try:
        sheet = read_bounded(bytes(job.input or b""), job.options["filename"])
        checked = _checked(job, sheet)
        if checked.refused:
            job.attach("refused.csv", refused_csv(sheet, checked.problems))
        result = _result(job, checked)
        if checked.draft is None:
            job.refuse(checked.problems, result)
        else:
            _finish(job, checked, result)
    except Refused as refused:
        job.refuse(refused.problems)


def _checked(job: Job, sheet: Sheet) -> Checked:
    told = job.options
    return check_sheet(
        sheet,
        told["form"],
        told["columns"],
        told["date_order"],
        told["mode"],
        for_nominator(job.owner),
        today(),
        job.progress,
    )


def _finish(job: Job, checked: Checked, result: dict[str, Any]) -> None:
    """The nomination and the job's end, both or neither."""
    assert checked.draft is not None
    if job.options["dry_run"]:
        rules.check_can_nominate(job.owner, checked.draft.organisation)
        job.finish(result, checked.problems)
        return
    with transaction.atomic():
        nomination = nominate.nominate(draft=checked.draft, by=job.owner)
        job.finish({"nomination": str(nomination.pk), **result}, checked.problems)


def _result(job: Job, checked: Checked) -> dict[str, Any]:
    """How many rows were new, known or refused; in a dry run, also which were known and what is other."""
    found = resemblance.to_earlier(checked.draft) if checked.draft else []
    duplicates = {each.row for each in checked.problems if each.code in DUPLICATE}
    rows = len(checked.draft.candidates) if checked.draft else 0
    counts = {
        "new": rows - len(found),
        "same_person": sum(each.kind == "same_person" for each in found),
        "changed": sum(each.kind == "changed" for each in found),
        "duplicates": len(duplicates),
        "refused": len(checked.refused),
    }
    return counts | ({"diff": [each.as_dict() for each in found]} if job.options["dry_run"] else {})
