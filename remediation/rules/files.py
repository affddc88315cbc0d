"""Who may do what to a remediation file, and when. Each raises, or returns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from evidence.models import Incident
from foundation.accounts import reach
from foundation.accounts.models import User
from foundation.refused import Invalid, NotNow, NotYours, Problem
from foundation.sources.models import Law
from remediation.models import CommitteeNotice, IncidentOfFile, Remediation
from remediation.permissions import RemediationPerm
from vetting.days import today
from vetting.models import Restriction

ONLY_REMEDIATION = "Only a remediation officer of this country keeps its remediation files."


def check_can_take(user: User, file: Remediation) -> None:
    check_can_change(user, file)
    if file.owner_id == user.pk:
        raise NotNow("This file is yours already.")


def check_can_change(user: User, file: Remediation) -> None:
    check_holds(user, file)
    check_open(file)


def check_can_reopen(user: User, file: Remediation) -> None:
    check_holds(user, file)
    if file.closed_at is None:
        raise NotNow("This file is open.")
    if Remediation.objects.filter(previous=file).exists():
        raise NotNow("This file was opened anew already: see the file that follows it.")


def check_can_tell_committees(user: User, file: Remediation) -> None:
    check_can_change(user, file)
    if standing(file, Law.STATE_LEAHY) is None:
        raise NotNow("Committees are told under the State law, and this is not restricted under it.")


def check_can_recommend_lift(user: User, file: Remediation) -> None:
    check_can_change(user, file)
    if not restrictions_of(file).filter(until=None).exists():
        raise NotNow("No restriction that this file answers is in force.")


def check_open(file: Remediation) -> None:
    if file.closed_at is not None:
        raise NotNow(f"This file was closed on {file.closed_at:%-d %B %Y}. Open it anew first.")


def check_holds(user: User, file: Remediation) -> None:
    if not reach.holds_in_country(user, RemediationPerm.REMEDIATE, file.country):
        raise NotYours(ONLY_REMEDIATION)


def restrictions_of(file: Remediation) -> Any:
    return Restriction.objects.filter(of_file__remediation=file).order_by("law", "since")


def standing(file: Remediation, law: str) -> Restriction | None:
    """The restriction under this law that this file answers, while it is in force."""
    found: Restriction | None = restrictions_of(file).filter(law=law, until=None).first()
    return found


def check_not_in_it(file: Remediation, incident: Incident) -> None:
    if IncidentOfFile.objects.filter(remediation=file, incident=incident).exists():
        raise NotNow("This incident is in the file already.")


def find_in_it(file: Remediation, incident: Incident) -> IncidentOfFile:
    found = IncidentOfFile.objects.filter(remediation=file, incident=incident).first()
    if found is None:
        raise Invalid(Problem("not-in-file", "Incident: it is not in this file. Add it first.", "/incident"))
    return found


def check_notice(file: Remediation, committee: str, sent_on: dt.date) -> None:
    wrong = []
    restriction = standing(file, Law.STATE_LEAHY)
    if sent_on > today():
        wrong.append(
            Problem("in-the-future", "Sent on: this day is still to come. Give a day that was.", "/sent_on")
        )
    elif restriction and sent_on < restriction.since:
        wrong.append(Problem("too-early", "Sent on: this is before the restriction began.", "/sent_on"))
    if CommitteeNotice.objects.filter(remediation=file, committee=committee).exists():
        wrong.append(Problem("told-already", "Committee: it was told already.", "/committee"))
    if wrong:
        raise Invalid(*wrong)
