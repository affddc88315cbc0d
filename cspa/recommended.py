"""What a recommendation of this room answers: the determination, and where it stands."""

from __future__ import annotations

from rest_framework import serializers

from foundation.signing.models import Determination
from foundation.signing.serializers import DeterminationOut


class RecommendedAs(serializers.Serializer[Determination]):
    id = serializers.CharField(source="pk")
    kind = serializers.CharField()
    state = serializers.CharField()
    digest = serializers.CharField()


class Recommended(DeterminationOut):
    """The determination that was written; what it records stands once another person has signed."""

    determination = RecommendedAs(source="*")

    class Meta(DeterminationOut.Meta):
        fields = [*DeterminationOut.Meta.fields, "determination"]
