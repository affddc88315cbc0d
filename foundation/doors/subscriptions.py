"""What doors does by the clock; the outbox imports this at start-up."""

from foundation.doors import housekeeping
from foundation.outbox import actions as outbox

outbox.daily("doors.forget", hour=3, run=housekeeping.forget)
