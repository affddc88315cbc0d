"""What the house says of itself: health, measurements, the contract as OpenAPI."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from foundation.accounts.models import RoleAtPlace, User

pytestmark = [pytest.mark.django_db(transaction=True)]


def browser(role: str) -> Client:
    group = Group.objects.create(name=role)
    RoleAtPlace.objects.create(group=group, role=role)
    user = User.objects.create(username=role)
    user.groups.add(group)
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


# --- health ---


def test_health_asks_nothing_of_anybody(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "up"})


def test_ready_says_what_is_up_and_how_long_work_has_waited() -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200, response.content
    assert response.json()["database"] == "up"
    assert response.json()["outbox_oldest_seconds"] == 0


def test_a_broker_that_is_away_is_degraded_and_not_down() -> None:
    with patch("config.health.current_app.connection_for_read", side_effect=OSError):
        response = Client().get("/readyz")
    assert (response.status_code, response.json()["status"], response.json()["broker"]) == (
        200,
        "degraded",
        "down",
    )


def test_a_database_that_is_away_is_down() -> None:
    with patch("config.health.connection.ensure_connection", side_effect=OperationalError("gone")):
        response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (503, {"database": "down", "status": "down"})


def test_measurements_are_for_this_machine_and_for_administrators() -> None:
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert b"python_info" in Client().get("/metrics").content
    assert Client().get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    assert Client().get("/metrics", **elsewhere).status_code == 404
    assert browser("section").get("/metrics", **elsewhere).status_code == 404
    assert browser("admin").get("/metrics", **elsewhere).status_code == 200


# --- the contract ---


def test_the_contract_is_for_staff() -> None:
    for address in ("/api/schema/", "/api/docs/"):
        assert Client().get(address).status_code in (302, 401)
    staff, outsider = browser("section"), browser("nominator")
    for address in ("/api/schema/", "/api/docs/"):
        assert staff.get(address).status_code == 200, address
        assert outsider.get(address).status_code == 404, address


@pytest.mark.urls("tests.foundation.doors_things")
def test_acts_are_described_with_their_body_preconditions_and_problems() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    close = schema["paths"]["/api/v1/things/{id}/close/"]["post"]
    assert close["operationId"].endswith("things_close")
    headers = {
        each["name"]: each.get("required", False) for each in close["parameters"] if each["in"] == "header"
    }
    assert headers == {"If-Match": True, "Idempotency-Key": False}
    assert set(close["responses"]) >= {"200", "400", "401", "403", "404", "409", "412", "422", "428", "503"}
    assert "application/problem+json" in close["responses"]["409"]["content"]
    body = close["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert schema["components"]["schemas"][body]["additionalProperties"] is False
    ids = [operation["operationId"] for methods in schema["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))
    listed = schema["paths"]["/api/v1/things/"]["get"]
    assert {each["name"] for each in listed["parameters"]} >= {"limit", "cursor", "updated_since", "state"}
