"""What there is to be allowed to do in this room, named once."""

from django.db.models import TextChoices


class CspaPerm(TextChoices):
    VIEW = "cspa.view_cspa", "Can read listings, waivers and action plans"
    RECORD = "cspa.record_cspa", "Can record listings and plans, and recommend waivers and corrections"
    APPROVE = "cspa.approve_cspa", "Can approve what is recommended of listings and waivers"
    VERIFY = "cspa.verify_cspa", "Can verify what somebody else reported of an action plan"
