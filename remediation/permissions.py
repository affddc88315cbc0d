"""What there is to be allowed to do in this room, named once."""

from django.db.models import TextChoices


class RemediationPerm(TextChoices):
    VIEW = "remediation.view_remediation", "Can read notifications and remediation files"
    REMEDIATE = "remediation.change_remediation", "Can inform governments, keep files and recommend a lift"
    VERIFY = "remediation.verify_step", "Can verify or reject a step that somebody else owns"


class PublicationPerm(TextChoices):
    VIEW = "remediation.view_publication", "Can read what is published and what is not"
    PUBLISH = "remediation.publish", "Can publish, and recommend an exception from it"
