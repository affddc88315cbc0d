"""What there is to be allowed to do in this room, named once."""

from django.db.models import TextChoices


class CasePerm(TextChoices):
    VIEW = "vetting.view_case", "Can read cases"
    RETURN = "vetting.return_case", "Can return a case for data that is owed"
    CANCEL = "vetting.cancel_case", "Can cancel a case"
    ASK = "vetting.ask_nominator", "Can ask the nominator for information"
    OWN = "vetting.own_case", "Can take a case as its owner"
    REVIEW = "vetting.review_case", "Can suspend, resume, recommend, recall and reopen"
    REOPEN = "vetting.reopen_case", "Can reopen a case once nothing bars it"
    CLEAR = "vetting.clear_case", "Can clear in the fast lane"
    OPINE = "vetting.give_opinion", "Can give an opinion before a recommendation"
    APPROVE = "vetting.approve_case", "Can approve a recommended outcome"
    SKIP = "vetting.skip_check", "Can recommend that a check be skipped"


class QueuePerm(TextChoices):
    SEE = "vetting.see_queue", "Can see what waits in a queue"
    WORK = "vetting.work_queue", "Can claim and complete the checks of a queue"


class NominationPerm(TextChoices):
    NOMINATE = "vetting.nominate", "Can nominate for an organisation"
    VIEW = "vetting.view_nomination", "Can read nominations as staff"


class RestrictionPerm(TextChoices):
    VIEW = "vetting.view_restriction", "Can read restrictions"
    RESTRICT = "vetting.recommend_restriction", "Can recommend that a subject be restricted"
