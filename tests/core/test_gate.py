from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from anlan.core.gate import PUBLIC, action_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


def declared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


declared.page_action = PUBLIC  # type: ignore[attr-defined]
urlpatterns = [path("forgotten/", forgotten), path("declared/", declared)]


@pytest.mark.urls(__name__)
def test_a_view_that_does_not_say_who_may_open_it_is_opened_to_nobody(client: Client) -> None:
    assert client.get("/forgotten/").status_code == 404
    assert client.get("/declared/").content == b"hello"


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, entry.callback
        else:
            yield from views(entry, address)


def test_every_address_of_the_site_says_who_may_open_it() -> None:
    silent = [address for address, view in views(get_resolver()) if action_of(view) is None]
    assert silent == []
