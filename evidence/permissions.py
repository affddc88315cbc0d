"""What there is to be allowed to do in this room. What is protected is read by `sources.read_protected`."""

from django.db.models import TextChoices


class EvidencePerm(TextChoices):
    VIEW = "evidence.view_incident", "Can read incidents, allegations and derogatory notes"
    RECORD = "evidence.record_incident", "Can record incidents, allegations and derogatory notes"
    ASSESS = "evidence.assess_allegation", "Can assess an allegation"
