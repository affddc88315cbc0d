"""How long each duty may take, in working days. No law sets these: they are the desk's own, changed here."""

from __future__ import annotations

import datetime as dt

from vetting.days import add_working_days, today

INFORM_WITHIN = 10
PUBLISH_WITHIN = 20


def inform_by() -> dt.date:
    return add_working_days(today(), INFORM_WITHIN)


def publish_by() -> dt.date:
    return add_working_days(today(), PUBLISH_WITHIN)
