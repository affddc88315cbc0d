"""The kinds this room hands to signing."""

from cspa import kinds
from foundation.signing import kinds as signing

for kind in kinds.KINDS:
    signing.register(kind)
