"""Lifting a restriction: per law and per subject, recommended from its file, signed by somebody else."""

from __future__ import annotations

from django.db import transaction

from foundation.accounts.models import User
from foundation.refused import NotNow
from foundation.signing import actions as signing
from foundation.signing.models import Determination
from foundation.sources.models import Law
from remediation.actions import files, frozen
from remediation.matrix import Matrix
from remediation.models import Remediation
from remediation.rules import files as rules
from remediation.rules import ready
from vetting.actions import restrict
from vetting.days import today


@transaction.atomic
def recommend(*, file: Remediation, law: str, grounds: str, basis: str, by: User) -> Determination:
    """Recommend that this subject's restriction under this law be lifted. All that is missing is said."""
    file = Remediation.objects.select_related("subject__country").locked(file.pk)
    rules.check_can_recommend_lift(by, file)
    matrix = Matrix(file)
    check_ready(matrix, law, grounds)
    return signing.recommend(
        kind="lift",
        target=target_of(file, law),
        subject=file.subject,
        payload=frozen.lift(matrix, law, by, grounds=grounds, basis=basis),
        covers=frozen.covers(matrix, law),
        by=by,
        law=law,
        country=file.country,
    )


def check_ready(matrix: Matrix, law: str, grounds: str) -> None:
    if rules.standing(matrix.file, law) is None:
        raise NotNow(f"It is not restricted under the {Law(law).label}.")
    if missing := ready.missing(matrix, law, grounds):
        raise NotNow(*missing)


def target_of(file: Remediation, law: str) -> str:
    return f"remediation.remediation:{file.pk}:{law}"


def lifted(file: Remediation, *, determination: Determination, by: User) -> None:
    """What a signed lift leaves behind: this one restriction ends today. The file closes with its last."""
    restriction = rules.standing(file, determination.law)
    if restriction is None:
        raise NotNow("This restriction is in force no more.")
    answers = frozen.answers(Matrix(file))
    restrict.lift(restriction=restriction, on=today(), cause=determination, by=by, answers=answers)
    files.close_if_answered(file, by=by)
