import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vetting.explain import explain, find


class Command(BaseCommand):
    help = "Replay a case: how it went, and what each decision was made on, checked against its digest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="the case's id or reference")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        case = find(options["case"])
        if case is None:
            raise CommandError("There is no case with this id or reference.")
        told = explain(case)
        self.stdout.write(
            json.dumps(told, ensure_ascii=False, indent=2) if options["json"] else in_words(told)
        )
        if not all(each["intact"] for each in told["decisions"]):
            raise CommandError(
                "A decision's text no longer has its digest: it was changed after it was made."
            )


def in_words(told: dict[str, Any]) -> str:
    case = told["case"]
    lines = [f"{case['reference']}: {case['status']}" + (f", {case['outcome']}" if case["outcome"] else "")]
    for move in told["movements"]:
        lines.append(
            f"  {move['entered_at']} {move['queue']}, stage {move['stage']}, by rule {move['rule']}"
            f" version {move['rule_version']}; left {move['left_at'] or '-'}"
        )
    for each in told["decisions"]:
        by = " and ".join(filter(None, [each.get("recommended_by"), each["decided_by"]]))
        lines.append(f"  {each['at']} {each['kind']}, {each['state']}, {by}, digest {each['digest']}")
        lines.append(f"    digest {'holds' if each['intact'] else 'DOES NOT HOLD'}")
        lines += [
            f"    {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in each["payload"].items()
        ]
    lines += [f"  {each['at']} {each['action']} by {each['actor']}" for each in told["events"]]
    return "\n".join(lines)
