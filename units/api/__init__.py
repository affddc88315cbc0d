"""This room's calls."""

from units.api.claims import CommandLinkViewSet, LineageViewSet, PostingViewSet
from units.api.subjects import IndividualViewSet, UnitViewSet

routes = [
    ("units", UnitViewSet),
    ("individuals", IndividualViewSet),
    ("command-links", CommandLinkViewSet),
    ("postings", PostingViewSet),
    ("lineage-events", LineageViewSet),
]
