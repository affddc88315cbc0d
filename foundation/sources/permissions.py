from django.db.models import TextChoices


class SourcePerm(TextChoices):
    VIEW = "sources.view_source", "Can read that there are sources, documents and citations"
    RECORD = "sources.record_source", "Can record sources, documents and citations"
    # What may identify a source or a victim, where nobody named a compartment for it.
    PROTECTED = "sources.read_protected", "Can read who sources and victims are, and what they say"
    COMPARTMENT = "sources.read_compartment", "Can read what is kept in a compartment"
