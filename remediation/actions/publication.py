"""Publication: publish, by one person; an exception from it, by two."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from foundation.accounts.models import User
from foundation.audit import actions as audit
from foundation.outbox import actions as outbox
from foundation.signing import actions as signing
from foundation.signing.actions import Covered
from foundation.signing.models import Determination
from foundation.sources.models import LawText
from remediation import clocks, facts, owners
from remediation.actions import versions
from remediation.models import Publication, PublicationState
from remediation.permissions import PublicationPerm
from remediation.rules import publication as rules
from vetting.actions import frozen, frozen_restriction
from vetting.days import today
from vetting.models import Restriction

State = PublicationState


def open_publication(restriction: Restriction) -> Publication:
    undecided = Publication.objects.filter(state=State.UNDECIDED)
    publication = Publication.objects.create(
        restriction=restriction,
        country=restriction.country,
        owner=owners.least_busy(
            PublicationPerm.PUBLISH, restriction.country, undecided.values_list("owner", flat=True)
        ),
        due_on=clocks.publish_by(),
    )
    audit.record(
        "remediation.publication-opened", by=None, target=publication, restriction=str(restriction.pk)
    )
    return publication


@transaction.atomic
def publish(*, publication: Publication, by: User) -> Publication:
    """From now on anybody reads it. An exception that waits for its signature is overtaken."""
    publication = Publication.objects.locked(publication.pk)
    rules.check_can_publish(by, publication)
    publication.state = State.PUBLISHED
    publication.published_on, publication.published_by = today(), by
    versions.save(publication)
    signing.overtake_open(targets=[target_of(publication)], changed="It was published.", by=by)
    audit.record("remediation.published", by=by, target=publication, publication=str(publication.pk))
    outbox.tell(facts.PUBLISHED, publication=str(publication.pk))
    return publication


@transaction.atomic
def recommend_exception(
    *, publication: Publication, justification: str, reported_on: dt.date, by: User
) -> Determination:
    """Not to publish, in the national interest: with a written justification, its report, and two people."""
    publication = Publication.objects.locked(publication.pk)
    rules.check_can_recommend_exception(by, publication)
    rules.check_reported(publication, reported_on)
    restriction = publication.restriction
    return signing.recommend(
        kind="publication-exception",
        target=target_of(publication),
        subject=restriction.subject,
        payload=payload(publication, by, justification=justification, reported_on=reported_on.isoformat()),
        covers=_covers(publication),
        by=by,
        law=restriction.law,
        country=publication.country,
    )


def payload(publication: Publication, by: User, **of_its_own: Any) -> dict[str, Any]:
    """What is signed, frozen."""
    restriction = publication.restriction
    return {
        "format": frozen.FORMAT,
        "decision": "publication-exception",
        "written_by": by.username,
        "written_on": today().isoformat(),
        "law": frozen_restriction.law_text(restriction.law),
        "subject": frozen.subject(restriction.subject),
        "restrictions": [frozen_restriction.barred(restriction)],
        **of_its_own,
    }


def _covers(publication: Publication) -> list[Covered]:
    restriction = publication.restriction
    text = LawText.objects.in_force(restriction.law, today())
    return [
        Covered("remediation.publication", publication.pk, publication.version),
        Covered("units.subject", restriction.subject_id, restriction.subject.version),
        Covered("vetting.restriction", restriction.pk, restriction.version),
        Covered("sources.law-text", text.pk, text.version),
    ]


def excepted(publication: Publication, *, determination: Determination, by: User) -> None:
    """What a signed exception leaves behind."""
    publication.state = State.EXCEPTED
    publication.exception = determination
    publication.reported_on = dt.date.fromisoformat(determination.payload["reported_on"])
    versions.save(publication)
    audit.record("remediation.publication-excepted", by=by, target=publication, digest=determination.digest)


def target_of(publication: Publication) -> str:
    return f"remediation.publication:{publication.pk}"
