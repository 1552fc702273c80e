import json

import pytest
from django.test import RequestFactory

from foundation import health, views


def get(view):
    response = view(RequestFactory().get("/"))
    return response.status_code, json.loads(response.content), response


def test_healthz_asks_nobody():
    status, body, response = get(views.healthz)

    assert (status, body) == (200, {"status": "alive"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ready_with_database_migrations_and_broker():
    assert get(views.readyz)[:2] == (
        200,
        {"status": "ready", "checks": {"database": True, "migrations": True, "broker": True}},
    )


@pytest.mark.django_db
def test_readyz_says_what_is_missing_and_nothing_else(monkeypatch):
    def fail():
        raise ConnectionError("password=secret")

    monkeypatch.setitem(health.CHECKS, "broker", fail)

    status, body, response = get(views.readyz)

    assert status == 503
    assert body == {"status": "not ready", "checks": {"database": True, "migrations": True, "broker": False}}
    assert b"secret" not in response.content


@pytest.mark.django_db
def test_broker_that_does_not_answer_is_noticed(monkeypatch):
    from celery import current_app
    from kombu import Connection

    monkeypatch.setattr(
        current_app, "connection_for_write", lambda **_given: Connection("redis://127.0.0.1:1/0", connect_timeout=1)
    )

    assert health.check_readiness()["broker"] is False


@pytest.mark.django_db
def test_migration_that_is_not_applied_is_noticed(monkeypatch):
    monkeypatch.setattr("foundation.health.MigrationExecutor.migration_plan", lambda *_a: ["one"])

    assert health.check_readiness() == {"database": True, "migrations": False, "broker": True}
