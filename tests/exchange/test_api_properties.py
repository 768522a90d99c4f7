"""Whatever is sent to the API is answered as its description says, and never with a 500.

Schemathesis reads the description and makes requests that keep to it, and requests that do not.
`ANLAN_API_CASES` is how many of each for every operation: a few by default, hundreds by night.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from anlan.core.records.registry import record_types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anlan.core.models import Person
    from anlan.register.models import School
    from kit.people import People

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

FEW = 3
CASES = int(os.environ.get("ANLAN_API_CASES", FEW))
KEPT = [not_a_server_error, content_type_conformance, response_schema_conformance]
SUPPLIES = tuple(f"/records/{kind.key}" for kind in record_types() if kind.area == "supplies")
PASSWORD = "a-password-of-the-test"  # noqa: S105


def header(username: str) -> dict[str, str]:
    text = base64.b64encode(f"{username}:{PASSWORD}".encode()).decode()
    return {"Authorization": f"Basic {text}"}


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Let requests leave the connection of the test open, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_no_request_breaks_the_api(
    mode: GenerationMode,
    people: People,
    schools: list[School],
    contact: Person,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    api = schemathesis.openapi.from_wsgi("/api/openapi.json", WSGIHandler())
    for user in (people.lin_lan, people.zhou_heng):
        user.set_password(PASSWORD)
        user.save()
    sent, failed = 0, []
    for operation in (found.ok() for found in api.get_all_operations()):  # type: ignore[union-attr]
        name = "zhou_heng" if operation.path.startswith(SUPPLIES) else "lin_lan"
        try:
            sent += send_cases(operation, mode, name)
        except FailureGroup as group:
            failed.append(f"{operation.label}: {group.exceptions[0]}")
    record_testsuite_property(f"{mode.value} requests", sent)  # in the file that --junit-xml writes
    assert failed == []


def send_cases(operation: Any, mode: GenerationMode, username: str) -> int:
    """Send the cases of one operation, each in a transaction that is taken back; count them."""
    sent = 0

    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=CASES == FEW,
        report_multiple_bugs=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal sent
        sent += 1
        with transaction.atomic():
            case.call_and_validate(headers=header(username), checks=KEPT)
            transaction.set_rollback(True)

    ask()
    return sent
