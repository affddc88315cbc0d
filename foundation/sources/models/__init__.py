"""Law texts; sources, their documents, citations of them, and what each citation supports."""

from foundation.sources.models.citations import Citation, Conflict, Support
from foundation.sources.models.compartments import Compartment, CompartmentGroupObjectPermission
from foundation.sources.models.documents import Document, DocumentKind, Reliability, Source, SourceKind
from foundation.sources.models.laws import Law, LawText
from foundation.sources.models.versions import Written

__all__ = [
    "Citation",
    "Compartment",
    "CompartmentGroupObjectPermission",
    "Conflict",
    "Document",
    "DocumentKind",
    "Law",
    "LawText",
    "Reliability",
    "Source",
    "SourceKind",
    "Support",
    "Written",
]
