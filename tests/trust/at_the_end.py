"""What is asked at the end of each history: it takes longer than a step does, or needs the whole of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import connection

from foundation.accounts.models import User
from vetting.explain import explain
from vetting.models import Case, Check, Nomination

REPLAYS = (
    "34. Each decision replays: its text still has its digest, and the last one is the case's own outcome."
)
COUNTS = "35. A queue holds for its reader what waits there in the places of their roles, and nothing else."
WORDS = "36. A nomination's word is that of its least settled row, and cancelled when it has none left."

LEAST = (
    "received",
    "more-information-needed",
    "in-review",
    "cleared",
    "not-cleared",
    "no-longer-cleared",
)
DECIDED = {"cleared": "clear", "withheld": "withhold"}
IN_REACH = """SELECT DISTINCT g.user_id, k.id FROM vetting_check k JOIN vetting_case c ON c.id = k.case_id
    JOIN accounts_roleatplace r ON r.organisation_id IS NULL AND r.role NOT IN ('nominator', 'admin')
      AND (r.post_id = c.post_id OR r.country_id = c.country_id OR r.post_id IS NULL AND r.country_id IS NULL)
    JOIN accounts_user_groups g ON g.group_id = r.group_id JOIN accounts_user u ON u.id = g.user_id
    WHERE u.is_active AND c.status = 'in-review' AND k.state IN ('open', 'claimed')"""


def broken() -> list[str]:
    asked = ((REPLAYS, _replays()), (COUNTS, _counts()), (WORDS, _words()))
    return [f"{says}  ({what})" for says, found in asked for what in found]


def _replays() -> Iterator[str]:
    for case in Case.objects.filter(status__in=DECIDED):
        decisions = explain(case)["decisions"]
        if not all(each["intact"] for each in decisions):
            yield f"{case}: a text is not what was signed"
        final = [each for each in decisions if each["state"] in ("approved", "by one person")]
        final = [each for each in final if each["kind"] in DECIDED.values()]
        last = max(final, key=lambda each: str(each.get("decided_at") or each["at"]), default=None)
        if last is None or last["kind"] != DECIDED[case.status]:
            yield f"{case}: {case.status}, and its last decision is {last and last['kind']}"


def _counts() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(IN_REACH)
        expected = Counter(user for user, _check in cursor.fetchall())
    for user in User.objects.order_by("username"):
        shown = Check.objects.visible_to(user).waiting().count()
        if shown != expected[user.pk]:
            yield f"{user.username}: {shown} shown, {expected[user.pk]} there"


def _words() -> Iterator[str]:
    for nomination in Nomination.objects.prefetch_related("candidates"):
        words = [row.word for row in nomination.candidates.all() if row.word != "cancelled"]
        least = min(words, key=LEAST.index, default="cancelled")
        if nomination.word != least:
            yield f"{nomination}: {nomination.word} for {words}"
