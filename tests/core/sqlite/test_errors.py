from __future__ import annotations

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from anlan.core.sqlite.errors import StorageErrors

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
