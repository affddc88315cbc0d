"""The broker carries wake-ups only: what the settings of Celery must never become."""

from __future__ import annotations

from config.celery import app


def test_beat_knows_one_thing() -> None:
    [entry] = app.conf.beat_schedule.values()
    assert (entry["task"], entry["schedule"]) == ("outbox.tick", 5)


def test_a_worker_acknowledges_after_the_work_and_takes_one_thing_at_a_time() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.broker_transport_options["visibility_timeout"] == 120


def test_nothing_runs_eagerly_and_no_result_is_kept() -> None:
    assert not any(value for name, value in app.conf.items() if name.endswith("_always" + "_eager"))
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None


def test_a_publisher_does_not_wait_for_a_broker() -> None:
    assert not app.conf.task_publish_retry
    assert app.conf.broker_transport_options["socket_connect_timeout"] <= 2


def test_the_outboxs_tasks_are_known() -> None:
    app.loader.import_default_modules()
    assert {"outbox.tick", "outbox.drain"} <= set(app.tasks)
