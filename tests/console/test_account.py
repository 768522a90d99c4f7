from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from anlan.console.navigation import MENU, menu_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from kit.people import People


def console_patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    start = resolver or get_resolver()
    for entry in start.url_patterns:
        if isinstance(entry, URLResolver):
            yield from console_patterns(entry)
        elif entry.callback.__module__.startswith("anlan.console.views"):
            yield entry


def test_every_page_says_who_may_open_it() -> None:
    """A new address without `@page` fails here: nothing is open by accident."""
    views = [p.callback for p in console_patterns()]
    assert views
    classes: list[Any] = [getattr(view, "view_class", view) for view in views]
    assert [view for view in classes if not hasattr(view, "page_action")] == []


def test_pages_send_strangers_to_the_door(client: Client, db: None) -> None:
    answer = client.get(reverse("console:desk"))
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/"


def test_the_menu_names_each_shortcut_once() -> None:
    keys = [entry.keys for _, entries in MENU for entry in entries]
    assert len(keys) == len(set(keys))


def test_the_menu_shows_only_what_the_account_may_open(people: People) -> None:
    seen = {link.entry.url_name for group in menu_for(people.secadmin) for link in group.links}
    assert seen == {"console:desk", "console:accounts"}


def test_an_address_that_does_not_exist_says_what_to_do(client: Client, db: None) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()


@pytest.mark.parametrize("theme", ["dark", "light", "auto"])
def test_the_colours_are_remembered(client: Client, db: None, theme: str) -> None:
    client.post(reverse("console:preferences"), {"theme": theme, "next": "/login/"})
    page = client.get("/login/").content.decode()
    assert f'data-theme="{theme}"' in page


def test_a_target_on_another_host_is_not_followed(client: Client, db: None) -> None:
    target = "https://evil.example/"
    answer = client.post(reverse("console:preferences"), {"theme": "dark", "next": target})
    assert answer["Location"] == reverse("console:desk")


def test_the_way_out_leads_to_the_door(client: Client, people: People) -> None:
    client.force_login(people.lin_lan)
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_five_wrong_passwords_lock_the_door_and_say_so(client: Client, people: People) -> None:
    form = {"username": "lin_lan", "password": "wrong"}
    answers = [client.post(reverse("console:login"), form) for _ in range(5)]
    assert [a.status_code for a in answers] == [200] * 4 + [429]
    assert "账号已锁定" in answers[-1].content.decode()


def test_health_answers_without_an_account(client: Client, db: None) -> None:
    assert client.get(reverse("console:health")).json() == {"status": "ok"}
