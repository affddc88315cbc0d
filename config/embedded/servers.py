"""The database and the broker, embedded or those the environment names; and the addresses of both."""

from __future__ import annotations

import os

from config.embedded import roles
from config.embedded.postgres import Postgres
from config.embedded.state import CannotStart, State
from config.embedded.supervisor import Supervisor
from config.embedded.valkey import Valkey

OWNERS_ADDRESS = "DATABASE_OWNER_URL"  # only who migrates may see it


class Servers:
    """`fast`: for tests, which may lose everything."""

    def __init__(self, state: State, *, fast: bool = False, given: dict[str, str] | None = None) -> None:
        self.state = state
        self.given = dict(os.environ) if given is None else given
        if OWNERS_ADDRESS in self.given and not self.given.get("DATABASE_URL"):
            raise CannotStart("DATABASE_OWNER_URL is set and DATABASE_URL is not. Set both, or neither.")
        self.postgres = None if self.given.get("DATABASE_URL") else Postgres(state, fast=fast)
        self.valkey = None if self.given.get("REDIS_URL") else Valkey(state)

    def start(self, supervisor: Supervisor) -> None:
        if self.postgres:
            supervisor.start(self.postgres.service())
            supervisor.wait_until(self.postgres.answers, "postgres")
            roles.ensure(self.postgres, self._passwords())
        if self.valkey:
            supervisor.start(self.valkey.service())
            supervisor.wait_until(self.valkey.answers, "valkey")

    def answer(self) -> bool:
        """Whether the embedded ones are up, whoever started them."""
        return all(server.answers() for server in (self.postgres, self.valkey) if server)

    def environment(self) -> dict[str, str]:
        """What every command and service of the application gets, the owner's address included."""
        addresses = {"PROBITY_STATE": str(self.state.path), "PYTHONUNBUFFERED": "1"}
        addresses["SECRET_KEY"] = self.given.get("SECRET_KEY") or self.state.secret("secret-key")
        if self.postgres:
            passwords = self._passwords()
            for variable, role in (("DATABASE_URL", roles.APPLICATION), (OWNERS_ADDRESS, roles.OWNER)):
                addresses[variable] = self.postgres.url(role, passwords[role], roles.DATABASE)
            addresses["DEMO"] = self.given.get("DEMO", "1")  # invented data: never in a database of one's own
        if self.valkey:
            addresses["REDIS_URL"] = self.valkey.url()
        return self.given | addresses

    def _passwords(self) -> dict[str, str]:
        return {role: self.state.secret(role) for role in (roles.OWNER, roles.APPLICATION)}


def without_owner(environment: dict[str, str]) -> dict[str, str]:
    """For web, worker and beat: whoever breaks into them cannot alter the tables."""
    return {name: value for name, value in environment.items() if name != OWNERS_ADDRESS}
