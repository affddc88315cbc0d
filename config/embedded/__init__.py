"""Starts things: PostgreSQL and Valkey out of their wheels where no other is named; web, worker, beat.

Knows nothing of the application: it runs its command line like anybody else. `python -m config.embedded
server | manage` (script/server, script/manage); tests/support/run.py uses the same parts.
"""
