"""The demo: two invented countries, their posts and nominators, a sign-in for each role, a class to vet;
and a third country, on the child-soldier lists, that nobody nominates from (demo_cspa.py).

No real person, unit or country stands here. Loaded only under DEMO=1; loading twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from config import demo_cspa, demo_wayback, roles
from foundation.accounts.models import Country, Organisation, Post, User
from foundation.sources.dated import days
from foundation.sources.models import Law
from units import actions as units
from units.models import CommandLink, ForceType, Individual, Level, Posting, Unit, UnitStatus
from vetting.actions import nominate, restrict
from vetting.days import add_working_days, today
from vetting.intake.check import check_nomination
from vetting.lookups import for_nominator
from vetting.models import Nomination, Queue

PASSWORD = "demo-only"

COUNTRIES = {"XA": ("Morvania", ["Morvanian"]), "XB": ("Talmara", ["Talmaran"])}
POSTS = {"XA": "Embassy Corvasht", "XB": "Embassy Madinat Sahl"}
ORGANISATIONS = {"XA": "Meridian Training Partners", "XB": "Talmara Training Program"}

# username → (name, role, where: a country's code with the kind of place, or everywhere)
PEOPLE: dict[str, tuple[str, str, str]] = {
    "nominator": ("Jana Hartmann-Ise", "nominator", "organisation XA"),
    "nominator2": ("Samir Delouane", "nominator", "organisation XB"),
    "coordinator": ("Petra Lindqvae", "coordinator", "country XA"),
    "section": ("Ana Whitlock", "section", "post XA"),
    "section2": ("Colm Obuyane", "section", "post XB"),
    "drl": ("Ruth Osterby-Kane", "drl", ""),
    "drl2": ("Ilse Varnholt", "drl", "country XB"),
    "desk": ("Tomas Marchetz", "desk", ""),
    "legal": ("Nora Fennimark", "legal", ""),
    "approver": ("Edwin Sallowfield", "approver", ""),
    "approver2": ("Mireille Dostane", "approver", "country XB"),
    "remediation": ("Hugo Brandsen", "remediation", ""),
    "cspa": ("Leila Amberton", "cspa", ""),
    "publication": ("Oskar Penhallow", "publication", ""),
    "auditor": ("Greta Stillwater", "auditor", ""),
    "admin": ("Miro Castellan", "admin", ""),
}
SIGN_INS = list(PEOPLE)


@transaction.atomic
def load() -> None:
    places = load_places()
    people = load_people(places)
    demo_cspa.load(people)
    if not Unit.objects.exists():
        load_register(people["drl"])
    demo_wayback.load(people)
    if not Nomination.objects.exists():
        load_class(people["nominator"])


def load_places() -> dict[str, Any]:
    """By the words of PEOPLE: "country XA" → Country, "post XA" → Post, "organisation XA" → Organisation."""
    places: dict[str, Any] = {"": None}
    for code, (name, demonyms) in COUNTRIES.items():
        country, _ = Country.objects.get_or_create(code=code, defaults={"name": name, "demonyms": demonyms})
        post, _ = Post.objects.get_or_create(name=POSTS[code], defaults={"country": country})
        organisation, _ = Organisation.objects.get_or_create(name=ORGANISATIONS[code])
        organisation.countries.add(country)
        places |= {f"country {code}": country, f"post {code}": post, f"organisation {code}": organisation}
        for check_type in ("political", "consular"):
            name = f"{check_type.capitalize()} section, {post.name}"
            Queue.objects.get_or_create(check_type=check_type, post=post, defaults={"name": name})
    return places


def load_people(places: dict[str, Any]) -> dict[str, User]:
    password = make_password(PASSWORD)  # one slow hash for all: they share the password anyhow
    return {username: _person(username, *PEOPLE[username], places, password) for username in PEOPLE}


def _person(username: str, name: str, role: str, where: str, places: dict[str, Any], password: str) -> User:
    person = User.objects.filter(username=username).first()
    if person is None:
        person = User(username=username, name=name, email=f"{username}@demo.invalid", password=password)
        if where.startswith("organisation"):
            person.organisation = places[where]
        person.save()
        roles.hold(person, role, places[where])
    return person


def load_register(drl: User) -> None:
    """Known units and people of Morvania; one of them restricted, so that a match can be judged."""
    morvania = Country.objects.get(code="XA")
    border_guard = _unit(morvania, ["Morvanian Border Guard Command"], Level.CORPS, drl)
    regiment = _unit(morvania, ["Eastern Border Regiment", "Восточный пограничный полк"], Level.REGIMENT, drl)
    battalion = _unit(
        morvania, ["14th Border Battalion", "14-й пограничный батальон", "14 BB"], Level.BATTALION, drl
    )
    since = days(dt.date(2019, 1, 1), None)
    for child, parent in ((regiment, border_guard), (battalion, regiment)):
        units.link(claim=CommandLink(child=child, parent=parent, certain=since, possible=since), by=drl)
    commander = _individual(morvania, ["Branko Olmerin", "Бранко Олмерин"], "1971-06", drl)
    past = days(dt.date(2014, 1, 1), dt.date(2018, 12, 31))
    units.link(
        claim=Posting(
            individual=commander,
            unit=battalion,
            role=Posting.COMMANDER,
            rank="Colonel",
            certain=past,
            possible=past,
        ),
        by=drl,
    )
    # Published history, recorded by the operator: the one restriction that no two people signed here.
    restrict.impose(subject=commander, law=Law.STATE_LEAHY, includes_subunits=False, cause=None, by=drl)


def _unit(country: Country, names: list[str], level: Level, by: User) -> Unit:
    unit = Unit(country=country, level=level, force_type=ForceType.BORDER, status=UnitStatus.ACTIVE)
    return units.record(subject=unit, names=[units.Called(name) for name in names], by=by)


def _individual(country: Country, names: list[str], born: str, by: User) -> Individual:
    person = Individual(country=country, date_of_birth=born, nationality=country.code)
    return units.record(subject=person, names=[units.Called(name) for name in names], by=by)


def load_class(nominator: User) -> None:
    """A class of people from one battalion, one of them bearing nearly the restricted subject's name."""
    body = border_class(str(nominator.organisation_id), today())
    draft, problems = check_nomination(body, for_nominator(nominator), today())
    if draft is None:
        raise ValueError(f"The demo's own class is refused: {problems}")
    nominate.nominate(draft=draft, by=nominator)


def border_class(organisation: str, day: dt.date) -> dict[str, Any]:
    unit = {
        "name": "14th Border Battalion",
        "parents": ["Eastern Border Regiment", "Border Guard Command"],
        "level": "battalion",
        "location": "Corvasht",
        "commander": {"full": "Oleg Vantsoy"},
    }
    people = [
        ("Rustam Ikhlazin", "1986-02-11", "Captain"),
        ("Talia Drosenka", "1990-07-30", "Sergeant"),
        ("Branka Olmerin", "1979", "Major"),
        ("Ilko Branesh", "1988-11-02", "Lieutenant"),
        ("Petar Ozmulin", "1991-04-19", "Sergeant"),
    ]
    starts = add_working_days(day, 45)
    return {
        "reference": "MTP-001",
        "organisation": organisation,
        "country": "XA",
        "event": {
            "title": "Border screening and document fraud",
            "location": "Velin",
            "starts_on": starts.isoformat(),
            "ends_on": (starts + dt.timedelta(days=11)).isoformat(),
        },
        "program": "INCLE",
        "law": "FAA",
        "needed_by": add_working_days(day, 25).isoformat(),
        "candidates": [
            {
                "kind": "individual",
                "role": "participant",
                "name": {"full": name},
                "date_of_birth": born,
                "place_of_birth": {"city": "Corvasht", "state": "Corvasht", "country": "XA"},
                "nationality": "XA",
                "gender": "unknown",
                "national_id": f"XA-4400-{number:04d}",
                "rank": rank,
                "job_title": "Border officer",
                "unit": unit,
            }
            for number, (name, born, rank) in enumerate(people, start=1)
        ],
    }
