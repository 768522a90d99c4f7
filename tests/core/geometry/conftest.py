from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    from core.geometry.city import clear_city, make_city

    with django_db_blocker.unblock():
        make_city()
    yield
    with django_db_blocker.unblock():
        clear_city()
