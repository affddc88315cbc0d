"""Facts told once, in the transaction that makes them true; whoever must act on one gets a delivery.

The rows are the truth; a Celery message only says "look now" (relay.py). Callers write
`from foundation.outbox import actions as outbox` and `outbox.tell("room.happened", thing=thing.pk)`.
"""
