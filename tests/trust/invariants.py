"""What is true of the house after every step, asked in SQL that shares nothing with the rules that keep it.

`STANDING` are questions about the rows as they stand: each row that a question finds is a violation.
`MOVED` (tests/trust/moved.py) compare before and after. docs/invariants.md lists both, by number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

OPEN = """('received', 'screening', 'returned', 'in-review', 'rfi', 'suspended', 'clear-recommended',
    'withhold-recommended')"""

# Everybody and what they hold: `at` a country, a post, or (both empty) everywhere.
HOLDS = """holds AS MATERIALIZED (
    SELECT g.user_id, r.role, r.country_id, r.post_id, r.organisation_id
    FROM accounts_user u JOIN accounts_user_groups g ON g.user_id = u.id AND u.is_active
    JOIN accounts_roleatplace r ON r.group_id = g.group_id)"""

# Each subject with all that were judged the same, over any number of standing links.
SAME = """links AS MATERIALIZED (
    SELECT nominee_id a, known_id b FROM units_sameas WHERE ended_at IS NULL
    UNION SELECT known_id, nominee_id FROM units_sameas WHERE ended_at IS NULL),
same(a, b) AS (
    SELECT a, b FROM links UNION SELECT same.a, links.b FROM same JOIN links ON links.a = same.b)"""

# What stands between a case and a bar: its subject, its unit, whoever is named or posted as commander of it,
# each with all judged the same; and every unit possibly above today, over links between units.
REACHED = """reached AS MATERIALIZED (
    SELECT id case_id, subject_id subject FROM vetting_case
    UNION SELECT c.id, u.subject_id FROM vetting_case c JOIN vetting_case u ON u.id = c.unit_case_id
    UNION SELECT c.id, coalesce(u.commander_id, c.commander_id) FROM vetting_case c
        LEFT JOIN vetting_case u ON u.id = c.unit_case_id),
known AS MATERIALIZED (
    SELECT case_id, subject FROM reached WHERE subject IS NOT NULL
    UNION SELECT case_id, same.b FROM reached JOIN same ON same.a = subject),
posted AS MATERIALIZED (
    SELECT k.case_id, p.individual_id subject FROM known k
    JOIN vetting_case c ON c.id = k.case_id JOIN vetting_nomination n ON n.id = c.nomination_id
    JOIN units_posting p ON p.unit_id = k.subject AND p.role = 'commander' AND p.superseded_by_id IS NULL
        AND p.possible @> n.event_starts_on),
above(case_id, subject) AS (
    SELECT k.case_id, l.parent_id FROM known k JOIN units_commandlink l
        ON l.child_id = k.subject AND l.superseded_by_id IS NULL AND l.possible @> $1
    UNION SELECT a.case_id, coalesce(l.parent_id, same.b) FROM above a
        LEFT JOIN same ON same.a = a.subject
        LEFT JOIN units_commandlink l ON l.child_id IN (a.subject, same.b)
            AND l.superseded_by_id IS NULL AND l.possible @> $1
        WHERE coalesce(l.parent_id, same.b) IS NOT NULL),
touching AS MATERIALIZED (
    SELECT case_id, subject FROM known UNION SELECT case_id, subject FROM posted
    UNION SELECT case_id, same.b FROM posted JOIN same ON same.a = subject),
barring AS MATERIALIZED (
    SELECT t.case_id, r.law FROM touching t JOIN vetting_restriction r ON r.subject_id = t.subject
        AND r.since <= $1 AND (r.until IS NULL OR r.until > $1)
    UNION SELECT a.case_id, r.law FROM above a JOIN vetting_restriction r ON r.subject_id = a.subject
        AND r.includes_subunits AND r.since <= $1 AND (r.until IS NULL OR r.until > $1))"""


@dataclass(frozen=True)
class Standing:
    number: int
    says: str
    broken_by: str  # SELECT of one column: what breaks it

    @property
    def sql(self) -> str:
        return f"SELECT {self.number}, broken.what::text FROM ({self.broken_by}) broken(what)"


STANDING = (
    Standing(
        1,
        "A case and kind has one open determination at most; a case is recommended exactly while one of its"
        " kind waits.",
        """SELECT target FROM signing_determination WHERE state = 'recommended'
             GROUP BY kind, target HAVING count(*) > 1
           UNION ALL SELECT c.reference FROM vetting_case c
           LEFT JOIN signing_determination d ON d.target = 'vetting.case:' || c.id AND d.state = 'recommended'
           WHERE c.status IS DISTINCT FROM d.kind || '-recommended'
             AND (d.id IS NOT NULL OR c.status IN ('clear-recommended', 'withhold-recommended'))""",
    ),
    Standing(
        2,
        "What is signed is signed by another than who recommended it, by nobody who wrote what it rests on,"
        " against the digest of its very bytes.",
        """SELECT d.id::text FROM signing_determination d
           WHERE d.digest <> encode(sha256(d.canonical), 'hex') OR d.state = 'approved' AND (
             d.read_digest <> d.digest OR d.decided_by_id IS NULL OR d.decided_by_id = d.recommended_by_id
             OR EXISTS (SELECT FROM signing_contributor w
                        WHERE w.determination_id = d.id AND w.user_id = d.decided_by_id))
           UNION ALL SELECT id::text FROM vetting_clearrecord
             WHERE digest <> encode(sha256(canonical), 'hex')""",
    ),
    Standing(
        3,
        "A withheld case has a signed withhold; a cleared one a signed clear or one person's frozen record.",
        """SELECT c.reference FROM vetting_case c WHERE c.status = 'withheld' AND NOT EXISTS (
             SELECT FROM signing_determination d WHERE d.target = 'vetting.case:' || c.id
               AND d.kind = 'withhold' AND d.state = 'approved'
               AND abs(extract(epoch FROM c.ended_at - d.decided_at)) < 1)
           UNION ALL SELECT c.reference FROM vetting_case c WHERE c.status = 'cleared' AND NOT EXISTS (
             SELECT FROM signing_determination d WHERE d.target = 'vetting.case:' || c.id
               AND d.kind = 'clear' AND d.state = 'approved'
               AND abs(extract(epoch FROM c.ended_at - d.decided_at)) < 1)
             AND NOT EXISTS (
               SELECT FROM vetting_clearrecord r WHERE r.case_id = c.id
                 AND abs(extract(epoch FROM c.ended_at - r.at)) < 1)""",
    ),
    Standing(
        4,
        "No open case without somewhere that it waits: a worker, its nominator, a check of its stage, a"
        " clock, a signature, or, all checks done, whoever decides.",
        f"""SELECT c.reference || ' ' || c.status FROM vetting_case c
           WHERE c.status IN {OPEN} AND NOT CASE c.status
             WHEN 'received' THEN EXISTS (
               SELECT FROM outbox_delivery d JOIN outbox_fact f ON f.id = d.fact_id WHERE d.state = 'waiting'
                 AND f.kind = 'vetting.case-received' AND f.body->>'case' = c.id::text)
             WHEN 'returned' THEN EXISTS (SELECT FROM vetting_informationrequest q
               WHERE q.case_id = c.id AND q.closed_at IS NULL AND q.returned)
             WHEN 'rfi' THEN EXISTS (SELECT FROM vetting_informationrequest q
               WHERE q.case_id = c.id AND q.closed_at IS NULL AND NOT q.returned)
             WHEN 'suspended' THEN EXISTS (SELECT FROM vetting_suspension s
               WHERE s.case_id = c.id AND s.ended_at IS NULL)
             WHEN 'in-review' THEN EXISTS (SELECT FROM vetting_check k WHERE k.case_id = c.id
                 AND k.stage = c.stage AND k.state IN ('open', 'claimed'))
               OR c.stage > (SELECT max(stage) FROM vetting_planstep p WHERE p.plan_id = c.plan_id)
             ELSE EXISTS (SELECT FROM signing_determination d
               WHERE d.target = 'vetting.case:' || c.id AND d.state = 'recommended') END""",
    ),
    Standing(
        5,
        "A question or a suspension stands open exactly while its case waits for it, so the clock stands"
        " still exactly as long as somebody else owes an answer; they never overlap.",
        """SELECT c.reference FROM vetting_informationrequest q JOIN vetting_case c ON c.id = q.case_id
             WHERE q.closed_at IS NULL AND c.status <> CASE WHEN q.returned THEN 'returned' ELSE 'rfi' END
           UNION ALL SELECT c.reference FROM vetting_suspension s JOIN vetting_case c ON c.id = s.case_id
             WHERE s.ended_at IS NULL AND c.status <> 'suspended'
           UNION ALL SELECT a.case_id::text FROM vetting_informationrequest a
             JOIN vetting_informationrequest b ON a.case_id = b.case_id AND a.id <> b.id
             AND a.asked_at <= b.asked_at AND a.closed_at > b.asked_at
           UNION ALL SELECT s.case_id::text FROM vetting_suspension s
             WHERE s.decide_by <> (s.since AT TIME ZONE 'UTC')::date + 30""",
    ),
    Standing(
        6,
        "A check that is worked on has one holder, who works its queue and reads its case; a case's owner may"
        " own it. Who has lost the role, or the account, holds nothing.",
        """SELECT k.id::text FROM vetting_check k JOIN vetting_queue q ON q.id = k.queue_id
             JOIN vetting_case c ON c.id = k.case_id
           WHERE k.state = 'claimed' AND NOT EXISTS (SELECT FROM holds h WHERE h.user_id = k.claimed_by_id
             AND h.role = CASE q.check_type WHEN 'drl' THEN 'drl' ELSE 'section' END
             AND h.organisation_id IS NULL
             AND (h.post_id = c.post_id OR h.country_id = c.country_id
                  OR h.post_id IS NULL AND h.country_id IS NULL))
           UNION ALL SELECT c.reference FROM vetting_case c
           WHERE c.owner_id IS NOT NULL AND NOT EXISTS (SELECT FROM holds h WHERE h.user_id = c.owner_id
             AND h.role IN ('coordinator', 'section', 'drl')
             AND (h.post_id = c.post_id OR h.country_id = c.country_id
                  OR h.post_id IS NULL AND h.country_id IS NULL))
           UNION ALL SELECT id::text FROM vetting_check WHERE state = 'open' AND claimed_by_id IS NOT NULL""",
    ),
    Standing(
        7,
        "An ended case keeps nothing open: no check, interval, question, suspension or owner.",
        f"""SELECT c.reference FROM vetting_case c WHERE c.status NOT IN {OPEN} AND (c.owner_id IS NOT NULL
             OR EXISTS (SELECT FROM vetting_check k WHERE k.case_id = c.id AND k.state IN ('open', 'claimed'))
             OR EXISTS (SELECT FROM vetting_movement m WHERE m.case_id = c.id AND m.left_at IS NULL)
             OR EXISTS (
               SELECT FROM vetting_informationrequest q WHERE q.case_id = c.id AND q.closed_at IS NULL)
             OR EXISTS (SELECT FROM vetting_suspension s WHERE s.case_id = c.id AND s.ended_at IS NULL)
             OR EXISTS (SELECT FROM signing_determination d JOIN vetting_check k
               ON d.target = 'vetting.check:' || k.id WHERE k.case_id = c.id AND d.state = 'recommended'))""",
    ),
    Standing(
        8,
        "Work waits in its case's own stage, and in the queue of each check that is left there, and nowhere"
        " else.",
        f"""SELECT k.id::text FROM vetting_check k JOIN vetting_case c ON c.id = k.case_id
             WHERE k.state IN ('open', 'claimed') AND k.stage <> c.stage AND c.status <> 'received'
           UNION ALL SELECT coalesce(k.id, m.case_id)::text
           FROM (SELECT k.* FROM vetting_check k JOIN vetting_case c ON c.id = k.case_id
                 WHERE k.state IN ('open', 'claimed') AND c.status IN {OPEN}) k
           FULL JOIN (SELECT * FROM vetting_movement WHERE left_at IS NULL) m
             ON m.case_id = k.case_id AND m.queue_id = k.queue_id
           WHERE m.id IS NULL OR k.id IS NULL""",
    ),
    Standing(
        9,
        "No live clearance, and no open case that was screened, is reached by a restriction under its law; no"
        " clearance stands on a case that is not cleared, and no person is cleared in a barred unit.",
        f"""SELECT c.reference || ' ' || c.status FROM vetting_case c JOIN barring b ON b.case_id = c.id
             AND b.law = CASE c.law WHEN 'DOD' THEN 'dod-leahy' ELSE 'state-leahy' END
             WHERE c.status = 'cleared' OR c.status IN {OPEN} AND c.status NOT IN ('received', 'returned')
           UNION ALL SELECT c.reference FROM vetting_case c LEFT JOIN vetting_clearance a
             ON a.case_id = c.id AND a.ended_at IS NULL WHERE (c.status = 'cleared') <> (a.id IS NOT NULL)
           UNION ALL SELECT c.reference FROM vetting_case c JOIN vetting_case u ON u.id = c.unit_case_id
             WHERE c.status = 'cleared' AND u.status IN ('withheld', 'barred')""",
    ),
    Standing(
        10,
        "A clearance lasts a year at most, and while it stands, it is good on the first day of its event.",
        """SELECT a.case_id::text FROM vetting_clearance a JOIN vetting_case c ON c.id = a.case_id
             JOIN vetting_nomination n ON n.id = c.nomination_id
           WHERE a.valid_until >= a.valid_from + interval '1 year'
             OR a.ended_at IS NULL AND a.valid_until < n.event_starts_on""",
    ),
    Standing(
        11,
        "A row's word is that of its cases, the least settled of its own and its unit's.",
        """SELECT r.id::text FROM vetting_candidate r JOIN vetting_case c ON c.id = r.case_id
             JOIN vetting_case u ON u.id = r.unit_case_id
             JOIN words w ON w.status = c.status JOIN words v ON v.status = u.status
           WHERE r.word <> CASE WHEN r.withdrawn_at IS NOT NULL THEN 'cancelled'
             WHEN w.word IN ('cancelled', 'not-cleared', 'no-longer-cleared') OR w.place <= v.place
             THEN w.word ELSE v.word END""",
    ),
    Standing(
        12,
        "A case that no standing row needs is not open: a withdrawn class leaves none.",
        f"""SELECT c.reference FROM vetting_case c WHERE c.status IN {OPEN} AND NOT EXISTS (
             SELECT FROM vetting_candidate r JOIN vetting_nomination n ON n.id = r.nomination_id
             WHERE c.id IN (r.case_id, r.unit_case_id) AND r.withdrawn_at IS NULL
               AND n.withdrawn_at IS NULL)""",
    ),
    Standing(
        13,
        "No delivery of the outbox was given up, and none has failed.",
        "SELECT last_error FROM outbox_delivery WHERE state = 'dead' OR last_error <> ''",
    ),
    Standing(
        14,
        "Every restriction rests on a signed withhold or restrict, but what an operator imported; and one"
        " that has ended, on a signed lift of its own subject and law.",
        """SELECT r.id::text FROM vetting_restriction r JOIN signing_determination d ON d.id = r.cause_id
           WHERE d.state <> 'approved' OR d.kind NOT IN ('withhold', 'restrict')
             OR r.since <> (d.decided_at AT TIME ZONE 'UTC')::date
           UNION SELECT r.id::text FROM vetting_restriction r
             LEFT JOIN signing_determination d ON d.id = r.lifted_by_id AND d.state = 'approved'
               AND d.kind = 'lift' AND d.law = r.law AND d.subject_id = r.subject_id::text
           WHERE r.until IS NOT NULL AND d.id IS NULL""",
    ),
    Standing(
        15,
        "An open case, and each check that waits on it, is needed by the day its nomination says.",
        f"""SELECT c.reference FROM vetting_case c JOIN vetting_nomination n ON n.id = c.nomination_id
             LEFT JOIN vetting_check k ON k.case_id = c.id AND k.state IN ('open', 'claimed')
           WHERE c.status IN {OPEN} AND (c.needed_by <> n.needed_by OR k.needed_by <> n.needed_by)""",
    ),
)

WORDS = """words(status, word, place) AS (VALUES
    ('returned', 'more-information-needed', 0), ('rfi', 'more-information-needed', 0),
    ('received', 'received', 1), ('screening', 'received', 1),
    ('in-review', 'in-review', 2), ('suspended', 'in-review', 2), ('clear-recommended', 'in-review', 2),
    ('withhold-recommended', 'in-review', 2), ('cancelled', 'cancelled', 3), ('withheld', 'not-cleared', 4),
    ('barred', 'not-cleared', 4), ('recalled', 'no-longer-cleared', 5), ('cleared', 'cleared', 6))"""


def prepare() -> None:
    """Planned once a connection: the plans cost more than the answers."""
    asked = "\nUNION ALL ".join(each.sql for each in STANDING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'standing')")
        if not cursor.fetchone()[0]:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute(
                f"PREPARE standing(date) AS WITH RECURSIVE {HOLDS}, {SAME}, {REACHED}, {WORDS} {asked}"
            )


def broken(day: dt.date) -> list[str]:
    """Every violation that stands, in words."""
    says = {each.number: each.says for each in STANDING}
    with connection.cursor() as cursor:
        cursor.execute("EXECUTE standing(%s)", [day])
        return [f"{number}. {says[number]}  ({what})" for number, what in cursor.fetchall()]
