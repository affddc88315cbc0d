"""Hypothesis drives the real acts, by people of every role in two countries, under a moving clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.support.sizes import Size
from tests.trust import invariants, steps
from tests.trust.machine import Machine
from tests.trust.machine_world import populate

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_that_people_do_breaks_an_invariant(
    size: Size, seed: int, reset: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    examples, length = size("examples", gate=20, full=500), size("steps", gate=30, full=40)
    populate()
    steps.prepare()
    invariants.prepare()
    Machine.seen.clear()
    run_state_machine_as_test(
        seeded(seed)(Machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=length,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    with capsys.disabled():
        print(sorted(Machine.seen.items(), key=str))
