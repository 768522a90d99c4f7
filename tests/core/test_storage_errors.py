from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from anlan.core import storage_errors
from anlan.core.storage_errors import StorageErrors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

REQUEST = RequestFactory().get("/")


def answer(error: Exception) -> HttpResponse | None:
    return StorageErrors(lambda _request: HttpResponse()).process_exception(REQUEST, error)


@pytest.mark.parametrize(
    "text",
    ["database or disk is full", "could not extend file: No space left on device"],
)
def test_a_full_disk_is_507_and_says_that_nothing_was_saved(text: str) -> None:
    response = answer(OperationalError(text))
    assert response is not None
    assert response.status_code == 507
    assert "没有保存" in response.content.decode()


def test_a_busy_database_is_503_and_says_when_to_try_again() -> None:
    response = answer(OperationalError("database is locked"))
    assert response is not None
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_any_other_error_is_left_alone() -> None:
    assert answer(OperationalError("no such table: t")) is None
    assert answer(ValueError("is full")) is None
    assert StorageErrors(lambda _request: HttpResponse("ok"))(REQUEST).content == b"ok"


def deadlock() -> OperationalError:
    error = OperationalError("deadlock detected")
    error.__cause__ = psycopg.errors.DeadlockDetected()
    return error


def after_a_deadlock(view: Callable[[HttpRequest, int], HttpResponse]) -> HttpResponse | None:
    request = RequestFactory().post("/tasks/7/")
    request.resolver_match = ResolverMatch(view, (), {"pk": 7})
    return StorageErrors(lambda _request: HttpResponse()).process_exception(request, deadlock())


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_errors, "PAUSES", (0.0, 0.0, 0.0))


def test_a_request_that_lost_a_deadlock_is_run_again() -> None:
    asked = []

    def view(_request: HttpRequest, pk: int) -> HttpResponse:
        asked.append(pk)
        if len(asked) == 1:
            raise deadlock()
        return HttpResponse("sent")

    response = after_a_deadlock(view)
    assert response is not None
    assert (response.content, asked) == (b"sent", [7, 7])


def test_one_that_loses_every_time_is_told_to_try_later() -> None:
    def view(_request: HttpRequest, pk: int) -> HttpResponse:
        raise deadlock()

    response = after_a_deadlock(view)
    assert response is not None
    assert response.status_code == 503


def test_what_goes_wrong_when_it_is_run_again_is_not_hidden() -> None:
    def full(_request: HttpRequest, pk: int) -> HttpResponse:
        raise OperationalError("database or disk is full")

    def broken(_request: HttpRequest, pk: int) -> HttpResponse:
        raise ValueError(pk)

    response = after_a_deadlock(full)
    assert response is not None
    assert response.status_code == 507
    with pytest.raises(ValueError, match="7"):
        after_a_deadlock(broken)
