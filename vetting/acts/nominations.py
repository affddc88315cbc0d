"""What a nominator does: nominate, by call or by file; and what it does with a class and its rows after."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from foundation.doors.acts import Act, Acts
from foundation.doors.problems import TooLarge
from foundation.doors.serializers import ReachRelatedField, StrictSerializer, Text
from foundation.refused import Invalid, Problem
from vetting import imports
from vetting.actions import nominate, nominator
from vetting.actions.corrections import as_it_stands
from vetting.days import today
from vetting.intake.cells import DATE_ORDERS
from vetting.intake.changes import check_candidate_changes
from vetting.intake.check import check_event, check_nomination
from vetting.intake.container import SIZE_LIMIT, kind_of
from vetting.intake.events import EVENT_FIELDS
from vetting.intake.fields import Fields
from vetting.intake.header import HEADER_FIELDS
from vetting.intake.rows import EVENT_FIELDS as FORM_EVENT_FIELDS
from vetting.intake.rows import MODES, check_form
from vetting.lookups import for_nominator
from vetting.models import Candidate, Nomination
from vetting.rules import nominations as rules

MOST_ROWS = 500  # in one call; a file takes 10,000
FORM_FIELDS = tuple(name for name in HEADER_FIELDS if name != "event") + tuple(FORM_EVENT_FIELDS)


class CheckedByIntake(StrictSerializer):
    """A body that intake reads: pages, calls and files are told the same. The fields here describe it."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        found, problems = self.checked(data)
        if problems:
            raise Invalid(*problems)
        return found

    def checked(self, data: Any) -> tuple[dict[str, Any], list[Problem]]:
        raise NotImplementedError

    @property
    def user(self) -> Any:
        return self.context["request"].user


# --- nominating ---


class NameBody(StrictSerializer):
    full = serializers.CharField(required=False)
    parts = serializers.ListField(child=serializers.CharField(), required=False, max_length=5)


class PlaceBody(StrictSerializer):
    city = serializers.CharField()
    state = serializers.CharField(required=False)
    country = serializers.CharField()


class EventBody(StrictSerializer):
    title = serializers.CharField()
    location = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class UnitBody(StrictSerializer):
    id = serializers.CharField(required=False, help_text="Of an earlier nomination of yours; then no more.")
    name = serializers.CharField(required=False)
    english_name = serializers.CharField(required=False)
    aliases = serializers.ListField(child=serializers.CharField(), required=False)
    parents = serializers.ListField(child=serializers.CharField(), required=False)
    level = serializers.CharField(required=False)
    location = serializers.CharField(required=False)
    commander = NameBody(required=False, allow_null=True)
    commander_unknown_reason = serializers.CharField(required=False)


class CandidateBody(StrictSerializer):
    kind = serializers.ChoiceField(["individual", "unit"])
    role = serializers.ChoiceField(["participant", "alternate", "instructor"], required=False)
    name = NameBody(required=False)
    aliases = serializers.ListField(child=serializers.CharField(), required=False)
    date_of_birth = serializers.CharField(required=False, help_text="1980, 1980-03 or 1980-03-09.")
    place_of_birth = PlaceBody(required=False)
    nationality = serializers.CharField(required=False)
    gender = serializers.ChoiceField(["male", "female", "other", "unknown"], required=False)
    national_id = serializers.CharField(required=False)
    rank = serializers.CharField(required=False)
    job_title = serializers.CharField(required=False)
    is_commander = serializers.BooleanField(required=False)
    unit = UnitBody()
    unknown = serializers.DictField(child=serializers.CharField(), required=False, help_text="field → reason")


class NominationBody(CheckedByIntake):
    reference = serializers.CharField()
    organisation = serializers.CharField()
    country = serializers.CharField()
    event = EventBody()
    program = serializers.CharField()
    program_label = serializers.CharField(required=False, help_text="The name of program OTHER.")
    law = serializers.ChoiceField(["FAA", "AECA", "DOD"])
    purpose = serializers.CharField(required=False)
    needed_by = serializers.DateField()
    candidates = CandidateBody(many=True)

    def checked(self, data: Any) -> tuple[dict[str, Any], list[Problem]]:
        rows = data.get("candidates") if isinstance(data, dict) else None
        if isinstance(rows, list) and len(rows) > MOST_ROWS:
            raise TooLarge(
                f"{len(rows):,} candidates; one call takes {MOST_ROWS}. Send a file, or split them."
            )
        draft, problems = check_nomination(data, for_nominator(self.user), today())
        return {"draft": draft}, problems


class ImportBody(CheckedByIntake):
    """A form with a file. What is wrong with the file's rows, the job says."""

    file = serializers.FileField()
    reference = serializers.CharField()
    organisation = serializers.CharField()
    country = serializers.CharField()
    program = serializers.CharField()
    program_label = serializers.CharField(required=False)
    law = serializers.ChoiceField(["FAA", "AECA", "DOD"])
    purpose = serializers.CharField(required=False)
    needed_by = serializers.DateField()
    event_title = serializers.CharField()
    event_location = serializers.CharField()
    event_starts_on = serializers.DateField()
    event_ends_on = serializers.DateField()
    date_order = serializers.ChoiceField(list(DATE_ORDERS))
    columns = serializers.CharField(required=False, help_text="JSON: your headings to ours, or to null.")
    mode = serializers.ChoiceField(MODES)
    dry_run = serializers.BooleanField(required=False, help_text="Or ?dry_run=1: only say what it would do.")

    def checked(self, data: Any) -> tuple[dict[str, Any], list[Problem]]:
        sent = {name: data[name] for name in data}
        form = {name: value for name, value in sent.items() if name not in self.fields or name in FORM_FIELDS}
        problems = check_form(
            form, sent.get("date_order"), sent.get("mode"), for_nominator(self.user), today()
        )[1]
        problems += [_not_a_field(name, self.fields) for name in ("candidates", "event") if name in form]
        columns, wrong_columns = _columns(sent.get("columns"))
        content, wrong_file = _content(sent.get("file"))
        found = {
            "content": content,
            "filename": getattr(sent.get("file"), "name", ""),
            "form": form,
            "columns": columns,
            "date_order": sent.get("date_order"),
            "mode": sent.get("mode"),
        }
        dry_run, wrong_dry = _flag(self.context["request"].GET.get("dry_run", sent.get("dry_run", "0")))
        return found | {"dry_run": dry_run}, [*wrong_file, *problems, *wrong_columns, *wrong_dry]


def _not_a_field(name: str, known: Iterable[str]) -> Problem:
    return Problem(
        "unknown-field",
        f"There is no field “{name}” beside a file. There are: {', '.join(known)}.",
        f"/{name}",
    )


def _flag(sent: Any) -> tuple[bool, list[Problem]]:
    text = str(sent).casefold()
    if text in ("1", "true", "0", "false", ""):
        return text in ("1", "true"), []
    return False, [Problem("unknown-code", "Dry run: write 1, or leave it out.", "/dry_run")]


def _columns(sent: Any) -> tuple[Any, list[Problem]]:
    if not sent or not str(sent).strip():
        return None, []
    try:
        return json.loads(str(sent)), []
    except (ValueError, RecursionError):
        how = 'write a JSON map of your headings to ours, {"DOB": "date_of_birth"}.'
        return None, [Problem("not-json", f"Columns: this is not JSON; {how}", "/columns")]


def _content(file: Any) -> tuple[bytes, list[Problem]]:
    """The file's bytes, and what shows at a glance that it will not be read."""
    if not hasattr(file, "chunks"):
        return b"", [Problem("missing", "File: missing. Send a .csv or .xlsx file.", "/file")]
    if file.size > SIZE_LIMIT:
        raise TooLarge("A file may have 10 MB. Split it, and send the parts.")
    content = file.read()
    try:
        kind_of(file.name, content)
    except Invalid as wrong:
        return b"", [Problem(each.code, each.detail, "/file") for each in wrong.problems]
    return content, []


NOMINATE = Act("nominate", rules.check_nominates, nominate.nominate, body=NominationBody, answers=201)
IMPORT = Act(
    "import", rules.check_nominates, imports.ask, body=ImportBody, answers=202, label="Upload a class"
)


# --- a class ---


class AmendBody(CheckedByIntake):
    """What is left out stays as it is."""

    event = EventBody(required=False)
    needed_by = serializers.DateField(required=False)

    def checked(self, data: Any) -> tuple[dict[str, Any], list[Problem]]:
        problems: list[Problem] = []
        shape = '{"event": {"starts_on": "…", "ends_on": "…"}, "needed_by": "…"}'
        fields = Fields.of(data, "", ("event", "needed_by"), problems, shape)
        if fields is not None and not (fields.given("event") or fields.given("needed_by")):
            fields.missing("event", "Say what of it is other than it was.")
        if fields is None or any(each.code == "missing" for each in problems):
            return {}, problems
        of, told = self.context["thing"], data.get("event")
        event = _event_of(of) | told if isinstance(told, dict) else told or _event_of(of)
        checked, needed_by, wrong = check_event(
            event, data.get("needed_by") or of.needed_by.isoformat(), today()
        )
        return {"event": checked, "needed_by": needed_by}, [*problems, *wrong]


def _event_of(nomination: Nomination) -> dict[str, str]:
    return {name: str(getattr(nomination, f"event_{name}")) for name in EVENT_FIELDS}


NOMINATION_ACTS = Acts(
    Act("withdraw", rules.check_can_withdraw, nominator.withdraw, "nomination", label="Withdraw the class"),
    Act(
        "amend-event",
        rules.check_can_amend_event,
        nominator.amend_event,
        "nomination",
        AmendBody,
        label="Move the event",
    ),
)


# --- one row ---


@extend_schema_field({"type": "object"})
class Changes(serializers.JSONField):
    """Fields of a candidate, as in a nomination; one not named stays as it is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(help_text=self.__doc__, **options)


class ResubmitBody(StrictSerializer):
    changes = Changes()

    def whole(self, found: dict[str, Any]) -> Iterable[Problem]:
        """Gives `draft`, the row as it would stand, in place of `changes`."""
        candidate, changes = self.context["thing"], found.pop("changes", None)
        found["draft"] = None
        if candidate is None or changes is None:
            return ()
        draft, problems = check_candidate_changes(
            changes,
            as_it_stands(candidate),
            for_nominator(self.context["request"].user),
            today(),
            country=candidate.nomination.country_id,
        )
        found["draft"] = draft
        return problems


class AnswerBody(ResubmitBody):
    answer = Text(multiline=True, label="Answer")
    changes = Changes(required=False, allow_null=True)


class SubstituteBody(StrictSerializer):
    def get_fields(self) -> dict[str, Any]:
        return {"with": ReachRelatedField(Candidate, source="alternate", label="Alternate")}


CANDIDATE_ACTS = Acts(
    Act(
        "withdraw",
        rules.check_can_withdraw_candidate,
        nominator.withdraw_candidate,
        "candidate",
        label="Withdraw this row",
    ),
    Act("answer", rules.check_can_answer, nominator.answer, "candidate", AnswerBody),
    Act("resubmit", rules.check_can_resubmit, nominator.resubmit, "candidate", ResubmitBody),
    Act(
        "substitute",
        rules.check_can_substitute,
        nominator.substitute,
        "candidate",
        SubstituteBody,
        label="Put an alternate in this place",
    ),
)
