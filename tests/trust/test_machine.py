"""Hypothesis drives the real acts, by people of every role in two countries, under a moving clock."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.support.sizes import FULL, Size
from tests.trust import at_the_end, invariants, moved, steps
from tests.trust.machine import Machine
from tests.trust.machine_world import ARROWS, Violated, populate
from vetting.acts.cases import CASE_ACTS
from vetting.acts.nominations import CANDIDATE_ACTS
from vetting.models import Status

PAGE = Path(__file__).resolve().parents[2] / "docs" / "invariants.md"
PAIRS = {
    (on, act, status)
    for on, acts in (("case", CASE_ACTS), ("candidate", CANDIDATE_ACTS))
    for act in acts
    for status in Status
    if status != Status.SCREENING
}
TAKEN = 2  # times, at least, in each half of the full run
HALVES = (0, 1)  # that may run side by side; a small run makes do with the first


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("half", HALVES if FULL else HALVES[:1])
def test_nothing_that_people_do_breaks_an_invariant(
    half: int,
    size: Size,
    seed: int,
    reset: Callable[[], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    examples, length = size("examples", gate=7, full=250), size("steps", gate=30, full=40)
    seed += half
    monkeypatch.setattr(os, "urandom", Random(seed).randbytes)  # ids, and so a seed's whole way, are the same
    populate()
    steps.prepare()
    invariants.prepare()
    seen = Machine.begin_again()
    chosen = settings(
        max_examples=examples,
        stateful_step_count=length,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seeded(seed)(Machine), settings=chosen)
    except BaseException:
        if Violated.first:
            pytest.fail(Violated.first, pytrace=False)
        raise
    done, refused = seen["done"], seen["refused"]
    pairs = {pair for pair in PAIRS if seen["pair", *pair, True] + seen["pair", *pair, False]}
    edges = {arrow for arrow in ARROWS if seen["edge", *arrow] >= (TAKEN if size.full else 1)}
    size.note(f"{done:,} acts done and {refused:,} refused")
    with capsys.disabled():
        print(f"\n{done:,} done, {refused:,} refused; {len(pairs)} of {len(PAIRS)} pairs of act and status")
        print(f"{len(edges)} of {len(ARROWS)} edges; not: {sorted(ARROWS - edges)}")
    assert done > examples and refused > examples
    if size.full:
        assert not ARROWS - edges
        assert not PAIRS - pairs


def test_the_page_lists_what_is_asked() -> None:
    asked = {str(each.number): each.says for each in (*invariants.STANDING, *moved.MOVED)}
    asked |= dict(
        each.split(". ", 1)
        for each in (moved.SHRINKS, at_the_end.REPLAYS, at_the_end.COUNTS, at_the_end.WORDS)
    )
    assert dict(re.findall(r"^(\d+)\. (.+)$", PAGE.read_text(), re.MULTILINE)) == asked
