"""What every act has in common, and what the documents say of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from foundation.doors.acts import Act, Acts
from foundation.signing.acts import DETERMINATION_ACTS
from units.acts import INDIVIDUAL_ACTS, LINEAGE_ACTS, LINK_ACTS, POSTING_ACTS, UNIT_ACTS
from vetting.actions import cases, checks, decide, matches, nominate, nominator
from vetting.acts.cases import CASE_ACTS
from vetting.acts.checks import CHECK_ACTS
from vetting.acts.matches import MATCH_ACTS
from vetting.acts.nominations import CANDIDATE_ACTS, NOMINATION_ACTS
from vetting.diagram import mermaid

ROOT = Path(__file__).resolve().parents[2]
ALL: list[Acts] = [
    CASE_ACTS,
    CHECK_ACTS,
    MATCH_ACTS,
    NOMINATION_ACTS,
    CANDIDATE_ACTS,
    DETERMINATION_ACTS,
    UNIT_ACTS,
    INDIVIDUAL_ACTS,
    LINK_ACTS,
    LINEAGE_ACTS,
    POSTING_ACTS,
]
MODULES = (cases, checks, decide, matches, nominate, nominator)


def verbs() -> Iterator[Callable[..., Any]]:
    """Every public function that takes its arguments by name, `by` among them."""
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = list(inspect.signature(function).parameters.values())
            by_name = all(each.kind == each.KEYWORD_ONLY for each in parameters)
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and by_name and "by" in inspect.signature(function).parameters:
                yield function


@pytest.mark.parametrize("act", [act for acts in ALL for act in acts.values()], ids=lambda act: act.name)
def test_every_act_says_by_whom(act: Act) -> None:
    parameters = inspect.signature(act.run).parameters
    assert "by" in parameters
    assert parameters["by"].default is inspect.Parameter.empty


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: f"{verb.__module__}.{verb.__name__}")
def test_every_verb_is_one_transaction(verb: Callable[..., Any]) -> None:
    assert hasattr(verb, "__wrapped__"), "not @transaction.atomic"


def test_the_contracts_acts_of_a_case_are_all_there() -> None:
    assert set(CASE_ACTS) == set(
        "return cancel claim release request-information suspend resume recommend-withhold clear"
        " recommend-clear opinion recall reopen".split()
    )


def test_the_picture_of_the_states_is_the_codes() -> None:
    assert mermaid() in (ROOT / "docs" / "architecture.md").read_text()
