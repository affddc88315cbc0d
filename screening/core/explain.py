"""What to tell a reader about a comparison that did not become a match."""

from .types import Comparison, Feature


def why_not(comparison: Comparison) -> Feature | None:
    """The feature that sank it: the one that took most, or a name that was never near. None for a match."""
    if comparison.is_match:
        return None
    return max(comparison.features, key=_lost)


def _lost(feature: Feature) -> float:
    """What the feature took, or, of the name, what it failed to give."""
    possible = 1.0 - (feature.score or 0.0) if feature.feature == "name" else 0.0
    return max(possible, -feature.contribution)
