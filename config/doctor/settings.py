"""Settings that are fit for a demo on one machine, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core import checks

from config.doctor.findings import Finding, named, warning, well, wrong

SHORTEST_KEY = 32
LOCAL = ("127.0.0.1", "localhost", "[::1]")
TO_FILES = ("filebased", "console", "dummy", "locmem")


def debug() -> Iterator[Finding]:
    if settings.DEBUG:
        yield wrong("debug", "error pages show the code and the data", "Unset DEBUG.")
    else:
        yield well("debug", "off")


def a_demo() -> Iterator[Finding]:
    outside = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL]
    if settings.DEMO and outside:
        said = f"everybody knows the demo's password, and it answers to {named(outside)}"
        yield wrong("demo", said, "Set DEMO=0, on a database of its own; or unset ALLOWED_HOSTS.")
    else:
        yield well("demo", "for this machine only" if settings.DEMO else "no")


def secret_key() -> Iterator[Finding]:
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or key == "demo-only" or len(set(key)) < SHORTEST_KEY // 4:
        todo = "Set SECRET_KEY to 50 random characters; everybody signs in anew."
        yield wrong("secret key", "short, or known: sessions could be forged", todo)
    else:
        yield well("secret key", f"{len(key)} characters")


def hosts() -> Iterator[Finding]:
    if any(host == "*" for host in settings.ALLOWED_HOSTS):
        yield wrong("hosts", "it answers to any name", "Set ALLOWED_HOSTS to the names it is called by.")
    else:
        yield well("hosts", named(settings.ALLOWED_HOSTS))


def https() -> Iterator[Finding]:
    if settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_HSTS_SECONDS:
        yield well("https", "cookies go over HTTPS only")
    elif settings.DEMO:
        yield well("https", "plain HTTP, for a demo on this machine")
    else:
        yield wrong("https", "sign-ins go in the clear", "Set HTTPS=1, with a proxy in front that speaks it.")


def mail() -> Iterator[Finding]:
    nowhere = [each for each in TO_FILES if each in settings.EMAIL_BACKEND]
    if nowhere and not settings.DEMO:
        todo = "Set EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend and EMAIL_HOST."
        yield warning("mail", f"goes to nobody ({nowhere[0]})", todo)
    elif not settings.DEMO and any(each in settings.PUBLIC_URL for each in LOCAL):
        said = f"its links go to {settings.PUBLIC_URL}, which others do not reach"
        yield warning("mail", said, "Set PUBLIC_URL to the address that people open.")
    else:
        yield well("mail", "to files, in the demo" if nowhere else f"by {settings.EMAIL_HOST}")


def djangos_own() -> Iterator[Finding]:
    """`check --deploy`: of a demo its warnings are true, and meant."""
    found = checks.run_checks(include_deployment_checks=not settings.DEMO)
    loud = [each for each in found if each.level >= checks.WARNING and not each.is_silenced()]
    for each in loud:
        say = wrong if each.level >= checks.ERROR else warning
        yield say(
            "Django's checks",
            f"{each.id}: {each.msg.splitlines()[0]}",
            each.hint or "See Django's documentation.",
        )
    if not loud:
        yield well("Django's checks", "nothing to say")


CHECKS = (debug, a_demo, secret_key, hosts, https, mail, djangos_own)
