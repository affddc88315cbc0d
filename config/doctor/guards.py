"""What refuses in the database itself: triggers there and switched on, functions as the migrations wrote
them, the constraints of the models; and nothing besides that nobody wrote here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from config.doctor import expected
from config.doctor.findings import Finding, named, warning, well, wrong
from config.doctor.sql import column, rows

ON = ("O", "A")  # pg_trigger.tgenabled: as the session is, or always
PUT_BACK = "Restore it from the migration that makes it, and ask who took it away: "
TRIGGERS = """select c.relname, t.tgname, p.proname, t.tgtype, t.tgenabled from pg_trigger t
    join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where c.relnamespace = 'public'::regnamespace and not t.tgisinternal"""
OFF_INSIDE = """select distinct c.oid::regclass::text from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'public'::regnamespace and t.tgisinternal and t.tgenabled not in ('O', 'A')"""
FUNCTIONS = """select p.proname, p.prosrc, p.prosecdef, pg_get_userbyid(p.proowner), p.proconfig,
        p.prorettype = 'trigger'::regtype and p.prosecdef
            and has_function_privilege(current_user, p.oid, 'EXECUTE')
    from pg_proc p where p.pronamespace = 'public'::regnamespace
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"""
RULES = """select c.relname || ': ' || r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"""


def triggers() -> Iterator[Finding]:
    there = {(table, name): rest for table, name, *rest in rows(TRIGGERS)}
    found = [*_missing_or_other(there), *_nobodys(set(there)), *_inside()]
    yield from found
    if not found:
        yield well("triggers", f"all {len(expected.triggers())} there and switched on")


def _missing_or_other(there: dict[tuple[str, str], list[Any]]) -> Iterator[Finding]:
    for key, wanted in expected.triggers().items():
        name = f"{wanted.name} on {wanted.table}"
        if key not in there:
            yield wrong("triggers", f"{name} is gone", f"{PUT_BACK}it runs {wanted.function}().")
            continue
        function, fires, enabled = there[key]
        if enabled not in ON:
            todo = f"As the owner: alter table {wanted.table} enable trigger {wanted.name};"
            yield wrong("triggers", f"{name} is switched off", f"{todo} And ask who did it.")
        if (function, fires) != (wanted.function, wanted.fires):
            yield wrong(
                "triggers", f"{name} is not as it was made", f"{PUT_BACK}it runs {wanted.function}()."
            )


def _nobodys(there: set[tuple[str, str]]) -> Iterator[Finding]:
    if more := sorted(f"{name} on {table}" for table, name in there - set(expected.triggers())):
        said = f"{named(more)}: no migration made it"
        yield warning("triggers", said, "Find out what it does and who made it.")
    if rules := column(RULES):
        said = f"a rule rewrites what is asked of {named(rules)}"
        yield wrong("triggers", said, "Drop it: no migration makes rules on tables.")


def _inside() -> Iterator[Finding]:
    """Those that hold foreign keys."""
    if off := column(OFF_INSIDE):
        todo = "As a superuser: alter table … enable trigger all; for each of them."
        yield wrong("triggers", f"foreign keys are not looked at in {named(off)}", todo)


def functions() -> Iterator[Finding]:
    wanted, there = expected.functions(), {name: rest for name, *rest in rows(FUNCTIONS)}
    owners = set(column("select distinct pg_get_userbyid(relowner) from pg_class "
                        "where relnamespace = 'public'::regnamespace and relkind = 'r'"))  # fmt: skip
    found = []
    for name, function in wanted.items():
        if name not in there:
            found.append(wrong("functions", f"{name}() is gone", PUT_BACK + "run its migration's SQL."))
            continue
        source, as_owner, owner, config, callable_by_us = there[name]
        if (source, as_owner) != (function.body, function.as_owner):
            found.append(
                wrong("functions", f"{name}() is not what its migration wrote", PUT_BACK + "run its SQL.")
            )
        if owner not in owners:
            todo = f"alter function {name} owner to {named(owners)};"
            found.append(wrong("functions", f"{name}() belongs to {owner}", todo))
        if not any(each.startswith("search_path=") for each in config or ()):
            todo = f"alter function {name} set search_path = pg_catalog, public, pg_temp;"
            found.append(wrong("functions", f"{name}() can be shown other tables than the real ones", todo))
        if callable_by_us:
            todo = f"revoke execute on function {name} from public;"
            found.append(wrong("functions", f"{name}() runs as the owner, and anybody may attach it", todo))
    if more := sorted(there.keys() - wanted.keys()):
        found.append(warning("functions", f"{named(more)}: no migration made it", "Find out who made it."))
    yield from found or [well("functions", f"all {len(wanted)} as their migrations wrote them")]


def constraints() -> Iterator[Finding]:
    """What the models declare: two different people, one open determination of a thing, …"""
    there = set(
        column("select conname from pg_constraint where convalidated union select relname from pg_class")
    )
    wanted = [
        constraint.name
        for model in apps.get_models()
        if model._meta.managed
        for constraint in model._meta.constraints
    ]
    if missing := [name for name in wanted if name not in there]:
        todo = "Put it back as its migration made it; rows written meanwhile may break it: look at them."
        yield wrong("constraints", f"{named(missing)} missing", todo)
    else:
        yield well("constraints", f"all {len(wanted)} that the models declare")


CHECKS = (triggers, functions, constraints)
