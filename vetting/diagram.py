"""The states of a case, printed from where they are declared: the picture cannot differ from the code."""

from __future__ import annotations

from vetting.models import Case, Status


def arrows() -> list[tuple[str, str, str]]:
    """(from, to, by): every declared transition, in a fixed order."""
    found = {
        (str(each.source), str(each.target), each.name)
        for each in Case._meta.get_field("status").get_all_transitions(Case)
    }
    order = [str(status) for status in Status]
    return sorted(found, key=lambda arrow: (order.index(arrow[0]), order.index(arrow[1]), arrow[2]))


def mermaid() -> str:
    lines = ["stateDiagram-v2", f"    [*] --> {_id(Status.RECEIVED)}"]
    lines += [f'    state "{status}" as {_id(status)}' for status in Status]
    lines += [
        f"    {_id(source)} --> {_id(target)}: {by.replace('_', ' ')}" for source, target, by in arrows()
    ]
    return "\n".join(lines)


def _id(status: str) -> str:
    return str(status).replace("-", "_")
