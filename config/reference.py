"""Reference data that the house cannot stand without; brought in line after every migrate."""

from __future__ import annotations

from typing import Any

from config import roles
from cspa.models import Coverage
from foundation.sources.dated import ALWAYS
from foundation.sources.models import Law, LawText
from remediation.models import Requirement, StepKind
from vetting.models import PlanStep, Program, Queue, ReviewPlan, RoutingRule

PROGRAMS = {
    "FMF": ("Foreign Military Financing", ["FAA", "AECA"]),
    "IMET": ("International Military Education and Training", ["FAA"]),
    "PKO": ("Peacekeeping Operations", ["FAA"]),
    "INCLE": ("International Narcotics Control and Law Enforcement", ["FAA"]),
    "NADR-ATA": ("Antiterrorism Assistance", ["FAA"]),
    "331": ("Section 331, friendly foreign countries", ["DOD"]),
    "332": ("Section 332, defense institution building", ["DOD"]),
    "333": ("Section 333, building capacity", ["DOD"]),
    "CTFP": ("Regional Defense Fellowship Program", ["DOD"]),
    "EDA": ("Excess Defense Articles", ["FAA", "AECA"]),
    "DCS": ("Direct commercial sales", ["AECA"]),
    "1004": ("Section 1004, counter-drug", ["DOD"]),
    "GPOI": ("Global Peace Operations Initiative", ["FAA"]),
    "RC": ("Regional centers", ["DOD", "FAA"]),
    "OTHER": ("Another program, named in its label", ["FAA", "AECA", "DOD"]),
}

LAW_TEXTS = {
    Law.STATE_LEAHY: (
        "22 U.S.C. 2378d",
        "No assistance under the Foreign Assistance Act or the Arms Export Control Act to a unit of the"
        " security forces of a foreign country on credible information that it committed a gross violation"
        " of human rights.",
    ),
    Law.DOD_LEAHY: (
        "10 U.S.C. 362",
        "No training, equipment or other assistance from Department of Defense funds to such a unit.",
    ),
}

# What the Child Soldiers Prevention Act reaches (22 U.S.C. 2370c-1(a)), and the purposes that it spares of
# peacekeeping money. Sections 331 and 333 are in practice named with what the law lists. A program without a
# line is taken as reached.
ACT = "22 U.S.C. 2370c-1"
SPARED = [
    "security-sector-reform", "human-rights", "peacekeeping-preparation", "demobilisation-of-child-soldiers",
]  # fmt: skip
REACHED = {
    **dict.fromkeys(("FMF", "IMET", "EDA", "DCS"), (True, [], ACT)),
    **dict.fromkeys(("PKO", "GPOI"), (True, SPARED, ACT)),
    **dict.fromkeys(("331", "333"), (True, [], "Named with the Act in the yearly determinations")),
    "OTHER": (True, [], "What it is stands in its label only, so it is taken as reached"),
    **dict.fromkeys(("NADR-ATA", "INCLE", "332", "CTFP", "1004", "RC"), (False, [], ACT)),
}
# What each responsible person's share in an incident takes, until this data says otherwise.
REQUIRED = (StepKind.INVESTIGATION, StepKind.ADJUDICATION, StepKind.SANCTION)

# Post sections first, the human rights bureau last: (stage, check type, working days).
PLANS: dict[str, tuple[str, list[tuple[int, str, int]]]] = {
    "People: post, then Washington": ("individual", [(1, "political", 5), (1, "consular", 5), (2, "drl", 5)]),
    "Units: post, then Washington": ("unit", [(1, "political", 5), (2, "drl", 5)]),
}


def after_migrate(**kwargs: Any) -> None:
    for code, (name, laws) in PROGRAMS.items():
        Program.objects.get_or_create(code=code, defaults={"name": name, "laws": laws})
    for law, (citation, summary) in LAW_TEXTS.items():
        LawText.objects.get_or_create(
            law=law, defaults={"citation": citation, "version": "2022", "summary": summary, "certain": ALWAYS}
        )
    for program, (reached, exempt, citation) in REACHED.items():
        Coverage.objects.get_or_create(
            program=program,
            defaults={"reached": reached, "exempt": exempt, "citation": citation, "certain": ALWAYS},
        )
    for law in Law:
        if not Requirement.objects.filter(law=law).exists():
            Requirement.objects.bulk_create(
                Requirement(law=law, kind=kind, certain=ALWAYS) for kind in REQUIRED
            )
    for name, (kind, steps) in PLANS.items():
        plan(name, kind, steps)
    Queue.objects.get_or_create(
        check_type="drl", country=None, post=None, defaults={"name": "Human rights bureau"}
    )
    roles.sync()


def plan(name: str, kind: str, steps: list[tuple[int, str, int]]) -> ReviewPlan:
    """A plan with its steps, and the rule of last resort that sends every case of its kind through it."""
    found, made = ReviewPlan.objects.get_or_create(name=name, defaults={"kind": kind})
    if made:
        PlanStep.objects.bulk_create(
            PlanStep(plan=found, stage=stage, check_type=check_type, days=days)
            for stage, check_type, days in steps
        )
        RoutingRule.objects.create(name=f"Every {kind}", order=1000, kinds=[kind], plan=found)
    return found
