"""`manage.py doctor`: the embedded default is well; each thing that is broken, it names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from kombu import Connection

from config.doctor import database, expected, files, guards, history, outbox, roles
from config.doctor import people as people_
from config.doctor import settings as settings_
from config.doctor.findings import Finding, Level
from config.doctor.look import look
from config.embedded.state import ROOT
from config.roles import hold
from foundation.accounts.models import Country, Organisation, RoleAtPlace, User
from foundation.audit import actions as audit
from foundation.audit.seal import seal
from foundation.doors.jobs import Job
from foundation.outbox import registry
from foundation.outbox.models import Delivery, Fact, Slot
from tests.drills.whole import OURS, Whole
from tests.support.database import Superuser
from vetting.models import Queue

pytestmark = pytest.mark.django_db(transaction=True)
WRONG, WARNING = Level.WRONG, Level.WARNING


def found(*modules: ModuleType) -> list[Finding]:
    return [each for module in modules for check in module.CHECKS for each in check()]


def named(module: ModuleType, level: Level, words: str) -> bool:
    return any(each.level == level and words in each.said and each.todo for each in found(module))


# --- a healthy one ---


def test_the_embedded_default_is_well() -> None:
    """As script/server starts it; looked at as the application's role, by script/manage."""
    with tempfile.TemporaryDirectory(prefix="probity-doctor-") as folder:
        Path(folder).chmod(0o711)
        whole = Whole(Path(folder))
        try:
            whole.start()
            end = time.monotonic() + 90  # until the first turn of each schedule was taken
            while (said := doctor(whole))["sound"] is False and time.monotonic() < end:
                time.sleep(2)
            ill = [each for each in said["findings"] if each["level"] != "well"]
            ill = [
                each for each in ill if not each["said"].endswith(f"free at {whole.state}")
            ]  # the machine's
            assert ill == []
            assert len(said["findings"]) > 30
        finally:
            whole.stop()


def doctor(whole: Whole) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"PROBITY_STATE": str(whole.state), "DEMO": "1"}
    command = [sys.executable, "-m", "config.embedded", "manage", "doctor", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if said["sound"] else 1), done.stderr
    return said


def test_lines_for_people_and_an_object_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:  # no worker ever ran in this database
        call_command("doctor", "--json")
    assert exit_.value.code == 1
    said = json.loads(capsys.readouterr().out)
    wrong = [each for each in said["findings"] if each["level"] == "wrong"]
    assert (said["wrong"], said["sound"]) == (len(wrong), False)
    with pytest.raises(SystemExit):
        call_command("doctor")
    lines = capsys.readouterr().out
    for each in wrong:
        assert f"WRONG   {each['what']}: {each['said']}\n            → {each['todo']}" in lines


# --- broken, one thing at a time ---


@pytest.fixture
def run() -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """As the superuser, on this process's own database."""
    superuser = Superuser(connection.settings_dict["NAME"])
    yield superuser
    superuser.close()


RIGHTS = [
    ("grant create on schema public to probity_app", "create in schema public"),
    ("grant create on database {db} to probity_app", "create schemas"),
    ("grant delete on vetting_finding to probity_app", "may delete from vetting_finding"),
    ("grant update (note) on vetting_finding to probity_app", "may change note of vetting_finding"),
    ("grant update on vetting_opinion to probity_app", "of vetting_opinion"),
    ("grant update (canonical) on signing_determination to probity_app", "may change canonical of signing"),
    ("grant update on audit_head to probity_app", "of audit_head"),
    ("grant truncate on vetting_case to probity_app", "holds TRUNCATE on vetting_case"),
    ("grant trigger on vetting_case to public", "holds TRIGGER on vetting_case"),
    ("grant references on vetting_case to public", "holds REFERENCES on vetting_case"),
]


@pytest.mark.parametrize(("grant", "words"), RIGHTS)
def test_a_right_too_many_is_named(run: Any, grant: str, words: str) -> None:
    grant = grant.format(db=connection.settings_dict["NAME"])
    assert not named(roles, WRONG, words)
    run(grant)
    try:
        assert named(roles, WRONG, words)
    finally:
        run(grant.replace("grant", "revoke", 1).replace(" to ", " from "))
    assert not named(roles, WRONG, words)


def test_temporary_tables_are_a_right_too_many(run: Any) -> None:
    """Every database grants them to everybody, until somebody takes that back."""
    assert named(roles, WRONG, "make temporary tables")
    run(f"revoke temporary on database {connection.settings_dict['NAME']} from public")
    assert not named(roles, WRONG, "make temporary tables")
    run(f"grant temporary on database {connection.settings_dict['NAME']} to public")


@contextmanager
def logged_in(user: str, password: str) -> Iterator[None]:
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict |= {"USER": user, "PASSWORD": password}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= before


def test_the_application_as_superuser_or_as_owner_is_named() -> None:
    for variable, words in (
        ("DATABASE_SUPERUSER_URL", "is SUPERUSER"),
        ("DATABASE_OWNER_URL", "it could alter them"),
    ):
        url = urlsplit(os.environ[variable])
        with logged_in(url.username or "", url.password or ""):
            assert named(roles, WRONG, words)
        assert not named(roles, WRONG, words)


def test_what_a_role_holds_besides_is_named(run: Any) -> None:
    role = f"doctored_{connection.settings_dict['NAME']}"
    run(f"create role {role} login password 'x' createdb createrole replication bypassrls")
    try:
        run(f"grant probity_owner, pg_write_server_files to {role}")
        run(f"grant set on parameter session_replication_role to {role}")
        with logged_in(role, "x"):
            said = " ".join(each.said for each in found(roles))
        for words in (
            "BYPASSRLS",
            "CREATEROLE",
            "CREATEDB",
            "REPLICATION",
            "probity_owner",
            "switch triggers",
        ):
            assert words in said
        assert "pg_write_server_files" in said
    finally:
        run(f"drop owned by {role}")
        run(f"revoke set on parameter session_replication_role from {role}")
        run(f"drop role {role}")


def test_every_trigger_that_is_switched_off_or_gone_is_named(run: Any) -> None:
    assert len(expected.triggers()) > 10
    for trigger in expected.triggers().values():
        run(f"alter table {trigger.table} disable trigger {trigger.name}")
        assert named(guards, WRONG, f"{trigger.name} on {trigger.table} is switched off"), trigger
        run(f"alter table {trigger.table} enable trigger {trigger.name}")
        [(definition,)] = run(
            "select pg_get_triggerdef(oid) from pg_trigger where tgname = %s and tgrelid = %s::regclass",
            trigger.name,
            trigger.table,
        )
        run(f"drop trigger {trigger.name} on {trigger.table}")
        assert named(guards, WRONG, f"{trigger.name} on {trigger.table} is gone"), trigger
        run(definition.replace(" OR TRUNCATE", "").replace("BEFORE TRUNCATE", "BEFORE DELETE"))
        other = "TRUNCATE" in definition
        assert named(guards, WRONG, f"{trigger.name} on {trigger.table} is not as it was") is other, trigger
        run(f"drop trigger {trigger.name} on {trigger.table}")
        run(definition)
        assert not named(guards, WRONG, trigger.name), trigger


def test_every_function_that_was_changed_is_named(run: Any) -> None:
    for name in expected.functions():
        [(definition,)] = run("select pg_get_functiondef(oid) from pg_proc where proname = %s", name)
        run(definition.replace("$function$", "$function$ ", 1))
        assert named(guards, WRONG, f"{name}() is not what its migration wrote")
        run(definition)
        run(f"alter function {name} reset search_path")
        assert named(guards, WRONG, f"{name}() can be shown other tables")
        run(definition)
        run(f"alter function {name} owner to postgres")
        assert named(guards, WRONG, f"{name}() belongs to postgres")
        run(f"alter function {name} owner to probity_owner")
        assert not named(guards, WRONG, f"{name}()")


BROKEN = [
    (guards, WRONG, "anybody may attach it",
     "grant execute on function audit_link_event to public",
     "revoke execute on function audit_link_event from public"),
    (guards, WRONG, "a rule rewrites",
     "create rule odd as on delete to vetting_case do instead nothing", "drop rule odd on vetting_case"),
    (guards, WRONG, "foreign keys are not looked at",
     "alter table vetting_case disable trigger all", "alter table vetting_case enable trigger all"),
    (guards, WARNING, "odd: no migration made it",
     "create function odd() returns int language sql as 'select 1'", "drop function odd"),
    (guards, WARNING, "odd on vetting_case",
     "create trigger odd before insert on vetting_case execute function suppress_redundant_updates_trigger()",
     "drop trigger odd on vetting_case"),
    (guards, WRONG, "signing_two_people_same_text",
     "alter table signing_determination rename constraint signing_two_people_same_text to odd",
     "alter table signing_determination rename constraint odd to signing_two_people_same_text"),
    (guards, WRONG, "accounts_nobody_above_the_rules",
     "alter table accounts_user rename constraint accounts_nobody_above_the_rules to odd",
     "alter table accounts_user rename constraint odd to accounts_nobody_above_the_rules"),
    (database, WRONG, "unaccent missing", "drop extension unaccent", "create extension unaccent"),
    (database, WRONG, "not applied: remediation.0002_kept",
     "update django_migrations set name = 'x' where app = 'remediation' and name = '0002_kept'",
     "update django_migrations set name = '0002_kept' where app = 'remediation' and name = 'x'"),
    (database, WARNING, "vetting.0099_later",
     "insert into django_migrations (app, name, applied) values ('vetting', '0099_later', now())",
     "delete from django_migrations where name = '0099_later'"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "level", "words", "break_", "mend"), BROKEN, ids=[e[2] for e in BROKEN])
def test_what_is_broken_in_the_database_is_named(
    run: Any, module: ModuleType, level: Level, words: str, break_: str, mend: str
) -> None:
    assert not named(module, level, words)
    run(break_)
    try:
        assert named(module, level, words)
    finally:
        run(mend)
    assert not named(module, level, words)


def test_a_database_that_is_away_is_named_and_nothing_else_is_guessed() -> None:
    before = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        all_ = list(look())
    finally:
        connection.settings_dict["HOST"] = before
        connection.close()
    of_database = [each for group, each in all_ if group not in ("Settings", "Files")]
    assert [each.what for each in of_database if each.level == WRONG] == ["reachable"]
    assert {each.level for each in of_database} == {WRONG, Level.UNSEEN}


def test_clocks_apart_are_named() -> None:
    assert not named(database, WRONG, "s apart")
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=True):
        assert named(database, WRONG, "s apart")


# --- history ---


@pytest.fixture
def sealed(settings: Any, tmp_path: Path) -> Path:
    """Three seals and their file."""
    settings.SEALS = tmp_path / "seals" / "seals.jsonl"
    settings.STATE = tmp_path
    tmp_path.chmod(0o700)
    for n in range(3):
        audit.record("tests.counted", by=None, chain="a", n=n)
        seal()
    return Path(settings.SEALS)


def test_a_seal_file_that_is_not_the_databases_is_named(sealed: Path) -> None:
    assert {each.level for each in found(history)} <= {Level.WELL, WARNING}
    lines = sealed.read_bytes().splitlines(keepends=True)
    for content, words in (
        (b"", "gone or empty"),
        (b"".join(lines[:1]), "not the database's last seal"),
        (b"".join([*lines[:2], lines[2].replace(b'"root":"', b'"root":"0')]), "not the database's last seal"),
        (b"".join([*lines, lines[2]]), "not the database's last seal"),
    ):
        sealed.write_bytes(content)
        assert named(history, WRONG, words), content
    sealed.write_bytes(b"".join(lines[:2]))  # as after a crash: the next seal writes the line
    assert not named(history, WRONG, "seal")


def test_a_changed_seal_or_end_of_a_chain_is_named(sealed: Path, django_db_setup: Any) -> None:
    def behind_the_triggers(*statements: str) -> None:
        whole = ["begin", "set local session_replication_role = replica", *statements, "commit"]
        django_db_setup.run("; ".join(whole))

    assert not named(history, WRONG, "chains")
    behind_the_triggers("delete from audit_event where chain = 'a' and seq = 3")
    assert named(history, WRONG, "the end of 1 chains is not what its head")
    behind_the_triggers("update audit_head set sealed = false, seq = 1 where chain = 'a'")
    assert named(history, WRONG, "the end of 1 chains")
    behind_the_triggers("update audit_sealedhead set hash = repeat('0', 64) where seal_id = 3")
    assert named(history, WRONG, "do not give its root")


def test_a_seal_that_is_late_is_named(sealed: Path) -> None:
    audit.record("tests.counted", by=None, chain="a")
    assert not named(history, WARNING, "wait to be sealed")
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert named(history, WARNING, "wait to be sealed")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert named(history, WRONG, "wait to be sealed")


def test_a_seal_file_that_others_may_write_or_read_is_named(sealed: Path) -> None:
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert not named(history, WARNING, "others may")
    sealed.chmod(0o644)
    assert named(history, WARNING, "others may read it")
    sealed.chmod(0o666)
    assert named(history, WRONG, "others may write it")


# --- outbox and workers ---


def delivery(subscriber: str, **changes: Any) -> None:
    fact = Fact.objects.create(kind="tests.told", body={})
    Delivery.objects.create(fact=fact, subscriber=subscriber, **changes)


def test_what_waits_too_long_was_given_up_or_has_no_listener_is_named() -> None:
    assert not named(outbox, WRONG, "deliver")
    delivery("nobody.at-all", attempts=3, last_error="ValueError in tests")
    assert named(outbox, WRONG, "nobody.at-all, which nobody is")
    assert named(outbox, WARNING, "tried three times and more: ValueError in tests")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert named(outbox, WARNING, "1 deliveries wait")
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert named(outbox, WRONG, "1 deliveries wait")
    Delivery.objects.update(state="dead")
    assert named(outbox, WRONG, "1 deliveries were given up, to nobody.at-all")


def test_a_worker_or_a_beat_that_stands_still_is_named() -> None:
    assert named(outbox, WRONG, "never a sign of life")
    for each in registry.schedules():
        Slot.objects.create(name=each.name, slot_start=each.slot_start(timezone.now()))
    assert not named(outbox, WRONG, "did not run")
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert named(outbox, WRONG, "audit.seal")


def test_a_broker_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not named(outbox, WRONG, "no worker is told anything")
    nowhere = Connection("redis+socket:///nowhere")
    monkeypatch.setattr("celery.current_app.connection_for_read", lambda **options: nowhere)
    assert named(outbox, WRONG, "no worker is told anything")


def test_a_job_that_stands_still_is_named(people: dict[str, User]) -> None:
    Job.objects.create(owner=people["nominator"], kind="tests.job")
    assert not named(outbox, WARNING, "stood still")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert named(outbox, WARNING, "1 have stood still")


# --- people ---


def test_people_above_or_beside_the_rules_are_named(run: Any, people: dict[str, User], settings: Any) -> None:
    doctor_ = people_
    assert named(doctor_, WRONG, "sign in with the demo's password")
    settings.DEMO = True
    assert [each for each in found(doctor_) if each.level != Level.WELL] == []
    people["drl"].user_permissions.add(Permission.objects.first())
    assert named(doctor_, WRONG, "drl hold permissions themselves")
    people["drl"].user_permissions.clear()
    stray = Group.objects.create(name="Strays")
    assert named(doctor_, WRONG, "the groups Strays are no role")
    made = RoleAtPlace.objects.create(group=stray, role="wizard")
    assert named(doctor_, WRONG, "wizard at every place: there is no such role")
    made.delete()
    stray.delete()
    group = Group.objects.get(held__role="desk")
    kept = list(group.permissions.all())
    group.permissions.remove(kept[0])
    assert named(doctor_, WRONG, "hold less than config/roles.py says")
    group.permissions.add(
        kept[0], Permission.objects.get(codename="approve_case", content_type__model="case")
    )
    assert named(doctor_, WRONG, "hold more than config/roles.py says: approve_case")


def test_somebody_above_the_rules_is_named(run: Any, people: dict[str, User]) -> None:
    definition = "check (is_superuser = false)"
    run("alter table accounts_user drop constraint accounts_nobody_above_the_rules")
    try:
        run("update accounts_user set is_superuser = true where username = 'admin'")
        assert named(people_, WRONG, "admin stand above every rule")
    finally:
        run("update accounts_user set is_superuser = false")
        run(f"alter table accounts_user add constraint accounts_nobody_above_the_rules {definition}")


def test_queues_and_countries_without_people_are_named(people: dict[str, User]) -> None:
    doctor_ = people_
    Queue.objects.create(name="Lost", check_type="lost")
    assert named(doctor_, WARNING, "nobody can work Lost")
    nowhere = Country.objects.create(code="XZ", name="Nowhere")
    Organisation.objects.create(name="Nobody's").countries.add(nowhere)
    assert not named(doctor_, WRONG, "Nowhere")  # drl and approver are everywhere
    for name in ("drl", "approver"):
        User.objects.filter(username=name).update(is_active=False)
    assert named(doctor_, WRONG, "Nowhere: nobody can recommend")
    hold(people["desk"], "drl", nowhere)
    assert named(doctor_, WRONG, "Nowhere: nobody can approve")
    hold(people["desk"], "approver", nowhere)
    assert named(doctor_, WRONG, f"Nowhere: {people['desk']} alone holds both sides")
    hold(people["legal"], "approver", nowhere)
    assert named(doctor_, WARNING, f"Nowhere: {people['desk']} can recommend and approve")


# --- settings and files ---

UNFIT = [
    (WRONG, "error pages show", {"DEBUG": True}),
    (WRONG, "sessions could be forged", {"SECRET_KEY": "demo-only"}),
    (WRONG, "sessions could be forged", {"SECRET_KEY": "short"}),
    (WRONG, "sessions could be forged", {"SECRET_KEY": "a" * 60}),
    (WRONG, "answers to any name", {"ALLOWED_HOSTS": ["*"]}),
    (WRONG, "everybody knows the demo's password", {"DEMO": True, "ALLOWED_HOSTS": ["probity.example.org"]}),
    (WRONG, "sign-ins go in the clear", {"SESSION_COOKIE_SECURE": False}),
    (WARNING, "goes to nobody", {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}),
    (WARNING, "which others do not reach", {"PUBLIC_URL": "http://127.0.0.1:8000"}),
]
FIT = {
    "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SECURE_HSTS_SECONDS": 31536000,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "PUBLIC_URL": "https://probity.example.org",
    "ALLOWED_HOSTS": ["probity.example.org"],
}  # fmt: skip


@pytest.mark.parametrize(("level", "words", "changes"), UNFIT)
def test_settings_that_are_unfit_are_named(settings: Any, level: Level, words: str, changes: Any) -> None:
    for name, value in FIT.items():
        setattr(settings, name, value)
    assert not named(settings_, level, words)
    for name, value in changes.items():
        setattr(settings, name, value)
    assert named(settings_, level, words)


def test_a_state_folder_that_others_may_enter_or_write_is_named(settings: Any, tmp_path: Path) -> None:
    settings.STATE = tmp_path
    tmp_path.chmod(0o711)
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets" / "key").write_text("x")
    assert not named(files, WRONG, "others")
    (tmp_path / "secrets").chmod(0o755)
    assert named(files, WRONG, "others may read")
    tmp_path.chmod(0o777)
    assert named(files, WRONG, "others may write in")
    settings.STATE = tmp_path / "nowhere"
    assert named(files, WARNING, "is not there")


def test_a_disk_that_fills_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, level in ((500 << 20, WARNING), (100 << 20, WRONG)):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr("shutil.disk_usage", lambda path, usage=usage: usage)
        assert named(files, level, "GB free at")
