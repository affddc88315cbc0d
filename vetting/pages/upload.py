"""A class as a file: sent with its header, its columns matched, read by a worker, answered row by row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from foundation.doors.asked import posted
from foundation.doors.fresh import fresh_to_read
from foundation.doors.jobs import Job
from foundation.doors.jobs_api import refused_file
from foundation.doors.pages import SeeOther
from foundation.doors.posted import do
from foundation.doors.reader import reader
from foundation.refused import Invalid, Problem
from vetting import imports, kept_files
from vetting.acts.nominations import IMPORT
from vetting.days import today
from vetting.intake.columns import match_columns
from vetting.intake.container import SIZE_LIMIT
from vetting.intake.rows import check_form
from vetting.intake.sheet import Sheet, read_bounded
from vetting.intake.template import MEDIA_TYPE_CSV, MEDIA_TYPE_XLSX, template_csv, template_xlsx
from vetting.lookups import for_nominator
from vetting.pages.class_finding import only_nominators, own_organisations
from vetting.pages.upload_forms import ALL, CHECK, VALID, ColumnsForm, UploadForm
from vetting.pages.upload_result import about_result

SECONDS = "3"  # between two looks at a running import, for a browser without scripts


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    only_nominators(request)
    known = for_nominator(reader(request))
    before = _kept(request, request.POST.get("kept") or request.GET.get("again", ""))
    form = UploadForm(
        posted(request),
        request.FILES or None,
        known=known,
        organisations=own_organisations(request),
        initial={"what": CHECK, **(_initial(before) if before else {})},
    )
    if request.method == "GET":
        return render(request, "vetting/nominations/upload.html", {"form": form})
    wrong = [*form.unread(), *_wrong_in_form(form, known)]
    content, filename, wrong_file = _file_of(form, before)
    sheet = None if wrong_file else _sheet_of(content, filename, wrong_file)
    problems = [*wrong_file, *_once(wrong)]
    kept = _keep(request, form, content, filename, before) if sheet else None
    if problems or kept is None or sheet is None:
        lines = _told(form, problems)
        about = {"form": form, "wrong": lines, "kept": kept}
        return render(request, "vetting/nominations/upload.html", about, status=400)
    if match_columns(sheet).problems:
        return SeeOther(reverse("upload-columns", args=[kept.pk]))
    return _ask(request, kept, form.said("what", CHECK))


def _initial(kept: Job) -> dict[str, Any]:
    said = kept.options
    return {**said["form"], "date_order": said["date_order"], "what": said["what"]}


def _wrong_in_form(form: UploadForm, known: Any) -> list[Problem]:
    return check_form(form.header(), form.said("date_order"), ALL, known, today())[1]


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """One problem a box: a day that could not be read is not also missing."""
    return list({problem.pointer: problem for problem in reversed(problems)}.values())[::-1]


def _file_of(form: UploadForm, before: Job | None) -> tuple[bytes, str, list[Problem]]:
    """The file sent now, else the one sent before."""
    file = form.files.get("file")
    if file is None and before is not None:
        return bytes(before.attachment or b""), before.options["filename"], []
    if file is None:
        return b"", "", [Problem("missing", "The file: none was chosen.", "/file")]
    if (file.size or 0) > SIZE_LIMIT:
        return b"", "", [Problem("too-large", "The file: it may have 10 MB. Split it.", "/file")]
    return file.read(), file.name or "", []


def _sheet_of(content: bytes, filename: str, wrong: list[Problem]) -> Sheet | None:
    try:
        return read_bounded(content, filename)
    except Invalid as refused:
        wrong += [Problem(each.code, each.detail, "/file") for each in refused.problems]
        return None


def _keep(request: HttpRequest, form: UploadForm, content: bytes, filename: str, before: Job | None) -> Job:
    said = {
        "form": form.header(),
        "date_order": form.said("date_order"),
        "what": form.said("what", CHECK),
        "columns": None,
    }
    if before is not None and not form.files:
        kept_files.say(before, **said)
        return before
    return kept_files.keep(content=content, filename=filename, said=said, by=reader(request))


def _told(form: UploadForm, problems: Sequence[Problem]) -> list[dict[str, str]]:
    loose = form.tell(problems)
    return [{"label": "", "detail": each.detail, "href": ""} for each in loose] + form.lines()


# --- their columns ---


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, pk: Any) -> HttpResponse:
    """Which of their headings stands for which of our columns."""
    kept = _kept_or_404(request, pk)
    sheet = read_bounded(bytes(kept.attachment or b""), kept.options["filename"])
    form = ColumnsForm(sheet, posted(request))
    about = {"form": form, "kept": kept, "rows": len(sheet.rows), "lines": form.lines_of_table()}
    if request.method == "GET":
        return render(request, "vetting/nominations/columns.html", about)
    mapping = form.mapping()
    problems = match_columns(sheet, mapping).problems
    if problems:
        return render(request, "vetting/nominations/columns.html", {**about, "wrong": problems}, status=400)
    kept_files.say(kept, columns=mapping)
    return _ask(request, kept, kept.options["what"])


# --- the import ---


@require_POST
def send(request: HttpRequest, pk: Any) -> HttpResponse:
    """The file that was kept, checked or sent once more."""
    kept = _kept_or_404(request, pk)
    what = request.POST.get("what", "")
    if what not in (CHECK, ALL, VALID):
        raise Http404
    return _ask(request, kept, what)


def _ask(request: HttpRequest, kept: Job, what: str) -> HttpResponse:
    """Puts it in line for a worker. A check reads every row it can, so that all is said."""
    told = kept.options
    body = {
        **told["form"],
        "file": SimpleUploadedFile(told["filename"], bytes(kept.attachment or b"")),
        "date_order": told["date_order"],
        "columns": json.dumps(told["columns"]) if told["columns"] else "",
        "mode": ALL if what == ALL else VALID,
        "dry_run": "1" if what == CHECK else "0",
    }

    def made(_nothing: None, job: Job) -> str:
        kept_files.say(kept, imports=[*told["imports"], str(job.pk)], what=what)
        return reverse("import", args=[job.pk])

    try:
        return do(request, IMPORT, body, done=made, said="Your file is in line.")
    except Invalid as invalid:
        form = UploadForm(
            initial=_initial(kept),
            known=for_nominator(reader(request)),
            organisations=own_organisations(request),
        )
        about = {"form": form, "kept": kept, "wrong": invalid.problems}
        return render(request, "vetting/nominations/upload.html", about, status=400)


@require_GET
def progress(request: HttpRequest, pk: Any) -> HttpResponse:
    job = _import(request, pk)
    kept = kept_files.of_import(reader(request), job)
    response = render(request, "vetting/nominations/import.html", about_result(job, kept))
    if not job.is_over:
        response["Refresh"] = SECONDS
    return response


@require_GET
@fresh_to_read
def refused(request: HttpRequest, pk: Any) -> HttpResponse:
    """The rows that were refused, as they were sent, with a column of reasons."""
    return refused_file(_import(request, pk), by=reader(request))


@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    only_nominators(request)
    if kind == "csv":
        content, media_type = template_csv(), MEDIA_TYPE_CSV
    elif kind == "xlsx":
        content, media_type = template_xlsx(for_nominator(reader(request))), MEDIA_TYPE_XLSX
    else:
        raise Http404
    disposition = {"Content-Disposition": f'attachment; filename="template.{kind}"'}
    return HttpResponse(content, content_type=media_type, headers=disposition)


def _import(request: HttpRequest, pk: Any) -> Job:
    jobs = Job.objects.visible_to(reader(request)).filter(kind=imports.KIND)
    return get_object_or_404(jobs.defer("input"), pk=pk)


def _kept(request: HttpRequest, said: str) -> Job | None:
    is_id = len(said) == 36 and all(each in "0123456789abcdef-" for each in said)
    return kept_files.find(reader(request), said) if is_id else None


def _kept_or_404(request: HttpRequest, pk: Any) -> Job:
    only_nominators(request)
    if (kept := kept_files.find(reader(request), pk)) is None:
        raise Http404
    return kept
