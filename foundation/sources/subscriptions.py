"""Files whose document was never saved are removed daily."""

from foundation.outbox import registry
from foundation.sources import files

registry.daily("sources.remove-orphans", hour=3, run=files.remove_orphans)
