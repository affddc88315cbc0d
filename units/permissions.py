from django.db.models import TextChoices


class UnitPerm(TextChoices):
    VIEW = "units.view_subject", "Can read units and people"
    CHANGE = "units.change_subject", "Can record units, people, postings and command links"
    UNMASK = "units.unmask_subject", "Can have a masked field shown, with a reason"
