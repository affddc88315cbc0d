"""GET jobs/{id}/: where a job stands, for whoever asked for it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from foundation.audit import actions as audit
from foundation.doors.fresh import check_fresh
from foundation.doors.jobs import Job
from foundation.doors.schema import Described, OneProblem, a_file
from foundation.doors.views import Read, json_answer


class JobOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(Job.State.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    result = serializers.DictField(required=False)
    errors = OneProblem(many=True)  # type: ignore[assignment]  # a field, not the errors of this one
    file = serializers.CharField(required=False, help_text="The file that came of it, as “refused.csv”.")

    def to_representation(self, job: Job) -> dict[str, Any]:
        """What there is not yet is left out."""
        shown = {name: str(getattr(job, name)) for name in ("id", "kind", "state")}
        result = {"result": job.result} if job.result is not None else {}
        file = {"file": job.attachment_name} if job.attachment_name else {}
        return {**shown, "done": job.done, "total": job.total, **result, "errors": job.errors, **file}


class JobViewSet(Read):
    model = Job
    serializer_class = JobOut
    described = {
        "retrieve": Described(etag=True, problems=(400, 401, 404)),
        "refused": a_file("text/csv"),
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().defer("input", "attachment")

    @action(detail=True, url_path=r"refused\.csv")
    def refused(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The rows that were refused, each with its reasons."""
        job = self.get_object()
        self.check_parameters()
        check_fresh(request)
        return refused_file(job, by=request.user)


def refused_file(job: Job, *, by: Any) -> HttpResponse:
    """For calls and pages alike. That somebody took it away is an event."""
    if job.attachment is None or job.attachment_name != "refused.csv":
        raise Http404
    audit.record("doors.exported", by=by, target=job, file=job.attachment_name)
    response = HttpResponse(bytes(job.attachment), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return response


def accepted(job: Job, path: str = "/api/v1/jobs/") -> HttpResponse:
    """202 `{job}`, and where to ask how it goes."""
    return json_answer({"job": str(job.pk)}, 202, {"Location": f"{path}{job.pk}/"})


routes = [("jobs", JobViewSet)]
