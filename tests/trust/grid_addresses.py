"""Every address there is, from the URLconf and the routers in it: what grid.txt must have a row for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from cspa.acts.milestones import MILESTONE_ACTS
from foundation.signing.acts import DETERMINATION_ACTS
from remediation.acts.files import REMEDIATION_ACTS
from remediation.acts.informing import NOTIFICATION_ACTS, PUBLICATION_ACTS
from remediation.acts.steps import STEP_ACTS
from vetting.acts.cases import CASE_ACTS
from vetting.acts.checks import CHECK_ACTS
from vetting.acts.nominations import CANDIDATE_ACTS, NOMINATION_ACTS
from vetting.pages import show

PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
# What a part of an address stands for, by the word before it; else by its own name.
NAMED_BY = {
    "cases": "case", "checks": "check", "matches": "match", "queues": "queue", "units": "unit",
    "individuals": "individual", "determinations": "determination", "nominations": "nomination",
    "candidates": "candidate", "rows": "candidate", "restrictions": "restriction", "jobs": "job",
    "routing-rules": "routing-rule", "command-links": "command-link", "postings": "posting",
    "lineage-events": "lineage-event",
    "remediations": "remediation", "steps": "step", "host-notifications": "host-notification",
    "publications": "publication",
    "programs": "program", "events": "event", "upload": "kept", "imports": "import",
    "listings": "listing", "waivers": "waiver", "reinstatements": "reinstatement", "action-plans": "plan",
    "milestones": "milestone", "list-years": "list-year", "countries": "listed-country",
    "sources": "source", "documents": "document", "citations": "citation", "compartments": "compartment",
    "incidents": "incident", "allegations": "allegation", "derogatory-notes": "derogatory-note",
    "subjects": "subject", "conflicts": "conflict",
}  # fmt: skip
# Addresses that one pattern stands for: a row each, and one for a word that is none.
WORDS = {
    "cases/{case}/show/": [*show.FIELDS, "no-such-field"],
    "cases/{case}/": [*CASE_ACTS, "no-such-act"],
    "checks/{check}/": [*CHECK_ACTS, "no-such-act"],
    "determinations/{determination}/": [*DETERMINATION_ACTS, "no-such-act"],
    "remediations/{remediation}/": [*REMEDIATION_ACTS, "no-such-act"],
    "steps/{step}/": [*STEP_ACTS, "no-such-act"],
    "host-notifications/{host-notification}/": [*NOTIFICATION_ACTS, "no-such-act"],
    "publications/{publication}/": [*PUBLICATION_ACTS, "no-such-act"],
    "nominations/template.": ["csv", "xlsx", "no-such-kind"],
    "nominations/{nomination}/rows/{candidate}/": [*CANDIDATE_ACTS, "no-such-act"],
    "cspa/milestones/{milestone}/": [*MILESTONE_ACTS, "no-such-act"],
    "nominations/{nomination}/": [*NOMINATION_ACTS, "no-such-act"],
}
ANYTHING_ELSE = "api/v1/"  # the last pattern there matches whatever no other did


def every_address() -> set[str]:
    return {each for pattern in _patterns(get_resolver().url_patterns, "") for each in _spelled(pattern)}


def _patterns(patterns: Iterable[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, route)
        else:
            yield route


def _spelled(pattern: str) -> list[str]:
    """`api/v1/^cases/(?P<pk>[^/.]+)/$` → `api/v1/cases/{case}/`; a slug → each word it can be."""
    if pattern == ANYTHING_ELSE:
        return [f"{ANYTHING_ELSE}{{nowhere}}"]
    address = re.sub(r"\\([.-])", r"\1", pattern).replace("^", "").replace("$", "")
    slug = re.search(r"<slug:\w+>", address)
    if slug is None:
        return [_named(address)]
    before = _named(address[: slug.start()])
    return [f"{before}{word}{address[slug.end() :]}" for word in WORDS[before]]


def _named(address: str) -> str:
    found = ""
    at = 0
    for part in PART.finditer(address):
        found += address[at : part.start()]
        found += f"{{{NAMED_BY[found.rstrip('/').rpartition('/')[2]]}}}"
        at = part.end()
    return found + address[at:]
