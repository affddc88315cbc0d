"""What runs by the clock for the rooms below this one."""

from foundation.audit import seal
from foundation.outbox import registry

registry.every("audit.seal", seconds=seal.EVERY_SECONDS, run=seal.seal)
