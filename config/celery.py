"""The Celery app. A message says "look now" and carries no fact: the outbox holds those (foundation/outbox).

So every setting here chooses to lose or repeat a message rather than to make anybody wait for one:
a publisher gives up at once, a worker acknowledges after the work, an unheard tick expires.
"""

from __future__ import annotations

import os
import warnings

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning
from celery.platforms import SecurityWarning
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TICK_SECONDS = 5  # how late a forgotten delivery is noticed

for noise in (
    SecurityWarning,  # of root: JSON messages cannot run code
    CPendingDeprecationWarning,  # of a default that changes; worker_cancel_… below says which we mean
):
    warnings.filterwarnings("ignore", category=noise)

app = Celery("probity")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_transport_options={
        "visibility_timeout": 120,  # seconds until a dead worker's message is given to another
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
    },
    broker_connection_timeout=2,
    broker_connection_max_retries=None,  # a worker waits for the broker for ever
    broker_connection_retry_on_startup=True,
    task_publish_retry=False,  # the sweep finds what was not announced
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    timezone="UTC",
    worker_prefetch_multiplier=1,
    worker_concurrency=2,
    worker_proc_alive_timeout=60,  # a busy machine is slow to fork, not broken
    worker_cancel_long_running_tasks_on_connection_loss=False,  # handlers are safe to finish, and to repeat
    worker_hijack_root_logger=False,
    beat_scheduler="celery.beat:Scheduler",  # one entry, every few seconds: nothing worth a file
    beat_schedule={
        "outbox.tick": {
            "task": "outbox.tick",
            "schedule": TICK_SECONDS,
            "options": {"expires": 3 * TICK_SECONDS},  # ticks missed by a dead worker are not made up for
        }
    },
)
app.autodiscover_tasks()
