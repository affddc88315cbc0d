"""Every column that can hold words: it holds a canary, or stands here as free of personal data, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.models import Session
from django.db import connection, models
from knox.models import AuthToken

from tests.trust.canary_world import canaries
from tests.trust.grid_unknown import ROOMS

OF_OTHERS = (Session, AuthToken, Group, Permission)
WORDS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)

# Why a column names nobody → the columns.
FREE = {
    "a code, of a list in the program": """
        accounts.RoleAtPlace.role audit.Event.action audit.Event.object_kind doors.Job.kind doors.Job.state
        outbox.Delivery.state screening.Key.kind screening.Mark.reason screening.Match.verdict
        screening.Verdict.verdict signing.Cover.kind signing.Determination.kind
        signing.Determination.subject_kind signing.Determination.law signing.Determination.state
        sources.LawText.law units.CommandLink.kind units.LineageEvent.kind units.LineageEnd.side
        evidence.Imported.file
        units.Individual.gender units.Name.kind units.Subject.kind
        units.Unit.level units.Unit.force_type units.Unit.status vetting.Candidate.kind vetting.Candidate.role
        vetting.Candidate.word vetting.Candidate.told_word vetting.Case.kind vetting.Case.status
        vetting.Case.outcome vetting.Case.law vetting.Check.state vetting.Check.finding vetting.Clearance.law
        vetting.Clearance.ended_because vetting.Finding.finding vetting.InformationRequest.fields
        vetting.Nomination.law vetting.Opinion.view vetting.PlanStep.check_type vetting.Queue.check_type
        remediation.HostNotification.state remediation.NotificationEntry.act remediation.Publication.state
        remediation.Step.kind remediation.Step.state remediation.StepEntry.act remediation.Requirement.law
        remediation.Requirement.kind remediation.CommitteeNotice.committee vetting.Met.through
        vetting.Restriction.law vetting.ReviewPlan.kind vetting.RoutingRule.kinds
        vetting.RoutingRule.countries vetting.RoutingRule.programs auth.Permission.codename
        sources.Source.kind sources.Source.reliability sources.Document.kind sources.Document.media_type
        sources.Support.kind sources.Written.kind sources.Conflict.kind evidence.Allegation.perpetrator_kind
        evidence.Allegation.violation evidence.Allegation.involvement evidence.DerogatoryNote.kind
        evidence.Assessment.source_credibility evidence.Assessment.content_credibility
        evidence.Assessment.conclusion
        cspa.Listing.forces cspa.Listing.confidence cspa.Waiver.extent cspa.Waiver.confidence
        cspa.Reinstatement.extent cspa.Reinstatement.confidence cspa.Kept.kind cspa.Milestone.state
        vetting.GateAnswer.gate vetting.GateAnswer.state vetting.GateAnswer.because""",
    "of governments, as published, and of what they undertook: names no nominee and nobody known": """
        cspa.ListYear.citation cspa.Listing.finding cspa.Listing.citation cspa.Waiver.parts
        cspa.Waiver.official cspa.Waiver.number cspa.Waiver.justification cspa.Reinstatement.parts
        cspa.Reinstatement.official cspa.Reinstatement.number cspa.Reinstatement.justification
        cspa.Kept.said cspa.Kept.reason cspa.ActionPlan.title cspa.ActionPlan.agreed_with
        cspa.ActionPlan.citation cspa.Milestone.title cspa.Evidence.text cspa.Evidence.citation
        cspa.Verdict.reason vetting.GateAnswer.conditions vetting.GateAnswer.reasons
        vetting.GateAnswer.years""",
    "a country, a date or a language": """
        units.Individual.date_of_birth units.Individual.nationality units.Individual.birth_country
        units.Name.language units.Name.script""",
    "a digest, or a key that says nothing": """
        accounts.User.password audit.Event.prev audit.Event.hash audit.Head.hash audit.Seal.root
        audit.Seal.prev audit.SealedHead.hash doors.IdempotencyKey.path doors.IdempotencyKey.body
        doors.IdempotencyKey.key doors.Tries.key knox.AuthToken.digest knox.AuthToken.token_key
        sessions.Session.session_key
        signing.Determination.digest signing.Determination.read_digest vetting.ClearRecord.digest
        signing.Cover.version sources.Document.key sources.Document.sha256""",
    "an id, or a number of ours": """
        audit.Event.chain audit.Event.object_id audit.Head.chain audit.SealedHead.chain signing.Cover.ref
        remediation.Remediation.reference
        signing.Determination.target signing.Determination.subject_id vetting.Case.reference
        cspa.Kept.ref""",
    "what the operator set up: places, laws, programs, plans, roles": """
        sources.Compartment.name
        accounts.Country.code accounts.Country.name accounts.Country.demonyms accounts.Organisation.name
        accounts.Post.name auth.Group.name auth.Permission.name sources.LawText.citation
        sources.LawText.version sources.LawText.summary vetting.Program.code vetting.Program.name
        vetting.Program.laws vetting.Queue.name vetting.ReviewPlan.name vetting.RoutingRule.name
        vetting.Restriction.citation cspa.Coverage.program cspa.Coverage.exempt cspa.Coverage.citation""",
    "of the program's own working": """
        outbox.Delivery.subscriber outbox.Delivery.last_error outbox.Fact.kind outbox.Fact.body
        outbox.Slot.name screening.Match.algorithm screening.Match.thresholds screening.Screening.algorithm
        doors.IdempotencyKey.headers signing.Determination.changed""",
    "of staff, and known to staff: who did it": """
        audit.Event.actor accounts.User.username accounts.User.email""",
    "not used: people have one name": "accounts.User.first_name accounts.User.last_name",
    "emptied once the file is read": "doors.Job.input",
    "a name that we give": "doors.Job.attachment_name",
    "made of names by sound, and read by nothing but the search": "screening.Key.key",
    "repeats Match.explanation, as it was judged": "screening.Verdict.judged",
    "of published files, as an operator's import read them; shown to nobody": """
        evidence.Imported.key evidence.Imported.content""",
    "holds ids of people alone; tested by itself": "sessions.Session.session_data",
}


def columns() -> Iterator[tuple[str, Any]]:
    """("vetting.Case.reference", its field)"""
    ours = [model for label in ROOMS for model in apps.get_app_config(label).get_models()]
    for model in (*ours, *OF_OTHERS):
        for field in model._meta.local_concrete_fields:
            if isinstance(_innermost(field), WORDS):
                yield f"{model._meta.label}.{field.name}", field


def _innermost(field: Any) -> Any:
    """Of a list, what it is a list of; of what is generated, what it holds."""
    if isinstance(field, ArrayField):
        return _innermost(field.base_field)
    return getattr(field, "output_field", field) if field.generated else field


def free() -> set[str]:
    return {name for names in FREE.values() for name in names.split()}


def holds(field: Any, word: str) -> bool:
    return bool(_texts(field, word))


def found(field: Any) -> set[str]:
    """The canaries in a column."""
    return {each for text in _texts(field, "zqx") for each in canaries(text)}


def _texts(field: Any, word: str) -> list[str]:
    """The rows in which this column holds the word, whatever it is stored as."""
    column = f'"{field.column}"'
    text = f"encode({column}, 'escape')" if isinstance(field, models.BinaryField) else f"{column}::text"
    with connection.cursor() as cursor:
        cursor.execute(
            f'select {text} from "{field.model._meta.db_table}" where {text} ilike %s', [f"%{word}%"]
        )
        return [row[0] for row in cursor.fetchall()]
